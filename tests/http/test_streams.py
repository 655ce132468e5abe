"""Streams on the wire: started late, closed always, framed safely, ended with the server."""

from __future__ import annotations

import asyncio
import datetime
import re
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from responder import SSE
from responder._http.events import any_frame, frame
from responder._http.jsons import make_dumps
from responder._http.response import Response
from responder._http.sending import send_response
from responder._http.shutdown import Shutdown
from tests.http.wire import PLAIN, send, with_options

if TYPE_CHECKING:
    from starlette.types import Message

DUMPS = make_dumps()


class Wire:
    """A client that takes what is sent, and leaves when it is told to."""

    def __init__(self, shutdown: Shutdown | None = None) -> None:
        self.messages: list[Message] = []
        self.left = asyncio.Event()
        self.came = asyncio.Event()
        self.shutting_down = Shutdown() if shutdown is None else shutdown
        self.broken = False
        self._asked = False

    async def receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if self.broken:
            raise OSError("the client has left")
        self.messages.append(message)
        self.came.set()

    async def run(self, response: Response, method: str = "GET") -> None:
        scope: dict[str, Any] = {"type": "http", "method": method, "path": "/", "headers": [], "app": self}
        await send_response(scope, self.receive, self.send, None, response, PLAIN)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages)

    @property
    def complete(self) -> bool:
        return (
            bool(self.messages)
            and self.messages[-1].get("more_body", None) is not True
            and len(self.messages) > 1
        )


Log = list[str]


def endless(log: Log, until: asyncio.Event | None = None) -> Callable[[], AsyncIterator[str]]:
    """A generator that never ends, and takes its time to clean up."""

    async def source() -> AsyncIterator[str]:
        try:
            yield "first"
            log.append("waits")
            await asyncio.Event().wait()
        finally:
            log.append("closing")
            await asyncio.sleep(0.01)
            log.append("closed")

    return source


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        with anyio.fail_after(5):
            await work()

    asyncio.run(bounded())


async def until(condition: Callable[[], bool]) -> None:
    """Let others go on until something holds; `run` bounds it."""
    while not condition():  # noqa: ASYNC110  # what holds is no event
        await asyncio.sleep(0.001)


# --- what may be streamed


async def numbers(start: int = 0, *, stop: int = 3) -> AsyncIterator[str]:
    for number in range(start, stop):
        yield f"{number},"


def plain_numbers() -> Iterator[bytes]:
    yield b"a"
    yield b"b"


def test_an_async_generator_function_gets_its_arguments() -> None:
    response: Response = Response()
    assert response.stream(numbers, 1, stop=4) is numbers
    assert send(response).body == b"1,2,3,"


def test_it_is_a_decorator_bare_or_with_a_media_type() -> None:
    response: Response = Response()

    @response.stream
    async def bare() -> AsyncIterator[bytes]:
        yield b"bare"

    sent = send(response)
    assert (sent.body, sent.header("content-type")) == (b"bare", None)

    @response.stream(media_type="text/csv")
    async def told() -> AsyncIterator[str]:
        yield "told"

    sent = send(response)
    assert (sent.body, sent.header("content-type")) == (b"told", b"text/csv")
    response.mimetype = "text/x-own"
    assert send(response).header("content-type") == b"text/x-own"
    assert sent.header("content-length") is None


@pytest.mark.parametrize(
    ("source", "body"),
    [
        (plain_numbers, b"ab"),
        ([b"x", "y", bytearray(b"z"), memoryview(b"!")], b"xyz!"),
        ((b"x", b"", "y"), b"xy"),
        (numbers(), b"0,1,2,"),
        (plain_numbers(), b"ab"),
        ({"one": 1}.keys(), b"one"),
    ],
)
def test_anything_that_can_be_iterated_is_a_source(source: Iterable[str], body: bytes) -> None:
    response: Response = Response()
    response.stream(source)
    assert send(response).body == body


def test_text_is_in_the_encoding_of_the_response() -> None:
    response: Response = Response()
    response.stream(["ä"])
    response.encoding = "latin-1"
    assert send(response).body == b"\xe4"


