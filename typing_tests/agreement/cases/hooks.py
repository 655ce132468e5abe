"""Hooks, guards and things that are no handlers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

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


@api.before_request  # E: responder-hook
def yields(req: Request, resp: Response) -> Iterator[None]:
    yield


@api.after_request()  # E: responder-hook
async def yields_later(req: Request, resp: Response) -> AsyncIterator[None]:
    yield


@api.before_request(websocket=True)  # E: responder-hook
async def yields_for_sockets(ws: responder.WebSocket) -> AsyncIterator[None]:
    yield


def opens(req: Request, resp: Response) -> Iterator[None]:
    yield


api.after_request(opens)  # E: responder-hook


@api.get("/c", before=opens)  # E: responder-hook
def before_it() -> str:
    return ""


@api.get("/d", after=[sound, opens])  # E: responder-hook
def after_it() -> str:
    return ""


def opened(req: Request, resp: Response, exc: Exception) -> None:
    pass


@api.exception_handler(200)  # E: responder-hook
def no_error(req: Request, resp: Response, exc: Exception) -> None:
    pass


api.add_exception_handler(99, opened)  # E: responder-hook


@api.exception_handler(404)
def missing(req: Request, resp: Response, exc: Exception) -> None:
    pass


@api.before_request(websocket=True)
async def for_sockets(ws: responder.WebSocket) -> None:
    pass


def starts() -> Iterator[None]:
    yield


api.add_event_handler("startup", starts)  # E: responder-hook
api.add_event_handler(handler=starts, event="shutdown")  # E: responder-hook
api.on_event("startup")(starts)  # E: responder-hook


@api.on_event("shutdown")  # E: responder-hook
async def stops() -> AsyncIterator[None]:
    yield


@api.on_event("startup")
async def started() -> None:
    pass


@api.exception_handler(KeyError)  # E: responder-hook
def answers(req: Request, resp: Response, exc: KeyError) -> Iterator[None]:
    yield


def answers_later(req: Request, resp: Response, exc: Exception) -> Iterator[None]:
    yield


api.add_exception_handler(ValueError, answers_later)  # E: responder-hook


if __name__ == "__main__":
    api.run()
