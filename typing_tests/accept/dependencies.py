"""Providers of every kind give their value's type to `Depends`, to registries and to `api.resolve`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from datetime import date
from typing import Annotated, Literal, assert_type

from typing_extensions import override

from responder import API, Convertor, Depends, Query, Registry, Request, provider
from responder.registry import Provider
from responder.types import Dependency


class Pool: ...


class Session: ...


class User: ...


def plain() -> Session:
    return Session()


async def coroutine(req: Request, /) -> User:
    return User()


def generator() -> Iterator[Session]:
    yield Session()


def full_generator() -> Generator[Session, None, None]:
    yield Session()


async def async_generator(pool: Pool) -> AsyncIterator[Session]:
    yield Session()


async def full_async_generator() -> AsyncGenerator[Session, None]:
    yield Session()


def make_pool() -> Iterator[Pool]:
    yield Pool()


class Maker:
    def __call__(self) -> Session:
        return Session()


maker = Maker()


class DateConvertor(Convertor[date], name="date"):
    pattern = r"\d{4}-\d{2}-\d{2}"

    @override
    def convert(self, text: str, /) -> date:
        return date.fromisoformat(text)

    @override
    def format(self, value: date, /) -> str:
        return value.isoformat()


class Deps(Registry):
    pool = provider(make_pool, scope="app")
    db = provider(async_generator, close="before-send")
    user = provider(coroutine)
    tenant: str
    date = DateConvertor()

    @provider
    def clock() -> int:
        return 0

    @provider(scope="app")
    def started() -> float:
        return 0.0


assert_type(Deps.pool, Provider[[], Pool, Literal["app"]])
assert_type(Deps.user, Provider[[Request], User, Literal["request"]])
assert_type(Deps.clock, Provider[[], int, Literal["request"]])
assert_type(Deps.started, Provider[[], float, Literal["app"]])

api = API(registry=Deps)
dependency: Dependency = plain


def guard(req: Request) -> None: ...


@api.get("/all", dependencies=[Depends(guard)])
def every(
    a: Session = Depends(plain),
    b: User = Depends(coroutine),
    c: Session = Depends(generator),
    d: Session = Depends(full_generator),
    e: Session = Depends(async_generator),
    f: Session = Depends(full_async_generator),
    g: Session = Depends(maker),
    h: Session = Depends(Session),
    i: Session = Depends(Deps.db),
    j: Pool = Depends(Deps.pool),
    k: Session | None = Depends(plain),
    m: int = Depends(lambda: 4),
) -> None:
    assert_type(e, Session)
    assert_type(j, Pool)


@api.get("/annotated")
def annotated(db: Annotated[Session, Depends(Deps.db)], user: Annotated[User, Depends(coroutine)]) -> None:
    assert_type(db, Session)


@api.get("/named")
def named(*, db: Session, user: User) -> None: ...


# A provider has providers and inputs of its own.


def page(limit: int = Query(10, le=100), db: Session = Depends(Deps.db)) -> range:
    return range(limit)


@api.get("/page", dependencies=Depends(guard))
def paged(rows: range = Depends(page)) -> int:
    return len(rows)


# By name: what the registry declares, or anything where there is none.


@api.dependency
def tenant(req: Request) -> str:
    return "t"


loose = API()


@loose.dependency()
async def locale(req: Request) -> str:
    return "en"


@loose.dependency(name="clock", scope="app", close="before-send")
def make_clock() -> Iterator[int]:
    yield 1


tenants: Callable[[Request], str] = tenant
assert_type(make_clock(), Iterator[int])
loose.add_dependency("started", lambda: 4, scope="app")
loose.add_dependency("pool", Deps.pool)
loose.add_dependency("again", Deps.db)


async def outside() -> None:
    async with api.resolve(Deps.db) as db:
        assert_type(db, Session)
    async with api.resolve(coroutine) as user:
        assert_type(user, User)
    async with api.resolve(generator) as session:
        assert_type(session, Session)
    async with api.resolve("db") as value:
        assert_type(value, object)
    with api.dependency_overrides({Deps.db: plain, generator: Session()}, tenant="x"):
        pass
