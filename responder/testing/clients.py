"""The test clients: a blocking one, Starlette's, and one to be awaited.

They talk ASGI to any application in this process; no socket is opened.  `api.requests` and its kin come
from here.  Both call handlers as well: `call` makes the request, and reads the answer as the handler's type.
"""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from http.cookiejar import Cookie
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, TypeAlias, TypedDict, TypeVar, overload

import httpx
from starlette.responses import Response as StarletteResponse
from starlette.types import ASGIApp
from typing_extensions import Unpack, override

from responder._http.envelope import Envelope
from responder.errors import Problem
from responder.testing.answering import read_answer
from responder.testing.calling import CallOptions, prepare
from responder.testing.lifespans import LifespanRun
from responder.testing.sockets import AsyncWebSocketSession
from responder.testing.transport import ASGIStreamingTransport

with warnings.catch_warnings():
    # It warns where only httpx is installed, which it works with as well; that is not the user's concern.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient as BlockingClient
    from starlette.testclient import WebSocketTestSession

if TYPE_CHECKING:
    from httpx2 import Response

__all__ = ["AsyncTestClient", "ClientOptions", "TestClient", "make_client"]

T = TypeVar("T")

Blank: TypeAlias = "Envelope | StarletteResponse | None"
"""What handlers return that names no value."""
Items: TypeAlias = "AsyncIterator[T] | Iterator[T]"
"""What handlers of streams return."""
Pair: TypeAlias = "tuple[T, int] | tuple[T, int, Mapping[str, str]]"
"""A value with its status, and maybe headers."""


class ClientOptions(TypedDict, total=False):
    """What a test client may be told beside its base URL."""

    raise_server_exceptions: bool
    """Raise what the application raises; False shows the answer that a server would send."""
    root_path: str
    """The path that the application is mounted under."""
    backend: Literal["asyncio", "trio"]
    """The event loop to run the application on."""
    backend_options: dict[str, object] | None
    """Options of that event loop."""
    cookies: Mapping[str, str] | None
    """Cookies to send."""
    headers: dict[str, str] | None
    """Headers to send with each request."""
    follow_redirects: bool
    """Follow redirects; True unless given."""
    client: tuple[str, int]
    """Address and port that requests seem to come from."""


class TestClient(BlockingClient):
    """Starlette's test client, which calls handlers as well."""

    __test__ = False

    @override
    def websocket_connect(
        self, url: str, subprotocols: Sequence[str] | None = None, **options: object
    ) -> WebSocketTestSession:
        """A WebSocket, open inside of `with`; a path is below the base URL, whose cookies go along."""
        if "://" not in url:
            base = str(self.base_url).replace("http", "ws", 1).rstrip("/")
            url = f"{base}/{url.lstrip('/')}"
        return super().websocket_connect(url, subprotocols, **options)

    @overload
    def call(
        self,
        handler: Callable[..., Awaitable[Blank] | Blank],
        options: CallOptions | None = None,
        /,
        **arguments: object,
    ) -> Response: ...
    @overload
    def call(
        self, handler: Callable[..., Items[T]], options: CallOptions | None = None, /, **arguments: object
    ) -> list[T]: ...
    @overload
    def call(
        self,
        handler: Callable[..., Awaitable[Pair[T] | Problem]],
        options: CallOptions | None = None,
        /,
        **arguments: object,
    ) -> T: ...
    @overload
    def call(
        self,
        handler: Callable[..., Awaitable[T | Pair[T] | Problem]],
        options: CallOptions | None = None,
        /,
        **arguments: object,
    ) -> T: ...
    @overload
    def call(  # type: ignore[overload-cannot-match]  # where a union cannot be solved
        self,
        handler: Callable[..., Awaitable[object]],
        options: CallOptions | None = None,
        /,
        **arguments: object,
    ) -> object: ...
    @overload
    def call(
        self,
        handler: Callable[..., Pair[T] | Problem],
        options: CallOptions | None = None,
        /,
        **arguments: object,
    ) -> T: ...
    @overload
    def call(
        self,
        handler: Callable[..., T | Pair[T] | Problem],
        options: CallOptions | None = None,
        /,
        **arguments: object,
    ) -> T: ...
    def call(
        self, handler: Callable[..., object], options: CallOptions | None = None, /, **arguments: object
    ) -> object:
        """Call a handler over the application: its arguments go where its route reads them.

        What comes back is what the handler returns, validated as its return annotation; the response itself
        where that names no value.  A problem that the route declares is raised as what it is, and every
        other error as `CallError`.
        """
        made = prepare(self.app, handler, options, arguments)
        response = self.request(
            made.method,
            made.url,
            headers=made.header_lines(_held(self.cookies.jar)),
            data=made.form or None,
            files=made.files or None,
            content=made.content,
        )
        return read_answer(made, response)


