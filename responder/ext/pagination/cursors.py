"""Cursors: where the next part of a list begins, in a text that clients hand back.

A cursor holds the values that the last item was sorted by, so it stays right when items are added or removed
before it.  Where one of them has no place in a cursor, such as a text of many kilobytes, it holds the unique
one alone, and the others are looked up when it comes back.  It is read strictly: values have a type, and a
stamp ties them to one order, so that neither garbage nor the cursor of another list gets further than a 400.
With a secret it is signed as well.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import decimal
import hashlib
import hmac
import json
import math
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, ClassVar, Final, Generic, TypeAlias, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field

from responder.errors import Problem
from responder.params import Query

T = TypeVar("T")
S = TypeVar("S")

LONGEST: Final = 4096
_SIGNATURE: Final = 16
_ALONE: Final = " by its last alone"
"""Ends the stamp of a cursor that holds the unique value only."""
INTEGERS: Final = 2**63
"""Whole numbers beyond this, no database has."""


class InvalidCursor(Problem):
    """400: a cursor that was not given out for this list and this order."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = "Bad Request"

    def __init__(self) -> None:
        super().__init__(400, "The cursor is not valid for this list")


class CursorQuery(BaseModel):
    """Where a client wants to go on, and with how many items: at most 100, 20 unless it says."""

    model_config = ConfigDict(frozen=True)

    cursor: str | None = Field(
        default=None, max_length=LONGEST, description="`next_cursor` of the part before."
    )
    size: int = Field(default=20, ge=1, le=100, description="How many items a part has.")


CursorParams: TypeAlias = Annotated[CursorQuery, Query()]
"""The annotation of a handler's parameter: `?cursor=...&size=50`."""


class CursorPage(BaseModel, Generic[T]):
    """A part of a list, and where the next one begins."""

    items: list[T]
    size: int
    next_cursor: str | None = None
    """None when nothing follows."""

    def map(self, change: Callable[[T], S]) -> CursorPage[S]:
        """The same part with other items: rows made into what clients get."""
        items = [change(item) for item in self.items]
        return CursorPage(items=items, size=self.size, next_cursor=self.next_cursor)


Value: TypeAlias = (
    str
    | int
    | float
    | bytes
    | datetime.datetime
    | datetime.date
    | datetime.time
    | decimal.Decimal
    | uuid.UUID
    | None
)
"""What can be sorted by, and so stand in a cursor."""


def _integer(text: str) -> int:
    if len(text) > 20 or not -INTEGERS <= (number := int(text)) < INTEGERS:
        raise ValueError("no database has such numbers")
    return number


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not a number that can be sorted")
    return number


def _decimal(text: str) -> decimal.Decimal:
    number = decimal.Decimal(text)
    if not number.is_finite() or len(text) > 60 or abs(number.adjusted()) > 1000:
        raise ValueError("not a number that can be sorted")
    return number


def _text(text: str) -> str:
    text.encode()
    if "\0" in text:
        raise ValueError("no database has such texts")
    return text


_KINDS: Final[Mapping[type, tuple[str, Callable[[str], Value]]]] = {
    bool: ("b", lambda text: {"True": True, "False": False}[text]),
    int: ("i", _integer),
    str: ("s", _text),
    float: ("f", _float),
    decimal.Decimal: ("n", _decimal),
    datetime.datetime: ("d", datetime.datetime.fromisoformat),
    datetime.date: ("a", datetime.date.fromisoformat),
    datetime.time: ("t", datetime.time.fromisoformat),
    uuid.UUID: ("u", uuid.UUID),
    bytes: ("x", bytes.fromhex),
}
_READERS: Final[Mapping[str, Callable[[str], Value]]] = dict(_KINDS.values())


def encode(values: Sequence[object], stamp: str, secret: str | None) -> str:
    """A cursor of values, of which the last is unique; `TypeError` where no cursor can hold that."""
    try:
        return _encoded(values, stamp, secret)
    except TypeError:
        if len(values) == 1:
            raise
        return _encoded(values[-1:], stamp + _ALONE, secret)


def _encoded(values: Sequence[object], stamp: str, secret: str | None) -> str:
    parts = [_mark(stamp), *(_written(value) for value in values)]
    content = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    cursor = base64.urlsafe_b64encode(_signature(content, secret) + content).decode().rstrip("=")
    if len(cursor) > LONGEST:
        raise TypeError("A list cannot be paged by values that are so long")
    return cursor


def decode(text: str, stamp: str, count: int, secret: str | None) -> list[Value]:
    """The values of a cursor, or the last of them alone; `InvalidCursor` for whatever was not given out."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        size = 0 if secret is None else _SIGNATURE
        content = raw[size:]
        if not hmac.compare_digest(raw[:size], _signature(content, secret)):
            raise InvalidCursor
        parts: object = json.loads(content)
        if not isinstance(parts, list):
            raise InvalidCursor
        mark, *values = cast("list[object]", parts)
        alone = mark == _mark(stamp + _ALONE) and len(values) == 1
        if not alone and (mark != _mark(stamp) or len(values) != count):
            raise InvalidCursor
        return [_read(value) for value in values]
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError, binascii.Error) as exc:
        raise InvalidCursor from exc


def _signature(content: bytes, secret: str | None) -> bytes:
    if secret is None:
        return b""
    key = hashlib.sha256(b"responder cursor\0" + secret.encode()).digest()
    return hmac.digest(key, content, "sha256")[:_SIGNATURE]


def _mark(stamp: str) -> str:
    return hashlib.sha256(stamp.encode()).hexdigest()[:8]


def _written(value: object) -> str | None:
    if value is None:
        return None
    for kind in type(value).__mro__:
        known = _KINDS.get(kind)
        if known is not None:
            text = _spelled(value)
            try:
                known[1](text)
            except ValueError as exc:
                raise TypeError(f"A list cannot be paged by a value such as {text[:100]!r}: {exc}") from exc
            return known[0] + text
    raise TypeError(f"A list cannot be paged by values of the type {type(value).__qualname__}")


def _spelled(value: object) -> str:
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float):
        return float.__repr__(value)
    return str.__str__(value) if isinstance(value, str) else str(value)


def _read(value: object) -> Value:
    if value is None:
        return None
    if not isinstance(value, str) or not value:
        raise InvalidCursor
    return _READERS[value[0]](value[1:])
