"""Handlers behind other decorators, partial functions, protocols, new types, methods as providers."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import (
    Annotated,
    NewType,
    ParamSpec,
    Protocol,
    Self,
    TypeAlias,
    TypeVar,
    overload,
)

from responder import API, Depends, Query, Request, Response

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
api = API()


def timed(f: Callable[P, R]) -> Callable[P, R]:
    @functools.wraps(f)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        return f(*args, **kwargs)

    return inner


def logged(label: str) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[R]]]:
    def make(f: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
        @functools.wraps(f)
        async def inner(*args: P.args, **kwargs: P.kwargs) -> R:
            return await f(*args, **kwargs)

        return inner

    return make


@api.get("/a/{id:int}")
@timed
def a(id: int, q: str = Query("")) -> str:
    return ""


@api.get("/b/{id:int}")
@logged("x")
async def b(id: int) -> str:
    return ""


@api.get("/c")
@timed
@timed
def c(req: Request, resp: Response) -> None: ...
def base(req: Request, resp: Response, *, name: str, limit: int = 3) -> None: ...


api.add_route("/d/{name}", functools.partial(base, limit=4))
api.get("/e/{name}")(functools.partial(base, limit=4))
UserId = NewType("UserId", int)


@api.get("/f/{id:int}")
def f(id: UserId) -> str:
    return ""


Ids: TypeAlias = "list[int]"


@api.get("/g")
def g(ids: Ids = Query()) -> str:
    return ""


class Store(Protocol):
    def find(self, id: int) -> str: ...


class Memory:
    def find(self, id: int) -> str:
        return ""


def store() -> Store:
    return Memory()


@api.get("/h/{id:int}")
def h(id: int, store: Store = Depends(store)) -> str:
    return store.find(id)


@api.get("/i/{id:int}")
def i(id: int, store: Annotated[Store, Depends(store)]) -> str:
    return store.find(id)


@api.get("/j")
def j(make: str = Depends(lambda: "x")) -> str:
    return make


class Builder:
    def make(self) -> Self:
        return self

    def __call__(self, req: Request) -> Self:
        return self


@api.get("/k")
def k(b: Builder = Depends(Builder().make)) -> str:
    return ""


@api.get("/l")
def ell(b: Builder = Depends(Builder())) -> str:
    return ""


@overload
def m(id: int) -> str: ...
@overload
def m(id: str) -> str: ...
def m(id: int | str) -> str:
    return ""


api.add_route("/m/{id:int}", m)
