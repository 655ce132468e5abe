"""How a server ends: all in flight are answered, nobody who won't leave holds it, and its status is 0."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import re
import signal
import socket
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Self

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.sockets.server import PATIENCE, Process, eventually
from tests.sockets.servers import Connection, free_port

PROGRAM = """\
from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Iterator

from responder import API, Depends, Request, Response, WebSocket

api = API()
waiting = 0


def seat() -> Iterator[str]:
    try:
        yield "seat"
    finally:
        print("seat left", flush=True)


@api.on_event("shutdown")
async def last() -> None:
    print("lifespan ended", flush=True)


@api.get("/in-flight")
async def in_flight(req: Request) -> str:
    global waiting
    waiting += 1
    if waiting == int(req.params.get("all", "1")):
        print("all in flight", flush=True)
    await req.shutting_down.wait()
    await asyncio.sleep(0.2)
    return "x" * 100_000


@api.get("/quick")
def quick() -> str:
    return "quick"


@api.get("/pid")
async def pid() -> int:
    return os.getpid()


@api.get("/ready")
async def ready() -> str:
    return "going" if api.shutting_down else "ready"


@api.sse("/endless")
async def endless() -> AsyncIterator[int]:
    number = 0
    while True:
        yield number
        number += 1
        await asyncio.sleep(0.01)


@api.get("/flood")
async def flood(resp: Response) -> None:
    @resp.stream
    async def pour() -> AsyncIterator[bytes]:
        print("flooding", flush=True)
        while True:
            yield b"x" * 65536


@api.websocket_route("/silent")
async def silent(ws: WebSocket, seat: str = Depends(seat)) -> None:
    await ws.accept()
    await ws.send_text("hello")
    await ws.receive_text()


@api.websocket_route("/polite")
async def polite(ws: WebSocket) -> None:
    await ws.accept()
    await ws.send_text("hello")
    await ws.shutting_down.wait()
    await ws.send_text("goodbye")
    await ws.close(4000, "see you")


@api.get("/work")
async def work() -> str:
    def long() -> None:
        while not api.shutting_down:
            time.sleep(0.01)
        time.sleep(0.2)
        print("work done", flush=True)

    api.background.run(long)
    return "begun"


@api.get("/stuck")
async def stuck() -> str:
    threading_event = threading.Event()
    api.background.run(threading_event.wait)
    return "stuck"


@api.get("/never")
async def never() -> None:
    print("never ends", flush=True)
    while True:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            pass


if __name__ == "__main__":
    api.run(OPTIONS)
"""

BOTH = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])


def program(folder: Path, options: str = "", port: int = 0) -> Process:
    return Process(folder, PROGRAM.replace("OPTIONS", f"port={port}, {options}"))


class Clients:
    """Connections of one test, hung up at its end."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._writers: list[asyncio.StreamWriter] = []

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A new connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._writers.append(writer)
        return reader, writer

    async def ask(self, path: str) -> asyncio.StreamReader:
        """Ask for something; gives where the answer comes."""
        reader, writer = await self.connect()
        writer.write(request(path))
        return reader

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *details: object) -> None:
        for writer in self._writers:
            writer.close()


