"""Stand-ins of another type than what they stand in for."""

from __future__ import annotations

from collections.abc import AsyncIterator

from responder import API, Registry, provider


class Session: ...


class Pool: ...


def plain() -> Session:
    return Session()


async def async_generator() -> AsyncIterator[Session]:
    yield Session()


class Deps(Registry):
    session = provider(async_generator)


def pool() -> Pool:
    return Pool()


async def pools() -> AsyncIterator[Pool]:
    yield Pool()


api = API(registry=Deps)

api.override(plain).with_value(Pool())  # E: arg-type | reportArgumentType
api.override(async_generator).with_value(1)  # E: arg-type | reportArgumentType
api.override(Deps.session).with_value(Pool())  # E: arg-type | reportArgumentType
api.override(plain).with_provider(pool)  # E: arg-type | reportArgumentType
api.override(plain).with_provider(pools)  # E: arg-type | reportArgumentType
api.override(Deps.session).with_provider(pool)  # E: arg-type | reportArgumentType
