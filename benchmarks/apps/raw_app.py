"""Raw ASGI, written by hand with care: the floor that the others are measured against."""

from __future__ import annotations

import asyncio
import contextvars
from typing import cast

import orjson
from pydantic import ValidationError

from benchmarks.driving import ASGIApp, Receive, Scope, Send
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

JSON = (b"content-type", b"application/json")
PLAIN = (b"content-type", b"text/plain; charset=utf-8")


async def answer(send: Send, status: int, body: bytes, kind: tuple[bytes, bytes] = JSON) -> None:
    headers = [(b"content-length", b"%d" % len(body)), kind]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def unquote(raw: bytes) -> str:
    if b"+" in raw:
        raw = raw.replace(b"+", b" ")
    if b"%" in raw:
        first, *rest = raw.split(b"%")
        raw = b"".join([first, *[bytes.fromhex(part[:2].decode()) + part[2:] for part in rest]])
    return raw.decode()


async def item(scope: Scope, send: Send, id: int) -> None:
    limit, q, token = 10, None, None
    tags: list[str] = []
    for pair in cast("bytes", scope["query_string"]).split(b"&"):
        key, _, value = pair.partition(b"=")
        if key == b"limit":
            limit = int(value)
        elif key == b"q":
            q = unquote(value)
        elif key == b"tags":
            tags.append(unquote(value))
    for name, value in cast("list[tuple[bytes, bytes]]", scope["headers"]):
        if name == b"x-token":
            token = value.decode("latin-1")
    document = {"id": id, "limit": limit, "q": q, "tags": tags, "token": token}
    await answer(send, 200, orjson.dumps(document))


_read_order = Order.__pydantic_validator__.validate_json


async def order(receive: Receive, send: Send) -> None:
    message = await receive()
    body = cast("bytes", message["body"])
    while message["more_body"]:
        message = await receive()
        body += cast("bytes", message["body"])
    try:
        given = _read_order(body)
    except ValidationError as error:
        errors = error.json(include_url=False, include_context=False)
        await answer(send, 422, orjson.dumps({"errors": orjson.Fragment(errors)}))
        return
    made = receipt(given)
    await answer(send, 200, made.__pydantic_serializer__.to_json(made))


async def me(send: Send) -> None:
    connection = Connection(await load_settings())
    try:
        await answer(send, 200, orjson.dumps(await load_user(connection)))
    finally:
        connection.close()


async def sync(send: Send) -> None:
    loop = asyncio.get_running_loop()
    document = await loop.run_in_executor(None, contextvars.copy_context().run, where)
    await answer(send, 200, orjson.dumps(document))


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    path = cast("str", scope["path"])
    method = scope["method"]
    if path == "/plain" and method == "GET":
        await answer(send, 200, TEXT.encode(), PLAIN)
    elif path == "/json" and method == "GET":
        await answer(send, 200, orjson.dumps(small_data()))
    elif path.startswith("/items/") and path[7:].isdigit() and method == "GET":
        await item(scope, send, int(path[7:]))
    elif path == "/orders" and method == "POST":
        await order(receive, send)
    elif path == "/me" and method == "GET":
        await me(send)
    elif path == "/sync" and method == "GET":
        await sync(send)
    else:
        await answer(send, 404, b"{}")


def small() -> ASGIApp:
    return app


async def show(send: Send, id: int) -> None:
    await answer(send, 200, orjson.dumps({"id": id}))


def resources(count: int) -> ASGIApp:
    handlers = {f"resource{number}": show for number in range(count)}

    async def routed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        pieces = cast("str", scope["path"]).split("/")
        if len(pieces) == 4 and pieces[3] == "items" and pieces[2].isdigit() and scope["method"] == "GET":
            handler = handlers.get(pieces[1])
            if handler is not None:
                await handler(send, int(pieces[2]))
                return
        await answer(send, 404, b"{}")

    return routed


def typed(count: int) -> ASGIApp:
    return resources(count)
