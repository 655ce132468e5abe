"""Sorting and filtering of lists in memory, of mappings or objects, by what clients ask for.

`responder.ext.sqlalchemy` does the same in a database.  Give `allowed` wherever a client names the field.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import ClassVar, Final, TypeVar, cast, overload

from responder.errors import Problem

__all__ = ["CannotFilter", "CannotSort", "filter_items", "parse_sort", "sort_items"]

T = TypeVar("T")
FieldT = TypeVar("FieldT", bound=str)

_MOST: Final = 32
"""Fields that a list is sorted by."""
_SHOWN: Final = 100
_NOTHING: Final = object()


class CannotSort(Problem):
    """400: a list cannot be sorted by this field."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = "Bad Request"

    def __init__(self, field: str) -> None:
        super().__init__(400, f"Cannot sort by {field[:_SHOWN]!r}")


class CannotFilter(Problem):
    """400: a list cannot be filtered by this field."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = "Bad Request"

    def __init__(self, field: str) -> None:
        super().__init__(400, f"Cannot filter by {field[:_SHOWN]!r}")


@overload
def parse_sort(spec: str | None, *, allowed: Collection[FieldT]) -> list[tuple[FieldT, bool]]: ...
@overload
def parse_sort(spec: str | None, *, allowed: None = None) -> list[tuple[str, bool]]: ...
def parse_sort(spec: str | None, *, allowed: Collection[str] | None = None) -> object:
    """The fields of `name,-created`, and whether each is descending; `CannotSort` for one not `allowed`.

    A field that is named again says nothing new.
    """
    return sort_keys(spec, allowed)


def sort_keys(spec: str | None, allowed: Collection[str] | None) -> list[tuple[str, bool]]:
    """The same, for whoever may not know what is allowed."""
    fields: dict[str, bool] = {}
    for part in (spec or "").split(","):
        text = part.strip()
        name = text[1:].strip() if text[:1] in ("-", "+") else text
        if not text:
            continue
        if not name or (allowed is not None and name not in allowed):
            raise CannotSort(name)
        if name not in fields and len(fields) == _MOST:
            raise CannotSort(name)
        fields.setdefault(name, text.startswith("-"))
    return list(fields.items())


def sort_items(items: Iterable[T], spec: str | None, *, allowed: Collection[str] | None = None) -> list[T]:
    """The items in the order of `name,-created`.

    What has no value, or None, comes last in either direction; what is alike stays in its order.
    """
    every = list(items)
    for name, descending in reversed(sort_keys(spec, allowed)):
        if allowed is None and name.startswith("_"):
            raise CannotSort(name)
        valued: list[tuple[object, T]] = []
        rest: list[T] = []
        known = not every
        for item in every:
            value = value_of(item, name)
            known = known or value is not _NOTHING
            if is_missing(value):
                rest.append(item)
            else:
                valued.append((value, item))
        if not known and allowed is None:
            raise CannotSort(name)
        try:
            valued.sort(key=cast("Callable[[tuple[object, T]], str]", _first), reverse=descending)
        except TypeError as exc:
            raise CannotSort(name) from exc
        every = [item for _, item in valued] + rest
    return every


def filter_items(
    items: Iterable[T], filters: Mapping[str, object], *, allowed: Collection[str] | None = None
) -> list[T]:
    """The items whose fields equal all of the filters; a filter that is None is none.

    `CannotFilter` for a field that is not `allowed`.
    """
    wanted = {name: value for name, value in filters.items() if value is not None}
    for name in wanted:
        if allowed is not None and name not in allowed:
            raise CannotFilter(name)
    return [item for item in items if all(value_of(item, name) == value for name, value in wanted.items())]


def value_of(item: object, name: str) -> object:
    """A field of a mapping or an object; a value that equals none when there is no such field."""
    if isinstance(item, Mapping):
        return cast("Mapping[str, object]", item).get(name, _NOTHING)
    return cast("object", getattr(item, name, _NOTHING))


def is_missing(value: object) -> bool:
    """Whether a value has no place in an order: none at all, None, or not a number."""
    return value is None or value is _NOTHING or value != value


def _first(pair: tuple[object, object]) -> object:
    return pair[0]
