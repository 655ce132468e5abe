"""Imports for type checkers only, and names that are defined further down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

from shop_types import Clock, Order

from responder import API, Depends, Header, Path

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = "/later"
VERSION: Final = "v2"
ITEM: Final = f"{ROOT}/{VERSION}/{{id:uuid}}"

api = API()


@api.get(ITEM)
def by_uuid(id: UUID, agent: Annotated[str, Header(alias="user-agent")] = "") -> str:
    return f"{id} {agent}"


@api.post(f"{ROOT}/orders")
def place(order: Order) -> Order:
    return order


@api.get(ROOT + "/{number:int}/clock")
def at(number: Annotated[int, Path(ge=1)], clock: Clock = Depends(lambda: make_clock())) -> str:
    return f"{number} {clock.now()}"


def make_clock() -> Clock:
    raise named({})


def named(of: Mapping[str, str]) -> Exception:
    return NotImplementedError(of)


@api.get(f"{ROOT}/{'x'}/{VERSION!s}")
def odd(whatever: int = 0) -> str:
    return str(whatever)
