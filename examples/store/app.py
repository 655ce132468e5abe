"""The store, put together.  `scripts/serve` serves `api`."""

from __future__ import annotations

import importlib.util
import sqlite3
from pathlib import Path

from examples.store.catalogue import Catalogue
from examples.store.deps import Deps
from examples.store.orders import orders
from examples.store.products import products
from responder import API, Request, Response
from responder.ext.pagination import PageQuery

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
    templates_dir=Path(__file__).parent / "templates",
)
api.include_router(products)
api.include_router(orders)
api.openapi.tag("products", "What can be bought.")
api.openapi.tag("orders", "What was bought; each customer sees their own.")

HAS_GRAPHQL = importlib.util.find_spec("graphql") is not None
if HAS_GRAPHQL:
    from examples.store.graph import make_schema

    api.graphql("/graphql", schema=make_schema(api), max_depth=5)


LINKS = [
    ("/docs", "Documentation", "Every operation, to read and to try out"),
    ("/products", "Products", "The catalogue, as JSON"),
    ("/graphql", "GraphQL", "The same catalogue, by queries"),
    ("/health", "Health", "Whether the store is well"),
    ("/metrics", "Metrics", "What it counts, for Prometheus"),
]


@api.get("/", include_in_schema=False)
def index(req: Request, resp: Response, *, catalogue: Catalogue) -> None:
    """Say what there is: a page for people, JSON for programs."""
    if req.preferred_media_type(("application/json", "text/html")) == "text/html":
        links = [link for link in LINKS if link[0] != "/graphql" or HAS_GRAPHQL]
        products = catalogue.page("", "name", PageQuery(size=50)).items
        resp.render("front.html", products=products, links=links)
    else:
        resp.media = {"products": "/products", "orders": "/orders", "docs": "/docs"}


@api.health_check("database", timeout=2)
async def database_answers() -> bool:
    """Whether the database can be read."""
    async with api.resolve(Deps.session) as session:
        return session.number("SELECT 1") == 1


@api.exception_handler(sqlite3.OperationalError)
async def busy(req: Request, resp: Response, exc: sqlite3.OperationalError) -> None:
    """Answer 503 when the database cannot be had in time."""
    resp.problem(503, "The database is busy, try again", headers={"Retry-After": "1"})
