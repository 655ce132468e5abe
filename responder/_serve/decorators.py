"""The decorators of an application that are not about routes, each a typed identity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar

from responder._http.request import Request
from responder._http.response import Response

ExcT = TypeVar("ExcT", bound=Exception)
ResultT = TypeVar("ResultT")
EventT = TypeVar("EventT", bound=Callable[[], object])
MiddlewareT = TypeVar("MiddlewareT", bound=Callable[..., object])
ExceptionHandler: TypeAlias = Callable[[Request, Response[object], ExcT], object]
"""What answers an exception of a class."""


class ExceptionDecorator(Generic[ExcT]):
    """Lets the function it is put on answer an exception, and gives it back as it is."""

    __slots__ = ("_add",)

    def __init__(self, add: Callable[[Callable[..., object]], None]) -> None:
        self._add = add

    def __call__(
        self, function: Callable[[Request, Response[object], ExcT], ResultT], /
    ) -> Callable[[Request, Response[object], ExcT], ResultT]:
        """Register a handler."""
        self._add(function)
        return function


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
