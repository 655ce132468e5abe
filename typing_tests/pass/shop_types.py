"""What the shop's modules have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, NewType, Protocol, TypeVar

from pydantic import BaseModel
from typing_extensions import TypedDict

from responder import Problem, Registry, provider

T = TypeVar("T")
OrderId = NewType("OrderId", int)
Sku = NewType("Sku", str)


class Line(TypedDict):
    sku: str
    count: int


class Order(BaseModel):
    id: int
    lines: list[Line]


class Envelope(BaseModel, Generic[T]):
    data: T
    total: int = 0


@dataclass
class Money:
    cents: int


class NotFound(Problem):
    status = 404


class SoldOut(Problem):
    status = 409
    sku: str = ""


class Clock(Protocol):
    def now(self) -> float: ...


class Wall:
    def now(self) -> float:
        return 0.0


def make_clock() -> Clock:
    return Wall()


class Store:
    async def __aenter__(self) -> Store:
        return self

    async def __aexit__(self, *details: object) -> None: ...

    async def find(self, id: OrderId) -> Order | None:
        return None


class Base(Registry):
    clock = provider(make_clock)
