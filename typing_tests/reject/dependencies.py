"""Dependencies of another type than the annotation says, and registries that don't hold what is asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from responder import API, Convertor, Depends, Registry, Request, provider


class Pool: ...


class Session: ...


def plain() -> int:
    return 1


async def coroutine() -> int:
    return 1


def generator() -> Iterator[int]:
    yield 1


async def async_generator() -> AsyncIterator[int]:
    yield 1


class Maker:
    def __call__(self) -> int:
        return 1


def make_session(pool: Pool) -> Session:
    return Session()


class Deps(Registry):
    pool = provider(Pool, scope="app")
    db = provider(make_session)


api = API(registry=Deps)


def from_plain(x: str = Depends(plain)) -> None: ...  # E: assignment | reportArgumentType
def from_coroutine(x: str = Depends(coroutine)) -> None: ...  # E: assignment | reportArgumentType
def from_generator(x: str = Depends(generator)) -> None: ...  # E: assignment | reportArgumentType
def from_async_generator(x: str = Depends(async_generator)) -> None: ...  # E: assignment | reportArgumentType
def from_an_instance(x: str = Depends(Maker())) -> None: ...  # E: assignment | reportArgumentType
def from_a_class(x: str = Depends(Maker)) -> None: ...  # E: assignment | reportArgumentType
def from_a_registry(x: Session = Depends(Deps.pool)) -> None: ...  # E: assignment | reportArgumentType
def misspelt(x: Pool = Depends(Deps.poll)) -> None: ...  # E: attr-defined | reportAttributeAccessIssue
def from_a_value(x: int = Depends(4)) -> None: ...  # E: call-overload | reportCallIssue
def from_nothing(x: int = Depends()) -> None: ...  # E: call-overload | reportCallIssue


class Wrong(Registry):
    scope = provider(plain, scope="session")  # E: call-overload | reportCallIssue
    close = provider(plain, close="never")  # E: call-overload | reportCallIssue
    value = provider(4)  # E: call-overload | reportCallIssue


class Even(Convertor[int]):
    def convert(self, text: str) -> str:  # E: override | reportIncompatibleMethodOverride
        return text


@api.dependency(scope="session")  # E: call-overload | reportCallIssue
def scoped() -> int:
    return 1


@api.dependency(nmae="x")  # E: call-overload | reportCallIssue
def misnamed() -> int:
    return 1


api.add_dependency("x", 4)  # E: arg-type | reportArgumentType
api.add_dependency(4, plain)  # E: arg-type | reportArgumentType


def wants_pool(pool: Pool) -> None: ...


def wants_session(session: Session) -> None: ...


async def outside(req: Request) -> None:
    async with api.resolve(Deps.db) as db:
        wants_pool(db)  # E: arg-type | reportArgumentType
    async with api.resolve("db") as value:
        wants_session(value)  # E: arg-type | reportArgumentType
