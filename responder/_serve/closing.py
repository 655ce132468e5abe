"""From an exception to the end of a WebSocket: a denial before it is accepted, a close code afterwards.

1000 when the handler returns, 1008 for an HTTP error, 1011 for a fault of ours, 1001 when the client was
silent for too long or the server goes down; `WebSocketException` names its own.  A client that leaves is no
error. Called by the dispatcher.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, Literal

import anyio
from starlette.exceptions import HTTPException, WebSocketException
from starlette.types import Message, Receive, Scope, Send

from responder._http.closecodes import (
    FAULT,
    GOING_AWAY,
    NORMAL,
    POLICY,
    fitting,
    is_leave,
    is_sendable,
    meant,
)
from responder._http.presence import Stretch, current_task, shutdown_of, stretch_here
from responder._http.problems import Problem, RequestInvalid
from responder._http.request import Request
from responder._http.websocket import PREPARED
from responder._serve.documents import Hidden
from responder._serve.failures import Failures

_DENIAL: Final = "websocket.http.response"
_MOMENT: Final = 0.001
_IDLE: Final = "idle for too long"
_GOING: Final = "the server is shutting down"
FAREWELL: Final = 5.0
"""Seconds that a handler which looks at `ws.shutting_down` has to end by itself."""
_LINGER: Final = 1.0
"""Seconds that any other handler has, which does not even wait for a message."""
_PATIENCE: Final = 1.0
"""Seconds that a last word may take once the task is being cancelled."""

_log = logging.getLogger("responder")


class Socket:
    """The raw ends of one WebSocket, and what has been said on it."""

    __slots__ = ("_leaving", "_limit", "_receive", "_send", "_waiting", "gone", "scope", "state")

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: float | None = None) -> None:
        """`limit` is how many seconds the client may be silent while somebody waits for it."""
        self.scope = scope
        self._receive = receive
        self._send = send
        self._limit = limit
        self._leaving = False
        self._waiting: anyio.CancelScope | asyncio.Task[object] | None = None
        self.gone = False
        """Whether the client has left."""
        self.state: Literal["connecting", "accepted", "ended"] = "connecting"

    async def receive(self) -> Message:
        """Receive one message; that the client leaves is noted.

        When the server goes down, or no message comes in time, it is closed with 1001.  To the handler that
        looks as if the client had left; what it raises itself stays its own.
        """
        if self.state == "connecting":
            return self._noted(await self._receive())
        if not self._leaving:
            task = current_task() if self._limit is None else None
            if task is None:
                message = await self._in_time()
                if message is not None:
                    return self._noted(message)
            else:
                # `leave` cancels the task, once: a scope around each message would cost more than the rest.
                before, self._waiting = task.cancelling(), task
                try:
                    message = await self._receive()
                    self._waiting = None
                    return self._noted(message)
                except asyncio.CancelledError:
                    waiting, self._waiting = self._waiting, None
                    if waiting is not None or task.uncancel() > before:
                        raise  # somebody else cancelled it, perhaps at the same time
        reason = _GOING if self._leaving else _IDLE
        await self.close(GOING_AWAY, reason)
        return {"type": "websocket.disconnect", "code": GOING_AWAY, "reason": reason}

    async def _in_time(self) -> Message | None:
        """Receive until the server goes down, or the client was silent for too long."""
        deadline = math.inf if self._limit is None else anyio.current_time() + self._limit
        with anyio.CancelScope(deadline=deadline) as self._waiting:
            message = await self._receive()
            self._waiting = None
            return message
        self._waiting = None
        return None

    def _noted(self, message: Message) -> Message:
        if message["type"] == "websocket.disconnect":
            self.gone = True
        return message

    def leave(self, stretch: Stretch) -> None:
        """The server goes down: nothing more is received, and the handler's time is limited."""
        if self.scope.get(PREPARED):
            stretch.interrupt_after(FAREWELL, "shutdown")
            return
        self._leaving = True
        stretch.interrupt_after(_LINGER, "shutdown")
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.cancel()

    async def send(self, message: Message) -> None:
        """Send one message on; what opens or ends the connection is noted."""
        kind = message["type"]
        if kind == "websocket.accept":
            self.state = "accepted"
        elif kind != "websocket.send":
            self.state = "ended"
        try:
            await self._send(message)
        except OSError:
            self.gone = True
            raise
        if kind == f"{_DENIAL}.body" and not message.get("more_body", False):
            # uvicorn takes a handshake for unanswered until its connection is closed, and complains.
            # Shielded, because what was raised is still to be told to whoever runs us.
            with anyio.CancelScope(shield=True):
                await anyio.sleep(_MOMENT)

    async def close(self, code: int, reason: str = "") -> None:
        """End it, unless it has ended."""
        if self.state == "ended" or self.gone:
            return
        try:
            await self.send({"type": "websocket.close", "code": code, "reason": fitting(reason)})
        except Exception:
            # The client is gone already; why we close is more telling than that we could not.
            _log.debug("A WebSocket could not be closed", exc_info=True)

    async def refuse(self, error: HTTPException, failures: Failures) -> None:
        """Answer an HTTP error; with a real answer while the handshake is open and the server can send it."""
        if self.state != "connecting" or isinstance(error, RequestInvalid) or not can_deny(self.scope):
            await self.close(FAULT if isinstance(error, Hidden) else POLICY, error.detail)
            return
        answer = await failures.render(error, self.scope, Request(self.scope, self.receive))
        lines = list(answer.headers)
        try:
            await self.send({"type": f"{_DENIAL}.start", "status": answer.status, "headers": lines})
            await self.send({"type": f"{_DENIAL}.body", "body": answer.body})
        except Exception:
            _log.debug("A WebSocket could not be refused", exc_info=True)


