"""What the store refuses: problems with a type of their own, which routes declare with `raises=`."""

from __future__ import annotations

from uuid import UUID

from responder import Problem


class NoSuchProduct(Problem):
    """The catalogue has no such product."""

    status = 404
    type = "/problems/no-such-product"
    title = "No such product"
    product_id: int


class NoSuchOrder(Problem):
    """Nobody, or somebody else, placed this order."""

    status = 404
    type = "/problems/no-such-order"
    title = "No such order"
    order_id: UUID


class SkuTaken(Problem):
    """Another product has this stock keeping unit."""

    status = 409
    type = "/problems/sku-taken"
    title = "SKU taken"
    sku: str


class OutOfStock(Problem):
    """Not enough is left; says how much is."""

    status = 409
    type = "/problems/out-of-stock"
    title = "Out of stock"
    product_id: int
    available: int
