"""The application, which imports its router."""

from __future__ import annotations

from responder import API, Request
from shop.deps import Deps
from shop.orders import orders

api = API(registry=Deps)
api.include_router(orders, prefix="/{tenant}")


@api.dependency(name="stock")
def make_stock(req) -> dict[str, int]:
    return {"apples": 3}


@api.get("/health")
def health(req: Request, resp):
    resp.text = "fine"


class Later:
    """Bound after the function that would name it."""


@api.get("/last")
def last(req, resp):
    return req.method
