"""The statuses that a return annotation names: `Item | tuple[Item, Literal[201]]` answers 200 and 201."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from typing import cast

import typing_extensions

from responder.errors import Problem

__all__ = ["bodies_of", "joined"]


def bodies_of(returns: object, usual: int) -> dict[int, list[object]]:
    """The types of the bodies by status; empty where the annotation names no status at all."""
    bodies: dict[int, list[object]] = {}
    named = False
    for option in _options(returns):
        if _is_problem(option):
            continue
        statuses = list(_statuses(option))
        named = named or bool(statuses)
        body = typing_extensions.get_args(option)[0] if _is_pair(option) else option
        for status in statuses or [usual]:
            bodies.setdefault(status, []).append(body)
    return bodies if named else {}


def joined(bodies: Iterable[object]) -> object:
    """Several types as one."""
    whole, *others = dict.fromkeys(bodies)
    for other in others:
        whole = cast("type[object]", whole) | cast("type[object]", other)
    return whole


def _is_problem(option: object) -> bool:
    return isinstance(option, type) and issubclass(option, Problem)


def _options(returns: object) -> tuple[object, ...]:
    if isinstance(returns, typing_extensions.TypeAliasType):
        return _options(returns.__value__)
    if typing_extensions.get_origin(returns) in (typing.Union, types.UnionType):
        return typing_extensions.get_args(returns)
    return (returns,)


def _is_pair(option: object) -> bool:
    """Whether a type is that of `(body, status)` or `(body, status, headers)`."""
    if typing_extensions.get_origin(option) is not tuple:
        return False
    items = typing_extensions.get_args(option)
    return len(items) in (2, 3) and (items[1] is int or bool(list(_literals(items[1]))))


def _statuses(option: object) -> Iterable[int]:
    return _literals(typing_extensions.get_args(option)[1]) if _is_pair(option) else ()


def _literals(status: object) -> Iterable[int]:
    if typing_extensions.get_origin(status) is typing.Literal:
        for value in typing_extensions.get_args(status):
            if type(value) is int and 100 <= value <= 599:
                yield value
