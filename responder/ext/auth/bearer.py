"""Bearer tokens (RFC 6750): `Authorization: Bearer …`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Generic, Literal, TypeVar, cast, overload

from typing_extensions import Unpack, override

from responder.ext.auth.base import AuthBase, SchemeOptions, checked_verify, text_after, with_realm
from responder.ext.auth.comparing import Secrets
from responder.models import Request

__all__ = ["BearerAuth", "BearerOptions"]

P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)


class BearerOptions(SchemeOptions, total=False):
    """What bearer tokens take."""

    realm: str | None
    """What the tokens are for, in the challenge."""
    bearer_format: str | None
    """What tokens look like, for the OpenAPI document, such as "JWT"."""


class BearerAuth(AuthBase[str, P_co], Generic[P_co]):
    """Tokens in the `Authorization` header, judged by a function or against fixed ones.

    `verify(token)`, plain or async, gives the principal, or None.  A fixed token is its own principal.
    """

    default_name = "bearerAuth"

    @overload
    def __init__(
        self,
        verify: Callable[[str], Awaitable[P_co | None]],
        *,
        auto_error: Literal[True] = True,
        **options: Unpack[BearerOptions],
    ) -> None: ...
    @overload
    def __init__(
        self,
        verify: Callable[[str], P_co | None],
        *,
        auto_error: Literal[True] = True,
        **options: Unpack[BearerOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: BearerAuth[str],
        verify: None = None,
        *,
        tokens: str | Iterable[str],
        auto_error: Literal[True] = True,
        **options: Unpack[BearerOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: BearerAuth[P | None],
        verify: Callable[[str], Awaitable[P | None]],
        *,
        auto_error: bool,
        **options: Unpack[BearerOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: BearerAuth[P | None],
        verify: Callable[[str], P | None],
        *,
        auto_error: bool,
        **options: Unpack[BearerOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: BearerAuth[str | None],
        verify: None = None,
        *,
        tokens: str | Iterable[str],
        auto_error: bool,
        **options: Unpack[BearerOptions],
    ) -> None: ...
    def __init__(
        self,
        verify: Callable[[str], object] | None = None,
        *,
        tokens: str | Iterable[str] | None = None,
        auto_error: bool = True,
        **options: Unpack[BearerOptions],
    ) -> None:
        checked_verify("BearerAuth", verify, tokens, "tokens")
        super().__init__(verify, auto_error=auto_error, scheme_name=options.get("scheme_name"))
        self._tokens = None if tokens is None else Secrets(tokens, "tokens")
        self._challenge = with_realm("Bearer", options.get("realm"))
        self._format = options.get("bearer_format")

    @override
    def extract(self, request: Request) -> str | None:
        return text_after("bearer", request)

    @override
    async def verify(self, credential: str) -> P_co | None:
        if self._tokens is None:
            return await super().verify(credential)
        return cast("P_co", credential) if self._tokens.knows(credential) else None

    @override
    def challenge(self) -> str:
        return self._challenge

    @override
    def openapi(self) -> Mapping[str, object]:
        made = {"type": "http", "scheme": "bearer"}
        return made if self._format is None else {**made, "bearerFormat": self._format}

    @property
    @override
    def fixed_type(self) -> object:
        return str

    @override
    def configuration(self) -> tuple[object, ...]:
        secrets = None if self._tokens is None else self._tokens.key()
        return (self.scheme_name, self.auto_error, self._verify, secrets, self._challenge, self._format)
