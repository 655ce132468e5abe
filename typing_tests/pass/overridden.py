"""Tests of an application: overrides, clients, fixtures that are functions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shop_deps import Deps
from shop_main import api, by_region, create
from shop_types import Clock, Order, Store

from responder import API
from responder.testing import AsyncTestClient


class Still:
    def now(self) -> float:
        return 42.0


def still() -> Clock:
    return Still()


@contextmanager
def frozen(app: API[Deps]) -> Iterator[AsyncTestClient]:
    with app.override(Deps.clock).with_provider(still):
        yield AsyncTestClient(app)


async def test_orders_have_regions() -> None:
    with frozen(api) as client:
        where = api.url_for(by_region, region="eu", id=3)
        assert (await client.get(where)).json() == Order(id=3, lines=[]).model_dump()


def test_a_route_of_the_test_itself() -> None:
    app = create()

    @app.get("/probe")
    async def probe(store: Store, clock: Clock) -> str:
        return f"{store} {clock.now()}"

    assert app.url_for(probe) == "/probe"
