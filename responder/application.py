"""`Application`: the core application, batteries not included.

Everything a user calls on `api`, each method a few lines; what happens is in `_serve.core`.  `API` adds the
constructor and, later, the batteries.  It knows no extension.
"""

from __future__ import annotations

import logging
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
)
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Concatenate, Generic, Literal, ParamSpec, TypeVar, cast, overload

import typing_extensions
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import override

from responder import status_codes
from responder._http.media import Formats
from responder._http.problems import ConfigurationError
from responder._http.response import Response
from responder._http.shutdown import Shutdown
from responder._http.structures import State
from responder._routing.declare import Batch, ProviderRecord, Replaceable
from responder._routing.errors import Located
from responder._routing.groups import Host
from responder._routing.handlers import ExceptionDecorator, ExceptionHandler, ExcT
from responder._routing.paths import route_path
from responder._routing.plan import Operation, Route
from responder._routing.providers import Ref
from responder._routing.supply import Supplies
from responder._serve import running
from responder._serve.core import Core
from responder._serve.debugging import is_importing
from responder._serve.decorators import EventDecorator, MiddlewareDecorator, MiddlewareT
from responder._serve.mounts import WSGIApp
from responder._serve.overriding import Overridable
from responder._serve.settings import Settings
from responder._serve.surroundings import Surroundings
from responder.background import BackgroundQueue
from responder.registry import Provider, Registry
from responder.sessions import Keeper

if TYPE_CHECKING:
    from responder.testing import AsyncTestClient, ClientOptions, TestClient

P = ParamSpec("P")
T = TypeVar("T")
RegT = typing_extensions.TypeVar("RegT", bound=Registry, default=Registry)
StateT = typing_extensions.TypeVar("StateT", default=State)

__all__ = ["Application"]


