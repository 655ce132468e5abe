"""Class-based views with bases, mixins and generics."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel
from shop_deps import Deps, PageSize
from shop_types import Clock, Order, Store

from responder import API, Request, Response

T = TypeVar("T", bound=BaseModel)
api = API(registry=Deps)


class Readable:
    async def on_get(self, id: int, store: Store) -> str:
        return str(id)


class Listable(Generic[T]):
    model: ClassVar[type[BaseModel]]

    def on_options(self, resp: Response) -> None:
        resp.status_code = 200

    def helper(self, unknown: int) -> int:
        return unknown


@api.route("/things/{id:int}")
class Thing(Readable, Listable[Order]):
    def on_post(self, id: int, order: Order) -> Order:
        return order

    def on_options(self, resp: Response, id: int = 0) -> None:
        resp.headers["x-id"] = str(id)

    @property
    def only(self) -> int:
        return 1


class Abstract:
    async def on_get(self, req: Request, resp: Response, clock: Clock, size: PageSize = 10) -> None:
        await self.answer(resp)

    async def answer(self, resp: Response) -> None:
        raise NotImplementedError


@api.route("/one")
class One(Abstract):
    async def answer(self, resp: Response) -> None:
        resp.media = {"one": 1}


@api.route("/any", methods=["GET", "POST"])
class Anything:
    def on_request(self, req: Request, resp: Response) -> None:
        resp.text = req.method

    @staticmethod
    def on_get(clock: Clock) -> str:
        return str(clock.now())
