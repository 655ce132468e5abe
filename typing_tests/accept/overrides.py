"""What stands in for a provider provides what the provider does, or something narrower."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager
from typing import assert_type

from responder import API, Registry, provider


class Session:
    pass


class FakeSession(Session):
    pass


def plain() -> Session:
    return Session()


async def coroutine() -> Session:
    return Session()


def generator() -> Iterator[Session]:
    yield Session()


async def async_generator() -> AsyncIterator[Session]:
    yield Session()


class Deps(Registry):
    session = provider(async_generator)


def fake() -> FakeSession:
    return FakeSession()


async def fake_coroutine(size: int = 1) -> FakeSession:
    return FakeSession()


def fake_generator() -> Iterator[FakeSession]:
    yield FakeSession()


async def fake_async_generator() -> AsyncIterator[FakeSession]:
    yield FakeSession()


api = API(registry=Deps)

assert_type(api.override(plain).with_value(Session()), AbstractContextManager[None, bool | None])

with api.override(plain).with_value(FakeSession()), api.override(coroutine).with_value(FakeSession()):
    pass
with api.override(generator).with_value(FakeSession()), api.override(async_generator).with_value(Session()):
    pass
with api.override(Deps.session).with_value(FakeSession()):
    pass
with api.override("session").with_value(FakeSession()), api.override("session").with_provider(fake):
    pass
with api.override(plain).with_provider(fake), api.override(plain).with_provider(fake_coroutine):
    pass
with (
    api.override(plain).with_provider(fake_generator),
    api.override(plain).with_provider(fake_async_generator),
):
    pass
with api.override(Deps.session).with_provider(fake), api.override(async_generator).with_provider(plain):
    pass
with api.override(plain).with_provider(lambda: FakeSession()):
    pass
