"""What mypy throws away: the metadata of `Annotated`, read again from the source.

mypy keeps the type inside `Annotated[T, Query(ge=1)]` and drops the rest; an annotation keeps its place in
the file, an alias not even that.  This file only reads and parses; what names mean is `annotated`'s business.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

Place: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Source:
    """One module: its calls by line and column, and what its top level assigns to names."""

    calls: Mapping[Place, ast.Call]
    assigned: Mapping[str, ast.expr]


_NOTHING = Source({}, {})


def source_of(path: str) -> Source:
    """The module at a path; empty when it can't be read."""
    stamp = _stamp(path)
    return _NOTHING if stamp is None else _parsed(path, stamp)


def aliases_of(path: str) -> str | None:
    """What the module's aliases say beyond their types, as text; None when they say nothing.

    Modules that use such an alias have to be checked again when only this changes.
    """
    stamp = _stamp(path)
    return None if stamp is None else _aliases(path, stamp)


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        stat = os.stat(path)
    except (OSError, ValueError):
        return None
    return (stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=256)
def _text(path: str, stamp: tuple[int, int]) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError:
        return b""


@lru_cache(maxsize=256)
def _parsed(path: str, stamp: tuple[int, int]) -> Source:
    try:
        tree = ast.parse(_text(path, stamp))
    except (SyntaxError, ValueError, RecursionError):
        return _NOTHING
    calls = {(node.lineno, node.col_offset): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assigned: dict[str, ast.expr] = {}
    for statement in tree.body:
        name, value = _assignment(statement)
        if name is not None and value is not None:
            assigned[name] = value
    return Source(calls, assigned)


def _assignment(statement: ast.stmt) -> tuple[str | None, ast.expr | None]:
    target: object = None
    value: object = getattr(statement, "value", None)
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign):
        target = statement.target
    elif type(statement).__name__ == "TypeAlias":
        target = getattr(statement, "name", None)
    name = target.id if isinstance(target, ast.Name) else None
    return name, value if isinstance(value, ast.expr) else None


@lru_cache(maxsize=1024)
def _aliases(path: str, stamp: tuple[int, int]) -> str | None:
    text = _text(path, stamp)
    if b"Annotated" not in text:
        return None
    assigned = _parsed(path, stamp).assigned
    told = {name: ast.unparse(value) for name, value in assigned.items() if holds_annotated(value)}
    return repr(sorted(told.items())) if told else None


def holds_annotated(value: ast.expr) -> bool:
    """Whether `Annotated` is written somewhere inside."""
    return any(
        (isinstance(node, ast.Name) and node.id == "Annotated")
        or (isinstance(node, ast.Attribute) and node.attr == "Annotated")
        for node in ast.walk(value)
    )
