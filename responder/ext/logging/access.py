"""`LoggingMiddleware`: the context of each request for whoever logs, its id, and one line when it is over.

Wraps any ASGI application.  The line comes with the last byte of the answer, or when the client leaves, or
when a WebSocket ends; what a client wrote is in it without what does not print.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from time import perf_counter
from typing import Final, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from responder.ext.logging.context import UNKNOWN, RequestInfo, current, read_traceparent
from responder.ext.logging.setup import get_logger
from responder.middleware.proxy_headers import EVERYBODY, read_headers, resolve
from responder.middleware.request_id import id_of, sends_back
from responder.middleware.watching import Watched, claim, printable, route_of, watch

__all__ = ["ACCESS_LOGGER", "LoggingMiddleware"]

ACCESS_LOGGER: Final = "responder.access"
_NOTE: Final = "While serving "


class LoggingMiddleware:
    """Log each request once, and let all that is logged meanwhile tell which request it belongs to.

    `trust_proxy_headers` takes the client's address from the headers of a proxy, for the log alone.
    """

    def __init__(
        self, app: ASGIApp, logger_name: str = ACCESS_LOGGER, trust_proxy_headers: bool = False
    ) -> None:
        self.app = app
        self.logger = get_logger(logger_name)
        self.trust_proxy_headers = trust_proxy_headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, WebSocket or lifespan."""
        kind = scope["type"]
        if kind not in ("http", "websocket") or not claim(scope):
            await self.app(scope, receive, send)
            return
        info = self._info(scope)
        token = current.set(info)
        try:
            if kind == "http":
                await watch(self.app, scope, receive, sends_back(send, info.request_id), self._ended)
            else:
                await _Conversation(self, scope, receive, send).run()
        except Exception as exc:
            # The context stays as it is: the server is about to log this, in the task of this request.
            _note(exc, info)
            raise
        except BaseException:
            current.reset(token)
            raise
        current.reset(token)

    def _info(self, scope: Scope) -> RequestInfo:
        headers = cast("list[tuple[bytes, bytes]]", scope["headers"])
        trace_id, span_id = read_traceparent(headers)
        return RequestInfo(
            request_id=id_of(scope),
            method=printable(scope["method"]) if scope["type"] == "http" else "WEBSOCKET",
            path=printable(scope["path"]),
            client_ip=self._client(scope, headers),
            trace_id=trace_id,
            span_id=span_id,
        )

    def _client(self, scope: Scope, headers: list[tuple[bytes, bytes]]) -> str:
        client = cast("tuple[str, int | None] | None", scope.get("client"))
        peer = client[0] if client else None
        if self.trust_proxy_headers:
            peer = resolve(read_headers(headers), peer, EVERYBODY).client or peer
        return printable(peer) if peer else UNKNOWN

    def _ended(self, watched: Watched) -> None:
        """Write the line of a request."""
        if not self.logger.isEnabledFor(logging.INFO):
            return
        how = ""
        if not watched.complete:
            how = ", client left" if watched.left else ", broken off" if watched.started is not None else ""
        self.say(
            scope=watched.scope,
            status=watched.status,
            seconds=watched.seconds,
            how=how,
            more={"bytes_sent": watched.sent, "client_left": watched.left or None},
        )

    def say(self, *, scope: Scope, status: int, seconds: float, how: str, more: Mapping[str, object]) -> None:
        """Write one line."""
        info = current.get()
        duration = round(seconds * 1000, 3)
        self.logger.info(
            "%s %s → %d (%.1fms%s)",
            info.method,
            info.path,
            status,
            duration,
            how,
            extra={"route": route_of(scope), "status": status, "duration_ms": duration, **more},
        )


class _Conversation:
    """One WebSocket, and how it came to its end."""

    def __init__(self, layer: LoggingMiddleware, scope: Scope, receive: Receive, send: Send) -> None:
        self.layer = layer
        self.scope = scope
        self._receive = receive
        self._send = send
        self.code: int | None = None
        self.accepted = False
        self.left = False
        self.sent = 0

    async def run(self) -> None:
        began = perf_counter()
        try:
            await self.layer.app(self.scope, self.receive, self.send)
        except BaseException:
            self._end(began, 1011 if self.accepted else 500)
            raise
        self._end(began, 1000 if self.accepted else 403)

    def _end(self, began: float, otherwise: int) -> None:
        code = otherwise if self.code is None else self.code
        how = ", client left" if self.left else ""
        self.layer.say(
            scope=self.scope,
            status=code,
            seconds=perf_counter() - began,
            how=how,
            more={"bytes_sent": self.sent, "client_left": self.left or None},
        )

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "websocket.disconnect" and self.code is None:
            self.code, self.left = message.get("code") or 1005, True
        return message

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "websocket.accept":
            self.accepted = True
        elif kind == "websocket.send":
            data = message.get("bytes")
            self.sent += len(data) if data is not None else len((message.get("text") or "").encode())
        elif kind == "websocket.close" and self.code is None:
            # Before it was accepted, servers answer the handshake with 403.
            self.code = message.get("code", 1000) if self.accepted else 403
        elif kind == "websocket.http.response.start":
            self.code = message["status"]
        await self._send(message)


def _note(error: Exception, info: RequestInfo) -> None:
    """Say in the traceback, whoever prints it, which request it was; the last, if there were several."""
    known: list[str] = getattr(error, "__notes__", [])
    known[:] = [note for note in known if not note.startswith(_NOTE)]
    error.add_note(f"{_NOTE}{info.method} {info.path}, request {info.request_id}")
