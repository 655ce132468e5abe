"""The routes of the catalogue.

Handlers are plain functions: SQLite blocks, so they run in worker threads.
"""

from __future__ import annotations

from examples.store.catalogue import Catalogue
from examples.store.deps import Deps
from examples.store.models import NewProduct, Product, ProductChange, ProductPage
from responder import Query, Response, Router

products = Router("/products", registry=Deps, tags=["products"])


@products.get("")
def list_products(
    *,
    catalogue: Catalogue,
    search: str = Query("", max_length=100),
    limit: int = Query(20, ge=1, le=100),
    offset: int = Query(0, ge=0),
) -> ProductPage:
    """List products by name."""
    return catalogue.page(search, limit, offset)


@products.get("/{id:int}")
def show_product(*, id: int, catalogue: Catalogue) -> Product:
    """Show a product."""
    return catalogue.get(id)


@products.post("", status_code=201)
def add_product(resp: Response, *, new: NewProduct, catalogue: Catalogue) -> Product:
    """Add a product to the catalogue."""
    product = catalogue.add(new)
    resp.headers["Location"] = f"/products/{product.id}"
    return product


@products.patch("/{id:int}")
def change_product(*, id: int, change: ProductChange, catalogue: Catalogue) -> Product:
    """Change what is given of a product."""
    return catalogue.change(id, change)


@products.delete("/{id:int}", status_code=204)
def remove_product(*, id: int, catalogue: Catalogue) -> None:
    """Take a product out of the catalogue."""
    catalogue.remove(id)
