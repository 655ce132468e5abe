"""The models and the work that every application shares, so that only the framework differs."""

from __future__ import annotations

import threading

from pydantic import BaseModel, Field

TEXT = "Hello, world!"


class Line(BaseModel):
    sku: str
    quantity: int = Field(ge=1)
    price: float


class Order(BaseModel):
    customer: str
    email: str
    note: str | None = None
    priority: int
    gift: bool = False
    lines: list[Line]


class Receipt(BaseModel):
    id: int
    customer: str
    total: float
    lines: list[Line]


def small() -> dict[str, object]:
    return {"message": TEXT, "ok": True, "count": 3}


def receipt(order: Order) -> Receipt:
    total = sum(line.price * line.quantity for line in order.lines)
    return Receipt(id=7, customer=order.customer, total=total, lines=order.lines)


def where() -> dict[str, bool]:
    """Say whether this runs beside the event loop and not on it."""
    return {"worker": threading.current_thread() is not threading.main_thread()}


class Connection:
    """What the middle of the dependency chain opens and closes."""

    __slots__ = ("open", "settings")
    closed = 0

    def __init__(self, settings: dict[str, str]) -> None:
        self.settings = settings
        self.open = True

    def close(self) -> None:
        self.open = False
        Connection.closed += 1


async def load_settings() -> dict[str, str]:
    return {"dsn": "memory"}


async def load_user(connection: Connection) -> dict[str, str]:
    return {"name": "ada", "dsn": connection.settings["dsn"]}
