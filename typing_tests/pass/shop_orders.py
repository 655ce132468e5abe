"""A router of its own module: unusual types in paths and bodies."""

from __future__ import annotations

from shop_deps import Deps, PageSize, Tenant
from shop_types import Clock, Envelope, Line, Money, NotFound, Order, OrderId, Sku, SoldOut, Store

from responder import Body, Request, Response, Router, abort

router = Router("/orders", registry=Deps)


@router.get("/{id:int}", raises=[NotFound])
async def show(id: int, store: Store, tenant: Tenant) -> Order:
    found = await store.find(OrderId(id))
    if found is None:
        raise NotFound(detail=f"{tenant} has no order {id}")
    return found


@router.get("", response_model=Envelope[list[Order]])
async def index(store: Store, size: PageSize = 20) -> Envelope[list[Order]]:
    return Envelope(data=[], total=size)


@router.post("", status_code=201, raises=[SoldOut])
async def place(line: Line, clock: Clock, store: Store) -> Order:
    if line["count"] > clock.now():
        raise SoldOut(sku=line["sku"])
    if not line["sku"]:
        abort(409)
    return Order(id=1, lines=[line])


@router.put("/{sku}/price")
def price(sku: Sku, money: Money) -> Money:
    return money


@router.patch("/{id:hexa}", response_model=Order)
def amend(req: Request, resp: Response, id: int, changes: dict[str, object] = Body()) -> None:
    resp.media = {"id": id, "lines": [], **changes}


@router.delete("/{id:int}", status_code=204)
async def cancel(id: int, store: Store) -> None: ...
