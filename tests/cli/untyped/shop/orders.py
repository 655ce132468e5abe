"""A router that is included below a prefix."""

from __future__ import annotations

from responder import Router
from shop.deps import Deps

orders = Router("/orders", registry=Deps)


@orders.get("/{number:int}")
async def order(req, resp, *, tenant, number, session):
    return {"tenant": tenant, "number": number, "session": session.name}


@orders.get("/of/{day:date}")
def of_day(req, resp, *, tenant, day, stock):
    resp.media = [tenant, day.isoformat(), stock]
