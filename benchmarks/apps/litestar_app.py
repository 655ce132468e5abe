"""Litestar.  Faults of the input are 400 there; a handler makes them 422 like everybody's."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated, cast

from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

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


@get("/plain", media_type=MediaType.TEXT)
async def plain() -> str:
    return TEXT


@get("/json")
async def json() -> dict[str, object]:
    return small_data()


@get("/items/{id:int}")
async def item(
    id: int,
    x_token: Annotated[str, Parameter(header="x-token")],
    limit: int = 10,
    q: str | None = None,
    tags: list[str] | None = None,
) -> dict[str, object]:
    return {"id": id, "limit": limit, "q": q, "tags": tags or [], "token": x_token}


@post("/orders", status_code=200)
async def create(data: Order) -> Receipt:
    return receipt(data)


async def connect(settings: dict[str, str]) -> AsyncGenerator[Connection, None]:
    connection = Connection(settings)
    try:
        yield connection
    finally:
        connection.close()


@get(
    "/me",
    dependencies={
        "settings": Provide(load_settings),
        "connection": Provide(connect),
        "user": Provide(load_user),
    },
)
async def me(user: dict[str, str]) -> dict[str, str]:
    return user


@get("/sync", sync_to_thread=True)
def sync() -> dict[str, bool]:
    return where()


def faulty(request: Request[object, object, State], error: ValidationException) -> Response[object]:
    return Response({"errors": error.extra}, status_code=422)


def small() -> ASGIApp:
    app = Litestar(
        [plain, json, item, create, me, sync],
        exception_handlers={ValidationException: faulty},
    )
    return cast("ASGIApp", app)


def resources(count: int) -> ASGIApp:
    return cast("ASGIApp", Litestar([_show(number) for number in range(count)]))


def _show(number: int) -> HTTPRouteHandler:
    @get(f"/resource{number}/{{id:int}}/items")
    async def show(id: int) -> dict[str, int]:
        return {"id": id}

    return show


def typed(count: int) -> ASGIApp:
    return cast("ASGIApp", Litestar([_typed(number) for number in range(count)]))


def _typed(number: int) -> HTTPRouteHandler:
    @post(f"/resource{number}/{{id:int}}", status_code=200)
    async def make(
        id: int,
        data: Order,
        limit: int = 10,
        x_token: Annotated[str, Parameter(header="x-token")] = "none",
    ) -> Receipt:
        return receipt(data)

    return make
