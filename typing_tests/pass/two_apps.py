"""Two applications in one module, with names of their own; one is private to a function."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from responder import API, Request

public = API()
private = API()


class User: ...


class Robot: ...


@public.dependency()
def caller(req: Request) -> User:
    return User()


@private.dependency(name="caller")
def of_the_inside(req: Request) -> Robot:
    return Robot()


@private.dependency(scope="app")
async def pool() -> AsyncIterator[list[int]]:
    yield []


@public.get("/who")
def who(caller: User) -> str:
    return type(caller).__name__


@private.get("/who")
def which(caller: Robot, pool: list[int]) -> str:
    return f"{type(caller).__name__} {len(pool)}"


@public.get("/both")
@private.get("/both")
def both(caller: object) -> str:
    return str(caller)


@asynccontextmanager
async def lifespan(app: API) -> AsyncIterator[None]:
    app.add_dependency("settings", lambda: {"a": 1})
    yield


def factory(debug: bool) -> API:
    inner = API(debug=debug)

    @inner.dependency
    def caller() -> User:
        return User()

    if debug:

        @inner.get("/debug")
        def show(caller: User) -> str:
            return str(caller)

    return inner
