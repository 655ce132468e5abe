"""Test clients: a blocking one, one to be awaited, and `assert_problem`.

They talk ASGI to any application in this process; no socket is opened.  `api.requests` and its kin come
from here.
"""

from __future__ import annotations

import asyncio
import json
import warnings
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Protocol, Self, TypedDict, cast

import httpx
from starlette.types import ASGIApp, Message
from typing_extensions import Unpack, override

if TYPE_CHECKING:
    from starlette.testclient import TestClient

__all__ = ["ASGIStreamingTransport", "AsyncTestClient", "ClientOptions", "assert_problem", "make_client"]


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
        self._lifespan = _Lifespan(app)

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


class ASGIStreamingTransport(httpx.AsyncBaseTransport):
    """Hands over a response when it starts and chunks as they come; closing it early is a client leaving."""

    def __init__(self, app: ASGIApp, raise_app_exceptions: bool = True) -> None:
        self.app = app
        self.raise_app_exceptions = raise_app_exceptions

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        call = _Call(self.app, request, self.raise_app_exceptions)
        status, headers = await call.start()
        return httpx.Response(status, headers=headers, stream=call, request=request)


class _Call(httpx.AsyncByteStream):
    """One request on its way through the application, and the body of its answer."""

    def __init__(self, app: ASGIApp, request: httpx.Request, raises: bool) -> None:
        self.raises = raises
        self._app = app
        self._request = request
        self._loop = asyncio.get_running_loop()
        self._started: asyncio.Future[tuple[int, list[tuple[bytes, bytes]]]] = self._loop.create_future()
        self._chunks: asyncio.Queue[bytes | None] = asyncio.Queue(1)
        self._left = asyncio.Event()
        self._complete = False
        self._body = self._body_messages()

    async def start(self) -> tuple[int, list[tuple[bytes, bytes]]]:
        """Run the application until its answer starts."""
        self._task = asyncio.create_task(self._run())
        try:
            return await asyncio.shield(self._started)
        except asyncio.CancelledError:
            self._task.cancel()
            raise

    async def _run(self) -> None:
        try:
            await self._app(_scope_of(self._request), self._receive, self._send)
        except BaseException as exc:
            if not self._started.done():
                if self.raises or not isinstance(exc, Exception):
                    self._started.set_exception(exc)
                else:
                    self._started.set_result((500, []))
            elif self.raises:
                raise
        else:
            if not self._started.done():
                self._started.set_exception(RuntimeError("The application sent no answer."))
        finally:
            self._complete = True
            if not self._left.is_set():
                await self._chunks.put(None)

    async def _body_messages(self) -> AsyncIterator[Message]:
        stream = self._request.stream
        assert isinstance(stream, httpx.AsyncByteStream)
        async for chunk in stream:
            yield {"type": "http.request", "body": chunk, "more_body": True}
        yield {"type": "http.request", "body": b"", "more_body": False}

    async def _receive(self) -> Message:
        async for message in self._body:
            return message
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(bytes(name), bytes(value)) for name, value in message.get("headers") or ()]
            self._started.set_result((message["status"], headers))
        elif message["type"] == "http.response.body":
            if self._left.is_set():
                raise OSError("the client has left")
            chunk: bytes = message.get("body", b"")
            if chunk and self._request.method != "HEAD":
                await self._chunks.put(chunk)
            if not message.get("more_body", False):
                self._complete = True
                self._left.set()
                await self._chunks.put(None)

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (chunk := await self._chunks.get()) is not None:
            yield chunk
        if self._complete:
            await self._task

    @override
    async def aclose(self) -> None:
        self._left.set()
        if not self._complete:
            self._task.cancel()
        try:
            await self._task
        except asyncio.CancelledError:
            if not self._task.cancelled():
                raise


def _scope_of(request: httpx.Request) -> dict[str, object]:
    url = request.url
    raw_path, _, query = url.raw_path.partition(b"?")
    default = {"http": 80, "https": 443}.get(url.scheme, 80)
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("testclient", 50000),
        "server": (url.host, url.port or default),
        "extensions": {},
    }


class _Lifespan:
    """One run of an application's lifespan, in a task of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def start(self) -> None:
        """Start the application up; `RuntimeError` with its own words when it fails."""
        self._stop = asyncio.Event()
        self._reports: asyncio.Queue[Message] = asyncio.Queue()
        self._inbox = iter(({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}))
        self._task = asyncio.create_task(self._run())
        report = await self._reports.get()
        if report["type"] == "lifespan.startup.failed":
            await asyncio.wait([self._task])
            self._task.exception()
            raise RuntimeError(report.get("message") or "The application failed to start.")

    async def stop(self) -> None:
        """Shut the application down; raises what it raises."""
        self._stop.set()
        await self._task

    async def _run(self) -> None:
        try:
            await self._app(
                {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, self._receive, self._send
            )
        finally:
            await self._reports.put({"type": "lifespan.ended"})

    async def _receive(self) -> Message:
        message = next(self._inbox, {"type": "lifespan.shutdown"})
        if message["type"] == "lifespan.shutdown":
            await self._stop.wait()
        return message

    async def _send(self, message: Message) -> None:
        await self._reports.put(message)


class Answered(Protocol):
    """What `assert_problem` looks at: a response of any test client."""

    @property
    def status_code(self) -> int:
        """The status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers."""
        ...

    @property
    def content(self) -> bytes:
        """The body."""
        ...


def assert_problem(response: Answered, status: int | None = None, /, **members: object) -> dict[str, object]:
    """Assert that an answer is a problem document with these members, and give the document."""
    kind = response.headers.get("content-type", "")
    assert kind == "application/problem+json", f"not a problem document: {response.status_code} {kind!r}"
    read: object = json.loads(response.content)
    assert isinstance(read, dict), f"a problem document is an object, not {read!r}"
    document = cast("dict[str, object]", read)
    assert document.get("status") == response.status_code, f"status {response.status_code} but {document!r}"
    if status is not None:
        assert response.status_code == status, f"expected {status}, got {response.status_code}: {document!r}"
    for name, value in members.items():
        assert name in document, f"no member {name!r} in {document!r}"
        assert document[name] == value, f"{name} is {document[name]!r}, not {value!r}"
    return document
