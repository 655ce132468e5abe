from __future__ import annotations

import asyncio
import functools
import logging
import threading

import pytest

from responder._http.response import Response
from responder._http.tasks import run_background


def test_tasks_run_in_order_sync_ones_in_a_thread() -> None:
    seen: list[tuple[str, bool]] = []

    def note(name: str, *, end: str = "") -> None:
        seen.append((name + end, threading.current_thread() is threading.main_thread()))

    async def wait(name: str) -> None:
        await asyncio.sleep(0)
        note(name)

    class Call:
        async def __call__(self, name: str) -> None:
            note(name)

    response: Response = Response()
    assert response.background(note, "a", end="!") is note
    response.background(wait, "b")
    response.background(Call(), "c")
    response.background(functools.partial(wait, "d"))
    response.background(note, "e")
    asyncio.run(run_background(response))
    assert seen == [("a!", False), ("b", True), ("c", True), ("d", True), ("e", False)]


def test_tasks_run_once() -> None:
    count: list[int] = []
    response: Response = Response()
    response.background(count.append, 1)
    asyncio.run(run_background(response))
    asyncio.run(run_background(response))
    assert count == [1]
    asyncio.run(run_background(Response()))


def test_a_failing_task_stops_none_of_the_others_and_is_raised_at_the_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen: list[int] = []

    def fail(text: str) -> None:
        raise LookupError(text)

    async def fail_too() -> None:
        raise LookupError("second")

    response: Response = Response()
    response.background(fail, "first")
    response.background(seen.append, 1)
    response.background(fail_too)
    response.background(seen.append, 2)
    with caplog.at_level(logging.ERROR), pytest.raises(LookupError, match="first"):
        asyncio.run(run_background(response))
    assert seen == [1, 2]
    assert "A background task failed after another one had" in caplog.text
