"""FastAPI."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, cast

from fastapi import Depends, FastAPI, Header, Query
from fastapi.responses import PlainTextResponse

from benchmarks.driving import ASGIApp
from benchmarks.models import (
    TEXT,
    Connection,
    Order,
    Receipt,
    load_settings,
    load_user,
    receipt,
    where,
)
from benchmarks.models import (
    small as small_data,
)


async def connect(settings: Annotated[dict[str, str], Depends(load_settings)]) -> AsyncIterator[Connection]:
    connection = Connection(settings)
    try:
        yield connection
    finally:
        connection.close()


async def current(connection: Annotated[Connection, Depends(connect)]) -> dict[str, str]:
    return await load_user(connection)


def small() -> ASGIApp:
    app = FastAPI()

    @app.get("/plain", response_class=PlainTextResponse)
    async def plain() -> str:
        return TEXT

    @app.get("/json")
    async def json() -> dict[str, object]:
        return small_data()

    @app.get("/items/{id}")
    async def item(
        id: int,
        x_token: Annotated[str, Header()],
        tags: Annotated[list[str], Query(default_factory=list)],
        limit: int = 10,
        q: str | None = None,
    ) -> dict[str, object]:
        return {"id": id, "limit": limit, "q": q, "tags": tags, "token": x_token}

    @app.post("/orders")
    async def create(order: Order) -> Receipt:
        return receipt(order)

    @app.get("/me")
    async def me(user: Annotated[dict[str, str], Depends(current)]) -> dict[str, str]:
        return user

    @app.get("/sync")
    def sync() -> dict[str, bool]:
        return where()

    return cast("ASGIApp", app)


def resources(count: int) -> ASGIApp:
    app = FastAPI()
    for number in range(count):
        app.get(f"/resource{number}/{{id}}/items")(_show())
    return cast("ASGIApp", app)


def _show() -> Callable[..., Awaitable[dict[str, int]]]:
    async def show(id: int) -> dict[str, int]:
        return {"id": id}

    return show


def typed(count: int) -> ASGIApp:
    app = FastAPI()
    for number in range(count):
        app.post(f"/resource{number}/{{id}}")(_typed())
    return cast("ASGIApp", app)


def _typed() -> Callable[..., Awaitable[Receipt]]:
    async def create(
        id: int, order: Order, limit: int = 10, x_token: Annotated[str, Header()] = "none"
    ) -> Receipt:
        return receipt(order)

    return create
