"""Streams, sockets and typed problems, as they are written in practice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator

from pydantic import BaseModel
from shop_deps import Deps
from shop_types import Clock, NotFound, Order, SoldOut

from responder import API, SSE, Problem, Request, Response, WebSocket, abort

api = API(registry=Deps)
CONFLICT = 409


class Tick(BaseModel):
    at: float


@api.sse("/ticks", event_model=Tick)
async def ticks(clock: Clock, count: int = 3) -> AsyncIterator[SSE[Tick]]:
    for _ in range(count):
        yield SSE(Tick(at=clock.now()))
        await asyncio.sleep(0)


@api.ndjson("/orders")
def orders() -> Iterator[Order]:
    yield Order(id=1, lines=[])


@api.sse("/mixed")
async def mixed() -> AsyncGenerator[Tick | SSE[Tick], None]:
    yield Tick(at=1)


@api.websocket_route("/echo/{room}")
async def echo(ws: WebSocket, room: str, clock: Clock) -> None:
    await ws.accept()
    async for text in ws.iter_text():
        await ws.send_json({"room": room, "text": text, "at": clock.now()})


@api.get("/orders/{id:int}", raises=[NotFound, SoldOut])
def one(id: int) -> Order:
    if id == 0:
        raise NotFound
    if id == 1:
        raise SoldOut(sku="a") from None
    if id == 2:
        abort(CONFLICT)
    if id == 3:
        abort(422, detail="odd")
    try:
        return load(id)
    except LookupError:
        abort(409)


def load(id: int) -> Order:
    raise LookupError(id)


class Locked(Problem):
    status = 423


@api.get("/typed/{id:int}", raises=[NotFound])
async def typed(id: int) -> Order | Locked:
    if id:
        raise Locked
    return Locked(detail="locked")


@api.get("/media/{id:int}", response_model=list[Order], responses={404: Tick})
def media(req: Request, resp: Response, id: int) -> None:
    if id == 0:
        resp.status_code = 404
        resp.media = Tick(at=0)
        return
    resp.media = [Order(id=number, lines=[]) for number in range(id)]
