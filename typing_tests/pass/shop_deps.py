"""The registry of the shop, on that of another module."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from shop_types import Base, Clock, SoldOut, Store

from responder import Convertor, Depends, Query, Request, provider


class Hexa(Convertor[int]):
    pattern = "[0-9a-f]+"

    def convert(self, text: str, /) -> int:
        return int(text, 16)


async def open_store(clock: Clock) -> AsyncIterator[Store]:
    async with Store() as store:
        yield store


def tenant_of(req: Request) -> str:
    return req.headers.get("x-tenant", "")


class Deps(Base):
    hexa = Hexa()
    store = provider(open_store, raises=[SoldOut])


Tenant = Annotated[str, Depends(tenant_of)]
PageSize = Annotated[int, Query(ge=1, le=500)]
