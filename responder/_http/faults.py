"""The faults of a request, as clients see them: one safe, bounded list.

pydantic's report is turned into items that always encode and never grow out of hand: no input is echoed, no
exception object, no link.  Pure; the problem documents are built on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final, NotRequired, TypeAlias, TypedDict

import orjson
from pydantic import ValidationError

Scalar: TypeAlias = str | int | float | bool | None

MAX_ITEMS: Final = 100
MAX_BYTES: Final = 60_000
MAX_COUNTED: Final = 10_000
_MAX_TEXT: Final = 500
_MAX_LOC_TEXT: Final = 200
_MAX_LOC: Final = 32
_MAX_CTX: Final = 8

_SURROGATE = re.compile("[\ud800-\udfff]")


class ErrorItem(TypedDict):
    """One fault: where it is, what is wrong in words, and pydantic's name for it."""

    loc: list[str | int]
    msg: str
    type: str
    ctx: NotRequired[dict[str, Scalar]]


def error_items(exc: ValidationError, prefix: Sequence[str | int] = ()) -> list[ErrorItem]:
    """The faults of one validation.  `prefix` says where the value came from: `("query", "limit")`.

    A body with thousands of faults is told so in one item: listing them would hold the loop for seconds.
    """
    count = exc.error_count()
    if count > MAX_COUNTED:
        return [error_item(prefix, f"{count} faults, too many to list", "too_many_errors")]
    faults = exc.errors(include_url=False, include_input=False)[:MAX_ITEMS]
    return [error_item((*prefix, *one["loc"]), one["msg"], one["type"], one.get("ctx")) for one in faults]


def error_item(
    loc: Iterable[str | int], msg: str, type: str, ctx: dict[str, object] | None = None
) -> ErrorItem:
    """One fault, made safe to encode."""
    item: ErrorItem = {
        "loc": [_place(part) for part in loc][:_MAX_LOC],
        "msg": safe_text(msg, _MAX_TEXT),
        "type": safe_text(type, _MAX_LOC_TEXT),
    }
    if ctx:
        item["ctx"] = {safe_text(str(key), 50): _value(value) for key, value in islice(ctx.items(), _MAX_CTX)}
    return item


def missing(loc: Iterable[str | int]) -> ErrorItem:
    """The one shape of "this was needed and did not come"."""
    return error_item(loc, "Field required", "missing")


def bounded(items: Sequence[ErrorItem], limit: int = MAX_BYTES) -> list[ErrorItem]:
    """The first items whose JSON fits `limit` bytes; at least one, at most a hundred."""
    kept: list[ErrorItem] = []
    if len(items) <= MAX_ITEMS and len(orjson.dumps(items)) <= limit:
        return [*items]
    for item in items[:MAX_ITEMS]:
        limit -= len(orjson.dumps(item)) + 1
        if limit < 0 and kept:
            break
        kept.append(item)
    return kept


def safe_text(value: str, limit: int) -> str:
    """Text that every encoder takes, cut at `limit`."""
    if len(value) > limit:
        value = value[: limit - 1] + "…"
    return value if value.isascii() else _SURROGATE.sub("\ufffd", value)


def _place(part: str | int) -> str | int:
    if isinstance(part, str):
        return part if len(part) <= _MAX_LOC_TEXT and part.isascii() else safe_text(part, _MAX_LOC_TEXT)
    return part if -(2**63) <= part < 2**63 else 0


def _value(value: object) -> Scalar:
    """A context value as plain JSON; an exception becomes its text, anything large or odd its short text."""
    if value is None or value is True or value is False:
        return value
    if type(value) is int and -(2**63) <= value < 2**63:
        return value
    if type(value) is float:
        return value if value - value == 0 else str(value)
    try:
        return safe_text(str(value), _MAX_TEXT)
    except Exception:  # a user's __str__ may do anything; the fault is still told without it
        return type(value).__name__
