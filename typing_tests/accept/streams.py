"""Streams that mean something: sources of any kind, typed items, events of every legal form."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator
from typing import assert_type

from pydantic import BaseModel

from responder import API, SSE, Request, Response, Router

api = API()
router = Router("/r")


class Item(BaseModel):
    id: int


class Missing(BaseModel):
    why: str


async def chunks(start: int, *, stop: int = 3) -> AsyncIterator[bytes]:
    yield b"x" * start


def sources(resp: Response) -> None:
    resp.stream(chunks, 1, stop=2)
    resp.stream([b"a", b"b"], media_type="text/plain")
    resp.stream(line for line in ("a", "b"))

    @resp.stream
    async def bare() -> AsyncIterator[str]:
        yield "x"

    @resp.stream(media_type="text/csv")
    def told() -> Iterator[str]:
        yield "x"

    @resp.sse
    async def events() -> AsyncIterator[object]:
        yield {"data": 1}

    @resp.sse(heartbeat=1.5)
    async def slow() -> AsyncGenerator[dict[str, str], None]:
        yield {"data": "x"}

    assert_type(told(), Iterator[str])


def asked(req: Request) -> None:
    if req.shutting_down:
        return
    req.check_preconditions(etag="v1")


@api.sse("/a", heartbeat=15)
async def a() -> AsyncIterator[SSE[Item]]:
    yield SSE(Item(id=1), event="x", id=1, retry=3)
    yield SSE(comment="c")
    yield SSE(retry=3000)


@router.ndjson("/b", tags=["rows"])
def b() -> Iterator[Item]:
    yield Item(id=1)


@api.ndjson("/c", responses={404: Missing})
async def c() -> AsyncIterator[Item] | tuple[Missing, int]:
    return Missing(why="x"), 404


@api.group("/g").sse("/d")
class D:
    async def on_get(self) -> AsyncIterator[int]:
        yield 1


@api.ndjson("/e", item_model=Item)
def e() -> Iterable[Item]:
    return [Item(id=1)]


assert_type(SSE(1, event="x"), SSE[int])
assert_type(SSE(1).data, int | None)
