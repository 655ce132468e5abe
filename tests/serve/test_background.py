"""Work that nobody waits for."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest

from responder import API, Request, Response
from responder.background import BackgroundQueue


def double(value: int) -> int:
    return value * 2


async def double_later(value: int) -> int:
    await asyncio.sleep(0)
    return value * 2


def test_plain_and_async_functions_run_aside_and_give_their_results() -> None:
    queue = BackgroundQueue(2)
    assert queue.run(double, 2).result(5) == 4
    assert queue.run(double_later, value=3).result(5) == 6
    assert queue.results == []
    queue.shutdown()
    assert queue.run(double, 5).result(5) == 10
    queue.shutdown()


def test_threads_are_named_and_their_number_is_bounded() -> None:
    queue = BackgroundQueue(1)
    name = queue.run(lambda: threading.current_thread().name).result(5)
    assert name.startswith("responder-background")
    assert queue.n == 1
    with pytest.raises(ValueError, match="at least one"):
        BackgroundQueue(0)
    queue.shutdown()


def test_pending_work_is_listed() -> None:
    queue, gate = BackgroundQueue(1), threading.Event()
    future = queue.run(gate.wait, 5)
    assert queue.results == [future]
    gate.set()
    future.result(5)
    queue.shutdown()
    assert queue.results == []


def test_a_task_gives_futures_and_logs_its_failures(caplog: pytest.LogCaptureFixture) -> None:
    queue = BackgroundQueue(1)

    @queue.task
    def fail(text: str) -> None:
        raise ValueError(text)

    with caplog.at_level(logging.ERROR, "responder"), pytest.raises(ValueError, match="boom"):
        fail("boom").result(5)
    queue.shutdown()
    assert "fail failed" in caplog.text


def test_a_result_can_be_awaited() -> None:
    queue = BackgroundQueue(1)

    async def main() -> tuple[int, int]:
        return await queue(double, 4), await queue(double_later, 5)

    assert asyncio.run(main()) == (8, 10)
    queue.shutdown()


def test_coroutines_run_on_the_loop_that_serves_and_shutdown_waits_for_them() -> None:
    api = API()
    loops: list[object] = []
    told: list[str] = []
    gate = asyncio.Event()

    async def work() -> None:
        loops.append(asyncio.get_running_loop())
        await gate.wait()
        told.append("done")

    @api.get("/")
    def index(req: Request, resp: Response) -> str:
        api.background.run(work)
        return "started"

    @api.get("/open")
    async def open_gate(req: Request, resp: Response) -> str:
        loops.append(asyncio.get_running_loop())
        gate.set()
        return "open"

    with api.requests as client:
        assert client.get("/").text == "started"
        assert client.get("/open").text == "open"
    assert told == ["done"]
    assert loops[0] is loops[1]


def test_shutdown_waits_for_plain_work() -> None:
    api, told = API(), list[str]()
    gate = threading.Event()

    def work() -> None:
        gate.wait(5)
        told.append("done")

    with api.requests:
        api.background.run(work)
        gate.set()
    assert told == ["done"]
