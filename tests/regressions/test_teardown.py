"""What was opened for a request is closed again, wherever the request is cancelled."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Literal

import anyio
import anyio.lowlevel
import pytest
from starlette.types import Message, Scope

from responder import API, Request, Response

Backend = Literal["asyncio", "trio"]


@dataclass
class Told:
    """What the providers did: opened, began to close, came to the end of closing."""

    opened: list[str] = field(default_factory=list[str])
    left: list[str] = field(default_factory=list[str])
    closed: list[str] = field(default_factory=list[str])

    @contextlib.asynccontextmanager
    async def steps(self, name: str) -> AsyncGenerator[str]:
        """The life of a provider, with a point to be cancelled at wherever there may be one."""
        await anyio.lowlevel.checkpoint()
        self.opened.append(name)
        try:
            yield name
        finally:
            self.left.append(name)
            await anyio.lowlevel.checkpoint()
            await anyio.lowlevel.checkpoint()
            self.closed.append(name)


def _api(told: Told) -> API:
    api = API()

    @api.dependency()
    async def first() -> AsyncIterator[str]:
        async with told.steps("first") as value:
            yield value

    @api.dependency()
    def second(first: str) -> Iterator[str]:
        told.opened.append("second")
        yield "second"
        told.left.append("second")
        told.closed.append("second")

    @api.dependency(close="before-send")
    async def third(first: str) -> AsyncIterator[str]:
        async with told.steps("third") as value:
            yield value

    @api.dependency()
    async def fourth(third: str) -> AsyncIterator[str]:
        async with told.steps("fourth") as value:
            yield value

    @api.get("/well")
    async def well(req: Request, resp: Response, *, first: str, fourth: str) -> None:
        await anyio.lowlevel.checkpoint()
        resp.text = first + fourth

    @api.get("/wrong")
    async def wrong(req: Request, resp: Response, *, first: str, fourth: str) -> None:
        await anyio.lowlevel.checkpoint()
        raise LookupError

    return api


async def _serve(api: API, path: str) -> None:
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [],
        "scheme": "http",
    }

    async def receive() -> Message:
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Message) -> None:
        await anyio.lowlevel.checkpoint()

    with contextlib.suppress(LookupError):
        await api(scope, receive, send)


async def _cancelled_by_scope(api: API, path: str, after: int) -> bool:
    """Cancel at the n-th checkpoint; whether the request had ended before."""
    ended = False

    async def run() -> None:
        nonlocal ended
        await _serve(api, path)
        ended = True

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run)
        for _ in range(after):
            await anyio.lowlevel.checkpoint()
        if not ended:
            tasks.cancel_scope.cancel()
            return False
    return True


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("path", ["/well", "/wrong"])
def test_every_teardown_comes_to_its_end_wherever_the_request_is_cancelled(
    path: str, backend: Backend
) -> None:
    async def main() -> None:
        for after in range(200):
            told = Told()
            ended = await _cancelled_by_scope(_api(told), path, after)
            assert sorted(told.closed) == sorted(told.opened), after
            if ended:
                assert after > 10
                return
        raise AssertionError("never came to an end")

    anyio.run(main, backend=backend)


@pytest.mark.parametrize("path", ["/well", "/wrong"])
def test_a_teardown_that_is_cancelled_itself_keeps_no_other_from_its_own(path: str) -> None:
    async def main() -> None:
        for after in range(200):
            told = Told()
            task = asyncio.ensure_future(_serve(_api(told), path))
            for _ in range(after):
                await asyncio.sleep(0)
            ended = task.done()
            task.cancel()
            await asyncio.wait([task])
            assert sorted(told.left) == sorted(told.opened), after
            assert len(told.closed) >= len(told.opened) - 1, after
            if ended:
                assert after > 10
                return
        raise AssertionError("never came to an end")

    asyncio.run(main())


def test_a_provider_that_cannot_be_ended_keeps_no_other_from_its_teardown() -> None:
    api = API()
    told = Told()

    @api.dependency()
    async def first() -> AsyncIterator[str]:
        async with told.steps("first") as value:
            yield value

    @api.dependency()
    async def stubborn(first: str) -> AsyncIterator[str]:
        yield "one"
        with contextlib.suppress(GeneratorExit):
            yield "two"
        yield "three"

    @api.get("/")
    def show(req: Request, resp: Response, *, stubborn: str) -> None:
        resp.text = stubborn

    assert api.requests.get("/").text == "one"
    assert told.closed == ["first"]
