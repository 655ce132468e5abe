"""Dependencies that are declared in a type."""

from __future__ import annotations

from collections.abc import AsyncIterator

import responder


def make_pool() -> dict[str, int]:
    return {}


async def make_session(pool: dict[str, int]) -> AsyncIterator[list[int]]:
    yield list(pool.values())


class Deps(responder.Registry):
    pool = responder.provider(make_pool, scope="app")
    session = responder.provider(make_session)
    tenant: str


api = responder.API(registry=Deps)


@api.dependency()
def tenant() -> str:
    return "acme"


@api.get("/a")  # E: responder-dependency
def misspelt(sesion: list[int]) -> str:
    return str(sesion)


@api.get("/b")  # E: responder-type
def another_type(tenant: int) -> str:
    return str(tenant)


@api.dependency()  # E: responder-dependency
def tenent() -> str:
    return "acme"


@api.get("/ok/a")
def by_name(session: list[int], tenant: str) -> str:
    return f"{session}{tenant}"


@api.get("/ok/b")
def by_key(numbers: list[int] = responder.Depends(Deps.session)) -> str:
    return str(numbers)


class Unbound(responder.Registry):  # R: responder-dependency (nothing binds it: known at the end)
    tenant: str


unbound = responder.API(registry=Unbound)


@unbound.get("/")
def show(tenant: str) -> str:
    return tenant


def make_user(session: list[int]) -> str:
    return str(session)


class Leaking(responder.Registry):  # E: responder-dependency
    session = responder.provider(list)
    user = responder.provider(make_user, scope="app")


leaking = responder.API(registry=Leaking)