@pytest.mark.parametrize("source", [print, "text", b"bytes", {"a": 1}, 7, object()])
def test_what_cannot_be_streamed_is_refused_where_it_is_written(source: object) -> None:
    response: Response = Response()
    with pytest.raises(TypeError, match="A stream comes from"):
        response.stream(source)  # type: ignore[call-overload]  # what is tested
    with pytest.raises(TypeError, match="A stream comes from"):
        response.sse(source)  # type: ignore[call-overload]  # what is tested


def test_a_coroutine_function_is_not_a_stream() -> None:
    async def not_a_generator() -> str:
        return "x"

    with pytest.raises(TypeError, match="A stream comes from"):
        Response().stream(not_a_generator)  # type: ignore[call-overload]  # what is tested


def test_an_item_that_is_no_chunk_is_an_error_and_the_end() -> None:
    response: Response = Response()
    response.stream([b"x", 7])  # type: ignore[list-item]  # what is tested

    async def work() -> None:
        wire = Wire()
        with pytest.raises(TypeError, match="bytes or str, not int"):
            await wire.run(response)
        assert wire.body == b"x"
        assert not wire.complete

    run(work)


def test_head_sends_the_headers_and_starts_nothing() -> None:
    started: Log = []

    async def source() -> AsyncIterator[str]:
        started.append("yes")
        yield "x"

    for one in (source, source()):
        response: Response = Response()
        response.stream(one)
        response.mimetype = "text/csv"
        sent = send(response, "HEAD")
        assert (sent.status, sent.body, sent.header("content-type")) == (200, b"", b"text/csv")
    assert started == []


def test_a_status_without_body_starts_nothing() -> None:
    response: Response = Response()
    response.stream(numbers)
    response.status_code = 204
    sent = send(response)
    assert (sent.status, sent.body, sent.header("content-type")) == (204, b"", None)


def test_a_stream_that_the_client_has_is_304() -> None:
    response: Response = Response()
    response.stream(numbers)
    response.etag = "v1"
    assert send(response, "GET", [("if-none-match", '"v1"')]).status == 304
    assert send(response, "PUT", [("if-match", '"v2"')]).status == 412


def test_another_body_replaces_a_stream() -> None:
    response: Response = Response()
    response.stream(numbers)
    response.media = {"a": 1}
    assert send(response).json == {"a": 1}
    response.sse(numbers)
    response.text = "no"
    sent = send(response)
    assert (sent.body, sent.header("cache-control"), sent.header("x-accel-buffering")) == (b"no", None, None)


# --- compression


def test_each_chunk_is_compressed_and_flushed_on_its_own() -> None:
    response: Response = Response()
    response.stream(["one " * 50, "two " * 50])
    unpacker = zlib.decompressobj(31)
    seen: list[bytes] = []

    async def work() -> None:
        async def keep(message: Message) -> None:
            seen.append(unpacker.decompress(message["body"]) if "body" in message else b"")

        async def receive() -> Message:
            return await asyncio.Future()

        headers = [(b"accept-encoding", b"gzip")]
        scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
        await send_response(scope, receive, keep, None, response, PLAIN)

    run(work)
    assert seen == [b"", b"one " * 50, b"two " * 50, b""]
    assert unpacker.eof


def test_a_stream_varies_by_encoding_and_events_are_never_compressed() -> None:
    response: Response = Response()
    response.stream(numbers)
    asked = [("accept-encoding", "gzip")]
    assert send(response).header("vary") == b"Accept-Encoding"
    assert send(response, "GET", asked).unpacked == b"0,1,2,"
    assert send(response, "GET", asked, with_options(gzip=False)).body == b"0,1,2,"
    response.sse(numbers)
    sent = send(response, "GET", asked)
    assert (sent.header("content-encoding"), sent.header("vary")) == (None, None)


# --- leaving and closing


def test_a_generator_is_closed_in_peace_when_the_client_leaves() -> None:
    log: Log = []
    response: Response = Response()
    response.stream(endless(log))

    async def work() -> None:
        wire = Wire()
        sending = asyncio.create_task(wire.run(response))
        await until(lambda: "waits" in log)
        wire.left.set()
        await asyncio.wait_for(sending, 0.5)
        assert log == ["waits", "closing", "closed"]
        assert not wire.complete
        assert not sending.cancelled()
        assert sending.cancelling() == 0

    run(work)


