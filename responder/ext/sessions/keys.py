"""The key that signs sessions: where it comes from, and which are refused."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from starlette.datastructures import Secret

from responder.errors import ConfigurationError

SECRET_KEY_VARIABLE: Final = "RESPONDER_SECRET_KEY"
"""The environment variable that is asked when no `secret_key` is given."""
_SHORT: Final = 16
_PUBLIC: Final = frozenset({"NOTASECRET"})
"""Keys that everybody knows."""

_log = logging.getLogger("responder")


class SessionConfigError(ConfigurationError):
    """Sessions were asked for in a way that would not protect anybody."""


def resolve_secret_key(
    secret_key: str | Secret | Sequence[str | Secret] | None = None,
    *,
    sessions: Literal["auto"] | bool = "auto",
    debug: bool = False,
    environ: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """The keys, the newest first: those given, else the environment's, else (with "auto") a random one."""
    keys = _given(secret_key)
    if not keys:
        found = (os.environ if environ is None else environ).get(SECRET_KEY_VARIABLE, "")
        keys = (found,) if found else ()
    for key in keys:
        _check(key)
    if keys:
        return keys
    if sessions is True:
        raise SessionConfigError(
            f"sessions=True needs a key that stays the same: pass secret_key=... or set {SECRET_KEY_VARIABLE}"
        )
    _log.warning(
        "Sessions are signed with a random key because debug is on and there is no secret_key: they end with"
        " this process"
        if debug
        else "Sessions are signed with a random key: they end with this process, and other workers cannot"
        f" read them.  Pass secret_key=... or set {SECRET_KEY_VARIABLE}"
    )
    return (secrets.token_urlsafe(32),)


def _given(secret_key: str | Secret | Sequence[str | Secret] | None) -> tuple[str, ...]:
    if secret_key is None:
        return ()
    if isinstance(secret_key, (str, Secret)):
        return (str(secret_key),)
    return tuple(str(key) for key in secret_key)


def _check(key: str) -> None:
    if not key:
        raise SessionConfigError("An empty secret_key signs nothing")
    if key in _PUBLIC:
        raise SessionConfigError(f"{key} is no secret: it was printed in examples")
    if len(key) < _SHORT:
        _log.warning("The secret_key has %d characters; use at least %d, chosen at random", len(key), _SHORT)
