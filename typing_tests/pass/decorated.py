"""Handlers below decorators of the user's own, partials and callables."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from shop_deps import Deps
from shop_types import Clock, Order

from responder import API, Query, Request, Response

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])
api = API(registry=Deps)


def logged(function: Callable[P, R]) -> Callable[P, R]:
    @functools.wraps(function)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    return inner


def retried(times: int) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[R]]]:
    def around(function: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
        @functools.wraps(function)
        async def inner(*args: P.args, **kwargs: P.kwargs) -> R:
            for _ in range(times):
                pass
            return await function(*args, **kwargs)

        return inner

    return around


def with_request(function: Callable[Concatenate[Request, P], R]) -> Callable[Concatenate[Request, P], R]:
    return function


def untouched(function: F) -> F:
    return function


@api.get("/a/{id:int}")
@logged
@untouched
def first(id: int, clock: Clock, q: str = Query("", max_length=3)) -> str:
    return q


@api.get("/b/{id:int}")
@retried(3)
@logged
async def second(id: int, clock: Clock) -> Order:
    return Order(id=id, lines=[])


@api.get("/c/{id:int}")
@with_request
def third(req: Request, id: int) -> str:
    return req.method


def shared(req: Request, resp: Response, *, id: int, unit: str) -> None:
    resp.text = f"{id} {unit}"


api.add_route("/d/{id:int}", functools.partial(shared, unit="kg"))
api.get("/e/{id:int}")(functools.partial(shared, unit="lb"))
api.add_route("/f/{id:int}/{unit}", shared)


class Counter:
    def __call__(self, id: int) -> str:
        return str(id)


class Handlers:
    def show(self, id: int, clock: Clock) -> str:
        return str(id)

    @classmethod
    def make(cls, id: int) -> str:
        return str(id)

    @staticmethod
    def plain(id: int) -> str:
        return str(id)


api.add_route("/g/{id:int}", Counter())
handlers = Handlers()
api.add_route("/h/{id:int}", handlers.show)
api.get("/i/{id:int}")(handlers.show)
api.add_route("/j/{id:int}", Handlers.make)
api.get("/k/{id:int}")(Handlers.plain)
