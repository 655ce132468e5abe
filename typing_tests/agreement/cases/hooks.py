"""Hooks, guards and things that are no handlers."""

from __future__ import annotations

import responder
from responder import Request, Response

api = responder.API()


@api.before_request()
def sound(req: Request, resp: Response) -> None:
    resp.headers["x-seen"] = req.method


@api.before_request()  # R: responder-hook (mypy: arg-type)
def too_many(req: Request, resp: Response, user: str) -> None:
    pass


@api.after_request()  # R: responder-hook (mypy: arg-type)
def too_few() -> None:
    pass


api.add_route("/a", 42)  # R: responder-signature (mypy: arg-type)


@api.get("/b", before=[too_many_later := 42])  # R: responder-option (mypy: list-item)
def no_hook() -> str:
    return ""


@api.get("/ok", before=sound, after=[sound])
def with_hooks() -> str:
    return ""


if __name__ == "__main__":
    api.run()
