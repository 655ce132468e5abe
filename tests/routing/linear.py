"""What routing means, in few lines: try the rows in order.  The table must give the same answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from responder._contract.template import Template
from responder._routing.table import Row, Values
from responder.convertors import AnyConvertor

T = TypeVar("T")


class Linear(Generic[T]):
    """The reference: the rows as regular expressions, one after the other."""

    def __init__(self, rows: Sequence[Row[T]], convertors: Mapping[str, AnyConvertor]) -> None:
        self._rows = [(row, re.compile(_expression(row.template, convertors))) for row in rows]
        self._convertors = convertors

    def match(self, method: str, path: str) -> tuple[T, Values] | None:
        matching = self._matching(path)
        for row, values in matching:
            if row.methods is None or method in row.methods:
                return row.target, values
            if method == "HEAD" and "GET" in row.methods:
                return _named(row, (other for other, _ in matching)).target, values
        return None

    def allowed(self, path: str) -> frozenset[str] | None:
        rows = [row for row, _ in self._matching(path)]
        return frozenset[str]().union(*(row.methods or () for row in rows)) if rows else None

    def matches(self, path: str) -> T | None:
        return next((row.target for row, _ in self._matching(path)), None)

    def near(self, path: str) -> bool:
        return bool(self._matching(path))

    def _matching(self, path: str) -> list[tuple[Row[T], Values]]:
        found: list[tuple[Row[T], Values]] = []
        for row, expression in self._rows:
            match = expression.fullmatch(path)
            fields = row.template.fields
            if match is not None:
                texts = match.groups()
                try:
                    pairs = zip(fields, texts, strict=True)
                    values = tuple(self._convertors[field.convertor].convert(text) for field, text in pairs)
                except (ValueError, OverflowError):
                    continue
                found.append((row, values))
        return found


def _named(getting: Row[T], rows: Iterable[Row[T]]) -> Row[T]:
    """The row of the same paths that names HEAD, if there is one that is ever asked; or else the GET."""
    for row in rows:
        if _shape(row) == _shape(getting) and (row.methods is None or "HEAD" in row.methods):
            return getting if row.methods is None else row
    return getting


def _shape(row: Row[T]) -> list[str]:
    return [part if isinstance(part, str) else f"{{:{part.convertor}}}" for part in row.template.parts]


def _expression(template: Template, convertors: Mapping[str, AnyConvertor]) -> str:
    return "".join(
        re.escape(part) if isinstance(part, str) else f"({convertors[part.convertor].pattern})"
        for part in template.parts
    )
