"""Session values as text: JSON, with tagged objects for the few other types that sessions often hold.

What is plain JSON is written as plain JSON, so other programs can read it.  Every store goes through this, so
that a value which one store would lose is refused by all of them.  Pure.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import json
import math
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Final, Protocol, cast

_TAG: Final = "__type__"
_VALUE: Final = "value"
_LIKE_TAG: Final = re.compile(rf"~*{_TAG}")
"""Keys of the user's that look like the tag get one more `~` in front, and lose it again."""


class SessionSerializer(Protocol):
    """What writes a session's values as text, and reads them."""

    def dumps(self, value: object, /) -> str:
        """The value as text; `TypeError` for one that cannot be kept."""
        ...

    def loads(self, text: str | bytes, /) -> object:
        """The value of a text; `ValueError` for one that is none."""
        ...


class JSONSessionSerializer:
    """JSON and, beyond it, datetime, date, time, Decimal, UUID, set, frozenset and bytes.

    Tuples become lists, but for those in sets.  Any other type is a `TypeError`.
    """

    def dumps(self, value: object, /) -> str:
        """The value as text; `TypeError` for a type that cannot be kept, `ValueError` for NaN."""
        try:
            return json.dumps(_plain(value), separators=(",", ":"), allow_nan=False)
        except RecursionError:
            raise ValueError("A session value is nested too deeply, or holds itself") from None

    def loads(self, text: str | bytes, /) -> object:
        """The value of a text; `ValueError` for what is no JSON."""
        try:
            return _rich(json.loads(text))
        except RecursionError:
            raise ValueError("The text of a session is nested too deeply") from None


def _plain(value: object) -> object:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"A session cannot hold {value!r}: JSON has no such number")
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        return _plain_mapping(cast("dict[object, object]", value))
    for name, kind, write, _ in _TAGGED:
        if isinstance(value, kind):
            return {_TAG: name, _VALUE: write(value)}
    raise TypeError(
        f"A session cannot hold {type(value).__name__}: keep str, numbers, bool, None, lists, dicts with text"
        " as keys, datetime, date, time, Decimal, UUID, set, frozenset or bytes"
    )


def _plain_mapping(value: Mapping[object, object]) -> dict[str, object]:
    kept: dict[str, object] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise TypeError(f"Keys of a session are text, not {type(key).__name__}")
        kept["~" + key if _LIKE_TAG.fullmatch(key) else key] = _plain(item)
    return kept


def _rich(value: object) -> object:
    if isinstance(value, list):
        return [_rich(item) for item in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    found = cast("dict[str, object]", value)
    read = _READERS.get(str(found.get(_TAG))) if found.keys() == {_TAG, _VALUE} else None
    if read is not None:
        try:
            return read(found[_VALUE])
        except (TypeError, ValueError, ArithmeticError):
            # Somebody else's object that only looks like one of ours: it stays what it is.
            pass
    return {
        key[1:] if key.startswith("~") and _LIKE_TAG.fullmatch(key) else key: _rich(item)
        for key, item in found.items()
    }


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a tagged value must be text")
    return value


def _members(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("a tagged collection must be a list")
    return [_member(_rich(item)) for item in cast("list[object]", value)]


def _member(value: object) -> object:
    """A member of a set as it was: a list is none, so this one was a tuple."""
    return tuple(map(_member, cast("list[object]", value))) if isinstance(value, list) else value


def _listed(value: object) -> list[object]:
    return [_plain(item) for item in cast("set[object]", value)]


_TAGGED: Final[
    tuple[tuple[str, type[object], Callable[[object], object], Callable[[object], object]], ...]
] = (
    (
        "datetime",
        datetime.datetime,
        lambda value: cast("datetime.datetime", value).isoformat(),
        lambda value: datetime.datetime.fromisoformat(_text(value)),
    ),
    (
        "date",
        datetime.date,
        lambda value: cast("datetime.date", value).isoformat(),
        lambda value: datetime.date.fromisoformat(_text(value)),
    ),
    (
        "time",
        datetime.time,
        lambda value: cast("datetime.time", value).isoformat(),
        lambda value: datetime.time.fromisoformat(_text(value)),
    ),
    ("decimal", decimal.Decimal, str, lambda value: decimal.Decimal(_text(value))),
    ("uuid", uuid.UUID, str, lambda value: uuid.UUID(_text(value))),
    ("set", set, _listed, lambda value: set(_members(value))),
    ("frozenset", frozenset, _listed, lambda value: frozenset(_members(value))),
    (
        "bytes",
        bytes,
        lambda value: base64.b64encode(cast("bytes", value)).decode(),
        lambda value: base64.b64decode(_text(value), validate=True),
    ),
)

_READERS: Final = {name: read for name, _, _, read in _TAGGED}
