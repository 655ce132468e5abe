"""Mistakes in a router, told where they are written; and one that only the prefix makes."""

from __future__ import annotations

import responder

orders = responder.Router("/orders")


@orders.get("/{id:int}")  # E: path-type
def order(id: list[str]) -> list[str]:
    return id


@orders.get("/{id:integer}")  # E: convertor-unknown, path-not-accepted
def another(id: int) -> int:
    return id


@orders.get("/of/{tenant}")  # E: path-bound-by-prefix
def tenant_orders(tenant: str) -> str:
    return tenant


api = responder.API()
api.include_router(orders, prefix="/{tenant}")


@api.websocket_route("/ws")  # E: http-on-socket
async def talk(ws: responder.WebSocket, req: responder.Request) -> None:
    await ws.accept()