async def guarded(
    serve: Callable[[Receive, Send], Awaitable[None]], socket: Socket, failures: Failures
) -> None:
    """Run a WebSocket operation; what it raises ends the socket, and goes on if nobody intended it."""
    shutdown = shutdown_of(socket.scope)
    if shutdown:
        await socket.refuse(_unavailable(), failures)
        return
    stretch = stretch_here()
    forget = shutdown.tell(partial(socket.leave, stretch))
    try:
        with stretch:
            await serve(socket.receive, socket.send)
    except Exception as raised:
        if not await _intended(meant(raised), socket, failures):
            raise
    except anyio.get_cancelled_exc_class() as cancelled:
        if not _was_cancelled():
            error = RuntimeError("The handler awaited something that was cancelled.")
            await socket.refuse(Hidden(error), failures)
            raise error from cancelled
        with anyio.CancelScope(shield=True, deadline=anyio.current_time() + _PATIENCE):
            await socket.close(GOING_AWAY)
        raise
    else:
        if stretch.end == "done":
            await socket.close(GOING_AWAY if shutdown else NORMAL)
        elif socket.state == "connecting":
            await socket.refuse(_unavailable(), failures)
        else:
            await socket.close(GOING_AWAY, _GOING)
    finally:
        forget()


def _unavailable() -> Problem:
    return Problem(503, "The server is shutting down")


async def _intended(error: BaseException, socket: Socket, failures: Failures) -> bool:
    """End the socket for what was raised; say whether that is all there is to do about it."""
    if is_leave(error) and (socket.gone or socket.state == "ended"):
        return True
    if isinstance(error, WebSocketException) and is_sendable(error.code):
        await socket.close(error.code, error.reason)
        return True
    intended = isinstance(error, HTTPException)
    await socket.refuse(error if isinstance(error, HTTPException) else Hidden(_told(error)), failures)
    return intended


def _told(error: BaseException) -> Exception:
    return error if isinstance(error, Exception) else RuntimeError(str(error))


def _was_cancelled() -> bool:
    """Whether this very task was told to stop, and not only something that it waited for."""
    task = current_task()
    return task is None or task.cancelling() > 0


def can_deny(scope: Scope) -> bool:
    """Whether the server can send an HTTP answer in place of the handshake."""
    return _DENIAL in (scope.get("extensions") or {})
