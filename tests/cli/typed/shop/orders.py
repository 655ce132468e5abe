"""A router that is included below a prefix."""

from __future__ import annotations

from responder import Request, Response, Router
from shop.deps import Deps, Session
from datetime import date
from typing import Any

orders = Router("/orders", registry=Deps)


@orders.get("/{number:int}")
async def order(req: Request, resp: Response, *, tenant: str, number: int, session: Session) -> Any:
    return {"tenant": tenant, "number": number, "session": session.name}


@orders.get("/of/{day:date}")
def of_day(req: Request, resp: Response, *, tenant: str, day: date, stock: dict[str, int]) -> None:
    resp.media = [tenant, day.isoformat(), stock]
