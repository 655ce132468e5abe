"""Problems that handlers raise, and those that their routes declare."""

from __future__ import annotations

import responder
from responder import Problem, abort

api = responder.API()


class NotFound(Problem):
    status = 404


class Gone(NotFound):
    status = 410


class Conflict(Problem):
    status = 409


class Taken(Problem):
    status = 423


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


@api.get("/c/{id:int}", raises=[NotFound])  # E: responder-response
def another_status(id: int) -> str:
    if id < 0:
        abort(409, detail="twice")
    raise NotFound


@api.get("/d/{id:int}", raises=[NotFound], responses={"5XX": "Broken"})  # E: responder-response
def another_range(id: int) -> str:
    if id < 0:
        abort(502)
    if id > 9:
        responder.abort(status=451)
    return ""


@api.get("/e", raises=[NotFound])  # E: responder-response
def beside_its_annotation() -> str | Conflict:
    if not load():
        return Conflict(detail="declared")
    raise Taken


@api.get("/ok/e", raises=[NotFound])
def by_its_annotation() -> str | Conflict:
    if not load():
        raise Conflict
    abort(409)


@api.get("/ok/f/{id:int}", raises=[NotFound], responses={409: "Twice", "5XX": "Broken"})
def statuses(id: int) -> str:
    if id < 0:
        abort(409)
    if id > 9:
        abort(502)
    abort(422 if id else 402)


@api.get("/ok/g", raises=[NotFound])
def ours() -> str:
    abort(503)


@api.get("/ok/h/{id:int}", raises=[NotFound])
def computed(id: int) -> str:
    abort(id)


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
