"""Drives an ASGI application in process: hand-made scopes, no server, CPU time."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from benchmarks.workloads import Call

Scope: TypeAlias = MutableMapping[str, object]
Message: TypeAlias = MutableMapping[str, object]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
ASGIApp: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

_STATE: dict[str, object] = {}


class Body:
    """The receiving side: the whole body at once, then silence until the client goes."""

    __slots__ = ("_body", "_read")

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._read = False

    async def __call__(self) -> Message:
        if self._read:
            return {"type": "http.disconnect"}
        self._read = True
        return {"type": "http.request", "body": self._body, "more_body": False}


def scope(call: Call) -> Scope:
    """Make a scope as uvicorn does, new for each request."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": call.method,
        "scheme": "http",
        "path": call.path,
        "raw_path": call.path.encode(),
        "query_string": call.query,
        "root_path": "",
        "headers": list(call.headers),
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 5042),
        "state": dict(_STATE),
    }


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


async def ask(app: ASGIApp, call: Call) -> Answer:
    """Send one request and collect what comes back."""
    status = 0
    body = b""

    async def send(message: Message) -> None:
        nonlocal status, body
        if message["type"] == "http.response.start":
            status = cast("int", message["status"])
        elif message["type"] == "http.response.body":
            body += cast("bytes", message.get("body", b""))

    await app(scope(call), Body(call.body), send)
    return Answer(status, body)


class _Sink:
    """The sending side: keeps what a server would write out."""

    __slots__ = ("body", "status")

    def __init__(self) -> None:
        self.status: object = 0
        self.body: object = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.body = message.get("body")


async def batch(app: ASGIApp, calls: tuple[Call, ...], count: int, first: int = 0) -> float:
    """Serve `count` requests one after the other; CPU seconds of this process for one of them.

    Making the scope and taking the answer are part of it, as they are of every server's work; `idle` is the
    application that shows what they cost alone.
    """
    made = [calls[(first + number) % len(calls)] for number in range(count)]
    gc.collect()
    gc.disable()
    try:
        begin = time.process_time()
        for call in made:
            await app(scope(call), Body(call.body), _Sink())
        return (time.process_time() - begin) / count
    finally:
        gc.enable()


async def idle(scope: Scope, receive: Receive, send: Send) -> None:
    """Take a request, if there is one, and send two messages about nothing."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def start(app: ASGIApp) -> asyncio.Task[None]:
    """Run the start-up of an application, if it has one; cancel the task when done with it."""
    started: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "lifespan.startup"}
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        if not started.done():
            started.set_result(message["type"] == "lifespan.startup.complete")

    async def run() -> None:
        try:
            await app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": _STATE}, receive, send)
        except Exception:
            if not started.done():
                started.set_result(False)
        else:
            if not started.done():
                started.set_result(False)

    task = asyncio.create_task(run())
    await started
    return task
