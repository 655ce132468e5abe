"""Much of what a client may send a little of: answered without holding the loop."""

from __future__ import annotations

import asyncio
import time

import pytest
from pydantic import BaseModel
from starlette.types import Message, Scope

from responder import API, Cookie, Query, Request, Response

_PATIENCE = 0.5
"""Seconds of this process, on any machine; what is bounded takes hundredths, what is not takes many."""


class Item(BaseModel):
    name: str


def _api() -> API:
    api = API()

    @api.get("/cookies")
    async def cookies(*, first: str = Cookie(), last: str = Cookie()) -> dict[str, str]:
        return {"first": first, "last": last}

    @api.get("/large")
    async def large(req: Request, resp: Response) -> None:
        resp.media = {"text": "x" * 2000}

    @api.get("/seen")
    async def seen(req: Request, resp: Response) -> None:
        resp.headers["x"] = "y"
        resp.media = {"cookies": len(req.cookies), "json": req.accepts("application/json")}

    @api.get("/query")
    async def query(
        *,
        a: int = Query(),
        b: int = Query(0),
        c: int = Query(0),
        d: int = Query(0),
        e: int = Query(0),
        f: int = Query(0),
    ) -> dict[str, int]:
        return {"sum": a + b + c + d + e + f}

    return api


def _spent(
    api: API, path: str, *, query: bytes = b"", headers: list[tuple[bytes, bytes]] | None = None
) -> tuple[int, float]:
    """The status, and the seconds of processor time that the second of two requests took."""
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def main(headers: list[tuple[bytes, bytes]], query: bytes) -> None:
        scope: Scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": query,
            "headers": headers,
            "scheme": "http",
        }
        await api(scope, receive, send)

    asyncio.run(main([], b""))
    before = time.process_time()
    asyncio.run(main(headers or [], query))
    return statuses[-1], time.process_time() - before


@pytest.mark.parametrize("path", ["/cookies", "/seen"])
def test_twenty_thousand_cookie_lines_take_no_longer_than_their_bytes(path: str) -> None:
    lines = [(b"cookie", b"first=1"), *[(b"cookie", b"k=" + b"v" * 48)] * 20_000, (b"cookie", b"last=2")]
    status, seconds = _spent(_api(), path, headers=lines)
    assert status == 200
    assert seconds < _PATIENCE


@pytest.mark.parametrize("path", ["/large", "/seen"])
@pytest.mark.parametrize(
    "lines",
    [
        [(b"accept", b"application/x" + b"y" * 28)] * 20_000,
        [(b"accept-encoding", b"gzip;q=0" + b" " * 40)] * 20_000,
        [(b"accept", b"a/b;q=0.1," * 100_000)],
    ],
)
def test_a_flood_of_wishes_is_not_read_to_its_end(path: str, lines: list[tuple[bytes, bytes]]) -> None:
    status, seconds = _spent(_api(), path, headers=lines)
    assert status == 200
    assert seconds < _PATIENCE


def test_a_long_query_that_does_not_fit_is_read_twice_and_not_once_for_each_parameter() -> None:
    status, seconds = _spent(_api(), "/query", query=b"a=x&" * 100_000)
    assert status == 422
    assert seconds < _PATIENCE
