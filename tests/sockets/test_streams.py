"""Streams over a real socket: slow readers, clients that hang up, servers that are told to stop."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from responder import API, SSE, Request, Response
from tests.sockets.servers import PATIENCE, Connection, free_port, process, serving


def test_events_arrive_one_by_one_as_they_are_made() -> None:
    api = API()
    gates = [threading.Event() for _ in range(3)]

    @api.sse("/events")
    async def events() -> AsyncIterator[SSE[int]]:
        for number, gate in enumerate(gates):
            await asyncio.to_thread(gate.wait, PATIENCE)
            yield SSE(number, id=number)

    with serving(api) as port:
        connection = Connection(port)
        connection.get("/events")
        for number, gate in enumerate(gates):
            gate.set()
            assert b"id: %d\ndata: %d\n\n" % (number, number) in connection.until(b"\n\n")
        connection.until(b"0\r\n\r\n")
        connection.leave()


def test_a_slow_reader_holds_the_generator_back_and_loses_nothing() -> None:
    api = API()
    made = 0
    total = 4000

    @api.sse("/events")
    async def events() -> AsyncIterator[str]:
        nonlocal made
        for number in range(total):
            made = number + 1
            yield f"{number:05}" + "x" * 5000

    with serving(api) as port:
        connection = Connection(port)
        connection.get("/events", "Connection: close")
        connection.until(b"data: ")
        seen = -1
        pause = threading.Event()
        while seen != made:
            seen = made
            pause.wait(0.2)
        # It stands still: what is under way is what the buffers of both ends hold.
        assert made < total
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as other:
            # The others are served meanwhile.
            assert other.get("/nothing").status_code == 404
        body = connection.rest()
        assert made == total
        assert body.count(b"x" * 5000) == total
        assert body.endswith(b"0\r\n\r\n")


def test_a_client_that_hangs_up_closes_the_generator_long_before_the_next_heartbeat() -> None:
    api = API()
    closed = threading.Event()
    order: list[str] = []

    @api.dependency()
    async def feed() -> AsyncIterator[str]:
        try:
            yield "news"
        finally:
            order.append("provider")
            closed.set()

    @api.get("/events")
    async def events(req: Request, resp: Response, *, feed: str) -> None:
        @resp.sse(heartbeat=600)
        async def stream() -> AsyncIterator[str]:
            try:
                yield feed
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0.01)
                order.append("generator")

    with serving(api) as port:
        connection = Connection(port)
        connection.get("/events")
        connection.until(b"data: news\n\n")
        connection.leave()
        assert closed.wait(PATIENCE)
        assert order == ["generator", "provider"]


def test_a_stream_that_fails_in_the_middle_is_never_complete() -> None:
    api = API()

    @api.ndjson("/rows")
    async def rows() -> AsyncIterator[int]:
        yield 1
        yield "no number"  # type: ignore[misc]  # what is tested

    with serving(api) as port:
        connection = Connection(port)
        connection.get("/rows")
        answer = connection.rest()
        assert b"\r\n2\r\n1\n\r\n" in answer
        assert not answer.endswith(b"0\r\n\r\n")


PROGRAM = """
from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

from responder import API, Request, Response

api = API()


@api.sse("/endless")
async def endless() -> AsyncIterator[int]:
    try:
        yield 1
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0.01)
        print("closed", flush=True)


@api.get("/polite")
async def polite(req: Request, resp: Response) -> None:
    @resp.stream
    async def stream() -> AsyncIterator[str]:
        yield "hello"
        await req.shutting_down.wait()
        yield "bye"


@api.on_event("shutdown")
async def shutdown() -> None:
    print("lifespan ended", flush=True)


{run}
"""

# What would be waited for is longer than this test waits: an end is one that nobody forced.
OURS = "api.run(port=int(sys.argv[1]), grace_period=600)"
THEIRS = 'import uvicorn\n\nuvicorn.run(api, port=int(sys.argv[1]), log_level="error")'


def assert_events_end(tmp_path: Path, run: str) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(run=run), encoding="utf-8")
    port = free_port()
    with process(program, port) as server:
        events, polite = Connection(port), Connection(port)
        events.get("/endless")
        events.until(b"data: 1\n\n")
        polite.get("/polite")
        polite.until(b"hello")
        server.send_signal(signal.SIGTERM)
        assert events.rest().endswith(b"0\r\n\r\n")
        assert b"bye" in polite.rest()
        output, _ = server.communicate(timeout=PATIENCE)
        assert output.split("\n")[:2] == ["closed", "lifespan ended"]


def test_endless_events_end_when_the_server_is_told_to_stop(tmp_path: Path) -> None:
    assert_events_end(tmp_path, OURS)


def test_so_they_do_under_a_server_of_ones_own_that_would_wait_for_ever(tmp_path: Path) -> None:
    assert_events_end(tmp_path, THEIRS)
