"""A list in memory, paged by cursor: what comes after the item that a cursor remembers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

from responder.ext.pagination.cursors import CursorPage, CursorQuery, InvalidCursor, decode, encode
from responder.ext.query import is_missing, sort_items, sort_keys, value_of

T = TypeVar("T")


def paginate_by_cursor(
    items: Iterable[T],
    params: CursorQuery,
    *,
    unique: str,
    sort: str = "",
    allowed: Collection[str] | None = None,
    secret: str | None = None,
) -> CursorPage[T]:
    """The part of a list that follows a cursor, in the order of `sort`.

    `unique` is a field that no two items share: it decides between items that are alike, so that none is
    left out or shown twice.  `secret` signs the cursors, for lists whose order is nobody's business.
    """
    keys = _up_to(unique, sort_keys(sort, allowed))
    stamp = ",".join(f"{'-' if descending else ''}{name}" for name, descending in keys)
    # Sorting is stable: the last key first.  Only the application may name what begins like `_id`.
    known = sort_items(items, unique, allowed={unique} if unique.startswith("_") else None)
    every = sort_items(known, sort, allowed=allowed)
    start = 0
    if params.cursor is not None:
        wanted = decode(params.cursor, stamp, len(keys), secret)
        start = _after(every, keys, wanted) if len(wanted) == len(keys) else _behind(every, unique, wanted[0])
    part = every[start : start + params.size]
    following = None
    if part and start + params.size < len(every):
        following = encode([_plain(value_of(part[-1], name)) for name, _ in keys], stamp, secret)
    return CursorPage(items=part, size=params.size, next_cursor=following)


def _up_to(unique: str, keys: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """The keys that decide: none behind the unique one does."""
    kept: list[tuple[str, bool]] = []
    for key in keys:
        kept.append(key)
        if key[0] == unique:
            return kept
    return [*kept, (unique, False)]


def _behind(every: Sequence[object], unique: str, wanted: object) -> int:
    """The place behind the item whose unique value this is."""
    for place, item in enumerate(every):
        if value_of(item, unique) == wanted:
            return place + 1
    raise InvalidCursor


def _after(every: Sequence[object], keys: Sequence[tuple[str, bool]], wanted: Sequence[object]) -> int:
    """The place of the first item behind the values; the list is sorted."""
    low, high = 0, len(every)
    try:
        while low < high:
            middle = (low + high) // 2
            if _is_behind(every[middle], keys, wanted):
                high = middle
            else:
                low = middle + 1
    except TypeError as exc:
        raise InvalidCursor from exc
    return low


def _is_behind(item: object, keys: Sequence[tuple[str, bool]], wanted: Sequence[object]) -> bool:
    for (name, descending), mark in zip(keys, wanted, strict=True):
        value = _plain(value_of(item, name))
        if value == mark:
            continue
        if value is None or mark is None:
            return value is None
        return bool(value < mark) is descending  # type: ignore[operator]  # what cannot be compared raises
    return False


def _plain(value: object) -> object:
    return None if is_missing(value) else value
