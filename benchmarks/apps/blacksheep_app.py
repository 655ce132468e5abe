"""BlackSheep.  Its container has no teardown and its sync handlers run on the loop: plain Python does it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import cast

from blacksheep import Application, FromHeader, FromQuery, Request, Response, Router, text
from blacksheep import json as to_json
from pydantic import ValidationError

from benchmarks.driving import ASGIApp
from benchmarks.models import (
    TEXT,
    Connection,
    Order,
    load_settings,
    load_user,
    receipt,
    where,
)
from benchmarks.models import (
    small as small_data,
)

TEN = FromQuery(10)


class FromToken(FromHeader[str]):
    name: str | None = "x-token"


@asynccontextmanager
async def connect() -> AsyncGenerator[Connection]:
    connection = Connection(await load_settings())
    try:
        yield connection
    finally:
        connection.close()


def small() -> ASGIApp:
    app = Application(router=Router())
    router = app.router

    @router.get("/plain")
    async def plain() -> Response:
        return text(TEXT)

    @router.get("/json")
    async def json() -> Response:
        return to_json(small_data())

    @router.get("/items/{int:id}")
    async def item(
        id: int,
        token: FromToken,
        tags: FromQuery[list[str]],
        q: FromQuery[str | None],
        limit: FromQuery[int] = TEN,
    ) -> Response:
        return to_json(
            {"id": id, "limit": limit.value, "q": q.value, "tags": tags.value, "token": token.value}
        )

    @router.post("/orders")
    async def create(request: Request) -> Response:
        try:
            order = Order.model_validate_json(await request.read() or b"")
        except ValidationError as error:
            return to_json({"errors": error.errors(include_url=False, include_context=False)}, 422)
        return to_json(receipt(order))

    @router.get("/me")
    async def me() -> Response:
        async with connect() as connection:
            return to_json(await load_user(connection))

    @router.get("/sync")
    async def sync() -> Response:
        return to_json(await asyncio.to_thread(where))

    return cast("ASGIApp", app)


def resources(count: int) -> ASGIApp:
    app = Application(router=Router())
    for number in range(count):
        app.router.add_get(f"/resource{number}/{{int:id}}/items", _show())
    return cast("ASGIApp", app)


def _show() -> Callable[..., Awaitable[Response]]:
    async def show(id: int) -> Response:
        return to_json({"id": id})

    return show


def typed(count: int) -> ASGIApp:
    app = Application(router=Router())
    for number in range(count):
        app.router.add_post(f"/resource{number}/{{int:id}}", _typed())
    return cast("ASGIApp", app)


def _typed() -> Callable[..., Awaitable[Response]]:
    async def create(id: int, order: Order, token: FromToken, limit: FromQuery[int] = TEN) -> Response:
        return to_json(receipt(order))

    return create
