"""Scopes and `receive`s, made by hand: what a server would hand over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import anyio
import anyio.lowlevel
from starlette.types import Message, Receive, Scope
from typing_extensions import override

from responder._http.request import Request

LEFT: Message = {"type": "http.disconnect"}


def scope_of(
    path: str = "/",
    *,
    headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
    query: bytes = b"",
    **more: object,
) -> Scope:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "query_string": query,
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs],
        "server": ("127.0.0.1", 5042),
        "client": ("127.0.0.1", 5555),
        **more,
    }


def chunks(*parts: bytes) -> list[Message]:
    """The messages of a body."""
    last = len(parts) - 1
    return [
        {"type": "http.request", "body": part, "more_body": place < last} for place, part in enumerate(parts)
    ]


class Wire:
    """A `receive` that gives its messages in turn, and then waits for ever, as a connection does."""

    def __init__(self, messages: Iterable[Message]) -> None:
        self.messages = list(messages)
        self.received = 0

    async def __call__(self) -> Message:
        # Like a server's: what is there comes at once.
        if not self.messages:
            await anyio.sleep_forever()
        self.received += 1
        return self.messages.pop(0)


class SlowWire(Wire):
    """The same, with a turn for everybody else before each message."""

    @override
    async def __call__(self) -> Message:
        await anyio.lowlevel.checkpoint()
        return await super().__call__()


def wire(*parts: bytes) -> Wire:
    return Wire(chunks(*parts))


def byte_by_byte(body: bytes) -> Wire:
    return Wire(chunks(*[body[place : place + 1] for place in range(len(body))]))


def request(
    *parts: bytes,
    type: str | None = None,
    limit: int | None = None,
    receive: Receive | None = None,
    app: object = None,
) -> Request:
    """A request with this body."""
    made = scope_of(headers={} if type is None else {"content-type": type}, app=app)
    return Request(made, wire(*(parts or (b"",))) if receive is None else receive, limit)
