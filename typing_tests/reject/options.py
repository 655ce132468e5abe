"""Options of routes: misspelt, of another type, or not for this way to declare."""

from __future__ import annotations

from responder import API, Request, Response, Router
from responder.middleware import GZipMiddleware, Middleware
from responder.routes import RouteSpec

api = API()


def hook(req: Request, resp: Response) -> None: ...


def long_hook(req: Request, resp: Response, more: int) -> None: ...


def shown() -> str:
    return ""


api.get("/", statuscode=201)(shown)  # E: call-arg | reportCallIssue
api.get("/", status_code="201")(shown)  # E: arg-type | reportArgumentType
api.get("/", methods=["GET"])(shown)  # E: call-arg | reportCallIssue
api.post("/", websocket=True)(shown)  # E: call-arg | reportCallIssue
api.get("/", tags=1)(shown)  # E: arg-type | reportArgumentType
api.get("/", name=1)(shown)  # E: arg-type | reportArgumentType
api.get("/", before=long_hook)(shown)  # E: arg-type | reportArgumentType
api.get("/", after=[long_hook])(shown)  # E: list-item | reportArgumentType
api.get("/", before="hook")(shown)  # E: arg-type | reportArgumentType
api.get("/", response_model=True)(shown)  # E: arg-type | reportArgumentType
api.get("/", response_model="Item")(shown)  # E: arg-type | reportArgumentType
api.get("/", responses=[404])(shown)  # E: arg-type | reportArgumentType
api.get("/", check_existing=None)(shown)  # E: arg-type | reportArgumentType
api.get("/", request_model=int)(shown)  # E: call-arg | reportCallIssue
api.get(4)(shown)  # E: arg-type | reportArgumentType
api.get("/", "/also")(shown)  # E: call-arg | reportCallIssue
api.route("/", methods="GET")(shown)  # E: call-overload | reportArgumentType
api.route("/", method=["GET"])(shown)  # E: call-overload | reportCallIssue
api.route("/admin", before_request=hook)(shown)  # E: call-overload | reportArgumentType
api.route("/", websocket=True, status_code=200)  # E: call-overload | reportArgumentType
api.websocket_route("/", response_model=int)  # E: call-arg | reportCallIssue
api.websocket_route("/", methods=["GET"])  # E: call-arg | reportCallIssue
api.add_route("/", shown, verbs=["GET"])  # E: call-arg | reportCallIssue
api.add_route("/", "shown")  # E: arg-type | reportArgumentType
api.get("/", middleware=[3])(shown)  # E: list-item | reportArgumentType
api.get("/", middleware=[Middleware(GZipMiddleware, minimum=3)])(shown)  # E: call-arg | reportCallIssue
RouteSpec("/", shown, verbs=["GET"])  # E: call-arg | reportCallIssue
API(routes=[shown])  # E: list-item | reportArgumentType
Router("/x", nam="x")  # E: call-overload | reportCallIssue
api.include_router(Router("/x"), nam="x")  # E: call-arg | reportCallIssue
api.connect("/")(shown)  # E: attr-defined | reportAttributeAccessIssue
API(titel="x")  # E: call-overload | reportCallIssue
API(debug="yes")  # E: call-overload | reportArgumentType
