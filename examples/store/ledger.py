"""The orders in the database.  Knows no HTTP beyond the problems it raises."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from examples.store.catalogue import Catalogue
from examples.store.database import Session
from examples.store.errors import NoSuchOrder
from examples.store.models import Line, NewLine, Order


class Ledger:
    """Orders, within one session."""

    def __init__(self, session: Session, catalogue: Catalogue) -> None:
        self._session = session
        self._catalogue = catalogue

    def place(self, customer: str, lines: list[NewLine]) -> Order:
        """Place an order; nothing is taken from the stock if any line cannot be had."""
        order_id, now = uuid4(), datetime.now(UTC)
        self._session.change(
            "INSERT INTO orders (id, customer, placed_at) VALUES (?, ?, ?)",
            str(order_id),
            customer,
            now.isoformat(),
        )
        for line in lines:
            product = self._catalogue.take(line.product_id, line.quantity)
            self._session.change(
                "INSERT INTO lines (order_id, product_id, quantity, price_cents) VALUES (?, ?, ?, ?)",
                str(order_id),
                line.product_id,
                line.quantity,
                product.price_cents,
            )
        return self.get(order_id)

    def get(self, order_id: UUID) -> Order:
        """One order with its lines."""
        head = self._session.row("SELECT * FROM orders WHERE id = ?", str(order_id))
        if head is None:
            raise NoSuchOrder(detail=f"There is no order {order_id}", order_id=order_id)
        rows = self._session.rows("SELECT * FROM lines WHERE order_id = ?", str(order_id))
        lines = [Line.model_validate(dict(row)) for row in rows]
        return Order(
            id=order_id,
            customer=head["customer"],
            placed_at=head["placed_at"],
            lines=lines,
            total_cents=sum(line.quantity * line.price_cents for line in lines),
        )
