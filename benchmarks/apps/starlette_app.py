"""Starlette: it has no typed inputs and no dependencies, so their plain Python stands in the endpoints."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import cast

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

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


async def plain(request: Request) -> Response:
    return PlainTextResponse(TEXT)


async def json(request: Request) -> Response:
    return JSONResponse(small_data())


async def item(request: Request) -> Response:
    query = request.query_params
    try:
        limit = int(query.get("limit", "10"))
        token = request.headers["x-token"]
    except (KeyError, ValueError):
        return JSONResponse({"errors": [{"msg": "bad input"}]}, 422)
    document = {
        "id": request.path_params["id"],
        "limit": limit,
        "q": query.get("q"),
        "tags": query.getlist("tags"),
        "token": token,
    }
    return JSONResponse(document)


async def create(request: Request) -> Response:
    try:
        order = Order.model_validate_json(await request.body())
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False)
        return JSONResponse({"errors": errors}, 422)
    return Response(receipt(order).model_dump_json(), media_type="application/json")


@asynccontextmanager
async def connect() -> AsyncGenerator[Connection]:
    connection = Connection(await load_settings())
    try:
        yield connection
    finally:
        connection.close()


async def me(request: Request) -> Response:
    async with connect() as connection:
        return JSONResponse(await load_user(connection))


def sync(request: Request) -> Response:
    return JSONResponse(where())


def small() -> ASGIApp:
    routes = [
        Route("/plain", plain),
        Route("/json", json),
        Route("/items/{id:int}", item),
        Route("/orders", create, methods=["POST"]),
        Route("/me", me),
        Route("/sync", sync),
    ]
    return cast("ASGIApp", Starlette(routes=routes))


def resources(count: int) -> ASGIApp:
    paths = (f"/resource{number}/{{id:int}}/items" for number in range(count))
    return cast("ASGIApp", Starlette(routes=[Route(path, _show()) for path in paths]))


def _show() -> Callable[[Request], Awaitable[Response]]:
    async def show(request: Request) -> Response:
        return JSONResponse({"id": request.path_params["id"]})

    return show


def typed(count: int) -> ASGIApp:
    paths = (f"/resource{number}/{{id:int}}" for number in range(count))
    return cast("ASGIApp", Starlette(routes=[Route(path, create, methods=["POST"]) for path in paths]))
