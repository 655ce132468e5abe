"""The decorators of an application that are not about routes, each a typed identity."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

EventT = TypeVar("EventT", bound=Callable[[], object])
MiddlewareT = TypeVar("MiddlewareT", bound=Callable[..., object])


class EventDecorator:
    """Runs the function it is put on at an event, and gives it back as it is."""

    __slots__ = ("_add",)

    def __init__(self, add: Callable[[Callable[[], object]], None]) -> None:
        self._add = add

    def __call__(self, function: EventT, /) -> EventT:
        """Register a function."""
        self._add(function)
        return function


class MiddlewareDecorator:
    """Makes the function it is put on a middleware, and gives it back as it is."""

    __slots__ = ("_add",)

    def __init__(self, add: Callable[[Callable[..., object]], None]) -> None:
        self._add = add

    def __call__(self, function: MiddlewareT, /) -> MiddlewareT:
        """Register a middleware function."""
        self._add(function)
        return function
