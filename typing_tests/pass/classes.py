"""Classes that answer, hooks and options, all of them right."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, field_validator

import responder as r
from responder import Request, Response, WebSocket


class Item(BaseModel):
    name: str


class Loose(Item):
    @field_validator("name", mode="before")
    @classmethod
    def any(cls, value: Any) -> str:
        return str(value)


api = r.API()


@api.route("/a", response_model=Item, responses={404: Item, "5XX": "bad"})
class A:
    limit: ClassVar[int] = 3

    def on_request(self, req: Request, resp: Response) -> None:
        resp.status_code = 404

    def on_get(self, req: Request, resp: Response) -> None:
        resp.media = [1]


class Base:
    def on_get(self, resp: Response) -> None:
        resp.media = {"name": "a"}


@api.route("/b", response_model=Item)
class B(Base):
    async def on_post(self) -> tuple[Item, int]:
        return Item(name=""), 201

    @staticmethod
    def on_put() -> Item:
        return Item(name="")

    @classmethod
    def on_delete(cls) -> Item | None:
        return None


@api.get("/c", response_model=list[Item])
class C:
    def on_get(self) -> list[Loose]:
        return []


@api.route("/d", response_model=False)
class D:
    def on_get(self) -> Any:
        return 4


@api.route("/e", response_model=Loose)
class E:
    def on_get(self, resp: Response) -> None:
        resp.media = [1]


@api.after_request
def rewrite(req: Request, resp: Response) -> None: ...
@api.before_request
async def pre(req: Request) -> None: ...
@api.before_request(websocket=True)
async def ws_pre(ws: WebSocket) -> None: ...


class Callable_:
    def __call__(self, req: Request, resp: Response) -> None: ...


api.before_request(Callable_())


@api.get("/f", before=[Callable_(), pre], after=lambda req, resp: None)
def f() -> str:
    return ""


@api.exception_handler(ValueError)
def bad(req: Request, resp: Response, exc: ValueError) -> None: ...


CODE = 404


@api.exception_handler(CODE)
def missing(req: Request, resp: Response, exc: Exception) -> None: ...


STATUS = 201
TAGS = ["a"]


@api.post("/g", status_code=STATUS, tags=TAGS, timeout=1.5, max_body_size=2**20)
def g() -> str:
    return ""


@api.get("/h", tags=("a", "b"), timeout=float("inf") and 3.0)
def h() -> str:
    return ""


@api.route("/i", methods={"GET", "POST"})
def i() -> str:
    return ""


@api.route("/i", methods=("PUT",))
def i2() -> str:
    return ""


@api.get("/j/{path:path}")
def j(path: str) -> str:
    return ""


@api.post("/j/x")
def j2() -> str:
    return ""


@api.options("/j/{x}")
def j3(x: str) -> str:
    return ""


@api.websocket_route("/k/{x}")
async def k(ws: WebSocket, x: str) -> None: ...
@api.get("/k/{x}/y")
def k2(x: str) -> str:
    return ""
