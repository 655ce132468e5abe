"""What tracing and error tools find in the scope after a request: the names that Starlette's routes have."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from responder import API, Request, Response, WebSocket
from tests.ext.driving import drive, http


async def show(req: Request, resp: Response, *, id: int) -> None:
    resp.text = str(id)


@pytest.fixture
def api() -> API:
    api = API()
    api.get("/users/{id:int}", name="user")(show)
    return api


def span_name(scope: Scope) -> str | None:
    """The name of a request's span, as Starlette's OpenTelemetry middleware makes it."""
    path = getattr(scope.get("route"), "path_format", None)
    if not isinstance(path, str):
        return None
    root: str = scope.get("root_path", "")
    return f"{scope['method']} {root.rstrip('/') + path or '/'}"


def after(app: ASGIApp, path: str, **more: object) -> Scope:
    """The scope of a request after it was served."""
    scope = {**http("GET", path), **more}
    asyncio.run(drive(app, scope))
    return scope


def test_the_route_the_handler_and_the_parameters_are_in_the_scope(api: API) -> None:
    scope = after(api, "/users/7")
    route = scope["route"]
    assert (route.path, route.path_format, route.name) == ("/users/{id:int}", "/users/{id}", "user")
    assert scope["endpoint"] is show
    assert scope["path_params"] == {"id": 7}
    assert span_name(scope) == "GET /users/{id}"


def test_a_root_path_is_part_of_the_name(api: API) -> None:
    scope = after(api, "/v1/users/7", root_path="/v1")
    assert scope["root_path"] == "/v1"
    assert span_name(scope) == "GET /v1/users/{id}"


def test_what_matches_nothing_has_no_name(api: API) -> None:
    for path in ("/nothing", "/users/x"):
        assert span_name(after(api, path)) is None


def test_a_mount_stands_for_the_application_in_it(api: API) -> None:
    async def hello(request: object) -> PlainTextResponse:
        return PlainTextResponse("hello")

    api.mount("/old", Starlette(routes=[Route("/{name}", hello)]))
    scope = after(api, "/old/ann")
    assert span_name(scope) == "GET /old/{path}"
    # What belongs to the inner application stays there.
    assert "path_params" not in scope
    assert scope["root_path"] == ""


def test_a_fault_has_its_route_too(api: API) -> None:
    @api.get("/boom/{id}")
    async def boom(req: Request, resp: Response, *, id: str) -> None:
        raise ValueError("x")

    scope = http("GET", "/boom/1")
    driven = asyncio.run(drive(api, scope))
    assert isinstance(driven.error, ValueError)
    assert span_name(scope) == "GET /boom/{id}"
    assert scope["endpoint"] is boom


def test_the_pattern_is_known_to_the_handler(api: API) -> None:
    @api.get("/items/{id:int}")
    async def item(req: Request, resp: Response, *, id: int) -> None:
        resp.text = req.route_template or ""

    assert api.requests.get("/items/3").text == "/items/{id}"


def test_a_websocket_has_its_route(api: API) -> None:
    seen: list[Scope] = []

    class Watch:
        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            seen.append(scope)
            await self.app(scope, receive, send)

    @api.websocket_route("/chat/{room}")
    async def chat(ws: WebSocket, *, room: str) -> None:
        await ws.accept()
        await ws.send_text(room)

    api.add_outer_middleware(Watch)
    with api.requests.websocket_connect("/chat/a") as socket:
        assert socket.receive_text() == "a"
    assert seen[0]["route"].path_format == "/chat/{room}"
    assert seen[0]["endpoint"] is chat


@pytest.mark.parametrize("wrong", ["middleware", None, 5])
def test_what_is_no_middleware_cannot_watch(wrong: Callable[..., ASGIApp]) -> None:
    with pytest.raises(ValueError, match="add_outer_middleware\\(\\) takes an ASGI middleware"):
        API().add_outer_middleware(wrong)
