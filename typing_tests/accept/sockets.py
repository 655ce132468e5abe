"""WebSockets, as type checkers see them: messages of a type, classes, options."""

from __future__ import annotations

from typing import assert_type

from pydantic import BaseModel
from starlette.types import Message

from responder import API, WebSocket
from responder.errors import InvalidMessage, WebSocketDisconnect
from responder.formats import JSONValue

api = API(allowed_origins=["self"])


class Move(BaseModel):
    x: int


class Leave(BaseModel):
    code: int


class Where(BaseModel):
    x: int


@api.websocket_route("/typed", subprotocols=["v1"], on_invalid="report")
async def typed(ws: WebSocket[Move | Leave, Where]) -> None:
    await ws.accept()
    assert_type(await ws.receive(), Move | Leave)
    assert_type(await ws.receive(Where), Where)
    async for message in ws.iter_messages():
        assert_type(message, Move | Leave)
    async for where in ws.iter_messages(Where):
        assert_type(where, Where)
    await ws.send(Where(x=1))
    await ws.send(Move(x=1))  # type: ignore[arg-type]  # what goes out is `Where`


@api.route("/plain", websocket=True, allowed_origins=["https://example.com"])
async def plain(ws: WebSocket) -> None:
    await ws.accept()
    assert_type(await ws.receive(), Message)
    assert_type(await ws.receive(Move), Move)
    assert_type(await ws.receive_text(), str)
    assert_type(await ws.receive_json(), JSONValue)
    try:
        await ws.send(Move(x=1))
    except InvalidMessage as invalid:
        assert_type(invalid.code, int)
    except WebSocketDisconnect:
        await ws.close(4000, "why")


@api.websocket_route("/class/{room}")
class Room:
    async def on_connect(self, ws: WebSocket, *, room: str) -> None:
        self.room = room

    async def on_receive(self, ws: WebSocket, data: Move) -> None:
        await ws.send_json({self.room: data.x})


api.add_route("/added/{room}", Room, websocket=True, on_invalid="close", check_existing=False)
