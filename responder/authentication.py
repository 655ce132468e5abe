"""Starlette's way of authentication on this framework: a backend says who sent a request, `requires` says who
may.

Backends are Starlette's own, unchanged.  `AuthenticationMiddleware` asks one about every request; whom it
names is at `req.user`, and what they may do at `req.credentials`.  Knows no route.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from contextvars import ContextVar
from typing import Final, TypeVar, cast
from urllib.parse import urlencode

from starlette.authentication import (
    AuthCredentials,
    AuthenticationBackend,
    AuthenticationError,
    BaseUser,
    SimpleUser,
    UnauthenticatedUser,
)
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from responder._http.problems import ConfigurationError
from responder._http.request import Request
from responder.params import Dependency

__all__ = [
    "AuthCredentials",
    "AuthenticationBackend",
    "AuthenticationError",
    "AuthenticationMiddleware",
    "BaseUser",
    "Requirement",
    "SimpleUser",
    "UnauthenticatedUser",
    "Unauthenticated",
    "requires",
]

ViewT = TypeVar("ViewT", bound=Callable[..., object])

_current: Final[ContextVar[Scope | None]] = ContextVar("responder_authenticated", default=None)


class Unauthenticated(HTTPException, AuthenticationError):
    """The backend refused the credentials: a 401, or what a handler for `AuthenticationError` makes of it."""


class AuthenticationMiddleware:
    """Ask a backend who sends each request and each WebSocket.

    `challenge` is the `WWW-Authenticate` of a 401.
    """

    def __init__(self, app: ASGIApp, backend: AuthenticationBackend, *, challenge: str = "Bearer") -> None:
        self.app = app
        self.backend = backend
        self.challenge = challenge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        try:
            known = await self.backend.authenticate(HTTPConnection(scope))
        except AuthenticationError as error:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008, "reason": "Unauthorized"})
                return
            if isinstance(error, HTTPException):
                raise
            told = str(error) or "Invalid credentials"
            raise Unauthenticated(401, told, headers={"WWW-Authenticate": self.challenge}) from error
        scope["auth"], scope["user"] = known or (AuthCredentials(), UnauthenticatedUser())
        before = _current.set(scope)
        try:
            await self.app(scope, receive, send)
        finally:
            _current.reset(before)


class Requirement(Dependency):
    """Scopes that a caller must have: a decorator for handlers, and a guard for `dependencies=[...]`.

    As a guard it judges before anything of the request is read; as a decorator, when the handler is called.
    """

    def __call__(self, view: ViewT, /) -> ViewT:
        """Put the requirement before a handler, or a method of a class view."""
        if isinstance(view, type) or not callable(view):
            raise ConfigurationError(
                f"requires() decorates functions and methods, not {view!r};"
                " a whole class view takes dependencies=[requires(...)]."
            )
        return cast("ViewT", _guarded(view, self.provider))


def requires(scopes: str | Sequence[str], status_code: int = 403, redirect: str | None = None) -> Requirement:
    """Let only callers in who have all of some scopes; the others get `status_code`.

    With `redirect` they are sent to that route, which finds where they wanted to go in `?next=`.
    """
    wanted = (scopes,) if isinstance(scopes, str) else tuple(cast("Sequence[object]", scopes))
    if not all(isinstance(one, str) for one in wanted):
        raise ConfigurationError(f"requires() takes a scope or several, not {scopes!r}.")
    if not 400 <= status_code <= 499:
        raise ConfigurationError(f"requires(status_code=...) must be from 400 to 499, not {status_code!r}.")

    def check() -> None:
        scope = _current.get()
        if scope is None or "auth" not in scope:
            raise RuntimeError("requires() needs AuthenticationMiddleware around the application")
        granted = cast("AuthCredentials", scope["auth"]).scopes
        if all(one in granted for one in wanted):
            return
        if redirect is None or scope["type"] != "http":
            raise HTTPException(status_code)
        raise HTTPException(303, headers={"Location": _sign_in(scope, redirect)})

    return Requirement(check)


def _sign_in(scope: Scope, route: str) -> str:
    request = Request(scope, _no_body)
    return f"{request.url_for(route)}?{urlencode({'next': request.full_url})}"


async def _no_body() -> dict[str, object]:
    raise RuntimeError("the body of this request is not read here")


def _guarded(view: Callable[..., object], check: Callable[[], object]) -> Callable[..., object]:
    """The same kind of function, with the check in front."""
    if inspect.isasyncgenfunction(view):
        items = cast("Callable[..., AsyncGenerator[object, None]]", view)

        @functools.wraps(view)
        async def guarded_items(*args: object, **kwargs: object) -> AsyncIterator[object]:
            check()
            async with aclosing(items(*args, **kwargs)) as source:
                async for item in source:
                    yield item

        return guarded_items
    if inspect.iscoroutinefunction(view):
        waits = cast("Callable[..., Awaitable[object]]", view)

        @functools.wraps(view)
        async def guarded_async(*args: object, **kwargs: object) -> object:
            check()
            return await waits(*args, **kwargs)

        return guarded_async
    if inspect.isgeneratorfunction(view):
        steps = cast("Callable[..., Iterator[object]]", view)

        @functools.wraps(view)
        def guarded_steps(*args: object, **kwargs: object) -> Iterator[object]:
            check()
            yield from steps(*args, **kwargs)

        return guarded_steps

    @functools.wraps(view)
    def guarded(*args: object, **kwargs: object) -> object:
        check()
        return view(*args, **kwargs)

    return guarded
