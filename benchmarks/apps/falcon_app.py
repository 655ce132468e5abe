"""Falcon: it has no typed inputs and no dependencies, so their plain Python stands in the responders."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import cast

import falcon
import falcon.asgi
from falcon.asgi import Request, Response
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


class Plain:
    async def on_get(self, req: Request, resp: Response) -> None:
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = TEXT


class Json:
    async def on_get(self, req: Request, resp: Response) -> None:
        resp.media = small_data()


class Item:
    async def on_get(self, req: Request, resp: Response, id: int) -> None:
        token = req.get_header("x-token", required=True)
        resp.media = {
            "id": id,
            "limit": req.get_param_as_int("limit", default=10),
            "q": req.get_param("q"),
            "tags": req.get_param_as_list("tags") or [],
            "token": token,
        }


class Orders:
    async def on_post(self, req: Request, resp: Response, id: int = 0) -> None:
        try:
            order = Order.model_validate_json(await req.stream.read())
        except ValidationError as error:
            resp.status = falcon.HTTP_422
            resp.media = {"errors": error.errors(include_url=False, include_context=False)}
            return
        resp.content_type = falcon.MEDIA_JSON
        resp.text = receipt(order).model_dump_json()


@asynccontextmanager
async def connect() -> AsyncGenerator[Connection]:
    connection = Connection(await load_settings())
    try:
        yield connection
    finally:
        connection.close()


class Me:
    async def on_get(self, req: Request, resp: Response) -> None:
        async with connect() as connection:
            resp.media = await load_user(connection)


class Sync:
    async def on_get(self, req: Request, resp: Response) -> None:
        resp.media = await falcon.util.sync_to_async(where)


def small() -> ASGIApp:
    app = falcon.asgi.App()
    app.add_route("/plain", Plain())
    app.add_route("/json", Json())
    app.add_route("/items/{id:int}", Item())
    app.add_route("/orders", Orders())
    app.add_route("/me", Me())
    app.add_route("/sync", Sync())
    return cast("ASGIApp", app)


class Show:
    async def on_get(self, req: Request, resp: Response, id: int) -> None:
        resp.media = {"id": id}


def resources(count: int) -> ASGIApp:
    app = falcon.asgi.App()
    for number in range(count):
        app.add_route(f"/resource{number}/{{id:int}}/items", Show())
    return cast("ASGIApp", app)


def typed(count: int) -> ASGIApp:
    app = falcon.asgi.App()
    for number in range(count):
        app.add_route(f"/resource{number}/{{id:int}}", Orders())
    return cast("ASGIApp", app)
