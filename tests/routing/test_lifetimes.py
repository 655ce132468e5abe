"""Providers are opened once and closed once, in reverse, whatever happens in between.

A request is driven by hand, and something is made to fail at one point after the other: each provider
before and after its yield, the handler, the sending.  Every run has to balance.
"""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import anyio
import anyio.lowlevel
import pytest
from starlette.types import Message, Scope
from typing_extensions import override

import responder
from responder import Depends, Request, Response

pytestmark = pytest.mark.anyio

Events = list[str]


class Planned(Exception):
    """The failure that a run was made to have."""


class Trouble:
    """Raises at one of the points that it is asked about."""

    def __init__(self, point: int | None) -> None:
        self.left = point
        self.happened: str | None = None

    def at(self, name: str) -> None:
        if self.left is None:
            return
        self.left -= 1
        if self.left == 0:
            self.happened = name
            raise Planned(name)


def chained(trouble: Trouble, events: Events) -> responder.API:
    api = responder.API()

    async def outer() -> AsyncIterator[str]:
        trouble.at("open outer")
        events.append("+outer")
        try:
            yield "outer"
        except BaseException as error:
            events.append(f"outer saw {type(error).__name__}")
            raise
        finally:
            events.append("-outer")
            trouble.at("close outer")

    def threaded(outer: str = Depends(outer)) -> Iterator[str]:
        trouble.at("open threaded")
        events.append("+threaded")
        try:
            yield f"{outer} threaded"
        finally:
            events.append("-threaded")
            trouble.at("close threaded")

    async def inner(threaded: str = Depends(threaded)) -> AsyncIterator[str]:
        trouble.at("open inner")
        events.append("+inner")
        try:
            yield f"{threaded} inner"
        finally:
            events.append("-inner")
            trouble.at("close inner")

    async def plain(inner: str = Depends(inner), outer: str = Depends(outer)) -> str:
        trouble.at("plain")
        return f"{inner}, {outer}"

    @api.get("/")
    async def handler(req: Request, resp: Response, *, value: str = Depends(plain)) -> dict[str, str]:
        trouble.at("handler")
        return {"value": value}

    return api


async def drive(
    api: Callable[..., Awaitable[None]],
    trouble: Trouble | None = None,
    path: str = "/",
    method: str = "GET",
    receive: Callable[[], Awaitable[Message]] | None = None,
) -> list[Message]:
    """Serve one request by hand; what the server would have been told is left to the caller."""
    sent: list[Message] = []

    async def nothing() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)
        if trouble is not None:
            trouble.at(f"send {message['type']}")

    scope: Scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
        "http_version": "1.1",
        "server": ("testserver", 80),
        "client": ("127.0.0.1", 1),
    }
    await api(scope, receive or nothing, send)
    return sent


def balanced(events: Events) -> bool:
    opened: list[str] = []
    for event in events:
        if event.startswith("+"):
            opened.append(event[1:])
        elif event.startswith("-") and (not opened or opened.pop() != event[1:]):
            return False
    return not opened


async def test_everything_balances_wherever_it_fails() -> None:
    points: list[str] = []
    gc.disable()
    try:
        for point in range(1, 40):
            trouble, events = Trouble(point), Events()
            api = chained(trouble, events)
            try:
                await drive(api, trouble)
            except Planned:
                pass
            assert balanced(events), (trouble.happened, events)
            if trouble.happened is None:
                break
            points.append(trouble.happened)
    finally:
        gc.enable()
    assert points == [
        "open outer",
        "open threaded",
        "open inner",
        "plain",
        "handler",
        "send http.response.start",
        "send http.response.body",
        "close inner",
        "close threaded",
        "close outer",
    ]


async def test_a_failing_teardown_is_logged_and_the_answer_stands(caplog: pytest.LogCaptureFixture) -> None:
    trouble, events = Trouble(7), Events()
    sent = await drive(chained(trouble, events))
    assert trouble.happened == "close threaded"
    assert sent[0]["status"] == 200
    assert events == ["+outer", "+threaded", "+inner", "-inner", "-threaded", "-outer"]
    assert "Dependency teardown failed" in caplog.text
    assert "threaded" in caplog.text


async def test_the_handlers_exception_is_thrown_in_at_the_yield() -> None:
    events = Events()
    api = chained(Trouble(5), events)
    with pytest.raises(Planned):
        await drive(api)
    assert events[-2:] == ["outer saw Planned", "-outer"]


async def test_a_provider_that_swallows_the_exception_does_not_hide_it() -> None:
    api = responder.API()

    async def swallowing() -> AsyncIterator[int]:
        try:
            yield 1
        except Planned:
            pass

    @api.get("/")
    async def handler(*, value: int = Depends(swallowing)) -> None:
        raise Planned

    with pytest.raises(Planned):
        await drive(api)


