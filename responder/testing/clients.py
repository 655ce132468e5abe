"""The test clients: a blocking one, Starlette's, and one to be awaited.

They talk ASGI to any application in this process; no socket is opened.  `api.requests` and its kin come
from here.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, TypedDict

import httpx
from starlette.types import ASGIApp
from typing_extensions import Unpack, override

from responder.testing.lifespans import LifespanRun
from responder.testing.sockets import AsyncWebSocketSession
from responder.testing.transport import ASGIStreamingTransport

if TYPE_CHECKING:
    from starlette.testclient import TestClient

__all__ = ["AsyncTestClient", "ClientOptions", "make_client"]


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


def make_client(app: ASGIApp, base_url: str = "http://;", **options: Unpack[ClientOptions]) -> TestClient:
    """A blocking test client, Starlette's."""
    with warnings.catch_warnings():
        # It warns where only httpx is installed, which it works with as well; that is not the user's concern.
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient
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
