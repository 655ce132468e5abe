"""The door to PyJWT: which keys fit which algorithms, and what a token says once its signature holds.

The algorithms are the server's; a token only gets to say which of them it was made with.  A key is checked
against them when it is given, not when a token comes.  Called by `jwts`, and by `keysets` through it.
"""

from __future__ import annotations

import logging
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Protocol, TypeAlias, cast

from responder.errors import ConfigurationError, MissingPackage

__all__ = [
    "Checks",
    "Claims",
    "PublicKey",
    "checked_algorithms",
    "claims_of",
    "header_of",
    "keys_of",
    "prepared",
]

Claims: TypeAlias = dict[str, object]
"""What a token says."""

MAX_TOKEN: Final = 16 * 1024
_MAX_KEYS: Final = 64
_MIN_RSA: Final = 2048
_KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("HS256", "HS384", "HS512"), "oct"),
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
    **dict.fromkeys(("ES256", "ES384", "ES512", "ES256K"), "EC"),
    "EdDSA": "OKP",
}
_CURVES: Final[Mapping[str, tuple[str, str]]] = {
    "ES256": ("P-256", "secp256r1"),
    "ES384": ("P-384", "secp384r1"),
    "ES512": ("P-521", "secp521r1"),
    "ES256K": ("secp256k1", "secp256k1"),
}
_BYTES: Final[Mapping[str, int]] = {"HS256": 32, "HS384": 48, "HS512": 64}
_log = logging.getLogger("responder")


@dataclass(frozen=True, slots=True, eq=False)
class PublicKey:
    """A key and the algorithms that it may be used with."""

    key: object = field(repr=False)
    algorithms: tuple[str, ...]
    kid: str | None = None


@dataclass(frozen=True, slots=True)
class Checks:
    """What is asked of a token beside its signature."""

    audience: tuple[str, ...] | None = None
    issuer: tuple[str, ...] | None = None
    leeway: float | timedelta = 0
    options: tuple[tuple[str, object], ...] = ()


class _Key(Protocol):
    """What is asked of a key of the package `cryptography`."""

    key_size: int

    @property
    def curve(self) -> _Curve: ...

    def public_key(self) -> object: ...


class _Curve(Protocol):
    name: str


def _pyjwt() -> types.ModuleType:
    try:
        import jwt
    except ImportError as error:
        raise _missing() from error
    return jwt


def _missing() -> MissingPackage:
    return MissingPackage("A JSON Web Token", "PyJWT with cryptography", extra="jwt")


def checked_algorithms(given: str | Iterable[str], *, secret: bool) -> tuple[str, ...]:
    """Algorithms that can be meant together: of one kind for a secret, none of secrets for a key set."""
    algorithms = (given,) if isinstance(given, str) else tuple(dict.fromkeys(given))
    unknown = [one for one in algorithms if one not in _KINDS]
    if unknown or not algorithms:
        known = ", ".join(_KINDS)
        raise ConfigurationError(
            f"algorithms= takes {known}; not {', '.join(map(repr, unknown)) or 'nothing'}."
        )
    kinds = {_KINDS[one] for one in algorithms}
    if secret and len(kinds) > 1:
        raise ConfigurationError(
            f"One key can not serve algorithms of different kinds: {', '.join(algorithms)}."
        )
    if not secret and "oct" in kinds:
        raise ConfigurationError(
            "A key set is public; algorithms of shared secrets (HS...) have no place there."
        )
    _pyjwt()
    return algorithms


