"""The routes of orders, for customers only; each sees their own."""

from __future__ import annotations

import logging
from uuid import UUID

from examples.store.customers import Customer, customers
from examples.store.deps import Deps
from examples.store.errors import NoSuchOrder, NoSuchProduct, OutOfStock
from examples.store.ledger import Ledger
from examples.store.models import NewOrder, Order
from responder import Response, Router
from responder.ext.ratelimit import RateLimiter
from responder.types import Principal

log = logging.getLogger("examples.store")
orders = Router("/orders", registry=Deps, tags=["orders"], auth=customers)
order_limit = RateLimiter(requests=60, period=60, name="orders")
"""What one address may order.  Several processes would share it in Redis: `backend=RedisBackend(url=...)`."""


def confirm(order: Order) -> None:
    """Tell the customer; runs after the answer was sent."""
    log.info("order %s of %s: %d cents", order.id, order.customer, order.total_cents)


@orders.post("", status_code=201, raises=[NoSuchProduct, OutOfStock])
@order_limit.limit
def place_order(resp: Response, *, order: NewOrder, ledger: Ledger, customer: Principal[Customer]) -> Order:
    """Place an order; all of it or nothing."""
    placed = ledger.place(customer.name, order.lines)
    resp.headers["Location"] = f"/orders/{placed.id}"
    resp.background(confirm, placed)
    return placed


@orders.get("/{id:uuid}", raises=[NoSuchOrder])
def show_order(*, id: UUID, ledger: Ledger, customer: Principal[Customer]) -> Order:
    """Show an order; what others ordered is not there."""
    order = ledger.get(id)
    if order.customer != customer.name:
        raise NoSuchOrder(detail=f"There is no order {id}", order_id=id)
    return order
