"""The routes of the catalogue: everybody reads, the staff writes.

Handlers are plain functions: SQLite blocks, so they run in worker threads.
"""

from __future__ import annotations

from examples.store.catalogue import Catalogue
from examples.store.deps import Deps
from examples.store.errors import NoSuchProduct, SkuTaken
from examples.store.models import NewProduct, Product, ProductChange
from examples.store.staff import staff
from responder import Query, Request, Response, Router
from responder.ext.pagination import Page, PageParams, set_pagination_headers
from responder.ext.query import CannotSort

products = Router("/products", registry=Deps, tags=["products"])


@products.get("", raises=[CannotSort])
def list_products(
    req: Request,
    resp: Response,
    *,
    catalogue: Catalogue,
    part: PageParams,
    search: str = Query("", max_length=100),
    sort: str = Query("name", max_length=100),
) -> Page[Product]:
    """List products: `?sort=price_cents,-stock&page=2`."""
    page = catalogue.page(search, sort, part)
    set_pagination_headers(req, resp, page)
    return page


@products.get("/{id:int}", raises=[NoSuchProduct])
def show_product(*, id: int, catalogue: Catalogue) -> Product:
    """Show a product."""
    return catalogue.get(id)


@products.post("", status_code=201, auth=staff, raises=[SkuTaken])
def add_product(resp: Response, *, new: NewProduct, catalogue: Catalogue) -> Product:
    """Add a product to the catalogue."""
    product = catalogue.add(new)
    resp.headers["Location"] = f"/products/{product.id}"
    return product


@products.patch("/{id:int}", auth=staff, raises=[NoSuchProduct])
def change_product(*, id: int, change: ProductChange, catalogue: Catalogue) -> Product:
    """Change what is given of a product."""
    return catalogue.change(id, change)


@products.delete("/{id:int}", status_code=204, auth=staff, raises=[NoSuchProduct])
def remove_product(*, id: int, catalogue: Catalogue) -> None:
    """Take a product out of the catalogue."""
    catalogue.remove(id)