def prepared(secret: object, algorithms: tuple[str, ...]) -> PublicKey:
    """A secret, or a public key as PEM, ready for its algorithms; what does not fit them is refused."""
    jwt = _pyjwt()
    key: object = None
    for name in algorithms:
        try:
            algorithm = jwt.get_algorithm_by_name(name)
        except NotImplementedError as error:
            raise _missing() from error
        try:
            key = algorithm.prepare_key(secret)
        except (jwt.PyJWTError, TypeError, ValueError, AttributeError) as error:
            raise ConfigurationError(f"The key does not fit {name}: {error}") from None
        wrong = _unfit(key, name)
        if wrong is not None:
            raise ConfigurationError(f"The key does not fit {name}: {wrong}.")
    if isinstance(key, bytes):
        enough = max(_BYTES[name] for name in algorithms)
        if len(key) < enough:
            _log.warning("The secret of JWTAuth has %d bytes; use at least 32, chosen at random", len(key))
        # HMAC fills a key up with zeros by itself (RFC 2104): it is the same key, and PyJWT, which would
        # warn of a short one for every token, has nothing to say.
        key = key.ljust(enough, b"\0")
    return PublicKey(_public(key), algorithms)


def _public(key: object) -> object:
    return cast("_Key", key).public_key() if hasattr(key, "public_key") else key


def _unfit(key: object, algorithm: str) -> str | None:
    """Why a key must not be used with an algorithm."""
    kind = _KINDS[algorithm]
    size: object = getattr(key, "key_size", None)
    if kind == "RSA" and isinstance(size, int) and size < _MIN_RSA:
        return f"{size} bits are too few, {_MIN_RSA} are the least"
    if kind == "EC" and hasattr(key, "curve") and cast("_Key", key).curve.name not in _CURVES[algorithm]:
        return f"it is on another curve ({cast('_Key', key).curve.name})"
    return None


def keys_of(document: object, algorithms: Sequence[str]) -> tuple[PublicKey, ...]:
    """The keys of a JWK set that the algorithms can use; the others are passed over."""
    entries: object = cast("dict[str, object]", document).get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise ValueError("this is no JSON Web Key set")
    keys: list[PublicKey] = []
    for entry in cast("list[object]", entries)[:_MAX_KEYS]:
        one = _from_jwk(cast("dict[str, object]", entry), algorithms) if isinstance(entry, dict) else None
        if one is not None:
            keys.append(one)
    return tuple(keys)


def _from_jwk(entry: dict[str, object], algorithms: Sequence[str]) -> PublicKey | None:
    if entry.get("use", "sig") != "sig" or entry.get("kty") == "oct":
        return None
    jwt = _pyjwt()
    fitting: list[str] = []
    key: object = None
    for name in algorithms:
        if entry.get("kty") != _KINDS[name] or entry.get("alg", name) != name:
            continue
        if name in _CURVES and entry.get("crv") != _CURVES[name][0]:
            continue
        try:
            made: object = _public(jwt.PyJWK(entry, name).key)
        except (jwt.PyJWTError, TypeError, ValueError, LookupError, AttributeError):
            continue
        if _unfit(made, name) is None:
            key = made
            fitting.append(name)
    kid = entry.get("kid")
    return PublicKey(key, tuple(fitting), kid if isinstance(kid, str) else None) if fitting else None


def header_of(token: str) -> tuple[str, str | None] | None:
    """Which algorithm and which key a token names, unverified; None when it is no token."""
    jwt = _pyjwt()
    if len(token) > MAX_TOKEN:
        return None
    try:
        header: Mapping[str, object] = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, TypeError, ValueError, RecursionError):
        return None
    algorithm, kid = header.get("alg"), header.get("kid")
    # Who makes an extension critical wants those refused who don't know it, and we know none.
    if not isinstance(algorithm, str) or "crit" in header or not isinstance(kid, str | None):
        return None
    return algorithm, kid


def claims_of(token: str, key: PublicKey, checks: Checks) -> Claims | None:
    """What a token says, if it is signed with the key and everything else about it is right."""
    jwt = _pyjwt()
    audience = None if checks.audience is None else list(checks.audience)
    issuer = None if checks.issuer is None else list(checks.issuer)
    try:
        claims: object = jwt.decode(
            token,
            key.key,
            algorithms=list(key.algorithms),
            audience=audience,
            issuer=issuer,
            leeway=checks.leeway,
            options=dict(checks.options),
        )
    except (jwt.PyJWTError, TypeError, ValueError, ArithmeticError, RecursionError, LookupError):
        return None
    return cast("Claims", claims) if isinstance(claims, dict) else None
