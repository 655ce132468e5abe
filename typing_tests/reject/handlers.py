"""Hooks and handlers of another signature than asked for, and handlers used as what they aren't."""

from __future__ import annotations

from responder import API, Request, Response
from responder.types import WebSocket

api = API()


@api.before_request  # E: type-var | reportArgumentType
def three(req: Request, resp: Response, more: int) -> None: ...


@api.before_request()  # E: type-var | reportArgumentType
def none() -> None: ...


@api.after_request  # E: type-var | reportArgumentType
def swapped(resp: Response, req: Request) -> None: ...


@api.route(before_request=True)  # E: type-var | reportArgumentType
def four(a: Request, b: Response, c: int, d: int) -> None: ...


@api.before_request(websocket=True)  # E: type-var | reportArgumentType
def not_for_sockets(req: Request, resp: Response) -> None: ...


@api.websocket_route("/a")  # E: type-var | reportArgumentType
def sync(ws: WebSocket) -> None: ...


@api.route("/b", websocket=True)  # E: type-var | reportArgumentType
def sync_too(ws: WebSocket) -> None: ...


@api.exception_handler(KeyError)  # E: arg-type | reportArgumentType
def another_class(req: Request, resp: Response, exc: ValueError) -> None: ...


@api.exception_handler(ValueError)  # E: arg-type | reportArgumentType
def too_few(req: Request, resp: Response) -> None: ...


@api.exception_handler(int)  # E: type-var | reportCallIssue
def no_exception(req: Request, resp: Response, exc: Exception) -> None: ...


@api.on_event("start")  # E: arg-type | reportArgumentType
def start() -> None: ...


api.get("/")(4)  # E: type-var | reportArgumentType


@api.get("/kept")
def kept(*, id: int) -> str:
    return ""


kept(id="x")  # E: arg-type | reportArgumentType
number: int = kept(id=1)  # E: assignment | reportAssignmentType
repr(kept.status_code)  # E: attr-defined | reportFunctionMemberAccess


@api.route("/kept")
class Kept:
    def on_get(self) -> str:
        return ""


text: int = Kept().on_get()  # E: assignment | reportAssignmentType