def test_a_generator_that_waits_in_send_is_closed_too() -> None:
    log: Log = []

    async def source() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x" * 1000
        finally:
            log.append("closed")

    response: Response = Response()
    response.stream(source)

    async def work() -> None:
        wire = Wire()
        stuck = asyncio.Event()

        async def send(message: Message) -> None:
            if "body" in message:
                stuck.set()
                await asyncio.Event().wait()

        scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/", "headers": []}
        sending = asyncio.create_task(send_response(scope, wire.receive, send, None, response, PLAIN))
        await stuck.wait()
        wire.left.set()
        await asyncio.wait_for(sending, 0.5)
        assert log == ["closed"]

    run(work)


def test_a_send_that_fails_is_a_client_that_left() -> None:
    log: Log = []

    async def source() -> AsyncIterator[str]:
        try:
            yield "a"
            wire.broken = True
            yield "b"
            yield "c"
        finally:
            await asyncio.sleep(0)
            log.append("closed")

    response: Response = Response()
    response.stream(source)
    wire: Wire

    async def work() -> None:
        nonlocal wire
        wire = Wire()
        await wire.run(response)
        assert log == ["closed"]
        assert wire.body == b"a"

    run(work)


def test_a_cancelled_request_closes_its_generator_and_stays_cancelled() -> None:
    log: Log = []
    response: Response = Response()
    response.stream(endless(log))

    async def work() -> None:
        wire = Wire()
        sending = asyncio.create_task(wire.run(response))
        await until(lambda: "waits" in log)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert log == ["waits", "closing", "closed"]

    run(work)


def test_a_plain_generator_is_closed_when_the_client_leaves() -> None:
    log: Log = []

    def source() -> Iterator[str]:
        try:
            while True:
                yield "x"
        finally:
            log.append("closed")

    response: Response = Response()
    response.stream(source)

    async def work() -> None:
        wire = Wire()
        sending = asyncio.create_task(wire.run(response))
        await until(lambda: len(wire.messages) > 2)
        wire.left.set()
        await asyncio.wait_for(sending, 0.5)
        assert log == ["closed"]

    run(work)


def test_a_generator_that_will_not_end_is_not_sent_on() -> None:
    async def stubborn() -> AsyncIterator[str]:
        while True:
            try:
                yield "x"
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                yield "still here"
                return

    response: Response = Response()
    response.stream(stubborn)

    async def work() -> None:
        wire = Wire()
        sending = asyncio.create_task(wire.run(response))
        await until(lambda: bool(wire.body))
        wire.left.set()
        await asyncio.wait_for(sending, 0.5)
        assert wire.body == b"x"
        assert not wire.complete

    run(work)


def test_an_exception_of_the_generator_stays_itself_and_nothing_is_complete() -> None:
    async def source() -> AsyncIterator[str]:
        yield "a"
        raise LookupError("mine")

    response: Response = Response()
    response.stream(source)

    async def work() -> None:
        wire = Wire()
        with pytest.raises(LookupError, match="mine"):
            await wire.run(response)
        assert wire.body == b"a"
        assert not wire.complete

    run(work)


# --- the server goes down


def test_events_end_at_once_when_the_server_goes_down_and_are_complete() -> None:
    log: Log = []
    response: Response = Response()
    response.sse(endless(log))

    async def work() -> None:
        wire = Wire()
        sending = asyncio.create_task(wire.run(response))
        await until(lambda: "waits" in log)
        await asyncio.to_thread(wire.shutting_down.begin)
        await asyncio.wait_for(sending, 0.5)
        assert log == ["waits", "closing", "closed"]
        assert wire.complete

    run(work)


