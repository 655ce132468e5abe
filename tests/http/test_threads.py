"""Blocking functions beside the loop: bounded, named, with their context, and never left behind."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import threading
import time
import weakref
from collections.abc import Iterator

import anyio
import anyio.lowlevel
import anyio.to_thread
import pytest

from responder._http import threads
from responder._http.threads import Pool, from_thread, run, run_abandoned, run_in, run_io, set_limit

VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("VARIABLE", default="none")


@pytest.fixture
def limit() -> Iterator[None]:
    before = threads.WORKERS.limit
    yield
    set_limit(before)


def until(condition: object) -> None:
    """Wait in a thread for an event, and fail instead of hanging."""
    assert isinstance(condition, threading.Event)
    assert condition.wait(10)


@pytest.mark.anyio
async def test_a_function_runs_in_another_thread_and_gives_its_result() -> None:
    def add(one: int, *, two: int) -> tuple[int, int]:
        return one + two, threading.get_ident()

    result, ident = await run(add, 1, two=2)
    assert result == 3
    assert ident != threading.get_ident()


@pytest.mark.anyio
async def test_an_exception_comes_out_as_it_is() -> None:
    def fail() -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine") as caught:
        await run(fail)
    assert "fail" in [entry.name for entry in caught.traceback]


@pytest.mark.anyio
async def test_stop_iteration_becomes_what_a_coroutine_makes_of_it() -> None:
    empty: Iterator[int] = iter(())
    with pytest.raises(RuntimeError) as caught:
        await run(next, empty)
    assert isinstance(caught.value.__cause__, StopIteration)


@pytest.mark.anyio
async def test_context_variables_go_along_and_stay_apart() -> None:
    def change() -> str:
        before = VARIABLE.get()
        VARIABLE.set("changed in the thread")
        return before

    VARIABLE.set("mine")
    assert await run(change) == "mine"
    assert VARIABLE.get() == "mine"


@pytest.mark.anyio
async def test_a_context_may_be_kept_from_one_call_to_the_next() -> None:
    context = contextvars.copy_context()
    await run_in(context, VARIABLE.set, "kept")
    assert await run_in(context, VARIABLE.get) == "kept"


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.anyio
async def test_threads_say_whose_they_are() -> None:
    assert (await run(lambda: threading.current_thread().name)).startswith("responder-worker-")
    assert (await run_io(lambda: threading.current_thread().name)).startswith("responder-files-")
    assert await run(lambda: threading.current_thread().daemon)


@pytest.mark.anyio
async def test_no_more_functions_run_than_the_limit_allows(limit: None) -> None:
    set_limit(3)
    lock = threading.Lock()
    now = most = done = 0

    def work() -> None:
        nonlocal now, most, done
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.002)
        with lock:
            now -= 1
            done += 1

    async with anyio.create_task_group() as group:
        for _ in range(30):
            group.start_soon(run, work)
    assert done == 30
    assert most <= 3


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="At least one thread"):
        set_limit(0)


@pytest.mark.anyio
async def test_files_are_written_while_every_worker_is_stuck(limit: None) -> None:
    set_limit(1)
    free = threading.Event()
    async with anyio.create_task_group() as group:

        async def stuck() -> None:
            await run(until, free)

        group.start_soon(stuck)
        group.start_soon(stuck)
        with anyio.fail_after(5):
            assert await run_io(len, "abc") == 3
        free.set()


@pytest.mark.anyio
async def test_a_cancelled_call_waits_for_its_function() -> None:
    started, free, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        until(free)
        ended.set()

    async def call() -> None:
        with anyio.CancelScope() as scope:
            scopes.append(scope)
            try:
                await run(work)
            finally:
                assert ended.is_set()

    scopes: list[anyio.CancelScope] = []
    async with anyio.create_task_group() as group:
        group.start_soon(call)
        await anyio.to_thread.run_sync(until, started)
        scopes[0].cancel()
        for _ in range(5):
            await anyio.lowlevel.checkpoint()
        assert not ended.is_set()
        free.set()
    assert ended.is_set()


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.anyio
async def test_a_task_that_is_cancelled_twice_still_waits() -> None:
    started, free, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        until(free)
        ended.set()

    task = asyncio.ensure_future(run(work))
    await anyio.to_thread.run_sync(until, started)
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0)
    assert not task.done()
    free.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


@pytest.mark.anyio
async def test_an_abandoned_call_does_not_wait() -> None:
    started, free, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        until(free)
        ended.set()
        raise ValueError("nobody hears this")

    with anyio.fail_after(5), anyio.CancelScope() as scope:
        async with anyio.create_task_group() as group:
            group.start_soon(run_abandoned, work)
            await anyio.to_thread.run_sync(until, started)
            scope.cancel()
    assert not ended.is_set()
    free.set()
    await anyio.to_thread.run_sync(until, ended)


@pytest.mark.anyio
async def test_a_cancelled_call_that_was_waiting_for_a_thread_never_runs(limit: None) -> None:
    set_limit(1)
    started, free, ran = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        until(free)

    async with anyio.create_task_group() as group:
        group.start_soon(run, work)
        await anyio.to_thread.run_sync(until, started)
        with anyio.move_on_after(0.01):
            await run(ran.set)
        free.set()
    await run(int)
    assert not ran.is_set()


@pytest.mark.anyio
async def test_a_thread_awaits_on_the_loop() -> None:
    async def double(number: int) -> int:
        await anyio.lowlevel.checkpoint()
        return 2 * number

    def work() -> int:
        return from_thread(double, 21)

    assert await run(work) == 42


@pytest.mark.anyio
async def test_a_thread_that_awaits_on_the_loop_is_freed_by_a_cancellation() -> None:
    def work() -> None:
        from_thread(anyio.sleep_forever)

    with anyio.fail_after(5):
        with anyio.move_on_after(0.05) as waiting:
            await run(work)
    assert waiting.cancelled_caught
    # The thread is free again: with one thread in all, the next call would wait for ever otherwise.
    assert await run(len, "abc") == 3


@pytest.mark.anyio
async def test_awaiting_from_the_loop_itself_is_refused() -> None:
    with pytest.raises(RuntimeError, match="plain"):
        from_thread(anyio.sleep, 0)


def test_awaiting_from_any_other_thread_is_refused() -> None:
    with pytest.raises(RuntimeError, match="plain"):
        from_thread(anyio.sleep, 0)


def test_one_pool_serves_many_loops_one_after_the_other() -> None:
    async def measure() -> int:
        return await run(len, "abc")

    for backend in ("asyncio", "trio", "asyncio", "asyncio"):
        assert anyio.run(measure, backend=backend) == 3


def test_a_loop_that_is_gone_does_not_hurt_the_thread() -> None:
    free, pool = threading.Event(), Pool("test-gone", 1)

    async def leave() -> None:
        with anyio.move_on_after(0.01):
            await pool.run(lambda: until(free), abandon=True)

    asyncio.run(leave())
    free.set()
    assert asyncio.run(_result(pool)) == 3


async def _result(pool: Pool) -> object:
    return await pool.run(lambda: len("abc"))


def test_threads_without_work_go_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "IDLE_SECONDS", 0.01)
    pool = Pool("test-idle", 4)

    async def work() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(_result, pool)
        assert pool.threads
        with anyio.fail_after(5):
            while pool.threads:  # noqa: ASYNC110  # nothing tells when a thread has ended
                await anyio.sleep(0.005)
        # And they come back.
        assert await _result(pool) == 3

    anyio.run(work)


def test_where_the_system_has_no_thread_to_give_those_that_are_there_have_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = Pool("test-scarce", 4)
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def work() -> None:
        free = threading.Event()
        async with anyio.create_task_group() as group:
            group.start_soon(pool.run, lambda: until(free))
            await anyio.lowlevel.checkpoint()
            monkeypatch.setattr(threading.Thread, "start", refuse)
            group.start_soon(_result, pool)
            await anyio.lowlevel.checkpoint()
            free.set()
        assert pool.threads == 1

    async def nothing_there() -> None:
        with pytest.raises(RuntimeError, match="can't start"):
            await Pool("test-none", 4).run(int)

    anyio.run(work)
    anyio.run(nothing_there)
    monkeypatch.setattr(threading.Thread, "start", start)


def test_a_lower_limit_is_kept_by_the_threads_that_are_there() -> None:
    pool = Pool("test-lower", 4)

    async def work() -> None:
        together = threading.Barrier(4)
        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(pool.run, lambda: together.wait(5))
        assert pool.threads == 4
        pool.limit = 1
        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(_result, pool)
        with anyio.fail_after(5):
            while pool.threads > 1:
                await _result(pool)

    anyio.run(work)


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.anyio
async def test_a_result_is_not_kept_by_the_thread() -> None:
    class Big:
        pass

    big = await run(Big)
    seen = weakref.ref(big)
    del big
    await run(int)
    gc.collect()
    assert seen() is None
