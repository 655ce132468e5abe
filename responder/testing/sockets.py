"""A WebSocket to an application in this process, to be awaited.  Made by the client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Literal, Self

import httpx
from starlette.types import ASGIApp, Message
from starlette.websockets import WebSocketDisconnect

__all__ = ["AsyncWebSocketSession", "WebSocketDenied"]

_PATIENCE: Final = 5.0
"""Seconds that a handler may take to end after its client has left."""
_ENDED: Final[Message] = {"type": "ended"}


class WebSocketDenied(WebSocketDisconnect):
    """The handshake was answered by HTTP; `response` is the answer."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(1006, f"denied with {response.status_code}")
        self.response = response


class AsyncWebSocketSession:
    """One WebSocket, from the client's side.  What the application raises is raised when the block ends."""

    def __init__(self, app: ASGIApp, request: httpx.Request, subprotocols: Sequence[str] = ()) -> None:
        self._app = app
        self._request = request
        self._offered = list(subprotocols)
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message] = asyncio.Queue()
        self.accepted_subprotocol: str | None = None
        """What the application chose to speak."""
        self.headers: httpx.Headers = httpx.Headers()
        """The headers of its handshake."""
        self.close_code: int | None = None
        """The code that the application closed with, once it has."""
        self.close_reason: str = ""

    # -- coming and going

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        self._to_app.put_nowait({"type": "websocket.connect"})
        try:
            await self._handshake()
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.close_code is None:
            self._to_app.put_nowait({"type": "websocket.disconnect", "code": 1000, "reason": ""})
        await self._end()

    async def _handshake(self) -> None:
        message = await self._from_app.get()
        kind = message["type"]
        if kind == "websocket.accept":
            self.accepted_subprotocol = message.get("subprotocol")
            self.headers = httpx.Headers(list(message.get("headers") or ()))
        elif kind == "websocket.close":
            self._note_close(message)
            raise WebSocketDisconnect(self.close_code or 1000, self.close_reason)
        elif kind == "websocket.http.response.start":
            raise WebSocketDenied(await self._denial(message))
        else:
            await self._task
            raise RuntimeError("The application neither accepted nor refused the WebSocket.")

    async def _denial(self, start: Message) -> httpx.Response:
        body = bytearray()
        more = True
        while more:
            message = await self._from_app.get()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = [(bytes(name), bytes(value)) for name, value in start.get("headers") or ()]
        return httpx.Response(start["status"], headers=headers, content=bytes(body), request=self._request)

    async def _run(self) -> None:
        try:
            await self._app(self._scope(), self._to_app.get, self._from_app.put)
        finally:
            self._from_app.put_nowait(_ENDED)

    async def _end(self) -> None:
        """Wait for the handler; one that does not end is cancelled."""
        done, _ = await asyncio.wait([self._task], timeout=_PATIENCE)
        if not done:
            self._task.cancel()
        try:
            await self._task
        except asyncio.CancelledError:
            if not self._task.cancelled():
                raise

    def _scope(self) -> dict[str, object]:
        url = self._request.url
        raw_path, _, query = url.raw_path.partition(b"?")
        secure = url.scheme in ("https", "wss")
        headers = [(name.lower(), value) for name, value in self._request.headers.raw]
        if self._offered:
            headers.append((b"sec-websocket-protocol", ", ".join(self._offered).encode()))
        return {
            "type": "websocket",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "wss" if secure else "ws",
            "path": url.path,
            "raw_path": raw_path,
            "query_string": query,
            "root_path": "",
            "headers": headers,
            "client": ("testclient", 50000),
            "server": (url.host, url.port or (443 if secure else 80)),
            "subprotocols": self._offered,
            "state": {},
            "extensions": {"websocket.http.response": {}},
        }

    # -- messages

    async def send_text(self, text: str) -> None:
        """Send text."""
        self._say({"type": "websocket.receive", "text": text})

    async def send_bytes(self, data: bytes) -> None:
        """Send bytes."""
        self._say({"type": "websocket.receive", "bytes": data})

    async def send_json(self, data: object, mode: Literal["text", "binary"] = "text") -> None:
        """Send JSON, as text or as UTF-8."""
        text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
        await (self.send_text(text) if mode == "text" else self.send_bytes(text.encode()))

    async def receive_text(self) -> str:
        """The next message, which is text."""
        message = await self.receive()
        text = message.get("text")
        assert isinstance(text, str), f"not text: {message!r}"
        return text

    async def receive_bytes(self) -> bytes:
        """The next message, which is bytes."""
        message = await self.receive()
        data = message.get("bytes")
        assert isinstance(data, bytes), f"not bytes: {message!r}"
        return data

    async def receive_json(self) -> object:
        """The next message, read as JSON."""
        message = await self.receive()
        text = message.get("text")
        return json.loads(message["bytes"] if text is None else text)

    async def receive(self) -> Message:
        """The next ASGI message; `WebSocketDisconnect` when the application has closed."""
        if self.close_code is not None:
            raise WebSocketDisconnect(self.close_code, self.close_reason)
        message = await self._from_app.get()
        if message["type"] == "websocket.close":
            self._note_close(message)
        elif message is _ENDED:
            # Nobody closed it; a server would say so.
            self.close_code = 1006
        else:
            return message
        raise WebSocketDisconnect(self.close_code or 1006, self.close_reason)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Leave, with a code."""
        self._say({"type": "websocket.disconnect", "code": code, "reason": reason})

    def _say(self, message: Message) -> None:
        self._to_app.put_nowait(message)

    def _note_close(self, message: Message) -> None:
        self.close_code = message.get("code", 1000)
        self.close_reason = message.get("reason") or ""
        self._to_app.put_nowait(
            {"type": "websocket.disconnect", "code": self.close_code, "reason": self.close_reason}
        )
