"""How WebSockets end: close codes, denials, silence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from starlette.exceptions import HTTPException, WebSocketException
from starlette.testclient import WebSocketDenialResponse
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect

from responder import API, Problem
from responder.testing import assert_problem


def app_that(body: Callable[[WebSocket], Any], **options: Any) -> API:
    api = API(**options)

    @api.websocket_route("/ws")
    async def ws(ws: WebSocket) -> None:
        await body(ws)

    return api


def closed_with(api: API, path: str = "/ws") -> int:
    with pytest.raises(WebSocketDisconnect) as closed, api.requests.websocket_connect(path) as socket:
        socket.receive_text()
    return closed.value.code


async def raw(api: API, inbox: list[Message]) -> list[Message]:
    sent: list[Message] = []
    waiting = asyncio.Event()
    scope: dict[str, object] = {"type": "websocket", "path": "/ws", "headers": [], "query_string": b""}

    async def receive() -> Message:
        if inbox:
            return inbox.pop(0)
        await waiting.wait()
        raise AssertionError("never reached")

    async def send(message: Message) -> None:
        sent.append(message)

    await api(scope, receive, send)
    return sent


def test_a_handler_that_returns_closes_with_1000() -> None:
    async def body(ws: WebSocket) -> None:
        await ws.accept()

    assert closed_with(app_that(body)) == 1000


def test_a_named_code_is_used() -> None:
    async def body(ws: WebSocket) -> None:
        await ws.accept()
        raise WebSocketException(4001, "mine")

    assert closed_with(app_that(body)) == 4001


def test_an_http_error_after_accepting_is_1008_with_its_reason() -> None:
    async def body(ws: WebSocket) -> None:
        await ws.accept()
        raise HTTPException(403, "é" * 100)

    with (
        pytest.raises(WebSocketDisconnect) as closed,
        app_that(body).requests.websocket_connect("/ws") as socket,
    ):
        socket.receive_text()
    assert closed.value.code == 1008
    assert closed.value.reason == "é" * 61


def test_an_http_error_before_accepting_is_the_answer_when_the_server_can_send_one() -> None:
    async def body(ws: WebSocket) -> None:
        raise Problem(401, "who?", headers={"WWW-Authenticate": "Bearer"})

    with pytest.raises(WebSocketDenialResponse) as denied, app_that(body).requests.websocket_connect("/ws"):
        pass
    assert_problem(denied.value, 401, detail="who?", instance="/ws")
    assert denied.value.headers["www-authenticate"] == "Bearer"


def test_an_http_error_before_accepting_is_1008_when_the_server_cannot() -> None:
    async def body(ws: WebSocket) -> None:
        raise Problem(401, "who?")

    sent = asyncio.run(raw(app_that(body), [{"type": "websocket.connect"}]))
    assert [(one["type"], one.get("code")) for one in sent] == [("websocket.close", 1008)]


def test_a_fault_of_ours_is_1011_and_raised() -> None:
    async def body(ws: WebSocket) -> None:
        await ws.accept()
        raise ValueError("secret")

    async def main() -> None:
        sent: list[Message] = []
        with pytest.raises(ValueError, match="secret"):
            sent = await raw(app_that(body), [{"type": "websocket.connect"}])
        assert sent == []

    asyncio.run(main())
    with (
        pytest.raises(ValueError, match="secret"),
        app_that(body).requests.websocket_connect("/ws") as socket,
    ):
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
        assert closed.value.code == 1011
        assert "secret" not in closed.value.reason


def test_a_client_that_leaves_is_no_error() -> None:
    async def body(ws: WebSocket) -> None:
        await ws.accept()
        await ws.receive_text()

    inbox: list[Message] = [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1001}]
    sent = asyncio.run(raw(app_that(body), inbox))
    assert [one["type"] for one in sent] == ["websocket.accept"]


def test_silence_closes_with_1001_and_a_timeout_of_the_handler_does_not() -> None:
    left: list[str] = []

    async def body(ws: WebSocket) -> None:
        await ws.accept()
        try:
            await ws.receive_text()
        except WebSocketDisconnect:
            left.append("noticed")
            raise

    connect: Message = {"type": "websocket.connect"}
    sent = asyncio.run(raw(app_that(body, ws_idle_timeout=0.02), [connect]))
    assert [(one["type"], one.get("code")) for one in sent] == [
        ("websocket.accept", None),
        ("websocket.close", 1001),
    ]
    assert left == ["noticed"]

    async def own(ws: WebSocket) -> None:
        await ws.accept()
        raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        asyncio.run(raw(app_that(own, ws_idle_timeout=5), [{"type": "websocket.connect"}]))


def test_an_unmatched_path_is_closed_before_accepting() -> None:
    sent = asyncio.run(raw(API(), [{"type": "websocket.connect"}]))
    assert sent == [{"type": "websocket.close", "code": 1000}]


def test_sockets_reach_mounts_below_their_prefix() -> None:
    async def body(ws: WebSocket) -> None:
        await ws.accept()
        await ws.send_text(ws.scope["root_path"])

    outer = API()
    outer.mount("/inner", app_that(body))
    with outer.requests.websocket_connect("/inner/ws") as socket:
        assert socket.receive_text() == "/inner"
