"""Names that nobody asks for, in a registry and beside one."""

from __future__ import annotations

import responder


def make_size() -> int:
    return 10


def make_pool(size: int) -> list[int]:
    return [size]


class Deps(responder.Registry):
    size = responder.provider(make_size)
    pool = responder.provider(make_pool)  # N: dependency-unused


api = responder.API(registry=Deps)
other = responder.API()


@other.dependency()  # N: dependency-unused
def clock() -> float:
    return 0.0


@other.dependency()
def asked() -> int:
    return 1


def guard(asked: int) -> None:
    assert asked


@other.get("/", dependencies=[responder.Depends(guard)])
def index() -> str:
    return "through a guard"
