"""Called through a client, a handler gives what it is annotated to return; its problems are raised."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Literal, assert_type

import httpx
from pydantic import BaseModel
from starlette.responses import PlainTextResponse

from responder import API, SSE, Depends, Problem, Query, Request, Response
from responder.testing import AsyncTestClient, CallOptions, TestClient


class Item(BaseModel):
    id: int


class NotFound(Problem):
    status = 404


api = API()


def make_db() -> str:
    return "db"


@api.get("/items/{id:int}", raises=[NotFound])
async def awaited(*, id: int, loud: bool = Query(False), db: str = Depends(make_db)) -> Item:
    return Item(id=id)


@api.get("/plain/{id:int}")
def plain(req: Request, resp: Response, *, id: int) -> dict[str, int]:
    return {"id": id}


@api.get("/or-not/{id:int}")
async def or_not(*, id: int) -> Item | NotFound:
    return Item(id=id)


@api.get("/or-none")
async def or_none() -> Item | None:
    return None


@api.put("/created/{id:int}")
async def created(*, id: int) -> Item | tuple[Item, Literal[201]]:
    return Item(id=id), 201


@api.put("/pair/{id:int}")
def pair(*, id: int) -> tuple[Item, int]:
    return Item(id=id), 201


@api.delete("/items/{id:int}")
async def nothing(*, id: int) -> None: ...


@api.get("/text")
async def text() -> PlainTextResponse:
    return PlainTextResponse("")


@api.sse("/events")
async def events() -> AsyncIterator[SSE[Item]]:
    yield SSE(Item(id=1))


@api.ndjson("/rows")
def rows() -> Iterator[Item]:
    yield Item(id=1)


@api.route("/things/{id:int}")
class Things:
    async def on_get(self, *, id: int) -> Item:
        return Item(id=id)


def test_blocking() -> None:
    client = api.requests
    assert_type(client, TestClient)
    options: CallOptions = {"headers": {"X-Trace": "1"}, "method": "GET"}
    assert_type(client.call(awaited, id=1), Item)
    assert_type(client.call(awaited, options, id=1, loud=True), Item)
    assert_type(client.call(plain, id=1), dict[str, int])
    assert_type(client.call(or_not, id=1), Item)
    assert_type(client.call(or_none), Item | None)
    assert_type(client.call(created, id=1), Item)
    assert_type(client.call(pair, id=1), Item)
    assert_type(client.call(nothing, id=1).status_code, int)
    assert_type(client.call(text).text, str)
    assert_type(client.call(events), list[SSE[Item]])
    assert_type(client.call(rows), list[Item])
    assert_type(client.call(Things.on_get, id=1), Item)


async def test_awaited() -> None:
    async with AsyncTestClient(api) as client:
        assert_type(await client.call(awaited, id=1), Item)
        assert_type(await client.call(or_not, id=1), Item)
        assert_type(await client.call(pair, id=1), Item)
        assert_type(await client.call(nothing, id=1), httpx.Response)
        assert_type(await client.call(rows), list[Item])