def test_another_stream_is_told_and_is_cut_only_when_it_does_not_listen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from responder._http import streamsending

    monkeypatch.setattr(streamsending, "LINGER", 0.05)
    log: Log = []
    deaf: Response = Response()
    deaf.stream(endless(log))
    wire: Wire

    async def listening() -> AsyncIterator[str]:
        yield "a"
        await wire.shutting_down.wait()
        assert wire.shutting_down
        yield "bye"

    polite: Response = Response()
    polite.stream(listening)

    async def work() -> None:
        nonlocal wire
        shutdown = Shutdown()
        wire, other = Wire(shutdown), Wire(shutdown)
        sending = asyncio.gather(wire.run(polite), other.run(deaf))
        await until(lambda: "waits" in log and bool(wire.body))
        shutdown.begin()
        await asyncio.wait_for(sending, 1)
        assert (wire.body, wire.complete) == (b"abye", True)
        assert (other.body, other.complete) == (b"first", False)
        assert log == ["waits", "closing", "closed"]

    run(work)


def test_whoever_asks_late_is_told_as_well() -> None:
    async def work() -> None:
        shutdown = Shutdown()
        assert not shutdown
        shutdown.begin()
        assert shutdown.is_set()
        await shutdown.wait()
        shutdown.reset()
        assert not shutdown

    run(work)


# --- events


def test_events_have_their_headers() -> None:
    response: Response = Response()
    response.sse(numbers)
    sent = send(response)
    assert sent.header("content-type") == b"text/event-stream"
    assert sent.header("cache-control") == b"no-cache"
    assert sent.header("connection") == b"keep-alive"
    assert sent.header("x-accel-buffering") == b"no"
    assert sent.body == b"data: 0,\n\ndata: 1,\n\ndata: 2,\n\n"
    response.headers["Cache-Control"] = "no-store"
    assert send(response).header("cache-control") == b"no-store"


class Point(BaseModel):
    x: int
    when: datetime.date = datetime.date(2030, 1, 2)


@pytest.mark.defect(35)
@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("hello", "data: hello\n\n"),
        ("", "data: \n\n"),
        ("a\nb\r\nc\rd", "data: a\ndata: b\ndata: c\ndata: d\n\n"),
        (7, "data: 7\n\n"),
        (b"raw\n\n", "raw\n\n"),
        ({"data": "x"}, "data: x\n\n"),
        (
            {"event": "update", "data": {"progress": 42}, "id": "1"},
            'event: update\nid: 1\ndata: {"progress":42}\n\n',
        ),
        ({"id": 7, "retry": 3000, "data": [1, 2]}, "id: 7\nretry: 3000\ndata: [1,2]\n\n"),
        ({"data": Point(x=1)}, 'data: {"x":1,"when":"2030-01-02"}\n\n'),
        ({"data": {"at": datetime.date(2030, 1, 2)}}, 'data: {"at":"2030-01-02"}\n\n'),
        (Point(x=1), 'data: {"x":1,"when":"2030-01-02"}\n\n'),
        ({"comment": "keepalive"}, ": keepalive\n\n"),
        ({"data": None, "event": None, "id": "1"}, "id: 1\n\n"),
        ({"event": "a\r\nb\0", "id": "1\n2", "data": ""}, "event: ab\nid: 12\ndata: \n\n"),
        ({"comment": "a\ndata: b"}, ": adata: b\n\n"),
        (SSE("x", event="e", id=1, retry=2), "event: e\nid: 1\nretry: 2\ndata: x\n\n"),
        (SSE(comment="c"), ": c\n\n"),
        ("\ud800", "data: ?\n\n"),
    ],
)
def test_what_is_yielded_becomes_one_frame(value: object, text: str) -> None:
    assert any_frame(value, DUMPS).decode() == text


@pytest.mark.parametrize("value", [{"progress": 42}, {"data": 1, "evnet": "x"}, {}])
def test_a_dict_that_is_no_event_is_an_error(value: object) -> None:
    with pytest.raises(ValueError, match="An event as a dict"):
        any_frame(value, DUMPS)


@given(st.text(), st.text(), st.text())
def test_nothing_in_an_event_starts_another(data: str, event: str, key: str) -> None:
    text = frame(data, event, key).decode()
    assert text.endswith("\n\n")
    lines = re.split(r"\r\n|\r|\n", text.removesuffix("\n\n"))
    assert [line.partition(":")[0] for line in lines[:2]] == ["event", "id"]
    assert all(line.startswith("data: ") for line in lines[2:])
    assert len(lines) > 2


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"data": 1, "comment": "x"},
        {"retry": -1},
        {"retry": True},
        {"retry": 1.5},
        {"id": True},
        {"id": 1.5},
        {"event": 7},
        {"comment": 7},
    ],
)
def test_an_event_that_cannot_be_meant_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        SSE(**fields)  # type: ignore[call-overload]  # what is tested


