"""What the options of a route have to be, beyond their types: numbers above 0, lists that are no text, verbs.

Plain values only; what they become is the run time's business.  Called where options are settled, and by the
mypy plugin for those that are written out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import TypeGuard

from responder._contract.findings import Finding, found

STATUS = "a status from 100 to 599"
SECONDS = "a number of seconds above 0, or None"
HEARTBEAT = "a number of seconds above 0"
BYTES = "a number of bytes (0 or more), or None"
TEXTS = 'a list of strings, such as ["users"]'
VERBS = 'a list of verbs, such as ["GET", "POST"]'
SUBPROTOCOLS = 'a list of names, such as ["chat.v1"]'
ORIGINS = 'a list of origins, such as ["https://example.com"]'
NAME = "a name for a parameter"
DEPENDENCIES = "Depends(...) or a list of them"

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def is_status_code(value: object) -> TypeGuard[int]:
    """Whether a value is the status of an answer."""
    return isinstance(value, int) and not isinstance(value, bool) and 100 <= value <= 599


def is_seconds(value: object) -> TypeGuard[int | float]:
    """Whether a value is a stretch of time."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return math.isfinite(value) and value > 0


def is_bytes(value: object) -> TypeGuard[int]:
    """Whether a value is a number of bytes."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_texts(value: object) -> TypeGuard[Sequence[str]]:
    """Whether a value is a list of texts, and no text itself."""
    return _is_list(value) and all(isinstance(item, str) for item in value)


def is_verbs(value: object) -> TypeGuard[Collection[str]]:
    """Whether a value holds verbs, one or more."""
    if not _is_list(value) and not _is_set(value):
        return False
    return len(value) > 0 and all(isinstance(item, str) and _TOKEN.fullmatch(item) for item in value)


def is_tokens(value: object) -> TypeGuard[Sequence[str]]:
    """Whether a value is a list of names as headers carry them."""
    return is_texts(value) and all(map(_TOKEN.fullmatch, value))


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray)


def _is_set(value: object) -> TypeGuard[Collection[object]]:
    return isinstance(value, set | frozenset)


_WRITTEN: Mapping[str, tuple[str, Callable[[object], bool]]] = MappingProxyType(
    {
        "status_code": (STATUS, is_status_code),
        "timeout": (SECONDS, is_seconds),
        "heartbeat": (HEARTBEAT, is_seconds),
        "max_body_size": (BYTES, is_bytes),
        "tags": (TEXTS, is_texts),
        "methods": (VERBS, is_verbs),
        "subprotocols": (SUBPROTOCOLS, is_tokens),
        "allowed_origins": (ORIGINS, is_texts),
    }
)

WRITTEN = frozenset(_WRITTEN)
"""The options that can be judged as they are written."""


def written_finding(option: str, value: object) -> Finding | None:
    """What is wrong with an option that is written out; of most types None means as if it were not given."""
    expected, fits = _WRITTEN[option]
    if value is None or fits(value):
        return None
    return found("option-value", option=option, expected=expected, value=shown(value))


def shown(value: object) -> str:
    """A value as a sentence can carry it: short, and on one line."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
