"""From an exception to the end of a WebSocket: a denial before it is accepted, a close code afterwards.

1000 when the handler returns, 1008 for an HTTP error, 1011 for a fault of ours, 1001 when it was silent for
too long; `WebSocketException` names its own.  A client that leaves is no error.  Called by the dispatcher.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Literal

import anyio
from starlette.exceptions import HTTPException, WebSocketException
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from responder._http.problems import RequestInvalid
from responder._http.request import Request
from responder._serve.failures import Failures

_DENIAL = "websocket.http.response"
_MAX_REASON = 123  # bytes that a close frame has for it

_log = logging.getLogger("responder")


class Socket:
    """The sending end of one WebSocket, and what has been said on it."""

    __slots__ = ("_send", "scope", "state")

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope = scope
        self._send = send
        self.state: Literal["connecting", "accepted", "ended"] = "connecting"

    def send(self, message: Message) -> Awaitable[None]:
        """Send one message on; what opens or ends the connection is noted."""
        kind = message["type"]
        if kind == "websocket.accept":
            self.state = "accepted"
        elif kind != "websocket.send":
            self.state = "ended"
        return self._send(message)

    async def close(self, code: int, reason: str = "") -> None:
        """End it, unless it has ended."""
        if self.state == "ended":
            return
        short = reason.encode("utf-8", "replace")[:_MAX_REASON].decode("utf-8", "ignore")
        try:
            await self.send({"type": "websocket.close", "code": code, "reason": short})
        except Exception:
            # The client is gone already; why we close is more telling than that we could not.
            _log.debug("A WebSocket could not be closed", exc_info=True)

    async def refuse(self, error: HTTPException, receive: Receive, failures: Failures) -> None:
        """Answer an HTTP error; with a real answer while the handshake is open and the server can send it."""
        if self.state != "connecting" or isinstance(error, RequestInvalid) or not can_deny(self.scope):
            await self.close(1008, error.detail)
            return
        answer = await failures.render(error, self.scope, Request(self.scope, receive))
        lines = list(answer.headers)
        await self.send({"type": f"{_DENIAL}.start", "status": answer.status, "headers": lines})
        await self.send({"type": f"{_DENIAL}.body", "body": answer.body})


async def guarded(
    serve: Callable[[Receive, Send], Awaitable[None]],
    receive: Receive,
    socket: Socket,
    failures: Failures,
) -> None:
    """Run a WebSocket operation; what it raises ends the socket."""
    try:
        await serve(receive, socket.send)
    except (WebSocketDisconnect, ClientDisconnect):
        return
    except WebSocketException as error:
        await socket.close(error.code, error.reason)
    except HTTPException as error:
        await socket.refuse(error, receive, failures)
    except asyncio.CancelledError:
        if not _was_cancelled():
            await socket.close(1011)
        raise
    except Exception:
        await socket.close(1011)
        raise
    else:
        await socket.close(1000)


def _was_cancelled() -> bool:
    """Whether this very task was told to stop, and not only something that it waited for."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def can_deny(scope: Scope) -> bool:
    """Whether the server can send an HTTP answer in place of the handshake."""
    return _DENIAL in (scope.get("extensions") or {})


def watched(receive: Receive, socket: Socket, limit: float) -> Receive:
    """A `receive` that closes the socket with 1001 when no message comes for `limit` seconds.

    To the handler it looks as if the client had left; what it raises itself stays its own.
    """

    async def receive_in_time() -> Message:
        with anyio.move_on_after(limit) as waiting:
            return await receive()
        assert waiting.cancelled_caught
        await socket.close(1001, "idle for too long")
        return {"type": "websocket.disconnect", "code": 1001, "reason": "idle for too long"}

    return receive_in_time
