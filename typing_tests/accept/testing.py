"""The test kit keeps types: problems come back as their class, events as models."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import assert_type

from pydantic import BaseModel

from responder import API, Problem
from responder.testing import (
    AsyncTestClient,
    SSEEvent,
    acollect_sse,
    aiter_sse,
    assert_problem,
    collect_sse,
    parse_sse,
)


class OutOfStock(Problem):
    status = 409
    sku: str


class Move(BaseModel):
    x: int


api = API()


@api.get("/")
def buy() -> str:
    raise OutOfStock(sku="a")


def test_blocking() -> None:
    answer = api.requests.get("/")
    assert_type(assert_problem(answer, 409), dict[str, object])
    assert_type(assert_problem(answer, OutOfStock), OutOfStock)
    assert_type(assert_problem(answer, OutOfStock, sku="a").sku, str)
    assert_type(collect_sse(answer), list[SSEEvent])
    assert_type(parse_sse("")[0].parse(Move), Move)


async def test_awaited() -> None:
    async with AsyncTestClient(api) as client, client.stream("GET", "/") as answer:
        assert_type(aiter_sse(answer), AsyncGenerator[SSEEvent])
        assert_type(await acollect_sse(answer, limit=1), list[SSEEvent])
    async with client.websocket_connect("/ws") as socket:
        assert_type(await socket.receive_text(), str)
    assert_type(assert_problem(await client.get("/"), OutOfStock), OutOfStock)
