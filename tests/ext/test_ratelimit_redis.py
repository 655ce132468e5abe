"""Budgets in a real Redis: shared by processes to the request, and survived when the server goes or hangs."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

import pytest

from responder import API
from responder.ext.ratelimit import AsyncRedisBackend, RateLimiter, RedisBackend
from tests.ext.redis_server import free_port, redis_process, redis_server
from tests.house.source import ROOT
from tests.tour.support import Answer, call

PROMISED = 2.0
"""Seconds within which a request is answered, whatever the store does."""


@pytest.mark.parametrize("kinds", [("sync", "sync"), ("async", "async"), ("sync", "async")])
def test_two_processes_share_one_budget_exactly(kinds: tuple[str, str]) -> None:
    with redis_server() as url:
        command = [sys.executable, "-m", "tests.ext.ratelimit_process", url]
        running = [
            subprocess.Popen(
                [*command, kind, "200", "130"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for kind in kinds
        ]
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in running:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        told = [process.communicate(timeout=60)[0].split() for process in running]
    allowed, refused, others = (sum(map(int, column)) for column in zip(*told, strict=True))
    assert (allowed, refused, others) == (130, 270, 0)


def served() -> str:
    return "served"


@pytest.mark.defect(41)
def test_limiters_count_apart_in_one_redis_whether_they_have_names_or_not() -> None:
    with redis_server() as url:
        pairs = [
            (RateLimiter(1, 60, RedisBackend(url=url), name=name), RateLimiter(1, 60, RedisBackend(url=url)))
            for name in ("login", "search")
        ]
        api = API()
        for number, (named, unnamed) in enumerate(pairs):
            api.add_route(f"/named/{number}", named.limit(served))
            api.add_route(f"/unnamed/{number}", unnamed.limit(served))
        paths = ("/named/0", "/named/1", "/unnamed/0", "/unnamed/1")
        first = {path: call(api, "GET", path).status for path in paths}
        second = {path: call(api, "GET", path).status for path in paths}
    assert first == dict.fromkeys(paths, 200)
    assert second == dict.fromkeys(paths, 429)


def shop(backend: RedisBackend | AsyncRedisBackend, *, fail_open: bool) -> API:
    """A route that is limited, in several ways, and one that is not."""
    api = API()
    limiter = RateLimiter(requests=100, period=60, backend=backend, fail_open=fail_open)

    @api.get("/limited")
    @limiter.limit
    async def limited() -> str:
        return "served"

    @api.get("/free")
    async def free() -> str:
        return "served"

    @api.get("/thread")
    def thread() -> str:
        return "served"

    if isinstance(backend, AsyncRedisBackend):
        api.add_event_handler("shutdown", backend.aclose)
    return api


Ask = Callable[[str], Awaitable[int]]
BACKENDS = pytest.mark.parametrize("backend", [RedisBackend, AsyncRedisBackend])
OPEN = pytest.mark.parametrize(("fail_open", "meanwhile"), [(False, 503), (True, 200)])


async def promised() -> None:
    """The time that is promised, on the clock of an event loop that gets to do its work: it stops with it."""
    for _ in range(round(PROMISED / 0.05)):
        await asyncio.sleep(0.05)


async def timed(ask: Ask, path: str) -> int:
    """The status, within the time that is promised."""
    asked, clock = asyncio.ensure_future(ask(path)), asyncio.ensure_future(promised())
    await asyncio.wait({asked, clock}, return_when=asyncio.FIRST_COMPLETED)
    clock.cancel()
    assert asked.done()
    return asked.result()


async def recovered(ask: Ask, path: str) -> None:
    """Ask until it is served again."""
    deadline = time.monotonic() + 20
    while await ask(path) != 200:
        assert time.monotonic() < deadline


@BACKENDS
@OPEN
def test_a_redis_that_is_killed_is_answered_for_in_time_and_found_again(
    backend: type[RedisBackend] | type[AsyncRedisBackend], fail_open: bool, meanwhile: int
) -> None:
    port = free_port()

    async def main() -> None:
        api = shop(backend(url=f"redis://127.0.0.1:{port}/0"), fail_open=fail_open)
        async with api.async_requests as client:

            async def ask(path: str) -> int:
                return (await client.get(path)).status_code

            with redis_process(port) as server:
                assert await timed(ask, "/limited") == 200
                server.kill()
                server.wait()
                assert [await timed(ask, "/limited") for _ in range(3)] == [meanwhile] * 3
                assert await timed(ask, "/free") == 200
            with redis_process(port):
                await recovered(ask, "/limited")
                assert (await client.get("/limited")).headers["x-ratelimit-limit"] == "100"

    asyncio.run(main())


@BACKENDS
@OPEN
def test_a_redis_that_hangs_is_given_up_in_time_and_nobody_else_notices(
    backend: type[RedisBackend] | type[AsyncRedisBackend], fail_open: bool, meanwhile: int
) -> None:
    port = free_port()

    async def main() -> None:
        api = shop(backend(url=f"redis://127.0.0.1:{port}/0"), fail_open=fail_open)
        async with api.async_requests as client:

            async def ask(path: str) -> int:
                return (await client.get(path)).status_code

            with redis_process(port) as server:
                assert await timed(ask, "/limited") == 200
                server.send_signal(signal.SIGSTOP)
                unnoticed = False
                for _ in range(10):
                    # Far more than there are threads and connections for it.
                    waiting = [asyncio.ensure_future(timed(ask, "/limited")) for _ in range(60)]
                    await asyncio.sleep(0)
                    assert [await ask(path) for path in ("/free", "/thread")] == [200, 200]
                    unnoticed = not any(one.done() for one in waiting)
                    assert [await ask(path) for path in ("/free", "/thread") * 10] == [200] * 20
                    assert await asyncio.gather(*waiting) == [meanwhile] * 60
                    # A machine that is busy elsewhere may be late with anything, but not every time.
                    if unnoticed:
                        break
                assert unnoticed
                server.send_signal(signal.SIGCONT)
                await recovered(ask, "/limited")

    asyncio.run(main())


def test_what_is_not_ours_under_a_key_is_a_store_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    with redis_server() as url:
        backend = RedisBackend(url=url, prefix="mine:")
        api = shop(backend, fail_open=False)
        assert call(api, "GET", "/limited").status == 200
        rename = "redis.call('SET', redis.call('KEYS', 'mine:*')[1], 'text')"
        backend.client.eval(rename, 0)
        answer: Answer = call(api, "GET", "/limited")
    assert answer.status == 503
    assert answer.headers["retry-after"] == "2"
    assert b"WRONGTYPE" not in answer.body
    assert "WRONGTYPE" in caplog.text
