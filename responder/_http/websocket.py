"""`WebSocket`: one connection, as handlers, hooks and providers see it.

Starlette's, with typed messages beside its own, the application's JSON, a handshake that a hook may have
accepted already, and a close that may be said twice.  Knows no route; `Terms` are what a route tells it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Final, Generic, cast, overload

import anyio.lowlevel
from starlette.responses import Response as StarletteResponse
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket as StarletteWebSocket
from starlette.websockets import WebSocketDisconnect, WebSocketState
from typing_extensions import TypeVar, override

from responder._contract.frozen import frozen
from responder._http.closecodes import NORMAL, POLICY, fitting, is_sendable
from responder._http.decoding import usual_formats
from responder._http.exchange import App
from responder._http.jsons import JSONValue
from responder._http.media import Formats
from responder._http.messages import (
    FRAMES,
    InvalidMessage,
    Messages,
    OnInvalid,
    decode_json,
    messages_of,
)
from responder._http.presence import shutdown_of
from responder._http.shutdown import Shutdown

InT = TypeVar("InT", default=Message)
OutT = TypeVar("OutT", default=object)
T = TypeVar("T")

PREPARED: Final = "responder.prepared"
"""The key in the scope of a socket whose handler ends by itself when the server goes down."""

_DENIAL: Final = "websocket.http.response"
_BINARY: Final = (bytes, bytearray, memoryview)
_BREAKS: Final = {ord(char): None for char in "\r\n\0"}
_TEXT: Final[Messages[str]] = Messages("text")
_BYTES: Final[Messages[bytes]] = Messages("bytes")


@frozen
class Terms:
    """What a route says about its sockets."""

    reads: Messages[object] | None = None
    """The messages of `WebSocket[In, Out]`; None for a socket that names none."""
    subprotocols: tuple[str, ...] = ()
    on_invalid: OnInvalid = "close"


_NO_TERMS: Final = Terms()


class WebSocket(StarletteWebSocket, Generic[InT, OutT]):
    """A WebSocket connection.

    `WebSocket[In, Out]` reads messages of one type and sends those of another: `str` and `bytes` are frames,
    everything else is JSON.  A plain `WebSocket` reads what its methods are asked for.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, terms: Terms = _NO_TERMS) -> None:
        super().__init__(scope, receive, send)
        self._terms = terms
        self._closed: int | None = None

    # --- the handshake

    @override
    async def accept(
        self, subprotocol: str | None = None, headers: Iterable[tuple[bytes, bytes]] | None = None
    ) -> None:
        """Accept the connection; a second call that asks for nothing more does nothing.

        Without a subprotocol it is the first of the route's that the client offers.
        """
        if self.application_state is WebSocketState.CONNECTED:
            if subprotocol is None and headers is None:
                return
            raise RuntimeError(
                "The WebSocket is accepted already; its subprotocol and headers have been sent"
            )
        if self.client_state is WebSocketState.CONNECTING:
            await self._next()
        chosen = self.chosen_subprotocol if subprotocol is None else subprotocol.translate(_BREAKS)
        lines = [(_clean(name), _clean(value)) for name, value in headers or ()]
        await self._say({"type": "websocket.accept", "subprotocol": chosen, "headers": lines})

    @property
    def subprotocols(self) -> tuple[str, ...]:
        """What the client offers to speak, the one it likes best first."""
        return tuple(self.scope.get("subprotocols") or ())

    @property
    def chosen_subprotocol(self) -> str | None:
        """The first of the route's subprotocols that the client offers."""
        offered = self.subprotocols
        return next((one for one in self._terms.subprotocols if one in offered), None)

    @override
    async def send_denial_response(self, response: StarletteResponse) -> None:
        """Answer the handshake with HTTP; where the server cannot, refuse it with 1008."""
        if self.application_state is not WebSocketState.CONNECTING:
            raise RuntimeError("The handshake has been answered; close() ends the connection")
        if _DENIAL in (self.scope.get("extensions") or {}):
            await response(self.scope, self._next, self._say)
        else:
            await self.close(POLICY)

    # --- the connection

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed the connection, be it accepted yet or not."""
        closed = WebSocketState.DISCONNECTED
        response = WebSocketState.RESPONSE
        return self.application_state not in (closed, response) and self.client_state is not closed

    @property
    def close_code(self) -> int | None:
        """The code that we closed the connection with; None unless we did."""
        return self._closed

    @override
    async def close(self, code: int = NORMAL, reason: str | None = None) -> None:
        """Close the connection; it does nothing where the connection has ended."""
        if not is_sendable(code):
            raise ValueError(f"{code} cannot be sent: use 1000 to 1014 but 1004 to 1006, or 3000 to 4999")
        if self.is_open:
            self._closed = code
            await self._say({"type": "websocket.close", "code": code, "reason": fitting(reason or "")})

    @property
    def api(self) -> App:
        """The application that serves this socket."""
        app = cast("App | None", self.scope.get("app"))
        if app is None:
            raise RuntimeError("no application serves this WebSocket")
        return app

    @property
    def shutting_down(self) -> Shutdown:
        """Set once the server was told to stop.  Whoever looks at it has a while to say goodbye.

        Without that, the socket is closed with 1001 as soon as the handler waits for a message.
        """
        self.scope[PREPARED] = True
        return shutdown_of(self.scope)

    # --- messages of a type

    @overload  # type: ignore[override]  # without `In` it is Starlette's; with it, that is the point
    async def receive(self, model: None = None, /) -> InT: ...
    @overload
    async def receive(self, model: type[T], /) -> T: ...
    @override
    async def receive(  # pyright: ignore[reportIncompatibleMethodOverride]  # as said above
        self, model: type[object] | None = None, /
    ) -> object:
        """The next message: as `In`, or as a model; `WebSocketDisconnect` when there will be none.

        A socket that names no `In` gives the ASGI message, as Starlette does.
        """
        if model is None and self._terms.reads is None:
            return await self._next()
        return await self._read(self._wanted(model))

    @override
    async def send(self, message: OutT) -> None:  # type: ignore[override]  # as with `receive`
        """Send a message: text and bytes as they are, anything else as JSON.

        On a socket that names no `Out`, a mapping is an ASGI message, as for Starlette; `send_json` sends it
        as JSON.
        """
        value: object = message
        if isinstance(value, str):
            await self.send_text(value)
        elif isinstance(value, _BINARY):
            await self.send_bytes(bytes(cast("bytes", value)))
        elif self._terms.reads is None and isinstance(value, Mapping):
            await self._say(_checked(cast("Message", value)))
        else:
            await self.send_json(message)

    @overload
    def iter_messages(self, model: None = None, /) -> AsyncIterator[InT]: ...
    @overload
    def iter_messages(self, model: type[T], /) -> AsyncIterator[T]: ...
    async def iter_messages(self, model: type[object] | None = None, /) -> AsyncIterator[object]:
        """The messages, as `In` or as a model, until the client leaves."""
        wanted = self._wanted(model)
        try:
            while True:
                yield await self._read(wanted)
        except WebSocketDisconnect:
            pass

    # --- text, bytes, JSON

    @override
    async def receive_text(self) -> str:
        """The next message, which has to be text."""
        return await self._one(_TEXT)

    @override
    async def receive_bytes(self) -> bytes:
        """The next message, which has to be binary."""
        return await self._one(_BYTES)

    @override
    async def receive_json(self, mode: str = "text") -> JSONValue:
        """The next message, which has to be strict JSON: in text, or in UTF-8 with `mode="binary"`."""
        if _is_text(mode):
            content = (await self._one(_TEXT)).encode("utf-8", "replace")
        else:
            content = await self._one(_BYTES)
        return cast("JSONValue", decode_json(content, self._formats()))

    @override
    async def iter_json(self) -> AsyncIterator[JSONValue]:
        """The messages, each strict JSON in text, until the client leaves."""
        try:
            while True:
                yield await self.receive_json()
        except WebSocketDisconnect:
            pass

    @override
    async def send_text(self, data: str) -> None:
        """Send text."""
        await self._say({"type": "websocket.send", "text": data})

    @override
    async def send_bytes(self, data: bytes) -> None:
        """Send bytes."""
        await self._say({"type": "websocket.send", "bytes": data})

    @override
    async def send_json(self, data: object, mode: str = "text") -> None:
        """Send JSON as the application writes it: in text, or in UTF-8 with `mode="binary"`."""
        is_text = _is_text(mode)
        content = self._formats()["json"].encode(data)
        await (self.send_text(content.decode()) if is_text else self.send_bytes(content))

    # --- inside

    async def _next(self) -> Message:
        """The next ASGI message."""
        return await super().receive()

    async def _say(self, message: Message) -> None:
        """Send an ASGI message; that the other side is gone is always told in the same way."""
        if self.client_state is WebSocketState.DISCONNECTED:
            raise WebSocketDisconnect(1006)
        try:
            await super().send(message)
        except OSError as exc:
            self.application_state = WebSocketState.DISCONNECTED
            raise WebSocketDisconnect(1006) from exc

    async def _one(self, messages: Messages[T]) -> T:
        """One message; what is not valid is raised."""
        if self.application_state is not WebSocketState.CONNECTED:
            if self.application_state is WebSocketState.CONNECTING:
                raise RuntimeError("The WebSocket is not accepted yet; await accept() first")
            # A loop that passes over what was raised must not hold everybody else up.
            await anyio.lowlevel.checkpoint()
            raise WebSocketDisconnect(1006)
        message = await self._next()
        self._raise_on_disconnect(message)
        return messages.read(message, self._formats())

    def _wanted(self, model: type[object] | None) -> Messages[object]:
        if model is not None:
            return messages_of(model)
        return FRAMES if self._terms.reads is None else self._terms.reads

    async def _read(self, messages: Messages[T]) -> T:
        """One message; what is not valid is raised, or reported to the client and passed over."""
        while True:
            try:
                return await self._one(messages)
            except InvalidMessage as invalid:
                if self._terms.on_invalid == "close":
                    raise
                await self.send_json(invalid.document())

    def _formats(self) -> Formats:
        formats = getattr(self.scope.get("app"), "formats", None)
        return formats if isinstance(formats, Formats) else usual_formats()


def _is_text(mode: str) -> bool:
    if mode not in ("text", "binary"):
        raise RuntimeError(f'mode is "text" or "binary", not {mode!r}')
    return mode == "text"


def _checked(message: Message) -> Message:
    if not str(message.get("type")).startswith("websocket."):
        raise TypeError("a mapping given to send() is an ASGI message; send_json() sends it as JSON")
    return message


def _clean(value: bytes) -> bytes:
    """Part of a header without what would end it."""
    return value.translate(None, b"\r\n\0")
