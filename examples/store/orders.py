"""The routes of orders.  A customer says who they are in a header, until the store has a login."""

from __future__ import annotations

import logging
from uuid import UUID

from examples.store.deps import Deps
from examples.store.ledger import Ledger
from examples.store.models import NewOrder, Order
from responder import Header, Response, Router
from responder.ext.ratelimit import RateLimiter

log = logging.getLogger("examples.store")
orders = Router("/orders", registry=Deps, tags=["orders"])
order_limit = RateLimiter(requests=60, period=60, name="orders")
"""What one address may order.  Several processes would share it in Redis: `backend=RedisBackend(url=...)`."""


def confirm(order: Order) -> None:
    """Tell the customer; runs after the answer was sent."""
    log.info("order %s of %s: %d cents", order.id, order.customer, order.total_cents)


@orders.post("", status_code=201)
@order_limit.limit
def place_order(
    resp: Response,
    *,
    order: NewOrder,
    ledger: Ledger,
    customer: str = Header(alias="X-Customer", min_length=1, max_length=100),
) -> Order:
    """Place an order; all of it or nothing."""
    placed = ledger.place(customer, order.lines)
    resp.headers["Location"] = f"/orders/{placed.id}"
    resp.background(confirm, placed)
    return placed


@orders.get("/{id:uuid}")
def show_order(*, id: UUID, ledger: Ledger) -> Order:
    """Show an order."""
    return ledger.get(id)
