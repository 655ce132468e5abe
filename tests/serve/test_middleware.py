"""Layers around the routes: order, function middleware, hosts, CORS, HSTS, security headers, request ids."""

from __future__ import annotations

import asyncio
import contextvars
import re
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from responder import API, ConfigurationError, Request, Response, RouteError
from responder.middleware import (
    CORSConfig,
    HSTSMiddleware,
    NextResponse,
    RequestIDMiddleware,
    SecurityHeadersMiddleware,
)
from responder.middleware.functions import CallNext
from responder.testing import assert_problem

Next = Callable[[Request], Awaitable[NextResponse]]


def app(**options: Any) -> API:
    api = API(**options)

    @api.route("/")
    async def index(req: Request, resp: Response) -> str:
        return "hello"

    @api.route("/broken")
    async def broken(req: Request, resp: Response) -> str:
        raise ValueError("broken")

    @api.post("/echo")
    async def echo(req: Request, resp: Response) -> bytes:
        return await req.content

    return api


class Named:
    """Notes its name on the way in."""

    def __init__(self, app: ASGIApp, name: str, told: list[str]) -> None:
        self.app, self.name, self.told = app, name, told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.told.append(self.name)
        await self.app(scope, receive, send)


def test_the_last_middleware_added_is_the_outermost() -> None:
    api, told = app(), list[str]()
    api.add_middleware(Named, "first", told)
    api.add_middleware(Named, name="second", told=told)
    assert api.requests.get("/").text == "hello"
    assert told == ["second", "first"]


def test_middleware_added_while_serving_is_used_at_once() -> None:
    api, told = app(), list[str]()
    api.requests.get("/")
    api.add_middleware(Named, "late", told)
    api.requests.get("/")
    assert told == ["late"]


