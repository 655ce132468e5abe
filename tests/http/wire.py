"""Sends a response by the full road and keeps what a server would have seen."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from starlette.types import Message

from responder._http.media import make_formats
from responder._http.response import Response
from responder._http.sending import Delivery, send_response

FORMATS = make_formats()
PLAIN = Delivery(FORMATS)


@dataclass(frozen=True)
class Sent:
    """One answer as it left."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: str) -> bytes | None:
        values = [value for key, value in self.headers if key == name.encode()]
        assert len(values) <= 1, values
        return values[0] if values else None

    def all(self, name: str) -> list[bytes]:
        return [value for key, value in self.headers if key == name.encode()]

    @property
    def json(self) -> object:
        return json.loads(self.body)

    @property
    def unpacked(self) -> bytes:
        return zlib.decompress(self.body, 31)


def send(
    response: Response,
    method: str = "GET",
    headers: Iterable[tuple[str, str]] = (),
    delivery: Delivery = PLAIN,
) -> Sent:
    """The answer that a client of this method and these headers gets."""
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    scope = {"type": "http", "method": method, "path": "/", "headers": raw, "asgi": {"spec_version": "2.4"}}
    messages: list[Message] = []

    async def receive() -> Message:
        return await asyncio.Future()

    async def keep(message: Message) -> None:
        messages.append(message)

    asyncio.run(send_response(scope, receive, keep, None, response, delivery))
    start, *rest = messages
    assert start["type"] == "http.response.start"
    assert all(message["type"] == "http.response.body" for message in rest)
    assert rest
    assert not rest[-1].get("more_body", False)
    return Sent(start["status"], list(start["headers"]), b"".join(part.get("body", b"") for part in rest))


def with_options(gzip: bool = True, vary: bool = True, etag: bool = False) -> Delivery:
    """The usual delivery with other switches."""
    return replace(PLAIN, gzip=gzip, vary=vary, etag=etag)
