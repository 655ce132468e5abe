"""OAuth 2 (RFC 6749): bearer tokens, with what the OpenAPI document says about how to get one.

Tokens are issued elsewhere; here they are only judged, as JSON Web Tokens or by a function.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, Literal, TypeVar, cast, overload

from typing_extensions import Unpack, override

from responder.errors import ConfigurationError, Problem
from responder.ext.auth.base import AuthBase, SchemeOptions, checked_verify, text_after, with_realm
from responder.ext.auth.flows import (
    OAuth2AuthorizationCodeFlow,
    OAuth2ClientCredentialsFlow,
    OAuth2Flow,
    OAuth2PasswordFlow,
    Scopes,
)
from responder.ext.auth.jwts import JWTAuth
from responder.models import Request

__all__ = ["OAuth2Auth", "OAuth2Options", "OneFlowOptions"]

P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)


class OAuth2Options(SchemeOptions, total=False):
    """What OAuth 2 takes."""

    description: str | None
    """Markdown for the OpenAPI document."""
    realm: str | None
    """What the tokens are for, in the challenge."""


class OneFlowOptions(OAuth2Options, total=False):
    """What OAuth 2 with one flow takes."""

    refresh_url: str | None
    """Where a token is renewed."""
    scopes: Scopes | None
    """The scopes that can be asked for, perhaps each with what it allows."""


class OAuth2Auth(AuthBase[str, P_co], Generic[P_co]):
    """Bearer tokens from an OAuth 2 server.

    They are judged by `jwt`, a `JWTAuth`, or by `verify(token)`, plain or async.
    """

    default_name = "oauth2Auth"

    @overload
    def __init__(
        self,
        flows: OAuth2Flow | Sequence[OAuth2Flow],
        *,
        jwt: JWTAuth[P_co],
        auto_error: Literal[True] = True,
        **options: Unpack[OAuth2Options],
    ) -> None: ...
    @overload
    def __init__(
        self,
        flows: OAuth2Flow | Sequence[OAuth2Flow],
        *,
        verify: Callable[[str], Awaitable[P_co | None]],
        auto_error: Literal[True] = True,
        **options: Unpack[OAuth2Options],
    ) -> None: ...
    @overload
    def __init__(
        self,
        flows: OAuth2Flow | Sequence[OAuth2Flow],
        *,
        verify: Callable[[str], P_co | None],
        auto_error: Literal[True] = True,
        **options: Unpack[OAuth2Options],
    ) -> None: ...
    @overload
    def __init__(
        self: OAuth2Auth[P | None],
        flows: OAuth2Flow | Sequence[OAuth2Flow],
        *,
        jwt: JWTAuth[P] | None = None,
        verify: Callable[[str], Awaitable[P | None]] | Callable[[str], P | None] | None = None,
        auto_error: bool,
        **options: Unpack[OAuth2Options],
    ) -> None: ...
    def __init__(
        self,
        flows: OAuth2Flow | Sequence[OAuth2Flow],
        *,
        jwt: JWTAuth[object] | None = None,
        verify: Callable[[str], object] | None = None,
        auto_error: bool = True,
        **options: Unpack[OAuth2Options],
    ) -> None:
        checked_verify("OAuth2Auth", verify, jwt, "jwt")
        super().__init__(verify, auto_error=auto_error, scheme_name=options.get("scheme_name"))
        self._jwt = jwt
        self._flows = _flows(flows)
        self._description = options.get("description")
        self._challenge = with_realm("Bearer", options.get("realm"))

    @override
    def extract(self, request: Request) -> str | None:
        return text_after("bearer", request)

    @override
    async def verify(self, credential: str) -> P_co | None:
        if self._jwt is None:
            return await super().verify(credential)
        return cast("P_co | None", await self._jwt.verify(credential))

    @override
    def challenge(self) -> str:
        return self._challenge

    @override
    def openapi(self) -> Mapping[str, object]:
        made: dict[str, object] = {
            "type": "oauth2",
            "flows": {one.kind: one.openapi() for one in self._flows},
        }
        return made if self._description is None else {**made, "description": self._description}

    @property
    @override
    def raises(self) -> Sequence[type[Problem]]:
        beyond = () if self._jwt is None else self._jwt.raises
        return tuple(dict.fromkeys((*super().raises, *beyond)))

    @property
    @override
    def fixed_type(self) -> object:
        return super().fixed_type if self._jwt is None else self._jwt.principal_type

    @override
    def configuration(self) -> tuple[object, ...]:
        shown = (self._description, self._challenge, [one.openapi() for one in self._flows])
        return (self.scheme_name, self.auto_error, self._verify, self._jwt, shown)

    # -- the usual case, one flow

    @overload
    @classmethod
    def authorization_code(
        cls, authorization_url: str, token_url: str, *, jwt: JWTAuth[P], **options: Unpack[OneFlowOptions]
    ) -> OAuth2Auth[P]: ...
    @overload
    @classmethod
    def authorization_code(
        cls,
        authorization_url: str,
        token_url: str,
        *,
        verify: Callable[[str], Awaitable[P | None]],
        **options: Unpack[OneFlowOptions],
    ) -> OAuth2Auth[P]: ...
    @overload
    @classmethod
    def authorization_code(
        cls,
        authorization_url: str,
        token_url: str,
        *,
        verify: Callable[[str], P | None],
        **options: Unpack[OneFlowOptions],
    ) -> OAuth2Auth[P]: ...
    @classmethod
    def authorization_code(
        cls, authorization_url: str, token_url: str, **options: object
    ) -> OAuth2Auth[object]:
        """Tokens that users get from an authorization server."""
        return _made(OAuth2AuthorizationCodeFlow, (authorization_url, token_url), options)

    @overload
    @classmethod
    def client_credentials(
        cls, token_url: str, *, jwt: JWTAuth[P], **options: Unpack[OneFlowOptions]
    ) -> OAuth2Auth[P]: ...
    @overload
    @classmethod
    def client_credentials(
        cls,
        token_url: str,
        *,
        verify: Callable[[str], Awaitable[P | None]],
        **options: Unpack[OneFlowOptions],
    ) -> OAuth2Auth[P]: ...
    @overload
    @classmethod
    def client_credentials(
        cls, token_url: str, *, verify: Callable[[str], P | None], **options: Unpack[OneFlowOptions]
    ) -> OAuth2Auth[P]: ...
    @classmethod
    def client_credentials(cls, token_url: str, **options: object) -> OAuth2Auth[object]:
        """Tokens that programs get for themselves."""
        return _made(OAuth2ClientCredentialsFlow, (token_url,), options)

    @overload
    @classmethod
    def password(
        cls, token_url: str, *, jwt: JWTAuth[P], **options: Unpack[OneFlowOptions]
    ) -> OAuth2Auth[P]: ...
    @overload
    @classmethod
    def password(
        cls,
        token_url: str,
        *,
        verify: Callable[[str], Awaitable[P | None]],
        **options: Unpack[OneFlowOptions],
    ) -> OAuth2Auth[P]: ...
    @overload
    @classmethod
    def password(
        cls, token_url: str, *, verify: Callable[[str], P | None], **options: Unpack[OneFlowOptions]
    ) -> OAuth2Auth[P]: ...
    @classmethod
    def password(cls, token_url: str, **options: object) -> OAuth2Auth[object]:
        """Tokens that a client gets for a name and a password."""
        return _made(OAuth2PasswordFlow, (token_url,), options)


def _made(kind: type[OAuth2Flow], urls: tuple[str, ...], options: Mapping[str, object]) -> OAuth2Auth[object]:
    ours = ("refresh_url", "scopes")
    make_flow = cast("Callable[..., OAuth2Flow]", kind)
    flow = make_flow(*urls, **{name: options[name] for name in ours if name in options})
    make = cast("Callable[..., OAuth2Auth[object]]", OAuth2Auth)
    return make((flow,), **{name: value for name, value in options.items() if name not in ours})


def _flows(given: object) -> tuple[OAuth2Flow, ...]:
    flows = tuple(cast("Sequence[object]", given)) if isinstance(given, list | tuple) else (given,)
    for one in flows:
        if not isinstance(one, OAuth2Flow):
            raise ConfigurationError(f"OAuth2Auth takes flows, not {one!r}.")
    known = cast("tuple[OAuth2Flow, ...]", flows)
    if not known:
        raise ConfigurationError("OAuth2Auth needs a flow.")
    if len({one.kind for one in known}) < len(known):
        raise ConfigurationError("OAuth2Auth takes each kind of flow once.")
    return known
