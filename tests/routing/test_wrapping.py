"""Middleware of one route: what it sees, and what becomes of errors below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from responder import API, ConfigurationError, Request, Response, RouteError, Router, WebSocket, abort
from responder.middleware import CallNext, FunctionMiddleware, GZipMiddleware, Middleware, NextResponse

SEEN: list[object] = []


class Mark:
    """Notes what it sees, and says so in a header."""

    def __init__(self, app: ASGIApp, name: str = "plain") -> None:
        self.app = app
        self.name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        SEEN.append((self.name, scope["type"], dict(scope["path_params"]), scope["route"].path))

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"x-mark", self.name.encode())]}
            await send(message)

        try:
            await self.app(scope, receive, send_marked)
        except Exception as error:
            SEEN.append(repr(error))
            raise


@pytest.fixture(autouse=True)
def forget() -> None:
    SEEN.clear()


def marked(**options: object) -> API:
    api = API()
    add = cast("Callable[..., None]", api.add_route)

    def show(*, id: int) -> int:
        return 1 // id if id else abort(409)

    add("/{id:int}", show, methods=["GET"], **options)
    api.add_route("/plain", lambda req, resp: "plain", methods=["GET"])
    return api


def test_the_first_is_outermost_and_only_its_route_has_it() -> None:
    client = marked(middleware=[Mark, Middleware(Mark, name="inner")]).requests
    assert client.get("/1").headers.get_list("x-mark") == ["inner", "plain"]
    assert SEEN == [("plain", "http", {"id": 1}, "/{id:int}"), ("inner", "http", {"id": 1}, "/{id:int}")]
    assert "x-mark" not in client.get("/plain").headers
    assert "x-mark" not in client.get("/nowhere").headers
    assert "x-mark" not in client.post("/1").headers


def test_head_and_errors_that_were_meant_pass_through_it() -> None:
    client = marked(middleware=[Mark]).requests
    assert client.head("/1").headers["x-mark"] == "plain"
    answer = client.get("/0")
    assert (answer.status_code, answer.headers["x-mark"]) == (409, "plain")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_what_nobody_foresaw_is_seen_by_it_and_answered_outside() -> None:
    api = API()

    @api.get("/", middleware=[Mark])
    def broken() -> None:
        raise ValueError("x")

    @api.exception_handler(ValueError)
    def answer(req: Request, resp: Response, exc: ValueError) -> None:
        resp.status_code = 418

    assert api.requests.get("/").headers["x-mark"] == "plain"  # somebody foresaw it
    assert SEEN[1:] == []

    bare = API()
    bare.get("/", middleware=[Mark])(broken)
    refused = bare.test_client(raise_server_exceptions=False).get("/")
    assert (refused.status_code, refused.json()["title"]) == (500, "Internal Server Error")
    assert SEEN[-1] == "ValueError('x')"


def test_what_it_raises_itself_is_answered_once() -> None:
    def refusing(app: ASGIApp) -> ASGIApp:
        async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
            abort(402)

        return refuse

    assert marked(middleware=[refusing]).requests.get("/1").status_code == 402


def test_functions_and_ready_made_middleware_work() -> None:
    api = API()

    async def timed(request: Request, call_next: CallNext) -> NextResponse:
        answer = await call_next(request)
        answer.headers["X-Timed"] = request.method
        return answer

    @api.get(
        "/", middleware=[Middleware(FunctionMiddleware, timed), Middleware(GZipMiddleware, minimum_size=1)]
    )
    def show() -> str:
        return "a" * 50

    answer = api.requests.get("/")
    assert (answer.headers["X-Timed"], answer.headers["Content-Encoding"], answer.text) == (
        "GET",
        "gzip",
        "a" * 50,
    )


def test_it_stands_before_hooks_and_reads_no_body() -> None:
    api = API()

    def note(req: Request, resp: Response) -> None:
        SEEN.append("hook")

    @api.post("/", middleware=[Mark], before=note)
    async def add(req: Request) -> str:
        return await req.text

    assert api.requests.post("/", content="body").text == "body"
    assert SEEN == [("plain", "http", {}, "/"), "hook"]


def test_what_it_changes_about_the_fields_of_the_path_counts() -> None:
    def doubling(app: ASGIApp) -> ASGIApp:
        async def double(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "path_params": {"id": scope["path_params"]["id"] * 2}}, receive, send)

        return double

    api = API()

    @api.get("/{id:int}", middleware=[doubling])
    def show(*, id: int) -> int:
        return id

    assert api.requests.get("/4").text == "8"


def test_routers_and_inclusions_put_theirs_outside() -> None:
    inner = Router("/shop", middleware=[Middleware(Mark, name="router")])

    @inner.get("/{id:int}", middleware=[Middleware(Mark, name="route")])
    def show(*, id: int) -> int:
        return id

    api = API()
    api.include_router(inner, middleware=[Middleware(Mark, name="inclusion")])
    assert api.requests.get("/shop/3").headers.get_list("x-mark") == ["route", "router", "inclusion"]


def test_sockets_have_it_too() -> None:
    api = API()

    @api.websocket_route("/{room}", middleware=[Mark])
    async def chat(ws: WebSocket, *, room: str) -> None:
        await ws.accept()
        await ws.send_text(room)
        await ws.close()

    with api.requests.websocket_connect("/tea") as socket:
        assert socket.receive_text() == "tea"
    assert SEEN == [("plain", "websocket", {"room": "tea"}, "/{room}")]


def test_it_is_made_once_with_the_plan_and_lives_through_overrides() -> None:
    made: list[str] = []

    def counting(app: ASGIApp) -> ASGIApp:
        made.append("made")
        return app

    def sized(*, size: int) -> str:
        return str(size)

    api = API()
    api.add_dependency("size", lambda: 1)
    api.add_route("/", sized, middleware=[counting])
    client = api.requests
    assert client.get("/").text == "1"
    with api.dependency_overrides(size=lambda: 2):
        assert client.get("/").text == "2"
    assert client.get("/").text == "1"
    assert made == ["made"]


def test_middleware_that_cannot_be_made_stops_the_start() -> None:
    def broken(app: ASGIApp) -> ASGIApp:
        raise RuntimeError("no licence")

    api = marked(middleware=[broken])
    with pytest.raises(RuntimeError, match="no licence"), api.requests:
        pass


@pytest.mark.parametrize("wrong", [Mark, [3], "Mark", {"a": Mark}])
def test_what_is_no_list_of_middleware_is_refused_where_it_is_written(wrong: object) -> None:
    with pytest.raises(RouteError, match='Option "middleware" must be a list of ASGI middleware'):
        marked(middleware=wrong)
    make = cast("Callable[..., object]", Router)
    with pytest.raises(RouteError, match='Option "middleware" must be a list of ASGI middleware'):
        make("/x", middleware=wrong)


def nothing(app: ASGIApp) -> None: ...


def test_middleware_that_gives_no_application_stops_the_start() -> None:
    with (
        pytest.raises(
            ConfigurationError, match=r"A middleware of \w+ /\S* gave no ASGI application, but None"
        ),
        marked(middleware=[cast("Callable[[ASGIApp], ASGIApp]", nothing)]).requests,
    ):
        pass


def test_middleware_that_does_not_take_its_arguments_stops_the_start_and_names_the_route() -> None:
    make = cast("Callable[..., Middleware]", Middleware)
    api = API()
    api.get("/report", middleware=[make(GZipMiddleware, minimum=3)])(lambda: "long")
    with pytest.raises(ConfigurationError, match=r"A middleware of GET /report can not be made: .*'minimum'"):
        api.requests.get("/report")
