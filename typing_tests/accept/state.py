"""The type of an application: its registry and its state, given or yielded by the lifespan."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import assert_type

from responder import API, Registry, Request, Response, provider
from responder.middleware import HSTSMiddleware, NextResponse
from responder.middleware.functions import CallNext
from responder.models import State


@dataclass
class AppState:
    name: str = ""


def make() -> Iterator[int]:
    yield 1


class Deps(Registry):
    db = provider(make)


@asynccontextmanager
async def yields_state(app: API[Deps, AppState]) -> AsyncGenerator[AppState]:
    yield AppState()


@asynccontextmanager
async def yields_nothing(app: API) -> AsyncGenerator[None]:
    yield


assert_type(API(), API[Registry, State])
assert_type(API(debug=True), API[Registry, State])
assert_type(API(registry=Deps), API[Deps, State])
assert_type(API(state=AppState()), API[Registry, AppState])
assert_type(API(lifespan=yields_nothing), API[Registry, State])
assert_type(API(registry=Deps, lifespan=yields_state), API[Deps, AppState])
assert_type(API[Deps, AppState](registry=Deps, lifespan=yields_state).state, AppState)
api = API(registry=Deps, state=AppState(), lifespan=yields_state)
assert_type(api.state.name, str)
plain: API = API()

api.add_middleware(HSTSMiddleware, max_age=3)


@api.exception_handler(KeyError)
async def missing(req: Request, resp: Response[object], exc: KeyError) -> None: ...


@api.middleware("http")
async def timing(request: Request, call_next: CallNext) -> NextResponse:
    return await call_next(request)


async def main() -> None:
    async with api.resolve(Deps.db) as value:
        assert_type(value, int)
    async with api.resolve(make) as same:
        assert_type(same, int)


assert_type(api.background.run(len, "x").result(), int)