async def test_teardown_comes_after_the_response_and_before_the_background_tasks() -> None:
    api = responder.API()
    events = Events()

    async def session() -> AsyncIterator[int]:
        yield 1
        events.append("teardown")

    def task() -> None:
        events.append("task")

    @api.get("/")
    async def handler(req: Request, resp: Response, *, value: int = Depends(session)) -> None:
        resp.background(task)
        resp.text = "sent"

    class Seen(Trouble):
        @override
        def at(self, name: str) -> None:
            events.append(name)

    await drive(api, Seen(None))
    assert events == ["send http.response.start", "send http.response.body", "teardown", "task"]


async def test_a_failed_commit_before_the_send_is_a_500() -> None:
    api = responder.API()

    async def session() -> AsyncIterator[int]:
        yield 1
        raise Planned("commit")

    class Deps(responder.Registry):
        db = responder.provider(session, close="before-send")

    @api.get("/")
    async def handler(*, db: int = Depends(Deps.db)) -> dict[str, int]:
        return {"db": db}

    sent: list[Message] = []
    with pytest.raises(Planned):
        sent = await drive(api)
    client = api.test_client(raise_server_exceptions=False)
    assert sent == []
    assert client.get("/").status_code == 500


async def test_a_cancelled_request_is_unwound_and_the_teardown_may_await() -> None:
    api = responder.API()
    events, waiting = Events(), anyio.Event()

    async def session() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            await anyio.lowlevel.checkpoint()
            events.append("closed")

    @api.get("/")
    async def handler(*, value: int = Depends(session)) -> None:
        waiting.set()
        await anyio.sleep_forever()

    async with anyio.create_task_group() as group:
        group.start_soon(drive, api)
        await waiting.wait()
        group.cancel_scope.cancel()
    assert events == ["closed"]


async def test_a_provider_cancelled_while_opening_runs_its_own_cleanup() -> None:
    api = responder.API()
    events, opening = Events(), anyio.Event()

    async def slow() -> AsyncIterator[int]:
        try:
            opening.set()
            await anyio.sleep_forever()
            yield 1
        finally:
            events.append("cleaned")

    @api.get("/")
    async def handler(*, value: int = Depends(slow)) -> None: ...

    async with anyio.create_task_group() as group:
        group.start_soon(drive, api)
        await opening.wait()
        group.cancel_scope.cancel()
    assert events == ["cleaned"]


async def test_a_request_that_takes_too_long_is_a_504_and_is_torn_down() -> None:
    api = responder.API(request_timeout=0.05)
    events = Events()

    async def session() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            events.append("closed")

    @api.get("/")
    async def handler(req: Request, resp: Response, *, value: int = Depends(session)) -> None:
        resp.headers["x-kept"] = "yes"
        await anyio.sleep_forever()

    @api.get("/own")
    async def own(req: Request, resp: Response) -> None:
        raise TimeoutError("the handler's own")

    sent = await drive(api)
    assert sent[0]["status"] == 504
    assert (b"x-kept", b"yes") in sent[0]["headers"]
    assert events == ["closed"]
    with pytest.raises(TimeoutError, match="the handler's own"):
        await drive(api, path="/own")


async def test_a_provider_that_yields_nothing_or_twice_is_told() -> None:
    api = responder.API()

    async def empty() -> AsyncIterator[int]:
        nothing: tuple[int, ...] = ()
        for value in nothing:
            yield value

    @api.get("/nothing")
    async def handler(*, value: int = Depends(empty)) -> None: ...

    with pytest.raises(responder.DependencyResolutionError, match="empty"):
        await drive(api, path="/nothing")


@pytest.mark.parametrize("kind", ["async", "sync"])
async def test_a_second_yield_is_an_error_in_the_log(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    api = responder.API()

    async def twice() -> AsyncIterator[int]:
        yield 1
        yield 2

    def twice_sync() -> Iterator[int]:
        yield 1
        yield 2

    provider: Callable[[], object] = twice if kind == "async" else twice_sync

    @api.get("/")
    async def handler(*, value: object = Depends(provider)) -> dict[str, object]:
        return {"value": value}

    sent = await drive(api)
    assert sent[0]["status"] == 200
    assert "more than once" in caplog.text


async def test_an_override_that_leads_back_to_what_it_replaces_is_a_cycle() -> None:
    api = responder.API()

    async def source() -> int:
        return 1

    async def middle(value: int = Depends(source)) -> int:
        return value

    async def looping(value: int = Depends(middle)) -> int:
        return value

    @api.get("/")
    async def handler(*, value: int = Depends(middle)) -> dict[str, int]:
        return {"value": value}

    with (
        api.dependency_overrides({source: looping}),
        pytest.raises(responder.DependencyCycleError, match="middle"),
    ):
        await drive(api)
    assert (await drive(api))[0]["status"] == 200
