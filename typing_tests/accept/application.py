"""An application is generic in its registry and its state, and types what hangs on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_type

from responder import API, Problem, Registry, Request, Response, provider
from responder.models import State


def make_tenant() -> str:
    return "acme"


class Deps(Registry):
    tenant = provider(make_tenant)


@dataclass
class Counters:
    hits: int = 0


loose = API()
assert_type(loose.state, State)
typed = API(registry=Deps, state=Counters())
assert_type(typed, API[Deps, Counters])
assert_type(typed.state.hits, int)
assert_type(API(registry=Deps), API[Deps, State])
assert_type(API(state=Counters()), API[Registry, Counters])


class MyAPI(API[Deps, Counters]):
    def hit(self) -> int:
        self.state.hits += 1
        return self.state.hits


mine = MyAPI(registry=Deps, state=Counters(), debug=True)


class Missing(Exception):
    key: str = "x"


@loose.exception_handler(Missing)
async def missing(req: Request, resp: Response, exc: Missing) -> None:
    assert_type(exc.key, str)
    resp.status_code = 404


@loose.exception_handler(ValueError)
def wrong(req: Request, resp: Response, exc: ValueError) -> str:
    return str(exc)


@loose.exception_handler(404)
def not_found(req: Request, resp: Response, exc: Exception) -> None: ...


assert_type(wrong, Callable[[Request, Response, ValueError], str])


@loose.on_event("startup")
async def start() -> None: ...


@loose.get("/boom")
def boom() -> None:
    raise Problem(409, "Taken")
