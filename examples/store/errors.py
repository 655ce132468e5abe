"""What the store refuses.  Each is a problem document wherever it is raised."""

from __future__ import annotations

from uuid import UUID

from responder import Problem


class NoSuchProduct(Problem):
    """404: the catalogue has no such product."""

    def __init__(self, product_id: int) -> None:
        super().__init__(404, f"There is no product {product_id}", title="No Such Product")


class NoSuchOrder(Problem):
    """404: nobody placed this order."""

    def __init__(self, order_id: UUID) -> None:
        super().__init__(404, f"There is no order {order_id}", title="No Such Order")


class SkuTaken(Problem):
    """409: another product has this stock keeping unit."""

    def __init__(self, sku: str) -> None:
        super().__init__(409, f"Another product has the sku {sku!r}", title="SKU Taken", sku=sku)


class OutOfStock(Problem):
    """409: not enough is left; says how much is."""

    def __init__(self, product_id: int, available: int) -> None:
        super().__init__(
            409,
            f"Only {available} of product {product_id} left",
            title="Out Of Stock",
            product_id=product_id,
            available=available,
        )
