"""A transport of httpx that calls an application in this process and streams its answers live.

A response is handed over when it starts and chunks as they come; no socket is opened.  asyncio only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
from starlette.types import ASGIApp, Message
from typing_extensions import override

__all__ = ["ASGIStreamingTransport"]


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
            # Nobody waits for the answer any more, whatever becomes of it.
            self._started.cancel()
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
                # In this order: whoever watches for the client's departure may end this task on it.
                await self._chunks.put(None)
                self._left.set()

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
