"""Which user function answers which exception: by status first for HTTP errors, then by class.

Filled by applications and routers, asked by `failures`.  `Exception` and `500` name the catch-all, which is
asked last and only when nothing else fits; a router has none.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar

from starlette.exceptions import HTTPException

from responder._contract.frozen import frozen
from responder._http.callables import is_async
from responder._http.problems import ConfigurationError
from responder._http.refusals import refusal
from responder._http.request import Request
from responder._http.response import Response
from responder._routing.reader import display_name, never_runs

ExcT = TypeVar("ExcT", bound=Exception)
ResultT = TypeVar("ResultT")
ExceptionKey: TypeAlias = type[Exception] | int
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


@frozen
class Handler:
    """One user function, read once: how to call it."""

    function: Callable[..., object]
    is_async: bool
    takes: int


class Handlers:
    """All exception handlers of one application, or of one router."""

    def __init__(self) -> None:
        self._by_status: dict[int, Handler] = {}
        self._by_class: dict[type[Exception], Handler] = {}

    def __bool__(self) -> bool:
        return bool(self._by_status or self._by_class)

    def copy(self) -> Handlers:
        """The handlers that there are now."""
        made = Handlers()
        made._by_status.update(self._by_status)
        made._by_class.update(self._by_class)
        return made

    def add(self, key: ExceptionKey, function: Callable[..., object]) -> None:
        """Let `function(req, resp, exc)` answer a status, or a class of exceptions and those below it."""
        handler = read_callable(function, most=3, what="An exception handler")
        checked = _checked(key)
        if isinstance(checked, int):
            self._by_status[checked] = handler
        else:
            self._by_class[checked] = handler

    def find(self, exc: Exception) -> Handler | None:
        """The handler for an exception, the catch-all left out."""
        if isinstance(exc, HTTPException):
            handler = self._by_status.get(exc.status_code)
            if handler is not None:
                return handler
        for kind in type(exc).__mro__:
            if kind is Exception:
                return None
            handler = self._by_class.get(kind)
            if handler is not None:
                return handler
        return None

    @property
    def catch_all(self) -> Handler | None:
        """The handler for what nothing else answers."""
        return self._by_class.get(Exception) or self._by_status.get(500)


@frozen
class Nearest:
    """The handlers of the routers that a route is in, the nearest first, and those of the application."""

    nearer: tuple[Handlers, ...]
    outer: Handlers | Nearest

    def find(self, exc: Exception) -> Handler | None:
        """The handler for an exception, the catch-all left out."""
        found = (one.find(exc) for one in (*self.nearer, self.outer))
        return next((handler for handler in found if handler is not None), None)

    @property
    def catch_all(self) -> Handler | None:
        """The handler for what nothing else answers."""
        return self.outer.catch_all


def _checked(key: object) -> ExceptionKey:
    if isinstance(key, int) and not isinstance(key, bool):
        if 400 <= key <= 599:
            return key
        raise refusal("handler-status", status=str(key))
    if isinstance(key, type) and issubclass(key, Exception):
        return key
    raise ConfigurationError(f"exception_handler() takes a class of exceptions or a status, not {key!r}.")


def read_callable(function: Callable[..., object], *, most: int, what: str) -> Handler:
    """How to call a user function that takes up to `most` positional arguments."""
    if not callable(function):
        raise ConfigurationError(f"{what} must be callable, not {type(function).__name__}.")
    if never_runs(function):
        raise refusal("hook-generator", hook=display_name(function))
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return Handler(function, is_async(function), most)
    if any(one.kind is one.VAR_POSITIONAL for one in parameters):
        return Handler(function, is_async(function), most)
    positional = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    needed = [one for one in positional if one.default is one.empty]
    named = [one for one in parameters if one.kind is one.KEYWORD_ONLY and one.default is one.empty]
    if len(needed) > most or named:
        name = getattr(function, "__qualname__", repr(function))
        raise ConfigurationError(f"{what} is called with {most} arguments, which {name} does not take.")
    return Handler(function, is_async(function), min(len(positional), most))
