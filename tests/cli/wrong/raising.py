"""Problems that are raised and not declared, by routes that declare some."""

from __future__ import annotations

import responder
from responder import Problem, Request, Response


class NotFound(Problem):
    """There is none."""

    status = 404


class Gone(NotFound):
    """There was one."""

    status = 410


class Taken(Problem):
    """There is one already."""

    status = 409


api = responder.API()


@api.get("/a/{name}", raises=[NotFound])
def one(name: str) -> str:
    if name == "taken":
        raise Taken(detail="no")  # E: raises-undeclared
    if name == "gone":
        raise Gone(detail="a kind of NotFound")
    raise NotFound(detail="no")


@api.get("/b/{name}")
def silent(name: str) -> str:
    raise Taken(detail="nothing is declared here, so nothing is promised")


@api.get("/c/{name}", raises=[NotFound])
def caught(name: str) -> str:
    try:
        raise Taken(detail="kept inside")
    except Taken:
        return name


@api.get("/d/{name}", raises=[NotFound])
async def inner(req: Request, resp: Response, name: str) -> str | Taken:
    def never() -> None:
        raise Taken(detail="in another function")

    if name == "taken":
        raise Taken(detail="declared by the annotation")
    if name == "bare":
        raise ValueError
    return str(never)