def test_starlettes_middleware_works_unchanged() -> None:
    api = app(gzip=False)
    api.add_middleware(GZipMiddleware, minimum_size=1)
    assert api.requests.get("/", headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"


def test_a_function_sees_our_request_and_may_change_the_answer() -> None:
    api = app()
    seen: list[type[object]] = []

    @api.middleware("http")
    async def stamp(request: Request, call_next: CallNext) -> NextResponse:
        seen.append(type(request))
        response = await call_next(request)
        response.headers["X-Stamp"] = request.method
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        response.status_code = 201
        return response

    answer = api.requests.get("/")
    assert seen == [Request]
    assert (answer.status_code, answer.text) == (201, "hello")
    assert answer.headers["x-stamp"] == "GET"
    assert len(answer.headers.get_list("set-cookie")) == 2


def test_a_function_is_returned_as_it_is_and_may_be_declared_bare() -> None:
    api = app()

    async def passing(request: Request, call_next: CallNext) -> NextResponse:
        return await call_next(request)

    assert api.middleware(passing) is passing
    assert api.middleware()(passing) is passing
    assert api.requests.get("/").text == "hello"
    with pytest.raises(ConfigurationError, match="websocket"):
        api.middleware("websocket")  # type: ignore[call-overload]  # wrong on purpose


@pytest.mark.parametrize(
    ("result", "status", "text"),
    [
        (PlainTextResponse("no", 403), 403, "no"),
        ("short", 200, "short"),
        (({"a": 1}, 402), 402, '{"a":1}'),
    ],
)
def test_a_function_may_answer_itself_without_asking_the_rest(result: object, status: int, text: str) -> None:
    api = app()

    @api.middleware
    async def refuse(request: Request, call_next: CallNext) -> object:
        return result

    answer = api.requests.get("/broken")
    assert (answer.status_code, answer.text) == (status, text)


def test_a_generator_is_no_middleware_since_its_body_would_never_run() -> None:
    async def yields(request: Request, call_next: CallNext) -> AsyncIterator[None]:
        yield

    api = API()
    with pytest.raises(RouteError, match='Hook "yields" is a generator'):
        api.middleware("http")(yields)
    assert api.requests.get("/").status_code == 404


def test_a_function_may_answer_with_our_response() -> None:
    api = app()

    @api.middleware
    async def refuse(request: Request, call_next: CallNext) -> Response:
        response: Response[object] = Response(request)
        response.problem(403, "not you")
        return response

    assert_problem(api.requests.get("/"), 403, detail="not you")


def test_a_function_may_read_the_body_and_replace_the_answer() -> None:
    api = app()

    @api.middleware
    async def shout(request: Request, call_next: CallNext) -> PlainTextResponse:
        response = await call_next(request)
        return PlainTextResponse((await response.content()).upper(), response.status_code)

    assert api.requests.get("/").text == "HELLO"


def test_a_function_may_read_the_body_and_pass_it_on() -> None:
    api = app()
    read: list[bytes] = []

    @api.middleware
    async def listen(request: Request, call_next: CallNext) -> NextResponse:
        response = await call_next(request)
        read.append(await response.content())
        return response

    assert api.requests.get("/").text == "hello"
    assert read == [b"hello"]


def test_the_request_body_can_be_read_before_and_after() -> None:
    api = app()
    read: list[bytes] = []

    @api.middleware
    async def look(request: Request, call_next: CallNext) -> NextResponse:
        read.append(await request.content)
        response = await call_next(request)
        read.append(await request.content)
        return response

    assert api.requests.post("/echo", content=b"abc").content == b"abc"
    assert read == [b"abc", b"abc"]


def test_a_body_that_a_function_read_still_reaches_a_mounted_application() -> None:
    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        await PlainTextResponse(message["body"])(scope, receive, send)

    api = app()
    api.mount("/mounted", echo)

    @api.middleware
    async def look(request: Request, call_next: CallNext) -> NextResponse:
        assert await request.content == b"abc"
        return await call_next(request)

    assert api.requests.post("/mounted", content=b"abc").text == "abc"
    assert api.requests.post("/echo", content=b"abc").content == b"abc"


def test_context_variables_flow_in_both_directions() -> None:
    api = API()
    tenant: contextvars.ContextVar[str] = contextvars.ContextVar("tenant", default="none")
    seen: list[str] = []

    @api.middleware
    async def around(request: Request, call_next: CallNext) -> NextResponse:
        tenant.set("acme")
        response = await call_next(request)
        seen.append(tenant.get())
        return response

    @api.get("/")
    async def index(req: Request, resp: Response) -> str:
        seen.append(tenant.get())
        tenant.set("changed inside")
        return "ok"

    api.requests.get("/")
    assert seen == ["acme", "changed inside"]


def test_a_function_may_catch_what_the_rest_raises() -> None:
    api = app()

    @api.middleware
    async def catch(request: Request, call_next: CallNext) -> object:
        try:
            return await call_next(request)
        except ValueError as exc:
            return {"caught": str(exc)}

    assert api.requests.get("/broken").json() == {"caught": "broken"}


@pytest.mark.parametrize("late", [False, True])
def test_an_error_of_a_function_is_a_500_and_raised(late: bool) -> None:
    api = app()

    @api.middleware
    async def fail(request: Request, call_next: CallNext) -> NextResponse:
        if late:
            await call_next(request)
        raise LookupError("middleware")

    with pytest.raises(LookupError, match="middleware"):
        api.requests.get("/")
    assert_problem(api.test_client(raise_server_exceptions=False).get("/"), 500)
    api.add_exception_handler(LookupError, lambda req, resp, exc: ("handled", 400))
    assert api.requests.get("/").text == "handled"


def test_a_function_that_returns_nothing_is_told() -> None:
    api = app()

    @api.middleware
    async def forget(request: Request, call_next: CallNext) -> None:
        await call_next(request)

    with pytest.raises(TypeError, match="returned None"):
        api.requests.get("/")


def test_the_rest_can_be_asked_once() -> None:
    api = app()

    @api.middleware
    async def twice(request: Request, call_next: CallNext) -> NextResponse:
        await call_next(request)
        return await call_next(request)

    with pytest.raises(RuntimeError, match="once"):
        api.requests.get("/")


def test_a_plain_function_runs_in_a_thread_and_blocks_there() -> None:
    api = app()
    threads: list[str] = []

    @api.middleware
    def stamp(request: Request, call_next: Callable[[Request], NextResponse]) -> NextResponse:
        threads.append(threading.current_thread().name)
        response = call_next(request)
        response.headers["X-Stamp"] = "1"
        return response

    assert api.requests.get("/").headers["x-stamp"] == "1"
    assert threads == ["responder-middleware"]
    with pytest.raises(ValueError, match="broken"):
        api.requests.get("/broken")


def test_plain_functions_nest_beyond_any_pool() -> None:
    api = app()
    for _ in range(60):

        @api.middleware
        def passing(request: Request, call_next: Callable[[Request], NextResponse]) -> NextResponse:
            return call_next(request)

    assert api.requests.get("/").text == "hello"


def test_answers_are_streamed_through_and_a_dropped_one_is_ended() -> None:
    api, told = API(), list[str]()

    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x"
                await asyncio.sleep(0)
        finally:
            told.append("closed")

    @api.get("/")
    async def index(req: Request, resp: Response) -> StreamingResponse:
        return StreamingResponse(endless())

    @api.middleware
    async def replace(request: Request, call_next: CallNext) -> PlainTextResponse:
        await call_next(request)
        return PlainTextResponse("instead")

    assert api.requests.get("/").text == "instead"
    assert told == ["closed"]


def test_a_timeout_around_the_rest_works() -> None:
    api = API()

    @api.get("/")
    async def slow(req: Request, resp: Response) -> None:
        await asyncio.Event().wait()

    @api.middleware
    async def limit(request: Request, call_next: CallNext) -> object:
        try:
            async with asyncio.timeout(0.02):
                return await call_next(request)
        except TimeoutError:
            return "too slow"

    assert api.requests.get("/").text == "too slow"


def test_sockets_pass_by_function_middleware() -> None:
    api = API()

    @api.middleware
    async def never(request: Request, call_next: CallNext) -> NextResponse:
        raise AssertionError("not for sockets")

    @api.websocket_route("/ws")
    async def ws(ws: Any) -> None:
        await ws.accept()
        await ws.send_text("hi")

    with api.requests.websocket_connect("/ws") as socket:
        assert socket.receive_text() == "hi"


# --- what the application brings --------------------------------------------------------------


def test_only_named_hosts_are_answered() -> None:
    api = app(allowed_hosts=["example.com", "*.example.org"])
    client = api.requests
    for host in ("example.com", "EXAMPLE.com:8000", "a.example.org", "a.b.example.org"):
        assert client.get("/", headers={"Host": host}).status_code == 200
    for host in (
        "evil.com",
        "example.com.evil.com",
        "example.org",
        "aexample.org",
        "a b",
        "example.com/x",
        "",
    ):
        assert_problem(client.get("/", headers={"Host": host}), 400, detail="Invalid host header")


def test_the_peers_test_host_can_be_named() -> None:
    assert app(allowed_hosts=[";"]).requests.get("/").text == "hello"


def test_a_socket_from_an_unknown_host_is_denied() -> None:
    api = app(allowed_hosts=["example.com"])
    with pytest.raises(Exception) as denied, api.requests.websocket_connect("/ws"):
        pass
    assert getattr(denied.value, "status_code", None) == 400


def test_cors_headers_are_on_every_answer_500s_included() -> None:
    api = app(cors=CORSConfig(allow_origins=["https://a.example"], allow_credentials=True))
    client = api.test_client(raise_server_exceptions=False)
    for path, status in (("/", 200), ("/nowhere", 404), ("/broken", 500)):
        answer = client.get(path, headers={"Origin": "https://a.example"})
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == "https://a.example"
    assert (
        "access-control-allow-origin" not in client.get("/", headers={"Origin": "https://b.example"}).headers
    )


def test_a_preflight_is_answered_before_the_routes() -> None:
    api = app(cors=True, cors_params={"allow_origins": ["*"], "allow_methods": ["POST"]})
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    answer = api.requests.options("/echo", headers=asked)
    assert answer.status_code == 200
    assert "POST" in answer.headers["access-control-allow-methods"]


def test_plain_http_is_sent_to_https_with_the_header() -> None:
    api = app(enable_hsts=True)
    answer = api.test_client("http://example.com:80").get("/a%20b?c=d", follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == "https://example.com/a%20b?c=d"
    secure = api.test_client("https://example.com").get("/")
    assert secure.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    bad = api.requests.get("/", headers={"Host": "evil.example/x"}, follow_redirects=False)
    assert bad.status_code == 400


def test_hsts_can_be_added_alone() -> None:
    api = app()
    api.add_middleware(HSTSMiddleware, max_age=60, include_subdomains=False, preload=True)
    assert api.requests.get("/").headers["strict-transport-security"] == "max-age=60; preload"


def test_security_headers_leave_a_handlers_own_alone() -> None:
    api = app(
        security_headers={
            "content_security_policy": "default-src 'self'",
            "headers": {"Referrer-Policy": None},
        }
    )

    @api.get("/framed")
    async def framed(req: Request, resp: Response) -> None:
        resp.headers["X-Frame-Options"] = "SAMEORIGIN"

    plain = api.requests.get("/").headers
    assert plain["x-content-type-options"] == "nosniff"
    assert plain["x-frame-options"] == "DENY"
    assert plain["content-security-policy"] == "default-src 'self'"
    assert "referrer-policy" not in plain
    assert api.requests.get("/framed").headers["x-frame-options"] == "SAMEORIGIN"
    assert "x-frame-options" in api.test_client(raise_server_exceptions=False).get("/broken").headers


def test_security_headers_can_be_added_alone() -> None:
    api = app()
    api.add_middleware(SecurityHeadersMiddleware, permissions_policy="camera=()")
    assert api.requests.get("/").headers["permissions-policy"] == "camera=()"


@pytest.mark.parametrize("layered", [False, True])
def test_a_request_id_is_kept_when_sane_and_made_otherwise(layered: bool) -> None:
    api = app(request_id=not layered)
    if layered:
        api.add_middleware(RequestIDMiddleware)
    client = api.test_client(raise_server_exceptions=False)
    assert client.get("/", headers={"X-Request-ID": "abc~1"}).headers["x-request-id"] == "abc~1"
    for bad in ("", "a b", "x" * 129, "\u00e9"):
        made = client.get("/", headers=[(b"X-Request-ID", bad.encode("utf-8"))]).headers["x-request-id"]
        assert re.fullmatch(r"[0-9a-f-]{36}", made)
    missing = client.get("/nowhere")
    assert_problem(missing, 404, request_id=missing.headers["x-request-id"])


def test_a_500_carries_its_request_id() -> None:
    answer = app(request_id=True).test_client(raise_server_exceptions=False).get("/broken")
    assert_problem(answer, 500, request_id=answer.headers["x-request-id"])


def test_an_inbound_id_is_never_copied_without_the_layer() -> None:
    answer = app().requests.get("/nowhere", headers={"X-Request-ID": "given"})
    assert "request_id" not in answer.json()
    assert "x-request-id" not in answer.headers


def test_an_error_of_the_users_middleware_is_one_problem() -> None:
    class Broken:
        def __init__(self, app: ASGIApp) -> None: ...

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            raise ValueError("layer")

    api = app(request_id=True)
    api.add_middleware(Broken)
    answer = api.test_client(raise_server_exceptions=False).get("/")
    assert_problem(answer, 500, request_id=answer.headers["x-request-id"])


def test_an_error_after_the_start_is_not_answered_again() -> None:
    class Late:
        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await self.app(scope, receive, send)
            raise ValueError("late")

    api, starts = app(), list[Message]()
    api.add_middleware(Late)

    async def main() -> None:
        async def send(message: Message) -> None:
            starts.append(message)

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "headers": [],
            "query_string": b"",
        }
        await api(scope, receive, send)

    with pytest.raises(ValueError, match="late"):
        asyncio.run(main())
    assert [message["type"] for message in starts] == ["http.response.start", "http.response.body"]
