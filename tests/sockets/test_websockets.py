"""WebSockets over a real socket: how they are refused, how they end, and what the log says about it."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel
from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from responder import API, Problem, Query, WebSocket, abort
from responder.errors import WebSocketException
from tests.sockets.server import PATIENCE, Process, Served, eventually, served


class Move(BaseModel):
    x: int
    kind: Literal["move"] = "move"


class Where(BaseModel):
    x: int


@contextmanager
def dial(
    server: Served | Process,
    path: str = "/ws",
    *,
    origin: str | None = None,
    subprotocols: list[str] | None = None,
) -> Generator[ClientConnection]:
    offered = [Subprotocol(one) for one in subprotocols or ()]
    with connect(
        f"ws://127.0.0.1:{server.port}{path}",
        origin=None if origin is None else Origin(origin),
        subprotocols=offered or None,
        open_timeout=PATIENCE,
        close_timeout=PATIENCE,
        proxy=None,
    ) as client:
        yield client


def end_of(client: ClientConnection) -> tuple[int, str]:
    """How the server closes the connection, whatever it says before."""
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            client.recv(PATIENCE)
    assert closed.value.rcvd is not None, "no close frame came"
    return closed.value.rcvd.code, closed.value.rcvd.reason


def refusal(server: Served, path: str = "/ws", origin: str | None = None) -> tuple[int, bytes]:
    with pytest.raises(InvalidStatus) as refused, dial(server, path, origin=origin):
        pass
    return refused.value.response.status_code, bytes(refused.value.response.body or b"")


def ending(end: Callable[[WebSocket], object]) -> API:
    api = API()

    @api.websocket_route("/ws")
    async def ws(ws: WebSocket) -> None:
        await ws.accept()
        end(ws)

    return api


def stop_with(error: Exception) -> Callable[[WebSocket], object]:
    def stop(ws: WebSocket) -> object:
        raise error

    return stop


ENDS: dict[str, tuple[Callable[[WebSocket], object], int, str]] = {
    "return": (lambda ws: None, 1000, ""),
    "abort": (lambda ws: abort(403, detail="not you"), 1008, "not you"),
    "named": (stop_with(WebSocketException(4001, "mine")), 4001, "mine"),
}


@pytest.mark.parametrize(("end", "code", "reason"), ENDS.values(), ids=ENDS)
def test_a_socket_is_closed_with_the_code_that_says_why(
    end: Callable[[WebSocket], object], code: int, reason: str
) -> None:
    with served(ending(end)) as server, dial(server) as client:
        assert end_of(client) == (code, reason)
    assert server.complaints == []


def test_a_fault_of_ours_is_1011_and_logged_once_without_telling_the_client() -> None:
    with served(ending(stop_with(ValueError("secret")))) as server, dial(server) as client:
        assert end_of(client) == (1011, "Internal Server Error")
    assert len(server.complaints) == 1
    record = next(one for one in server.log if one.exc_info)
    assert record.exc_info is not None
    assert str(record.exc_info[1]) == "secret"


def test_a_handshake_is_refused_with_a_real_answer() -> None:
    api = API()

    @api.before_request(websocket=True)
    async def guard(ws: WebSocket) -> None:
        if ws.query_params.get("as") == "stranger":
            raise Problem(401, "who?", headers={"WWW-Authenticate": "Bearer"})

    @api.websocket_route("/ws")
    async def ws(ws: WebSocket, *, limit: int = Query(1)) -> None:
        if ws.query_params.get("as") == "fool":
            raise ValueError("secret")
        await ws.accept()

    with served(api) as server:
        status, body = refusal(server, "/ws?as=stranger")
        assert (status, json.loads(body)["detail"]) == (401, "who?")
        assert refusal(server, "/ws?limit=many")[0] == 403
        assert refusal(server, "/nothing")[0] == 403
        assert server.complaints == []
        status, body = refusal(server, "/ws?as=fool")
        assert status == 500
        assert b"secret" not in body
        eventually(lambda: bool(server.complaints))
        with dial(server) as client:
            assert end_of(client) == (1000, "")
    assert len(server.complaints) == 1


def listening() -> tuple[API, list[str]]:
    api = API()
    told: list[str] = []

    @api.dependency()
    async def seat() -> AsyncIterator[str]:
        told.append("taken")
        try:
            yield "seat"
        finally:
            await asyncio.sleep(0)
            told.append("left")

    @api.websocket_route("/ws")
    async def ws(ws: WebSocket, *, seat: str) -> None:
        await ws.accept()
        await ws.send_text(seat)
        try:
            while True:
                await ws.receive_text()
        except WebSocketDisconnect as gone:
            told.append(str(gone.code))
            raise

    return api, told


def test_a_client_that_leaves_ends_the_handler_and_the_log_is_silent() -> None:
    api, told = listening()
    with served(api) as server:
        with dial(server) as client:
            client.recv(PATIENCE)
        eventually(lambda: "left" in told)
        assert told == ["taken", "1000", "left"]
    assert server.complaints == []


def test_a_client_that_vanishes_without_a_word_ends_the_handler_too() -> None:
    api, told = listening()
    with served(api) as server:
        with dial(server) as client:
            client.recv(PATIENCE)
            client.socket.shutdown(socket.SHUT_RDWR)
            eventually(lambda: "left" in told)
        assert told == ["taken", "1005", "left"]
    assert server.complaints == []


def test_a_client_that_leaves_while_it_is_sent_to_ends_the_handler_silently() -> None:
    api = API()
    ended: list[str] = []

    @api.websocket_route("/ws")
    async def push(ws: WebSocket) -> None:
        await ws.accept()
        try:
            while True:
                await ws.send_text("news")
                await asyncio.sleep(0.005)
        finally:
            ended.append("ended")

    with served(api) as server:
        with dial(server) as client:
            client.recv(PATIENCE)
        eventually(lambda: bool(ended))
    assert server.complaints == []


def test_a_silent_client_is_closed_with_1001_and_each_message_starts_the_time_anew() -> None:
    api = API(ws_idle_timeout=0.3)

    @api.websocket_route("/ws")
    async def echo(ws: WebSocket) -> None:
        await ws.accept()
        async for text in ws.iter_text():
            await ws.send_text(text)

    with served(api) as server, dial(server) as client:
        for number in range(3):
            client.send(str(number))
            assert client.recv(PATIENCE) == str(number)
        assert end_of(client) == (1001, "idle for too long")
    assert server.complaints == []


def test_messages_of_a_type_are_read_and_sent_and_others_close_with_their_code() -> None:
    api = API()

    @api.websocket_route("/ws")
    async def moves(ws: WebSocket[Move, Where]) -> None:
        await ws.accept()
        async for move in ws.iter_messages():
            await ws.send(Where(x=move.x + 1))

    @api.websocket_route("/text")
    async def text(ws: WebSocket[str, str]) -> None:
        await ws.accept()
        await ws.send(await ws.receive())

    with served(api) as server:
        for sent, code in ((b"\x00", 1007), ("{", 1007), ('{"x": NaN}', 1007), ('{"x": "y"}', 1008)):
            with dial(server) as client:
                client.send('{"x": 1}')
                assert client.recv(PATIENCE) == '{"x":2}'
                client.send(sent)
                assert end_of(client)[0] == code
        with dial(server, "/text") as client:
            client.send("plain")
            assert client.recv(PATIENCE) == "plain"
        with dial(server, "/text") as client:
            client.send(b"binary")
            assert end_of(client)[0] == 1003
    assert server.complaints == []


def test_a_message_that_is_not_valid_may_be_reported_instead() -> None:
    api = API()

    @api.websocket_route("/ws", on_invalid="report")
    async def moves(ws: WebSocket[Move, Where]) -> None:
        await ws.accept()
        async for move in ws.iter_messages():
            await ws.send(Where(x=move.x))

    with served(api) as server, dial(server) as client:
        client.send('{"x": "y"}')
        document = json.loads(client.recv(PATIENCE))
        assert document["status"] == 422
        assert [one["loc"] for one in document["errors"]] == [["message", "x"]]
        client.send("{")
        assert json.loads(client.recv(PATIENCE))["status"] == 400
        client.send('{"x": 3}')
        assert client.recv(PATIENCE) == '{"x":3}'


def test_a_class_has_an_instance_for_each_connection() -> None:
    api = API()
    told: list[tuple[str, int]] = []

    @api.websocket_route("/ws/{room}")
    class Room:
        async def on_connect(self, ws: WebSocket, *, room: str) -> None:
            self.room = room
            self.count = 0

        async def on_receive(self, ws: WebSocket, data: Move) -> None:
            self.count += data.x
            await ws.send_json([self.room, self.count])

        async def on_disconnect(self, ws: WebSocket, code: int) -> None:
            told.append((self.room, code))

    with served(api) as server:
        with dial(server, "/ws/a") as one, dial(server, "/ws/b") as other:
            for client, room in ((one, "a"), (other, "b"), (one, "a")):
                client.send('{"x": 1}')
                assert json.loads(client.recv(PATIENCE))[0] == room
            one.send('{"x": 2}')
            assert json.loads(one.recv(PATIENCE)) == ["a", 4]
            other.send("nonsense")
            assert end_of(other)[0] == 1007
        eventually(lambda: len(told) == 2)
        assert sorted(told) == [("a", 1000), ("b", 1007)]
    assert server.complaints == []


def test_a_subprotocol_is_chosen_and_an_origin_judged() -> None:
    api = API(allowed_origins=["https://example.com"])

    @api.websocket_route("/ws", subprotocols=["v2", "v1"])
    async def speak(ws: WebSocket) -> None:
        await ws.accept()

    @api.websocket_route("/own", allowed_origins=["self"])
    async def own(ws: WebSocket) -> None:
        await ws.accept()

    with served(api) as server:
        with dial(server, subprotocols=["v0", "v1", "v2"], origin="https://example.com") as client:
            assert client.subprotocol == "v2"
        with dial(server, subprotocols=["v0"]) as client:
            assert client.subprotocol is None
        assert refusal(server, origin="https://evil.example")[0] == 403
        assert refusal(server, "/own", origin="https://example.com")[0] == 403
        with dial(server, "/own", origin=f"http://127.0.0.1:{server.port}") as client:
            assert end_of(client) == (1000, "")


def test_a_chat_hands_a_message_to_everybody() -> None:
    api = API()
    connected: set[WebSocket] = set()

    @api.route("/chat", websocket=True)
    async def chat(ws: WebSocket) -> None:
        await ws.accept()
        connected.add(ws)
        try:
            while True:
                message = await ws.receive_text()
                for client in tuple(connected):
                    await client.send_text(message)
        except WebSocketDisconnect:
            pass
        finally:
            connected.discard(ws)

    with served(api) as server:
        with dial(server, "/chat") as one:
            with dial(server, "/chat") as other:
                eventually(lambda: len(connected) == 2)
                one.send("hello")
                assert [one.recv(PATIENCE), other.recv(PATIENCE)] == ["hello", "hello"]
            eventually(lambda: len(connected) == 1)
            one.send("still here")
            assert one.recv(PATIENCE) == "still here"
        eventually(lambda: not connected)
    assert server.complaints == []


def test_a_server_that_stops_tells_its_sockets_and_tears_down() -> None:
    api, told = listening()
    with served(api) as server, dial(server) as client:
        client.recv(PATIENCE)
        server.stop()
        assert end_of(client)[0] == 1012
        assert told == ["taken", "1012", "left"]
    assert server.complaints == []


PUSHING = """\
from __future__ import annotations

import asyncio

from responder import API, WebSocket

api = API()


@api.on_event("shutdown")
async def last() -> None:
    print("down", flush=True)


@api.dependency()
async def seat():
    try:
        yield "seat"
    finally:
        await asyncio.sleep(0)
        print("left", flush=True)


@api.websocket_route("/push")
async def push(ws: WebSocket, *, seat: str) -> None:
    await ws.accept()
    while True:
        await ws.send_text("news")
        await asyncio.sleep(0.01)


@api.websocket_route("/deaf")
async def deaf(ws: WebSocket, *, seat: str) -> None:
    await ws.accept()
    await ws.send_text("news")
    await asyncio.sleep(3600)


api.run(port=0, timeout_graceful_shutdown=1)
"""


@pytest.mark.parametrize("path", ["/push", "/deaf"])
def test_sigterm_ends_a_program_whatever_its_sockets_do(path: str, tmp_path: Path) -> None:
    with Process(tmp_path, PUSHING) as program:
        with dial(program, path) as client:
            client.recv(PATIENCE)
            program.terminate()
            assert end_of(client)[0] == 1001
        assert program.wait() == 0
        assert {line for line in program.lines if line in ("left", "down")} == {"left", "down"}
