"""`WebSocket`: Starlette's, with a handshake that a hook may have accepted already."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.websockets import WebSocket as StarletteWebSocket
from starlette.websockets import WebSocketState
from typing_extensions import override


class WebSocket(StarletteWebSocket):
    """A WebSocket connection, as handlers, hooks and providers see it."""

    @override
    async def accept(
        self, subprotocol: str | None = None, headers: Iterable[tuple[bytes, bytes]] | None = None
    ) -> None:
        """Accept the connection; a second call that asks for nothing more does nothing."""
        accepted = self.application_state is WebSocketState.CONNECTED
        if accepted and subprotocol is None and headers is None:
            return
        await super().accept(subprotocol, headers)

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed the connection, be it accepted yet or not."""
        closed = WebSocketState.DISCONNECTED
        response = WebSocketState.RESPONSE
        return self.application_state not in (closed, response) and self.client_state is not closed
