"""WebSockets while the application goes down, without a server."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from starlette.websockets import WebSocketDisconnect

from responder import API, WebSocket
from responder.testing import AsyncTestClient, WebSocketDenied, assert_problem


def talk() -> tuple[API, list[object]]:
    api = API()
    told: list[object] = []

    @api.websocket_route("/waits")
    async def waits(ws: WebSocket) -> None:
        await ws.accept()
        await ws.send_text("hello")
        try:
            await ws.receive_text()
        except WebSocketDisconnect as left:
            told.append(left.code)
            raise

    @api.websocket_route("/works")
    async def works(ws: WebSocket) -> None:
        await ws.accept()
        await ws.send_text("hello")
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            told.append("cleaned up")

    @api.websocket_route("/slow-handshake")
    async def slow(ws: WebSocket) -> None:
        told.append("asked")
        await asyncio.Event().wait()

    return api, told


@pytest.mark.parametrize(("path", "says"), [("/waits", 1001), ("/works", "cleaned up")])
def test_it_is_closed_with_1001_and_its_handler_ends(path: str, says: object) -> None:
    api, told = talk()

    async def main() -> None:
        async with AsyncTestClient(api) as client, client.websocket_connect(path) as ws:
            await ws.receive_text()
            api.shutting_down.begin()
            with pytest.raises(WebSocketDisconnect) as closed:
                await ws.receive_text()
            assert (closed.value.code, closed.value.reason) == (1001, "the server is shutting down")
        assert told == [says]

    asyncio.run(asyncio.wait_for(main(), 10))


def test_a_handshake_is_answered_with_503() -> None:
    api, told = talk()

    async def main() -> None:
        async with AsyncTestClient(api) as client:
            asking = asyncio.create_task(client.websocket_connect("/slow-handshake").__aenter__())
            while not told:  # noqa: ASYNC110  # the handler has no event of this test
                await asyncio.sleep(0)
            api.shutting_down.begin()
            for attempt in (asking, asyncio.create_task(client.websocket_connect("/waits").__aenter__())):
                with pytest.raises(WebSocketDenied) as denied:
                    await attempt
                assert_problem(denied.value.response, 503, detail="The server is shutting down")

    asyncio.run(asyncio.wait_for(main(), 10))


@pytest.mark.parametrize("first", ["shutdown", "handler"])
def test_who_cancels_a_listener_at_that_very_moment_is_heard_too(first: str) -> None:
    api = API()
    told: list[object] = []

    @api.websocket_route("/ws")
    async def ws(ws: WebSocket) -> None:
        await ws.accept()
        listener = asyncio.create_task(ws.receive_text())
        await asyncio.sleep(0)  # until it listens
        if first == "handler":
            asyncio.get_running_loop().call_soon(listener.cancel)
        api.shutting_down.begin()
        if first == "shutdown":
            asyncio.get_running_loop().call_soon(listener.cancel)
        await asyncio.wait([listener])
        told.append(listener.cancelled())

    async def main() -> None:
        async with AsyncTestClient(api) as client, client.websocket_connect("/ws") as socket:
            with pytest.raises(WebSocketDisconnect) as closed:
                await socket.receive_text()
            assert closed.value.code == 1001
        assert told == [True]

    asyncio.run(asyncio.wait_for(main(), 10))


def test_a_listener_that_is_cancelled_leaves_the_connection_open() -> None:
    api = API()

    @api.websocket_route("/ws")
    async def ws(ws: WebSocket) -> None:
        await ws.accept()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ws.receive_text(), 0.01)
        await ws.send_text("still here")
        await ws.send_text(await ws.receive_text())

    async def main() -> None:
        async with AsyncTestClient(api) as client, client.websocket_connect("/ws") as socket:
            assert await socket.receive_text() == "still here"
            await socket.send_text("so am I")
            assert await socket.receive_text() == "so am I"

    asyncio.run(asyncio.wait_for(main(), 10))
