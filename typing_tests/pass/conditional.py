"""Routes that are declared twice only at first sight: below conditions, in loops, on other objects."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar
from uuid import UUID

from responder import API, Depends, Request, Response

if TYPE_CHECKING:
    pass
T = TypeVar("T")


@dataclass
class Paging:
    limit: int = 10
    offset: int = 0


@dataclass(frozen=True)
class Settings:
    name: str = "x"
    tags: list[str] = field(default_factory=list)


class Repo(Generic[T]):
    def __init__(self, kind: type[T]) -> None:
        self.kind = kind

    def all(self) -> list[T]:
        return []


async def session() -> AsyncGenerator[Repo[int], None]:
    yield Repo(int)


@asynccontextmanager
async def life(app: API) -> AsyncIterator[None]:
    yield


api = API(lifespan=life)


@api.get("/a")
def a(paging: Paging = Depends(Paging), settings: Settings = Depends(Settings)) -> str:
    return ""


@api.get("/b")
async def b(repo: Repo[int] = Depends(session)) -> list[int]:
    return repo.all()


if sys.version_info >= (3, 8):

    @api.get("/c")
    def c() -> str:
        return ""
else:

    @api.get("/c")
    def c() -> str:
        return ""


try:
    import json as json
except ImportError:

    @api.get("/json")
    def slow() -> str:
        return ""
else:

    @api.get("/json")
    def fast() -> str:
        return ""


for name in ("x", "y"):

    @api.get(f"/n/{name}")
    def each() -> str:
        return ""


def make(n: int) -> API:
    inner = API()
    if n:

        @inner.get("/z")
        def z() -> str:
            return ""

        return inner

    @inner.get("/z")
    def zz() -> str:
        return ""

    return inner


class MyAPI(API):
    def get_all(self, path: str) -> None: ...


mine = MyAPI()


@mine.get("/{id:int}")
def show(id: int) -> str:
    return ""


class Sub(MyAPI):
    pass


sub = Sub()


@sub.route("/x", methods=["GET"])
def x(req: Request, resp: Response) -> None: ...
@sub.route("/x", methods=["POST"])
def x2(req: Request, resp: Response) -> None: ...
@sub.get("/w/{id}", check_existing=False)
def w(id: str) -> str:
    return ""


class Tenant:
    def __init__(self, api: API) -> None:
        self.api = api

        @self.api.get("/t")
        def t() -> str:
            return ""

    def more(self) -> None:
        @self.api.get("/t")
        def t() -> str:
            return ""


one, two = API(), API()


@one.get("/p")
def p1() -> str:
    return ""


@two.get("/p")
def p2() -> str:
    return ""


which = one


@which.get("/q")
def q1() -> str:
    return ""


which = two


@which.get("/q")
def q2() -> str:
    return ""


apps = {"a": API(), "b": API()}


@apps["a"].get("/r")
def r1() -> str:
    return ""


@apps["b"].get("/r")
def r2() -> str:
    return ""


def add(api: API, again: bool = False) -> None:
    @api.get("/s")
    def s() -> str:
        return ""

    if again:
        api = API()

    @api.get("/s")
    def s2() -> str:
        return ""


def swap(api: API) -> None:
    @api.get("/u")
    def u() -> str:
        return ""

    api = API()

    @api.get("/u")
    def u2() -> str:
        return ""


with nullcontext("x") as handle:

    @one.get("/with")
    def wi() -> str:
        return ""


@one.get("/v/{a:int}")
def v1(a: int) -> str:
    return ""


@one.get("/v/{a}")
def v2(a: str) -> str:
    return ""


@one.get("/v/{a:uuid}/b", gives_way=True)
def v3(a: UUID) -> str:
    return ""


@one.get("/v/{a:uuid}/b")
def v4(a: UUID) -> str:
    return ""
