"""Server-sent events as a client reads them: from a text, or from a response while it comes.

Comments are skipped, unknown fields and a `retry` that is no number are ignored; what stands at the end
without an empty line after it is told too, so that a test sees it.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pydantic import TypeAdapter

__all__ = ["SSEEvent", "acollect_sse", "aiter_sse", "collect_sse", "iter_sse", "parse_sse"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SSEEvent:
    """One event."""

    data: str = ""
    event: str = "message"
    id: str | None = None
    retry: int | None = None

    def json(self) -> object:
        """The data, read as JSON."""
        value: object = json.loads(self.data)
        return value

    def parse(self, model: type[T]) -> T:
        """The data, read as JSON and validated as a model, or any other type."""
        return TypeAdapter(model).validate_json(self.data)


class Streamed(Protocol):
    """A response of a blocking client."""

    def iter_bytes(self) -> Iterator[bytes]:
        """The body, as it comes."""
        ...


class AsyncStreamed(Protocol):
    """A response of a client to be awaited."""

    def aiter_bytes(self) -> AsyncIterator[bytes]:
        """The body, as it comes."""
        ...


def parse_sse(text: str) -> list[SSEEvent]:
    """The events of a text."""
    reader = _Reader()
    return [*reader.feed(text.encode()), *reader.rest()]


def iter_sse(response: Streamed) -> Iterator[SSEEvent]:
    """The events of a response, each as soon as it is there."""
    reader = _Reader()
    for chunk in response.iter_bytes():
        yield from reader.feed(chunk)
    yield from reader.rest()


def collect_sse(response: Streamed, limit: int | None = None) -> list[SSEEvent]:
    """All events of a response, or the first ones of a stream that may be endless."""
    return [event for _, event in zip(_count(limit), iter_sse(response), strict=False)]


async def aiter_sse(response: AsyncStreamed) -> AsyncGenerator[SSEEvent]:
    """The events of a response, each as soon as it is there."""
    reader = _Reader()
    async for chunk in response.aiter_bytes():
        for event in reader.feed(chunk):
            yield event
    for event in reader.rest():
        yield event


async def acollect_sse(response: AsyncStreamed, limit: int | None = None) -> list[SSEEvent]:
    """All events of a response, or the first ones of a stream that may be endless."""
    events: list[SSEEvent] = []
    if limit == 0:
        return events
    async with aclosing(aiter_sse(response)) as coming:
        async for event in coming:
            events.append(event)
            if len(events) == limit:
                break
    return events


def _count(limit: int | None) -> Iterator[int]:
    number = 0
    while limit is None or number < limit:
        yield number
        number += 1


class _Reader:
    """Lines out of chunks, events out of lines."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._text = ""
        self._fields: dict[str, str] = {}
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> Iterator[SSEEvent]:
        """The events that are complete now."""
        self._text += self._decoder.decode(chunk)
        # A CR may be the first half of CR LF: what comes next decides.
        held = "\r" if self._text.endswith("\r") else ""
        text = self._text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n")
        *lines, last = text.split("\n")
        self._text = last + held
        for line in lines:
            event = self._line(line)
            if event is not None:
                yield event

    def rest(self) -> Iterator[SSEEvent]:
        """What stands at the end."""
        self._text += self._decoder.decode(b"", True)
        for line in (*self._text.rstrip("\r").split("\n"), ""):
            event = self._line(line)
            if event is not None:
                yield event

    def _line(self, line: str) -> SSEEvent | None:
        if not line:
            return self._event()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event" or (name == "id" and "\0" not in value) or (name == "retry" and _is_time(value)):
            self._fields[name] = value
        return None

    def _event(self) -> SSEEvent | None:
        fields, data = self._fields, self._data
        self._fields, self._data = {}, []
        if not fields and not data:
            return None
        retry = fields.get("retry")
        return SSEEvent(
            "\n".join(data),
            fields.get("event") or "message",
            fields.get("id"),
            None if retry is None else int(retry),
        )


def _is_time(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 16
