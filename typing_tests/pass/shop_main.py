"""The application of the shop: a factory, routers of other modules, mounts of groups."""

from __future__ import annotations

import shop_orders
from shop_deps import Deps
from shop_orders import router as orders
from shop_types import Clock, Order

from responder import API, Response, Router


class Shop(API[Deps]):
    """An application of the user's own class."""


def create(prefix: str = "") -> API[Deps]:
    app = API(registry=Deps)
    app.include_router(orders)
    inner = Router("/inner", registry=Deps)

    @inner.get("/{name}")
    def named(name: str, clock: Clock) -> str:
        return f"{name} {clock.now()}"

    app.include_router(inner, prefix=prefix)
    for path in ("/a", "/b"):

        @app.get(path)
        def each(whatever: int) -> str:
            return str(whatever)

    return app


api = Shop(registry=Deps)
v1 = api.group("/v1/{region}")


@v1.get("/orders/{id:int}", response_model=Order)
async def by_region(resp: Response, region: str, id: int) -> None:
    resp.media = Order(id=id, lines=[])


other = API(registry=Deps)


@other.get("/{id:int}")
@v1.get("/again/{id:int}")
def twice(id: int, region: str = "") -> str:
    return f"{region} {id}"


def links() -> list[str]:
    return [api.url_for(by_region, region="eu", id=1), api.url_for("by_region", region="eu", id=1)]


__all__ = ["shop_orders"]
