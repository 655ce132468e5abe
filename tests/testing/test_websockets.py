"""WebSockets of the client to be awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.websockets import WebSocketDisconnect

from responder import API, Problem, Request, Response, WebSocket
from responder.testing import AsyncTestClient, WebSocketDenied, assert_problem


def chat() -> tuple[API, list[str]]:
    api = API()
    told: list[str] = []

    @api.websocket_route("/echo", subprotocols=["chat.v2"])
    async def echo(ws: WebSocket) -> None:
        await ws.accept()
        async for message in ws.iter_text():
            await ws.send_text(f"{ws.headers.get('x-name')}: {message}")
        told.append("left")

    @api.websocket_route("/json")
    async def talk(ws: WebSocket) -> None:
        await ws.accept()
        await ws.send_json({"got": await ws.receive_json()})
        await ws.send_bytes(await ws.receive_bytes())
        await ws.close(4001, "enough")

    @api.websocket_route("/denied")
    async def denied(ws: WebSocket) -> None:
        raise Problem(402, "pay first")

    @api.websocket_route("/broken")
    async def broken(ws: WebSocket) -> None:
        await ws.accept()
        raise ValueError("broken")

    @api.websocket_route("/refused")
    async def refused(ws: WebSocket) -> None:
        await ws.close(4002)

    return api, told


def run(test: Callable[[AsyncTestClient], Awaitable[None]], api: API) -> None:
    async def main() -> None:
        async with AsyncTestClient(api, headers={"X-Name": "ann"}) as client, asyncio.timeout(10):
            await test(client)

    asyncio.run(main())


def test_messages_go_both_ways_and_leaving_ends_the_handler() -> None:
    api, told = chat()

    async def test(client: AsyncTestClient) -> None:
        async with client.websocket_connect("/echo", subprotocols=["chat.v1", "chat.v2"]) as ws:
            assert ws.accepted_subprotocol == "chat.v2"
            await ws.send_text("hello")
            assert await ws.receive_text() == "ann: hello"
        assert told == ["left"]

    run(test, api)


def test_json_bytes_and_a_close_with_its_code() -> None:
    async def test(client: AsyncTestClient) -> None:
        async with client.websocket_connect("/json") as ws:
            await ws.send_json({"é": 1})
            assert await ws.receive_json() == {"got": {"é": 1}}
            await ws.send_bytes(b"\x00")
            assert await ws.receive_bytes() == b"\x00"
            for _ in range(2):
                with pytest.raises(WebSocketDisconnect) as closed:
                    await ws.receive()
                assert (closed.value.code, closed.value.reason) == (4001, "enough")
            assert ws.close_code == 4001

    run(test, chat()[0])


def test_a_handshake_that_is_answered_by_http_gives_the_answer() -> None:
    async def test(client: AsyncTestClient) -> None:
        with pytest.raises(WebSocketDenied) as denied:
            async with client.websocket_connect("/denied"):
                pass
        assert_problem(denied.value.response, 402, detail="pay first")

    run(test, chat()[0])


def test_a_handshake_that_is_refused_gives_the_code() -> None:
    async def test(client: AsyncTestClient) -> None:
        with pytest.raises(WebSocketDisconnect) as refused:
            async with client.websocket_connect("/refused"):
                pass
        assert refused.value.code == 4002

    run(test, chat()[0])


def test_what_the_handler_raises_is_raised_in_the_test() -> None:
    async def test(client: AsyncTestClient) -> None:
        with pytest.raises(ValueError, match="broken"):
            async with client.websocket_connect("/broken") as ws:
                with pytest.raises(WebSocketDisconnect):
                    await ws.receive_text()
                assert ws.close_code == 1011

    run(test, chat()[0])


def test_the_blocking_client_opens_sockets_at_its_base_url_too() -> None:
    api = API(allowed_hosts=[";", "shop.example"])

    @api.websocket_route("/where")
    async def where(ws: WebSocket) -> None:
        await ws.accept()
        await ws.send_text(f"{ws.url} {ws.cookies.get('seen')}")
        await ws.close()

    @api.get("/")
    def home(req: Request, resp: Response) -> None:
        resp.set_cookie("seen", "yes")

    with api.requests.websocket_connect("/where?a=1") as socket:
        assert socket.receive_text() == "ws://;/where?a=1 None"
    client = api.test_client("https://shop.example/")
    client.get("/")
    with client.websocket_connect("/where") as socket:
        assert socket.receive_text() == "wss://shop.example/where yes"
    with client.websocket_connect("ws://shop.example/where") as socket:
        assert socket.receive_text() == "ws://shop.example/where yes"
