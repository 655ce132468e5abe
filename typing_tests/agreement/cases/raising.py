"""Problems that handlers raise, and those that their routes declare."""

from __future__ import annotations

import responder
from responder import Problem

api = responder.API()


class NotFound(Problem):
    status = 404


class Gone(NotFound):
    status = 410


class Conflict(Problem):
    status = 409


def load() -> str:
    raise Conflict


@api.get("/a/{id:int}", raises=[NotFound])  # E: responder-response
def another_problem(id: int) -> str:
    if id < 0:
        raise Conflict(detail="twice")
    raise NotFound


@api.get("/b/{id:int}", raises=[Gone])  # E: responder-response
def a_wider_one(id: int) -> str:
    for _ in range(id):
        raise NotFound
    return ""


@api.get("/ok/a/{id:int}", raises=[NotFound])
def declared(id: int) -> str:
    if id < 0:
        raise Gone
    raise NotFound


@api.get("/ok/b")
def declares_nothing() -> str:
    raise Conflict


@api.get("/ok/c", raises=[NotFound])
def caught() -> str:
    try:
        raise Conflict
    except Conflict:
        return ""


@api.get("/ok/d", raises=[NotFound])
def by_its_provider(item: str = responder.Depends(load, raises=[Conflict])) -> str:
    raise Conflict


if __name__ == "__main__":
    api.run()
