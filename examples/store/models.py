"""What clients send and get."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Cents = Annotated[int, Field(ge=0, le=10_000_000, examples=[450])]
Quantity = Annotated[int, Field(ge=1, le=1000)]


class NewProduct(BaseModel):
    """A product to add to the catalogue."""

    model_config = ConfigDict(extra="forbid")

    sku: str = Field(pattern=r"^[a-z0-9-]{3,40}$")
    name: str = Field(min_length=1, max_length=200)
    price_cents: Cents
    stock: int = Field(default=0, ge=0)


class ProductChange(BaseModel):
    """What to change of a product; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, min_length=1, max_length=200)
    price_cents: Cents | None = None
    stock: int | None = Field(default=None, ge=0)


class Product(BaseModel):
    """A product in the catalogue."""

    id: int
    sku: str
    name: str
    price_cents: Cents
    stock: int


class NewLine(BaseModel):
    """One line of an order to place."""

    product_id: int
    quantity: Quantity = 1


class NewOrder(BaseModel):
    """An order to place."""

    lines: list[NewLine] = Field(min_length=1, max_length=50)


class Line(BaseModel):
    """One line of an order, at the price of the day."""

    product_id: int
    quantity: Quantity
    price_cents: Cents


class Order(BaseModel):
    """An order that was placed."""

    id: UUID
    customer: str
    placed_at: datetime
    lines: list[Line]
    total_cents: int
