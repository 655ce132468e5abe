"""Middleware of one route: ASGI layers around its endpoint, made once with the plan.

They see requests that the route answers, with `path_params` and the route in the scope, before its hooks and
guards; and every answer of it, those to errors that somebody foresaw too.  What nobody did passes through
them first and is answered outside.  Called by `targets`; knows nothing of what is around the application.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias, cast

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from responder._http.problems import ConfigurationError

Layer: TypeAlias = Callable[[ASGIApp], ASGIApp]
RouteMiddleware: TypeAlias = Layer | Middleware
"""What `middleware=` is a list of."""
Layers: TypeAlias = tuple[Layer, ...]
Endpoint: TypeAlias = Callable[[Scope, Receive, Send, tuple[object, ...]], Awaitable[None]]
Fail: TypeAlias = Callable[[BaseException, Scope, Receive, Send], Awaitable[None]]

WANTED = "a list of ASGI middleware, such as [Middleware(GZipMiddleware, minimum_size=99)]"
"""What `middleware=` must be."""


def read_layers(value: object) -> Layers | None:
    """The layers that a `middleware=` names, outermost first; None when the value is none."""
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)):
        return None
    layers = [_layer(one) for one in cast("Sequence[object]", value)]
    told = [one for one in layers if one is not None]
    return tuple(told) if len(told) == len(layers) else None


def _layer(one: object) -> Layer | None:
    if isinstance(one, Middleware):
        made = one
        return lambda app: made.cls(app, *made.args, **made.kwargs)
    return cast("Layer", one) if callable(one) else None


class Wrapped:
    """An endpoint with layers around it; `inner` is what they lead to, and may be exchanged."""

    __slots__ = ("inner", "_fail", "_fields", "_route", "_stack")

    def __init__(self, layers: Layers, fields: Sequence[str], route: object, fail: Fail, label: str) -> None:
        self.inner: Endpoint | None = None
        self._fields = tuple(fields)
        self._route = route
        self._fail = fail
        app: ASGIApp = self._serve
        for layer in reversed(layers):
            try:
                app = layer(app)
            except TypeError as exc:
                raise ConfigurationError(f"A middleware of {label} can not be made: {exc}") from exc
            if not callable(app):
                raise ConfigurationError(f"A middleware of {label} gave no ASGI application, but {app!r}.")
        self._stack = app

    async def endpoint(self, scope: Scope, receive: Receive, send: Send, values: tuple[object, ...]) -> None:
        """Serve one request through the layers."""
        scope["route"] = self._route
        scope["path_params"] = dict(zip(self._fields, values, strict=False))
        started = False

        async def send_watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._stack(scope, receive, send_watched)
        except Exception as exc:
            if started or scope["type"] != "http":
                raise
            await self._fail(exc, scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        params = scope["path_params"]
        values = tuple(params[field] for field in self._fields if field in params)
        if self.inner is not None:
            await self.inner(scope, receive, send, values)