def test_an_event_is_a_frozen_value_of_its_type() -> None:
    event = SSE[int](1, event="e")
    assert event == SSE(1, "e")
    assert hash(event) == hash(SSE(1, "e"))
    assert repr(event) == "SSE(data=1, event='e', id=None, retry=None, comment=None)"
    with pytest.raises(AttributeError):
        event.data = 2  # type: ignore[misc]  # what is tested


def test_silence_is_filled_without_disturbing_the_generator() -> None:
    async def source() -> AsyncIterator[str]:
        yield "a"
        await asyncio.sleep(0.25)
        yield "b"

    response: Response = Response()
    response.sse(heartbeat=0.1)(source)
    body = send(response).body
    assert body.startswith(b"data: a\n\n")
    assert body.endswith(b"data: b\n\n")
    assert 1 <= body.count(b": keepalive\n\n") <= 3


def test_a_busy_stream_has_no_heartbeat() -> None:
    async def source() -> AsyncIterator[str]:
        for _ in range(10):
            yield "a"
            await asyncio.sleep(0.01)

    response: Response = Response()
    response.sse(heartbeat=5)(source)
    assert send(response).body == b"data: a\n\n" * 10


@pytest.mark.parametrize("heartbeat", [0, -1, True, "5", float("inf"), float("nan")])
def test_a_heartbeat_is_a_length_of_time(heartbeat: object) -> None:
    with pytest.raises(ValueError, match="heartbeat"):
        Response().sse(heartbeat=heartbeat)  # type: ignore[call-overload]  # what is tested


def test_a_client_that_leaves_between_heartbeats_closes_the_generator() -> None:
    log: Log = []
    response: Response = Response()
    response.sse(heartbeat=0.02)(endless(log))

    async def work() -> None:
        wire = Wire()
        sending = asyncio.create_task(wire.run(response))
        await until(lambda: b"keepalive" in wire.body)
        wire.broken = True
        await asyncio.wait_for(sending, 0.5)
        assert log == ["waits", "closing", "closed"]

    run(work)


def test_a_body_that_is_read_while_the_answer_is_sent_arrives_whole() -> None:
    from responder._http.request import Request

    async def work() -> None:
        wire = Wire()
        parts = [b"one", b"two", b"three"]

        async def receive() -> Message:
            await asyncio.sleep(0.01)
            if parts:
                return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}
            await wire.left.wait()
            return {"type": "http.disconnect"}

        scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-length", b"11")]}
        request = Request(scope, receive)
        response: Response = Response(request)

        @response.stream
        async def echo() -> AsyncIterator[bytes]:
            async for chunk in request.stream():
                yield chunk

        await send_response(scope, receive, wire.send, request, response, PLAIN)
        assert (wire.body, wire.complete) == (b"onetwothree", True)

    run(work)


@pytest.mark.parametrize("ending", ["leaves", "shutdown"])
def test_on_trio_a_generator_is_closed_as_well(ending: str) -> None:
    log: Log = []
    messages: list[Message] = []
    app = SimpleNamespace(shutting_down=Shutdown())
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/", "headers": [], "app": app}

    async def source() -> AsyncIterator[str]:
        try:
            yield "first"
            await anyio.sleep_forever()
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.sleep(0.01)
            log.append("closed")

    response: Response = Response()
    response.sse(heartbeat=60)(source)

    async def main() -> None:
        waiting, gone = anyio.Event(), anyio.Event()

        async def receive() -> Message:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def keep(message: Message) -> None:
            messages.append(message)
            if message.get("body"):
                waiting.set()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(send_response, scope, receive, keep, None, response, PLAIN)
            with anyio.fail_after(5):
                await waiting.wait()
            if ending == "leaves":
                gone.set()
            else:
                await anyio.to_thread.run_sync(app.shutting_down.begin)

    anyio.run(main, backend="trio")
    assert log == ["closed"]
    assert messages[-1].get("more_body", False) is (ending == "leaves")