class Application(Host[RegT, Literal[""]], Supplies[RegT], Surroundings, Overridable, Generic[RegT, StateT]):
    """An ASGI application: declare routes on it, serve it, test it."""

    status_codes = status_codes

    def __init__(
        self,
        settings: Settings,
        registry: type[Registry] | None,
        state: object,
        sessions: Keeper | None = None,
    ) -> None:
        self._core = Core(self, settings, registry, state, sessions)
        self._clients: dict[str, TestClient] = {}
        self.log = logging.getLogger("responder.app")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, WebSocket or lifespan."""
        if scope["type"] == "lifespan":
            await self._core.lifespan(scope, receive, send)
            return
        scope["app"] = self
        await self._core.entry(scope, receive, send)

    @override
    def _take(self, batch: Batch) -> None:
        self._core.take(batch)

    @override
    def _falls_back(self, path: str) -> bool:
        if not self._core.settings.implicit_static_fallback:
            return False
        self._core.statics.fall_back(path)
        return True

    @override
    def _provide(self, record: ProviderRecord) -> None:
        self._core.provide(record)

    # -- what it is

    @property
    def state(self) -> StateT:
        """Values of the application as a whole; what the lifespan yields takes its place while it runs."""
        return cast("StateT", self._core.state)

    @property
    def settings(self) -> Settings:
        """What the application was told when it was made."""
        return self._core.settings

    @property
    def debug(self) -> bool:
        """Whether tracebacks are shown to clients."""
        return self._core.settings.debug

    @property
    def secret_key(self) -> str | None:
        """The key that signs what is handed to clients."""
        keys = self._core.settings.secret_keys
        if keys:
            return keys[0]
        return None if self.sessions is None else self.sessions.key

    @property
    def sessions(self) -> Keeper | None:
        """Who opens and keeps the sessions of requests; None when they are off."""
        return self._core.sessions

    @property
    def sessions_enabled(self) -> bool:
        """Whether requests have a session."""
        return self._core.sessions is not None

    @property
    def background(self) -> BackgroundQueue:
        """Work that no response waits for."""
        return self._core.background

    @property
    def shutting_down(self) -> Shutdown:
        """Set once the server was told to stop; handlers find it at `req.shutting_down`."""
        return self._core.shutting_down

    @property
    def formats(self) -> Formats:
        """The formats that bodies are read and written in, by name."""
        return self._core.formats

    @property
    def operations(self) -> tuple[Route, ...]:
        """Every route with its operations, as they are served; raises what is wrong with them."""
        return self._core.live().plan.routes

    @property
    def app(self) -> ASGIApp:
        """The middleware and all it holds, as one ASGI application."""
        return self._core.live().app

    @property
    def router(self) -> ASGIApp:
        """The routes without the middleware, as an ASGI application."""
        return self._core.floor

    # -- what it is told, beside routes and dependencies

    def add_middleware(
        self, middleware: Callable[Concatenate[ASGIApp, P], ASGIApp], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Put an ASGI middleware around everything that was added before it."""
        if not callable(middleware):
            raise ConfigurationError(f"add_middleware() takes an ASGI middleware, not {middleware!r}.")
        self._core.add_layer(lambda app: middleware(app, *args, **kwargs))

    def add_outer_middleware(
        self, middleware: Callable[Concatenate[ASGIApp, P], ASGIApp], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Put an ASGI middleware around everything that answers, and around what was put there before.

        It sees every answer as it is sent, to unmatched paths, refused hosts and faults too; only proxy
        headers and request ids are outside of it.  For what watches, not for what answers.
        """
        if not callable(middleware):
            raise ConfigurationError(f"add_outer_middleware() takes an ASGI middleware, not {middleware!r}.")
        self._core.add_outer_layer(lambda app: middleware(app, *args, **kwargs))

    @overload
    def middleware(self, function: MiddlewareT, /) -> MiddlewareT: ...
    @overload
    def middleware(self, kind: Literal["http"] = "http", /) -> MiddlewareDecorator: ...
    def middleware(self, function: object = "http", /) -> object:
        """Make `function(request, call_next)` a middleware for HTTP; bare, or called with "http"."""
        if callable(function):
            self._core.add_function(function)
            return function
        if function != "http":
            raise ConfigurationError(f'Function middleware serves "http" only, not {function!r}.')
        return MiddlewareDecorator(self._core.add_function)

    @overload
    def exception_handler(self, key: type[ExcT], /) -> ExceptionDecorator[ExcT]: ...
    @overload
    def exception_handler(self, key: int, /) -> ExceptionDecorator[HTTPException]: ...
    def exception_handler(self, key: type[Exception] | int, /) -> object:
        """Let `function(req, resp, exc)` answer a class of exceptions, or a status."""
        return ExceptionDecorator[Exception](partial(self._core.answer_by, key))

    @overload
    def add_exception_handler(self, key: type[ExcT], handler: ExceptionHandler[ExcT]) -> None: ...
    @overload
    def add_exception_handler(self, key: int, handler: ExceptionHandler[HTTPException]) -> None: ...
    def add_exception_handler(self, key: type[Exception] | int, handler: Callable[..., object]) -> None:
        """Let `handler(req, resp, exc)` answer a class of exceptions, or a status."""
        self._core.answer_by(key, handler)

    def on_event(self, event: Literal["startup", "shutdown"], /) -> EventDecorator:
        """Run a function, plain or async, at start-up or shutdown."""
        return EventDecorator(self._core.lifespan.adding(event))

    def add_event_handler(self, event: Literal["startup", "shutdown"], handler: Callable[[], object]) -> None:
        """Run a function, plain or async, at start-up or shutdown."""
        self._core.lifespan.add(event, handler)

    def mount(self, prefix: str, app: ASGIApp | WSGIApp, *, name: str | None = None) -> None:
        """Let another application, ASGI or WSGI, answer below `prefix` what no route of ours answers.

        With a `name`, `url_for` finds the routes in it as `name:route`, and files as `name` with a `path`.
        """
        self._core.mounts.add(prefix, app, name)

    # -- what it tells

    def check(self, *, notes: bool = False) -> tuple[Located, ...]:
        """Every finding about what was declared; compiles all of it.  None means that it will serve.

        With `notes`, also what is worth a look and no mistake for sure, such as a provider that nothing
        asks for.
        """
        return self._core.check(notes)

    def source_of(self, operation: Operation) -> str:
        """The Python text that was generated for an operation of `api.operations`."""
        return self._core.source_of(operation)

    @override
    def url_for(self, target: str | Callable[..., object], /, **params: object) -> str:
        """The path of a route, by its name, its handler, or the handler's name; `mount:name` for what is in a
        mount.
        """
        return self._core.live().reverse.url(target, params)

    def path_matches_route(self, path: str | Scope) -> Route | None:
        """The route that a path leads to, whatever the method; None when there is none."""
        live = self._core.live()
        text = path if isinstance(path, str) else route_path(path)
        found = live.table.matches(text) or live.sockets.matches(text)
        return None if found is None else found.route

    @overload
    def resolve(self, provider: Provider[..., T, str], /) -> AbstractAsyncContextManager[T]: ...
    @overload
    def resolve(self, provider: str, /) -> AbstractAsyncContextManager[object]: ...
    @overload
    def resolve(self, provider: Callable[..., AsyncIterator[T]], /) -> AbstractAsyncContextManager[T]: ...
    @overload
    def resolve(self, provider: Callable[..., Iterator[T]], /) -> AbstractAsyncContextManager[T]: ...
    @overload
    def resolve(self, provider: Callable[..., Awaitable[T]], /) -> AbstractAsyncContextManager[T]: ...
    @overload
    def resolve(self, provider: Callable[..., T], /) -> AbstractAsyncContextManager[T]: ...
    def resolve(self, provider: str | Callable[..., object], /) -> AbstractAsyncContextManager[object]:
        """Open a dependency and all it needs outside a request: `async with api.resolve(make_db) as db`."""
        return self._core.resolve(Ref(provider, None) if isinstance(provider, str) else Ref(None, provider))

    @override
    def _overriding(self, overrides: Iterable[tuple[Replaceable, object]]) -> AbstractContextManager[None]:
        return self._core.overriding(overrides)

    def redirect(
        self,
        resp: Response[object],
        location: str,
        *,
        set_text: bool = True,
        status_code: int | None = None,
        permanent: bool = False,
        allow_external: bool = True,
    ) -> None:
        """Send the client elsewhere; the same as `resp.redirect`."""
        resp.redirect(
            location,
            set_text=set_text,
            status_code=status_code,
            permanent=permanent,
            allow_external=allow_external,
        )

    # -- how it is tested and served

    @property
    def requests(self) -> TestClient:
        """A test client for this application, always the same one; `with api.requests:` runs the lifespan."""
        return self.test_client()

    def test_client(
        self, base_url: str = "http://;", **options: typing_extensions.Unpack[ClientOptions]
    ) -> TestClient:
        """A test client; one for each base URL, and a fresh one when options are given."""
        from responder.testing import make_client

        if options:
            return make_client(self, base_url, **options)
        if base_url not in self._clients:
            self._clients[base_url] = make_client(self, base_url)
        return self._clients[base_url]

    @property
    def async_requests(self) -> AsyncTestClient:
        """A test client to be awaited; `async with api.async_requests as client:` runs the lifespan."""
        from responder.testing import AsyncTestClient

        return AsyncTestClient(self)

    def serve(
        self,
        *,
        address: str | None = None,
        port: int | None = None,
        debug: bool = False,
        server: running.Server = "uvicorn",
        port_precedence: running.Precedence = "explicit",
        workers: int | None = None,
        grace_period: float | None = None,
        shutdown_delay: float = 0.0,
        **server_options: object,
    ) -> None:
        """Serve until told to stop.  `PORT` in the environment opens the address and gives the port.

        Told to stop, by SIGTERM or SIGINT, the server ends everything within `grace_period` seconds, 10
        unless given; a second signal ends it at once.  For `shutdown_delay` seconds before that it still
        serves but is not ready any more.  With several `workers`, each is a process that imports the module.
        """
        if is_importing():
            return
        running.run(
            self,
            address=address,
            port=port,
            debug=debug,
            server=server,
            port_precedence=port_precedence,
            options={
                # Its own words come out like all others then.
                **({"log_config": None} if server == "uvicorn" and self._core.settings.watch.logging else {}),
                "workers": workers,
                "grace_period": grace_period,
                "shutdown_delay": shutdown_delay,
                **server_options,
            },
        )

    def run(
        self,
        *,
        address: str | None = None,
        port: int | None = None,
        debug: bool | None = None,
        server: running.Server = "uvicorn",
        port_precedence: running.Precedence = "explicit",
        workers: int | None = None,
        grace_period: float | None = None,
        shutdown_delay: float = 0.0,
        **server_options: object,
    ) -> None:
        """The same as `serve`, with the application's own `debug` unless it is given."""
        self.serve(
            address=address,
            port=port,
            debug=self.debug if debug is None else debug,
            server=server,
            port_precedence=port_precedence,
            workers=workers,
            grace_period=grace_period,
            shutdown_delay=shutdown_delay,
            **server_options,
        )
