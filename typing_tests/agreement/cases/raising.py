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


def finds(id: int = responder.Query()) -> str:
    if id < 0:
        raise Conflict  # E: responder-response
    raise NotFound


@api.get("/f")
def by_its_own_list(item: str = responder.Depends(finds, raises=[NotFound])) -> str:
    raise Taken


@api.dependency(raises=[NotFound])
def stock() -> int:
    if load():
        abort(423)  # E: responder-response
    raise Conflict  # E: responder-response


@api.get("/g")
def by_name(stock: int) -> str:
    return str(stock)


def inner(stock: int) -> str:
    raise Conflict


def outer(one: str = responder.Depends(inner, raises=[Conflict])) -> str:
    raise Taken  # E: responder-response


@api.get("/h", raises=[Conflict])  # E: responder-response
def through_others(one: str = responder.Depends(outer)) -> str:
    if one:
        raise NotFound
    abort(451)


@api.get("/i", dependencies=[responder.Depends(load, raises=[Conflict])], raises=[NotFound])
def by_its_guard(id: int = responder.Query(1)) -> str:
    if id:
        raise Conflict
    raise Gone


def silent(id: int = responder.Query()) -> str:
    raise Taken


@api.get("/ok/i")
def nothing_is_said(item: str = responder.Depends(silent)) -> str:
    raise Taken


@api.get("/ok/j", raises=[Taken])
def said_by_the_route(item: str = responder.Depends(silent)) -> str:
    raise Taken


@api.get("/j", raises=[NotFound])  # E: responder-response
def said_by_the_annotation(item: str = responder.Depends(load, raises=[Conflict])) -> str | Gone:
    if item:
        raise Conflict
    raise Taken


if __name__ == "__main__":
    api.run()
