"""JSON Web Tokens (RFC 7519) as bearer tokens: signed with a shared secret, or with a key whose public half
is given or published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Generic, Literal, TypeVar, cast, overload

from typing_extensions import Unpack, override

from responder.errors import ConfigurationError, Problem
from responder.ext.auth.asking import ask
from responder.ext.auth.base import AuthBase, SchemeOptions, text_after, with_realm
from responder.ext.auth.keysets import KeySet, KeysUnavailable, checked_url
from responder.ext.auth.scopes import texts_of
from responder.ext.auth.tokens import (
    Checks,
    Claims,
    PublicKey,
    checked_algorithms,
    claims_of,
    header_of,
    keys_of,
    prepared,
)
from responder.models import Request

__all__ = ["JWTAuth", "JWTOptions", "KeysNotAvailable"]

P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)


class KeysNotAvailable(Problem):
    """The keys that tokens are judged by can not be fetched; nobody is let in meanwhile."""

    status = 503


class JWTOptions(SchemeOptions, total=False):
    """What tokens are asked for."""

    jwks_url: str | None
    """Where the public keys are published, in place of a secret; https, unless it is this very machine."""
    algorithms: Iterable[str]
    """Which algorithms are accepted; HS256 for a secret and RS256 for published keys unless given."""
    audience: str | Iterable[str] | None
    """Whom the token has to be for; unchecked when None."""
    issuer: str | Iterable[str] | None
    """Whom the token has to be from; unchecked when None."""
    leeway: float | timedelta
    """Seconds that clocks may differ."""
    options: Mapping[str, object] | None
    """What PyJWT checks, such as `{"require": ["sub"]}`; the signature is always checked."""
    realm: str | None
    """What the tokens are for, in the challenge."""
    jwks_cache_ttl: float
    """Seconds that published keys are kept; 300 unless given."""
    require_exp: bool
    """Whether a token has to say when it expires; True unless given."""
    allow_insecure_jwks: bool
    """Whether keys may be fetched without encryption."""


class JWTAuth(AuthBase[str, P_co], Generic[P_co]):
    """JSON Web Tokens.

    The principal is what the token says, or what `verify(claims)`, plain or async, makes of that.
    """

    default_name = "jwtAuth"

    @overload
    def __init__(
        self,
        secret: str | bytes | None = None,
        *,
        verify: Callable[[Claims], Awaitable[P_co | None]],
        auto_error: Literal[True] = True,
        **options: Unpack[JWTOptions],
    ) -> None: ...
    @overload
    def __init__(
        self,
        secret: str | bytes | None = None,
        *,
        verify: Callable[[Claims], P_co | None],
        auto_error: Literal[True] = True,
        **options: Unpack[JWTOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: JWTAuth[Claims],
        secret: str | bytes | None = None,
        *,
        verify: None = None,
        auto_error: Literal[True] = True,
        **options: Unpack[JWTOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: JWTAuth[P | None],
        secret: str | bytes | None = None,
        *,
        verify: Callable[[Claims], Awaitable[P | None]],
        auto_error: bool,
        **options: Unpack[JWTOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: JWTAuth[P | None],
        secret: str | bytes | None = None,
        *,
        verify: Callable[[Claims], P | None],
        auto_error: bool,
        **options: Unpack[JWTOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: JWTAuth[Claims | None],
        secret: str | bytes | None = None,
        *,
        verify: None = None,
        auto_error: bool,
        **options: Unpack[JWTOptions],
    ) -> None: ...
    def __init__(
        self,
        secret: str | bytes | None = None,
        *,
        verify: Callable[[Claims], object] | None = None,
        auto_error: bool = True,
        **options: Unpack[JWTOptions],
    ) -> None:
        super().__init__(verify, auto_error=auto_error, scheme_name=options.get("scheme_name"))
        url = options.get("jwks_url")
        if (secret is None) == (url is None):
            raise ConfigurationError("JWTAuth needs a secret or a jwks_url=, and not both.")
        usual = ("HS256",) if url is None else ("RS256",)
        self._algorithms = checked_algorithms(options.get("algorithms", usual), secret=url is None)
        self._key: PublicKey | None = None
        self._keys: KeySet[PublicKey] | None = None
        self._secret = b""
        if secret is not None:
            self._key = prepared(secret, self._algorithms)
            self._secret = hashlib.sha256(secret.encode() if isinstance(secret, str) else secret).digest()
        if url is not None:
            where = checked_url(url, allow_insecure=options.get("allow_insecure_jwks", False))
            ttl = options.get("jwks_cache_ttl", 300.0)
            if not ttl > 0:
                raise ConfigurationError(f"jwks_cache_ttl= is a number of seconds above 0, not {ttl!r}.")
            self._keys = KeySet(where, self._read, ttl=ttl)
        self._checks = _checks(options)
        self._challenge = with_realm("Bearer", options.get("realm"))

    @override
    def extract(self, request: Request) -> str | None:
        return text_after("bearer", request)

    @override
    async def verify(self, credential: str) -> P_co | None:
        claims = await self.claims(credential)
        if claims is None:
            return None
        if self._verify is None:
            return cast("P_co", claims)
        return await ask(cast("Callable[..., P_co | None]", self._verify), claims)

    async def claims(self, token: str) -> Claims | None:
        """What a token says; None when it is not good."""
        header = header_of(token)
        if header is None or header[0] not in self._algorithms:
            return None
        key = await self._find(*header)
        claims = None if key is None else claims_of(token, key, self._checks)
        return None if claims is None else _with_scopes(claims)

    async def _find(self, algorithm: str, kid: str | None) -> PublicKey | None:
        if self._keys is None:
            return self._key

        def choose(keys: Sequence[PublicKey]) -> PublicKey | None:
            fitting = [one for one in keys if algorithm in one.algorithms and (kid is None or one.kid == kid)]
            # A token that names no key can only mean the only one.
            return fitting[0] if len(fitting) == 1 or (fitting and kid is not None) else None

        try:
            return await self._keys.find(choose)
        except KeysUnavailable:
            raise KeysNotAvailable(
                detail="Tokens can not be verified now", headers={"Retry-After": "5"}
            ) from None

    def _read(self, document: object) -> Sequence[PublicKey]:
        return keys_of(document, self._algorithms)

    @override
    def challenge(self) -> str:
        return self._challenge

    @override
    def openapi(self) -> Mapping[str, object]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}

    @property
    @override
    def raises(self) -> Sequence[type[Problem]]:
        return super().raises if self._keys is None else (*super().raises, KeysNotAvailable)

    @property
    @override
    def fixed_type(self) -> object:
        return dict[str, object]

    @override
    def configuration(self) -> tuple[object, ...]:
        where = (self._secret, None if self._keys is None else self._keys.url, self._algorithms)
        return (self.scheme_name, self.auto_error, self._verify, where, self._checks, self._challenge)


def _checks(options: JWTOptions) -> Checks:
    audience, issuer = _texts(options.get("audience")), _texts(options.get("issuer"))
    given = dict(options.get("options") or {})
    if given.get("verify_signature") is False:
        raise ConfigurationError("JWTAuth always verifies the signature; without it a token says nothing.")
    required = [one for one in cast("Iterable[object]", given.get("require", ())) if isinstance(one, str)]
    if options.get("require_exp", True) and "exp" not in required:
        required.append("exp")
    merged: dict[str, object] = {"verify_aud": audience is not None, **given, "require": required}
    return Checks(audience, issuer, options.get("leeway", 0), tuple(sorted(merged.items())))


def _texts(given: str | Iterable[str] | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    texts = (given,) if isinstance(given, str) else tuple(given)
    if not texts or not all(texts):
        raise ConfigurationError("audience= and issuer= are texts that are not empty, or None.")
    return texts


def _with_scopes(claims: Claims) -> Claims:
    """The claims, with everything they say of scopes in one sorted list."""
    if "scope" not in claims and "scp" not in claims:
        return claims
    scopes = texts_of(claims.get("scope")) | texts_of(claims.get("scp")) | texts_of(claims.get("scopes"))
    return {**claims, "scopes": sorted(scopes)}
