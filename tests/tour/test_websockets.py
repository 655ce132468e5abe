"""WebSockets: routes that receive a socket, with path parameters and dependencies by name."""

from __future__ import annotations

from typing import Annotated

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from responder import API, Depends, Query, abort


def test_a_socket_echoes_text_json_and_bytes() -> None:
    api = API()

    @api.route("/ws", websocket=True)
    async def websocket(ws):
        await ws.accept()
        name = await ws.receive_text()
        await ws.send_text(f"Hello {name}!")
        await ws.send_json(await ws.receive_json())
        await ws.send_bytes(await ws.receive_bytes())
        await ws.close()

    with api.requests.websocket_connect("/ws") as socket:
        socket.send_text("Ada")
        assert socket.receive_text() == "Hello Ada!"
        socket.send_json({"a": 1})
        assert socket.receive_json() == {"a": 1}
        socket.send_bytes(b"\x00")
        assert socket.receive_bytes() == b"\x00"


def test_a_handler_declares_path_parameters_and_dependencies_by_name() -> None:
    api = API()

    @api.dependency()
    def hub(ws):
        return f"hub of {ws.url.path}"

    @api.websocket_route("/ws/{room}")
    async def chat(ws, *, room, hub):
        await ws.accept()
        await ws.send_json([room, hub])
        await ws.close()

    with api.requests.websocket_connect("/ws/tea") as socket:
        assert socket.receive_json() == ["tea", "hub of /ws/tea"]


def test_the_socket_is_taken_by_annotation_in_any_place() -> None:
    api = API()

    @api.websocket_route("/rooms/{number:int}")
    async def room(*, number: int, limit: Annotated[int, Query()] = 5, socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_json([number, limit])
        await socket.close()

    with api.requests.websocket_connect("/rooms/7?limit=2") as socket:
        assert socket.receive_json() == [7, 2]


def test_a_bad_handshake_value_closes_before_accept_with_1008() -> None:
    api = API()

    @api.websocket_route("/ws")
    async def room(ws, *, limit: int = Query()):
        await ws.accept()

    for url in ("/ws", "/ws?limit=many"):
        with pytest.raises(WebSocketDisconnect) as closed, api.requests.websocket_connect(url):
            pass
        assert closed.value.code == 1008


def test_an_unmatched_path_is_closed_before_accept() -> None:
    with pytest.raises(WebSocketDisconnect) as closed, API().requests.websocket_connect("/nothing"):
        pass
    assert closed.value.code == 1000


def test_abort_closes_with_1008() -> None:
    api = API()

    @api.websocket_route("/ws")
    async def refused(ws):
        await ws.accept()
        abort(403)

    with api.requests.websocket_connect("/ws") as socket, pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_text()
    assert closed.value.code == 1008


def test_an_error_in_the_handler_closes_with_1011_and_is_raised() -> None:
    api = API()

    @api.websocket_route("/ws")
    async def broken(ws):
        await ws.accept()
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"), api.requests.websocket_connect("/ws") as socket:
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
        assert closed.value.code == 1011


def test_providers_are_torn_down_when_the_client_leaves() -> None:
    api = API()
    told: list[str] = []

    def seat():
        told.append("taken")
        try:
            yield "seat"
        finally:
            told.append("left")

    @api.websocket_route("/ws")
    async def room(ws, *, seat=Depends(seat)):
        await ws.accept()
        await ws.send_text(seat)
        async for _ in ws.iter_text():
            pass

    with api.requests.websocket_connect("/ws") as socket:
        assert socket.receive_text() == "seat"
        assert told == ["taken"]
    assert told == ["taken", "left"]


def test_a_global_hook_for_sockets_runs_before_the_handler_and_may_close() -> None:
    api = API()

    @api.before_request(websocket=True)
    async def guard(ws):
        if "token" not in ws.query_params:
            await ws.close(4401)

    @api.websocket_route("/ws")
    async def room(ws):
        await ws.accept()
        await ws.send_text("in")
        await ws.close()

    with pytest.raises(WebSocketDisconnect) as closed, api.requests.websocket_connect("/ws"):
        pass
    assert closed.value.code == 4401
    with api.requests.websocket_connect("/ws?token=1") as socket:
        assert socket.receive_text() == "in"


def test_http_requests_do_not_reach_a_socket_route() -> None:
    api = API()

    @api.websocket_route("/ws")
    async def room(ws): ...

    assert api.requests.get("/ws").status_code == 404


def test_the_tutorial_runs_as_it_stands() -> None:
    api = API()
    said: list[str] = []

    @api.route("/ws", websocket=True)
    async def echo(ws):
        await ws.accept()
        while True:
            data = await ws.receive_text()
            await ws.send_text(f"Echo: {data}")

    connected = set()

    @api.route("/chat", websocket=True)
    async def chat(ws):
        await ws.accept()
        connected.add(ws)
        try:
            while True:
                message = await ws.receive_text()
                # Broadcast to all connected clients
                for client in connected:
                    await client.send_text(message)
        except WebSocketDisconnect:
            pass
        finally:
            connected.discard(ws)

    @api.route("/life", websocket=True)
    async def handler(ws):
        await ws.accept()
        try:
            while True:
                data = await ws.receive_text()
                await ws.send_text(f"Got: {data}")
        except WebSocketDisconnect:
            said.append("Client disconnected")

    @api.before_request(websocket=True)
    async def ws_auth(ws):
        await ws.accept()

    client = TestClient(api)
    with client.websocket_connect("/ws") as ws:
        ws.send_text("hello")
        assert ws.receive_text() == "Echo: hello"
    with client.websocket_connect("/chat") as ws:
        ws.send_text("hello")
        assert ws.receive_text() == "hello"
    assert connected == set()
    with client.websocket_connect("/life") as ws:
        ws.send_text("hello")
        assert ws.receive_text() == "Got: hello"
    assert said == ["Client disconnected"]
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/nonexistent"):
        pass
