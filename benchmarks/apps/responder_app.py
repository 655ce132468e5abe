"""We, with default settings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import cast

import responder
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
from responder import Header, Query, Registry, Request, Response, provider


async def _connection(settings: dict[str, str]) -> AsyncIterator[Connection]:
    connection = Connection(settings)
    try:
        yield connection
    finally:
        connection.close()


class Deps(Registry):
    settings = provider(load_settings)
    connection = provider(_connection)
    user = provider(load_user)


def small() -> ASGIApp:
    api = responder.API(registry=Deps)

    @api.get("/plain")
    async def plain(req: Request, resp: Response) -> None:
        resp.text = TEXT

    @api.get("/json")
    async def json(req: Request, resp: Response) -> dict[str, object]:
        return small_data()

    @api.get("/items/{id:int}")
    async def item(
        *,
        id: int,
        limit: int = Query(10),
        q: str | None = Query(None),
        tags: list[str] = Query(default_factory=list),
        x_token: str = Header(),
    ) -> dict[str, object]:
        return {"id": id, "limit": limit, "q": q, "tags": tags, "token": x_token}

    @api.post("/orders")
    async def create(*, order: Order) -> Receipt:
        return receipt(order)

    @api.get("/me")
    async def me(*, user: dict[str, str]) -> dict[str, str]:
        return user

    @api.get("/sync")
    def sync() -> dict[str, bool]:
        return where()

    return cast("ASGIApp", api)


def resources(count: int) -> ASGIApp:
    api = responder.API()
    for number in range(count):
        api.get(f"/resource{number}/{{id:int}}/items")(_show())
    return cast("ASGIApp", api)


def _show() -> Callable[..., Awaitable[dict[str, int]]]:
    async def show(*, id: int) -> dict[str, int]:
        return {"id": id}

    return show


def typed(count: int) -> ASGIApp:
    api = responder.API()
    for number in range(count):
        api.post(f"/resource{number}/{{id:int}}")(_typed())
    return cast("ASGIApp", api)


def _typed() -> Callable[..., Awaitable[Receipt]]:
    async def create(
        *, id: int, order: Order, limit: int = Query(10), x_token: str = Header("none")
    ) -> Receipt:
        return receipt(order)

    return create