def request(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def run(port: int, main: Callable[[Clients], Coroutine[object, object, None]]) -> None:
    async def within() -> None:
        async with asyncio.timeout(PATIENCE * 2), Clients(port) as clients:
            await main(clients)

    asyncio.run(within())


async def answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The head and the body of one answer, whole."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    assert length is not None, head
    return head, await reader.readexactly(int(length[1]))


@BOTH
def test_two_hundred_requests_in_flight_are_all_answered(number: int, tmp_path: Path) -> None:
    with program(tmp_path) as server:

        async def main(clients: Clients) -> None:
            readers = [await clients.ask("/in-flight?all=200") for _ in range(200)]
            await asyncio.to_thread(server.wait_for, "all in flight")
            server.terminate(number)
            for head, body in await asyncio.gather(*map(answer, readers)):
                assert head.startswith(b"HTTP/1.1 200 OK\r\n")
                assert body.count(b"x") == 100_000
            # Each connection is closed by agreement, and nothing follows.
            assert [await reader.read() for reader in readers] == [b""] * 200

        run(server.port, main)
        assert server.wait() == 0
        assert server.said("lifespan ended") == 1


def test_a_client_that_asks_again_and_again_never_loses_an_answer(tmp_path: Path) -> None:
    async def insist(clients: Clients, warm: asyncio.Event) -> int:
        reader, writer = await clients.connect()
        for turn in range(100_000):
            writer.write(request("/quick"))
            head, body = await answer(reader)
            assert b"quick" in body
            if turn == 20:
                warm.set()
            if b"connection: close" in head:
                assert await reader.read() == b""
                return turn
        raise AssertionError("the connection was never closed")

    with program(tmp_path) as server:

        async def main(clients: Clients) -> None:
            warm = [asyncio.Event() for _ in range(10)]
            tasks = [asyncio.create_task(insist(clients, one)) for one in warm]
            for one in warm:
                await one.wait()
            server.terminate()
            for task in tasks:
                assert await task > 20

        run(server.port, main)
        assert server.wait() == 0


@BOTH
def test_nobody_who_will_not_leave_holds_the_server(number: int, tmp_path: Path) -> None:
    # Who never reads is cut off after four fifths; the rest is enough for the lifespan on a busy machine.
    with program(tmp_path, "grace_period=8") as server:
        port = server.port
        events, flooded, idle = Connection(port), Connection(port, buffer=4096), Connection(port)
        events.get("/endless")
        events.until(b"data: 3\n\n")
        flooded.get("/flood")
        server.wait_for("flooding")
        idle.get("/quick")
        idle.until(b"quick")
        # A client that has said nothing yet.
        mute = Connection(port)
        silent = _handshake(port, "/silent")
        server.terminate(number)
        # 1001, and why.
        assert silent.rest().endswith(b"\x88\x1d\x03\xe9the server is shutting down")
        assert events.rest().endswith(b"0\r\n\r\n")
        assert idle.rest() == b""
        assert mute.rest() == b""
        assert server.wait() == 0
        flooded.leave()
        assert server.said("seat left") == server.said("lifespan ended") == 1


def _handshake(port: int, path: str) -> Connection:
    """A WebSocket whose client reads and never says anything, not even that it has heard of the close."""
    client = Connection(port)
    client.get(
        path,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )
    client.until(b"hello")
    return client


def test_a_handler_that_looks_at_shutting_down_says_goodbye_itself(tmp_path: Path) -> None:
    with program(tmp_path) as server:
        with connect(f"ws://127.0.0.1:{server.port}/polite", proxy=None) as client:
            assert client.recv(PATIENCE) == "hello"
            server.terminate()
            assert client.recv(PATIENCE) == "goodbye"
            with pytest.raises(ConnectionClosed) as closed:
                client.recv(PATIENCE)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4000, "see you")
        assert server.wait() == 0


def test_it_is_not_ready_any_more_before_it_stops_listening(tmp_path: Path) -> None:
    with program(tmp_path, "shutdown_delay=1") as server:
        port = server.port
        assert b"ready" in _get(port, "/ready")
        server.terminate()
        eventually(lambda: b"going" in _get(port, "/ready"))
        assert server.wait() == 0
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), PATIENCE)


def _get(port: int, path: str) -> bytes:
    client = Connection(port)
    client.get(path, "Connection: close")
    return client.rest()


def test_background_work_is_waited_for_before_the_lifespan_ends_the_program(tmp_path: Path) -> None:
    with program(tmp_path) as server:
        assert b"begun" in _get(server.port, "/work")
        server.terminate()
        assert server.wait() == 0
        assert server.said("work done") == server.said("lifespan ended") == 1


def test_what_never_ends_is_left_behind_when_the_time_is_up(tmp_path: Path) -> None:
    with program(tmp_path, "grace_period=1") as server:
        assert b"stuck" in _get(server.port, "/stuck")
        server.terminate()
        assert server.wait() == 1
        assert server.said("left behind")


def test_a_task_that_swallows_its_cancellation_is_left_behind_too(tmp_path: Path) -> None:
    with program(tmp_path, "grace_period=5") as server:
        client = Connection(server.port)
        client.get("/never")
        server.wait_for("never ends")
        server.terminate()
        assert server.wait() == 1
        assert server.said("lifespan ended") == 1
        client.leave()


@BOTH
def test_a_second_signal_ends_it_at_once(number: int, tmp_path: Path) -> None:
    with program(tmp_path, "grace_period=600") as server:
        client = Connection(server.port)
        client.get("/never")
        server.wait_for("never ends")
        server.terminate()
        server.wait_for("Shutting down")
        server.terminate(number)
        assert server.wait() == 128 + number
        client.leave()


def test_what_is_no_time_is_refused(tmp_path: Path) -> None:
    from responder import API
    from responder.errors import ConfigurationError

    for grace, delay in ((0, 0), (float("inf"), 0), (1, -1)):
        with pytest.raises(ConfigurationError):
            API().run(port=0, grace_period=grace, shutdown_delay=delay)
    with pytest.raises(ConfigurationError, match="give one"):
        API().run(port=0, grace_period=1, timeout_graceful_shutdown=1)
    with pytest.raises(ConfigurationError, match="number of processes"):
        API().run(port=0, workers=0)
    with pytest.raises(ConfigurationError, match="global name"):
        API().run(port=0, workers=2)