def make_client(app: ASGIApp, base_url: str = "http://;", **options: Unpack[ClientOptions]) -> TestClient:
    """A blocking test client, Starlette's."""
    return TestClient(app, base_url, **options)  # type: ignore[arg-type]  # cookies: its union is httpx's own


class AsyncTestClient(httpx.AsyncClient):
    """An `httpx.AsyncClient` that talks to an application; `async with` runs its lifespan.  asyncio only."""

    def __init__(
        self,
        app: ASGIApp,
        base_url: str = "http://;",
        *,
        raise_app_exceptions: bool = True,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        follow_redirects: bool = True,
    ) -> None:
        super().__init__(
            transport=ASGIStreamingTransport(app, raise_app_exceptions),
            base_url=base_url,
            headers=dict(headers or {}),
            cookies=dict(cookies or {}),
            follow_redirects=follow_redirects,
        )
        self.app = app
        self._lifespan = LifespanRun(app)

    @override
    async def __aenter__(self) -> Self:
        await self._lifespan.start()
        await super().__aenter__()
        return self

    @override
    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        try:
            await super().__aexit__(exc_type, exc_value, traceback)
        finally:
            await self._lifespan.stop()

    def websocket_connect(
        self, path: str, *, subprotocols: Sequence[str] = (), headers: Mapping[str, str] | None = None
    ) -> AsyncWebSocketSession:
        """A WebSocket, open inside of `async with`; the client's headers and cookies go along."""
        request = self.build_request("GET", path, headers=headers)
        return AsyncWebSocketSession(self.app, request, subprotocols)

    @overload
    async def call(
        self,
        handler: Callable[..., Awaitable[Blank] | Blank],
        options: CallOptions | None = None,
        /,
        **arguments: object,
    ) -> httpx.Response: ...
    @overload
    async def call(
        self, handler: Callable[..., Items[T]], options: CallOptions | None = None, /, **arguments: object
    ) -> list[T]: ...
    @overload
    async def call(
        self,
        handler: Callable[..., Awaitable[Pair[T] | Problem]],
        options: CallOptions | None = None,
        /,
        **arguments: object,
    ) -> T: ...
    @overload
    async def call(
        self,
        handler: Callable[..., Awaitable[T | Pair[T] | Problem]],
        options: CallOptions | None = None,
        /,
        **arguments: object,
    ) -> T: ...
    @overload
    async def call(  # type: ignore[overload-cannot-match]  # where a union cannot be solved
        self,
        handler: Callable[..., Awaitable[object]],
        options: CallOptions | None = None,
        /,
        **arguments: object,
    ) -> object: ...
    @overload
    async def call(
        self,
        handler: Callable[..., Pair[T] | Problem],
        options: CallOptions | None = None,
        /,
        **arguments: object,
    ) -> T: ...
    @overload
    async def call(
        self,
        handler: Callable[..., T | Pair[T] | Problem],
        options: CallOptions | None = None,
        /,
        **arguments: object,
    ) -> T: ...
    async def call(
        self, handler: Callable[..., object], options: CallOptions | None = None, /, **arguments: object
    ) -> object:
        """Call a handler over the application: its arguments go where its route reads them.

        What comes back is what the handler returns, validated as its return annotation; the response itself
        where that names no value.  A problem that the route declares is raised as what it is, and every
        other error as `CallError`.
        """
        made = prepare(self.app, handler, options, arguments)
        response = await self.request(
            made.method,
            made.url,
            headers=made.header_lines(_held(self.cookies.jar)),
            data=made.form or None,
            files=made.files or None,
            content=made.content,
        )
        return read_answer(made, response)


def _held(jar: Iterable[Cookie]) -> dict[str, str]:
    """The cookies that a client holds; of two with one name, the one that came last."""
    return {cookie.name: cookie.value or "" for cookie in jar}
