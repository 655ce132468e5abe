"""Dependencies by name and by `Depends`, of handlers and of each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import responder
from responder import Request

api = responder.API()


@api.dependency()
def size() -> int:
    return 10


@api.dependency()
def database(size: int) -> Iterator[dict[str, int]]:
    yield {"size": size}


@api.dependency()
def user(req: Request, database: dict[str, int]) -> str:
    return f"{req.method}{database}"


@api.get("/a")  # E: responder-dependency
def nobody(account: str) -> str:
    return account


@api.get("/b")  # E: responder-dependency
def misspelt(databse: dict[str, int]) -> str:
    return str(databse)


@api.get("/c")  # E: responder-type
def another_type(size: str) -> str:
    return size


@api.dependency()  # E: responder-dependency
def wants_too_much(limit: int) -> int:
    return limit


@api.dependency()  # E: responder-type
def wants_another_type(size: str) -> str:
    return size


@api.dependency()  # E: responder-dependency
def response() -> str:
    return ""


@api.dependency(name="ws")  # E: responder-dependency
def socket() -> str:
    return ""


api.add_dependency("request", size)  # E: responder-dependency


def unknown_inside(account: str) -> str:
    return account


@api.get("/d")  # E: responder-dependency
def depends_on_unknown(account: str = responder.Depends(unknown_inside)) -> str:
    return account


def bad_marker(limit: int = responder.Query(0, ge=1)) -> int:
    return limit


@api.get("/e")  # E: responder-marker
def depends_on_a_bad_marker(limit: int = responder.Depends(bad_marker)) -> str:
    return str(limit)


@api.get("/f", dependencies=[responder.Depends(unknown_inside)])  # E: responder-dependency
def guarded_by_unknown() -> str:
    return ""


@api.get("/ok/a/{id}")
def by_name(id: str, size: int, database: dict[str, int], user: str) -> str:
    return f"{id}{size}{database}{user}"


@api.get("/ok/b")
def untyped(req, resp, *, size, user) -> None:
    resp.text = f"{size}{user}"


def limits(
    size: int, req: Request, page: int = responder.Query(1, ge=1), token: str = "none"
) -> tuple[int, int]:
    return (page, size)


@api.get("/ok/c")
def inline(limits: tuple[int, int] = responder.Depends(limits)) -> str:
    return str(limits)


@api.get("/ok/d", dependencies=[responder.Depends(limits)])
def annotated(limits: Annotated[tuple[int, int], responder.Depends(limits)]) -> str:
    return str(limits)


@api.get("/ok/e/{size}")
def a_field_first(size: str) -> str:
    return size


if __name__ == "__main__":
    api.run()
