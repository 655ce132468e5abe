"""WebSocket routes, and handlers that confuse them with HTTP."""

from __future__ import annotations

from pydantic import BaseModel
from starlette.websockets import WebSocket

import responder
from responder import Request, Response

api = responder.API()


class Item(BaseModel):
    name: str


@api.route("/a")  # E: responder-signature
async def not_a_socket_route(ws) -> None:
    await ws.accept()


@api.route("/b", websocket=True)  # E: responder-signature
async def with_a_response(ws, resp: Response) -> None:
    await ws.accept()


@api.route("/c", websocket=True)  # E: responder-signature
async def with_a_request(ws, *, req: Request) -> None:
    await ws.accept()


@api.route("/d", websocket=True)  # E: responder-signature
def not_async(ws) -> None:
    pass


@api.websocket_route("/e/{room}")  # E: responder-path
async def forgets_the_room(ws) -> None:
    await ws.accept()


@api.websocket_route("/f/{room:int}")  # E: responder-type
async def room_as_text(ws, *, room: str) -> None:
    await ws.accept()


@api.websocket_route("/g")  # E: responder-body
async def with_a_body(ws, *, item: Item) -> None:
    await ws.accept()


@api.websocket_route("/h")  # E: responder-dependency
async def unknown(ws, *, what: int) -> None:
    await ws.accept()


@api.route("/ok/a/{room}", websocket=True)
async def chat(ws, *, room, token: str = responder.Query("")) -> None:
    await ws.accept()


@api.websocket_route("/ok/b/{room:int}")
async def typed(room: int, socket: WebSocket, cookie: str | None = responder.Cookie(None)) -> None:
    await socket.accept()


@api.websocket_route("/i")  # E: responder-signature
class TooMuchReceived:
    async def on_receive(self, ws: WebSocket, data: str, more: int) -> None:
        await ws.send_text(data)


@api.websocket_route("/j")  # E: responder-signature
class ByKeyword:
    async def on_disconnect(self, *, code: int) -> None:
        pass


@api.websocket_route("/k")  # E: responder-signature
class NoStep:
    async def on_connect(self, ws: WebSocket) -> None:
        await ws.accept()

    async def on_message(self, ws: WebSocket, data: str) -> None:
        await ws.send_text(data)


@api.websocket_route("/l")  # E: responder-signature
class TwoSockets:
    async def on_receive(self, ws: WebSocket, websocket: WebSocket) -> None:
        await ws.send_text("")


@api.websocket_route("/m/{room}")  # E: responder-path
class ForgetsTheRoom:
    async def on_connect(self, ws: WebSocket) -> None:
        await ws.accept()


@api.websocket_route("/ok/c/{room}")
class Room:
    async def on_connect(self, ws: WebSocket, *, room: str) -> None:
        await ws.accept()

    async def on_receive(self, ws: WebSocket, data: str) -> None:
        await ws.send_text(data)

    async def on_disconnect(self, ws: WebSocket, code: int) -> None:
        pass


@api.websocket_route("/ok/d")
class Quiet:
    async def on_receive(self, data: bytes) -> None:
        pass

    async def on_disconnect(self) -> None:
        pass


if __name__ == "__main__":
    api.run()