# -- under granian, in our own process


@BOTH
def test_granian_ends_as_politely(number: int, tmp_path: Path) -> None:
    if importlib.util.find_spec("granian") is None and "REQUIRE_GRANIAN" not in os.environ:
        pytest.skip("granian is not installed")
    port = free_port()
    with program(tmp_path, 'server="granian"', port) as server:
        eventually(lambda: _listens(port))
        events, waiting = Connection(port), Connection(port)
        events.get("/endless")
        events.until(b"data: 0\n\n")
        waiting.get("/in-flight")
        server.wait_for("all in flight")
        silent = _handshake(port, "/silent")
        server.terminate(number)
        assert silent.rest().endswith(b"\x88\x1d\x03\xe9the server is shutting down")
        assert events.rest().endswith(b"0\r\n\r\n")
        assert waiting.rest().count(b"x") >= 100_000
        assert server.wait() == 0
        assert server.said("lifespan ended") == 1


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# -- with four workers

WORKERS = "workers=4, grace_period=5"


def up(server: Process, count: int = 4) -> None:
    eventually(lambda: server.said("Application startup complete") >= count)


def pids(server: Process) -> set[int]:
    return {int(one) for one in re.findall(r"Started server process \[(\d+)\]", "\n".join(server.lines))}


@BOTH
def test_four_workers_answer_everybody_in_flight(number: int, tmp_path: Path) -> None:
    with program(tmp_path, WORKERS) as server:
        up(server)

        async def main(clients: Clients) -> None:
            readers = [await clients.ask("/in-flight") for _ in range(200)]
            events = await clients.ask("/endless")
            await events.readuntil(b"data: 0\n\n")
            # The events came behind the rest: their worker has taken all of its connections in.
            waiting = [await clients.ask("/quick") for _ in range(50)]
            for one in waiting:
                await answer(one)
            server.terminate(number)
            for head, body in await asyncio.gather(*map(answer, readers)):
                assert head.startswith(b"HTTP/1.1 200 OK\r\n")
                assert body.count(b"x") == 100_000
            assert (await events.read()).endswith(b"0\r\n\r\n")

        run(server.port, main)
        assert server.wait() == 0
        assert server.said("lifespan ended") == 4


def test_a_stop_that_reaches_every_process_at_once_is_one_stop(tmp_path: Path) -> None:
    # As a terminal does with Ctrl+C, and systemd with its group.
    with program(tmp_path, WORKERS) as server:
        up(server)
        client = Connection(server.port)
        client.get("/in-flight")
        server.wait_for("all in flight")
        for pid in (*pids(server), server.pid):
            os.kill(pid, signal.SIGTERM)
        assert client.rest().count(b"x") >= 100_000
        assert server.wait() == 0
        assert server.said("lifespan ended") == 4


@pytest.mark.parametrize("count", [0, 4], ids=["starting", "serving"])
def test_a_worker_that_dies_is_replaced(count: int, tmp_path: Path) -> None:
    with program(tmp_path, WORKERS) as server:
        eventually(lambda: bool(pids(server)))
        up(server, count)
        before = server.said("Application startup complete")
        os.kill(min(pids(server)), signal.SIGKILL)
        eventually(lambda: len(pids(server)) == 5)
        up(server, max(before + 1, 4))
        assert b"quick" in _get(server.port, "/quick")
        server.terminate()
        assert server.wait() == 0


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    with program(tmp_path, WORKERS) as server:
        up(server)
        children = pids(server)
        server.terminate(signal.SIGKILL)
        assert server.wait() == -signal.SIGKILL
        eventually(lambda: server.said("lifespan ended") == len(children))


def test_a_second_signal_ends_the_workers_too(tmp_path: Path) -> None:
    with program(tmp_path, "workers=2, grace_period=600") as server:
        up(server, 2)
        client = Connection(server.port)
        client.get("/never")
        server.wait_for("never ends")
        server.terminate()
        server.wait_for("Shutting down")
        server.terminate()
        assert server.wait() == 128 + signal.SIGTERM
        client.leave()


def test_workers_that_cannot_start_end_the_program(tmp_path: Path) -> None:
    failing = PROGRAM.replace("OPTIONS", "port=0, workers=2").replace(
        "waiting = 0", "waiting = 0\n\n\n@api.on_event('startup')\ndef fail():\n    raise OSError('no')"
    )
    with Process(tmp_path, failing) as server:
        assert server.wait() == 3
