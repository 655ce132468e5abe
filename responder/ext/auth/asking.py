"""Functions of users that say who somebody is: called in whichever way they want, and what they give.

A plain function runs in a thread of a pool of its own, so that a slow directory keeps neither the event loop
nor handlers from working.  Called by the schemes.
"""

from __future__ import annotations

import contextvars
import functools
import inspect
import operator
import types
import typing
from collections.abc import Awaitable, Callable, Coroutine
from typing import Final, TypeVar, cast

import typing_extensions

from responder.params import MISSING
from responder.threads import Pool

T = TypeVar("T")

_POOL: Final = Pool("responder-auth", 32)
_AWAITED: Final = (Awaitable, Coroutine)


async def ask(function: Callable[..., Awaitable[T] | T], *given: object) -> T:
    """Call a function, plain or async."""
    if _is_async(function):
        return await cast("Awaitable[T]", function(*given))
    call = functools.partial(contextvars.copy_context().run, function, *given)
    answer = await _POOL.run(call)
    # A plain function may hand back something to await.
    return await cast("Awaitable[T]", answer) if inspect.isawaitable(answer) else cast("T", answer)


def _is_async(function: Callable[..., object]) -> bool:
    while isinstance(function, functools.partial):
        function = function.func
    if not inspect.isroutine(function) and not isinstance(function, type):
        function = type(function).__call__
    return inspect.iscoroutinefunction(function)


def type_given(function: Callable[..., object]) -> object:
    """What a function gives when it knows somebody, by its annotation; `MISSING` where that can't be told."""
    while isinstance(function, functools.partial):
        function = function.func
    if isinstance(function, type):
        return function
    target = function if inspect.isroutine(function) else type(function).__call__
    target = inspect.unwrap(target)
    annotation: object = getattr(target, "__annotations__", {}).get("return", MISSING)
    if isinstance(annotation, str):
        annotation = _resolved(annotation, getattr(target, "__globals__", {}))
    if typing_extensions.get_origin(annotation) in _AWAITED:
        annotation = typing_extensions.get_args(annotation)[-1]
    return _without_none(annotation)


def _resolved(annotation: str, names: dict[str, object]) -> object:
    try:
        return cast("object", eval(annotation, names))
    except Exception:  # any expression may stand in an annotation, so anything may be raised
        return MISSING


def _without_none(annotation: object) -> object:
    if annotation is None or annotation is type(None):
        return MISSING
    if typing_extensions.get_origin(annotation) not in (typing.Union, types.UnionType):
        return annotation
    return _union([one for one in typing_extensions.get_args(annotation) if one is not type(None)])


def or_none(annotation: object) -> object:
    """A type, or None."""
    return MISSING if annotation is MISSING else _union([annotation, None])


def _union(options: list[object]) -> object:
    # What is only known when the program runs has no other spelling that type checkers let pass.
    subscript: Callable[[object, object], object] = vars(operator)["getitem"]
    return subscript(vars(typing)["Union"], tuple(options))
