"""The store, put together.  `scripts/serve` serves `api`."""

from __future__ import annotations

import importlib.util
import sqlite3

from examples.store.deps import Deps
from examples.store.orders import orders
from examples.store.products import products
from responder import API, Request, Response

api = API(
    registry=Deps,
    title="Store",
    version="1.0",
    description="A small shop: a catalogue that everybody reads, and orders of customers.",
    docs_route="/docs",
    security_headers=True,
    enable_logging=True,
    metrics_route="/metrics",
    health_route="/health",
)
api.include_router(products)
api.include_router(orders)
api.openapi.tag("products", "What can be bought.")
api.openapi.tag("orders", "What was bought; each customer sees their own.")

if importlib.util.find_spec("graphql") is not None:
    from examples.store.graph import make_schema

    api.graphql("/graphql", schema=make_schema(api), max_depth=5)


@api.get("/", include_in_schema=False)
async def index() -> dict[str, str]:
    """Say what there is."""
    return {"products": "/products", "orders": "/orders", "docs": "/docs"}


@api.health_check("database", timeout=2)
async def database_answers() -> bool:
    """Whether the database can be read."""
    async with api.resolve(Deps.session) as session:
        return session.number("SELECT 1") == 1


@api.exception_handler(sqlite3.OperationalError)
async def busy(req: Request, resp: Response, exc: sqlite3.OperationalError) -> None:
    """Answer 503 when the database cannot be had in time."""
    resp.problem(503, "The database is busy, try again", headers={"Retry-After": "1"})
