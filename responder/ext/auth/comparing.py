"""Secrets compared in a time that tells nothing: not how much of a guess was right, and not who exists.

Schemes with fixed secrets keep digests of them here; nothing else does.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Mapping
from typing import Final, cast

from responder.errors import ConfigurationError

__all__ = ["Passwords", "Secrets", "compare_digest"]

_KEY: Final = secrets.token_bytes(32)


def compare_digest(one: str | bytes, other: str | bytes) -> bool:
    """Whether two secrets are equal, in a time that depends on neither; any text will do."""
    return hmac.compare_digest(_digest(one), _digest(other))


def _digest(secret: str | bytes) -> bytes:
    raw = secret if isinstance(secret, bytes) else secret.encode("utf-8", "surrogatepass")
    return hmac.digest(_KEY, raw, "sha256")


def _is_secret(given: object) -> bool:
    return isinstance(given, str) and given != ""


class Secrets:
    """Fixed secrets, each of which lets its bearer in."""

    __slots__ = ("_digests",)

    def __init__(self, given: str | Iterable[str], option: str) -> None:
        candidates = (given,) if isinstance(given, str) else tuple(given)
        for one in candidates:
            if not _is_secret(one):
                raise ConfigurationError(f"{option}= takes texts that are not empty.")
        if not candidates:
            raise ConfigurationError(f"{option}= is empty: nobody could ever get in.")
        self._digests = tuple(sorted({_digest(one) for one in candidates}))

    def knows(self, given: str) -> bool:
        """Whether it is one of them; every one is looked at."""
        digest = _digest(given)
        known = False
        for candidate in self._digests:
            known |= hmac.compare_digest(digest, candidate)
        return known

    def key(self) -> tuple[bytes, ...]:
        """What two equal collections have in common, and no others."""
        return self._digests


class Passwords:
    """Names, each with its password."""

    __slots__ = ("_pairs",)

    def __init__(self, given: Mapping[str, str]) -> None:
        for name, password in given.items():
            if not _is_secret(password) or not isinstance(cast("object", name), str):
                raise ConfigurationError("credentials= maps names to passwords that are not empty.")
        if not given:
            raise ConfigurationError("credentials= is empty: nobody could ever get in.")
        self._pairs = tuple(sorted((_digest(name), _digest(password)) for name, password in given.items()))

    def know(self, name: str, password: str) -> bool:
        """Whether the password is that of the name; every pair is looked at, whoever exists."""
        who, what = _digest(name), _digest(password)
        known = False
        for candidate, expected in self._pairs:
            known |= hmac.compare_digest(who, candidate) & hmac.compare_digest(what, expected)
        return known

    def key(self) -> tuple[tuple[bytes, bytes], ...]:
        """What two equal collections have in common, and no others."""
        return self._pairs
