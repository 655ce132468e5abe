"""Server-sent events as tests read them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from responder import API, SSE
from responder.testing import (
    AsyncTestClient,
    SSEEvent,
    acollect_sse,
    aiter_sse,
    collect_sse,
    iter_sse,
    parse_sse,
)


class Chunks:
    """A response whose body comes in pieces."""

    def __init__(self, *chunks: bytes) -> None:
        self.chunks = chunks
        self.taken = 0

    def iter_bytes(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            self.taken += 1
            yield chunk


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("data: hello\n\n", [SSEEvent("hello")]),
        ("data:hello\n\n", [SSEEvent("hello")]),
        ("data:  two\n\n", [SSEEvent(" two")]),
        ("data: a\ndata: b\n\n", [SSEEvent("a\nb")]),
        ("data: a\r\n\r\ndata: b\r\rdata: c\n\n", [SSEEvent("a"), SSEEvent("b"), SSEEvent("c")]),
        (
            "event: move\nid: 7\nretry: 100\ndata: {}\n\n",
            [SSEEvent("{}", event="move", id="7", retry=100)],
        ),
        (": a comment\n\n", []),
        (": a comment\ndata: x\n\n", [SSEEvent("x")]),
        ("other: x\ndata: y\n\n", [SSEEvent("y")]),
        ("retry: soon\ndata: y\n\n", [SSEEvent("y")]),
        ("retry: ²\ndata: y\n\n", [SSEEvent("y")]),
        ("retry: " + "9" * 5000 + "\ndata: y\n\n", [SSEEvent("y")]),
        ("id: a\0b\ndata: y\n\n", [SSEEvent("y")]),
        ("id: 5\n\n", [SSEEvent(id="5")]),
        ("data\n\n", [SSEEvent("")]),
        ("data: cut off", [SSEEvent("cut off")]),
        ("data: cut off\n", [SSEEvent("cut off")]),
        ("data: cut off\r", [SSEEvent("cut off")]),
        ("\ufeffdata: marked\n\n", [SSEEvent("marked")]),
        ("", []),
    ],
)
def test_a_text_is_read_as_browsers_do(text: str, events: list[SSEEvent]) -> None:
    assert parse_sse(text) == events
    assert collect_sse(Chunks(*(bytes([byte]) for byte in text.encode()))) == events


@given(st.lists(st.sampled_from(["data: é\n", "\r", "\n", "\r\n", "id: 1\r", ": c\n", "x"])), st.data())
def test_how_it_is_cut_into_chunks_changes_nothing(parts: list[str], data: st.DataObject) -> None:
    raw = "".join(parts).encode()
    places = sorted(data.draw(st.lists(st.integers(0, len(raw)))))
    ends = zip([0, *places], [*places, len(raw)], strict=True)
    assert collect_sse(Chunks(*(raw[start:end] for start, end in ends))) == parse_sse(raw.decode())


def test_only_as_much_is_taken_as_was_asked_for() -> None:
    response = Chunks(*[b"data: x\n\n"] * 100)
    assert collect_sse(response, limit=3) == [SSEEvent("x")] * 3
    assert response.taken == 3
    assert collect_sse(response, limit=0) == []


def test_data_is_read_as_json_and_as_a_model() -> None:
    class Move(BaseModel):
        x: int

    event = SSEEvent('{"x": 3}')
    assert event.json() == {"x": 3}
    assert event.parse(Move) == Move(x=3)
    with pytest.raises(ValidationError):
        SSEEvent('{"x": "left"}').parse(Move)


def clock() -> API:
    api = API()

    @api.sse("/three")
    async def three() -> AsyncIterator[SSE[int]]:
        for number in range(3):
            yield SSE(number, id=number)

    @api.sse("/endless")
    async def endless() -> AsyncIterator[int]:
        number = 0
        while True:
            yield number
            number += 1

    return api


def test_the_blocking_client_reads_them() -> None:
    events = [SSEEvent(str(number), id=str(number)) for number in range(3)]
    assert collect_sse(clock().requests.get("/three")) == events
    with clock().requests.stream("GET", "/three") as response:
        assert list(iter_sse(response)) == events


def test_the_awaited_client_reads_them_while_they_come() -> None:
    async def main() -> None:
        async with AsyncTestClient(clock()) as client:
            async with client.stream("GET", "/endless") as response:
                assert [event.data for event in await acollect_sse(response, 3)] == ["0", "1", "2"]
            async with client.stream("GET", "/three") as response:
                assert [event.id async for event in aiter_sse(response)] == ["0", "1", "2"]

    asyncio.run(main())
