"""Metrics on the wire: the page, its labels, and what is counted."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from responder import API, Request, Response, Router, WebSocket
from tests.ext.driving import requests_of, samples

PROMETHEUS = "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"


def counted(client: TestClient) -> dict[tuple[str, str, str], float]:
    read = requests_of(samples(client.get("/metrics").text))
    return {key: value for key, value in read.items() if key[1] != "/metrics"}


@pytest.fixture
def api() -> API:
    api = API(metrics_route="/metrics")

    @api.get("/users/{id:int}")
    async def show(req: Request, resp: Response, *, id: int) -> dict[str, int]:
        return {"id": id}

    @api.get("/boom")
    async def boom(req: Request, resp: Response) -> None:
        raise ValueError("secret")

    return api


@pytest.fixture
def client(api: API) -> TestClient:
    return api.test_client(raise_server_exceptions=False)


def test_requests_are_counted_by_the_pattern_of_their_route(client: TestClient) -> None:
    for number in range(50):
        assert client.get(f"/users/{number}").status_code == 200
    assert counted(client) == {("GET", "/users/{id}", "200"): 50}


def test_what_matches_no_route_is_counted_together(client: TestClient) -> None:
    for number in range(50):
        client.get(f"/nothing/{number}")
    client.post("/users/1")
    client.get("/users/1/", follow_redirects=False)
    assert counted(client) == {
        ("GET", "unmatched", "404"): 50,
        ("POST", "unmatched", "405"): 1,
        ("GET", "unmatched", "307"): 1,
    }


@pytest.mark.defect(42)
def test_a_method_that_a_client_makes_up_adds_no_series(client: TestClient) -> None:
    for number in range(50):
        client.request(f"X{number}", "/users/1")
    assert counted(client) == {("OTHER", "unmatched", "405"): 50}


def test_head_and_options_are_counted_as_what_they_are(client: TestClient) -> None:
    client.head("/users/1")
    client.options("/users/1")
    assert counted(client) == {("HEAD", "/users/{id}", "200"): 1, ("OPTIONS", "unmatched", "200"): 1}


def test_faults_are_counted_where_they_happened(client: TestClient) -> None:
    assert client.get("/boom").status_code == 500
    assert counted(client) == {("GET", "/boom", "500"): 1}


def test_a_fault_of_a_middleware_is_counted_and_so_is_what_it_answers(api: API, client: TestClient) -> None:
    @api.middleware
    async def picky(request: Request, call_next: object) -> Response:
        raise ValueError("secret")

    client.get("/users/1")
    read = samples(api.metrics.render() if api.metrics else "")
    assert requests_of(read) == {("GET", "unmatched", "500"): 1}


def test_a_refused_host_is_counted() -> None:
    api = API(metrics_route="/metrics", allowed_hosts=["testserver"])
    api.test_client("http://elsewhere").get("/users/1")
    assert counted(api.test_client("http://testserver")) == {("GET", "unmatched", "400"): 1}


def test_a_mounted_application_is_counted_by_its_prefix(api: API, client: TestClient) -> None:
    async def hello(request: object) -> PlainTextResponse:
        return PlainTextResponse("hello")

    api.mount("/old", Starlette(routes=[Route("/{name}", hello)]))
    for number in range(10):
        assert client.get(f"/old/{number}").text == "hello"
    client.get("/old")
    assert counted(client) == {("GET", "/old/{path}", "200"): 10, ("GET", "/old/{path}", "404"): 1}


def test_routes_of_groups_and_routers_have_their_whole_path(api: API, client: TestClient) -> None:
    books = Router("/books")

    @books.get("/{isbn}")
    async def book(req: Request, resp: Response, *, isbn: str) -> None:
        resp.text = isbn

    api.include_router(books, prefix="/v1")
    client.get("/v1/books/123")
    assert counted(client) == {("GET", "/v1/books/{isbn}", "200"): 1}


def test_a_stream_is_in_flight_while_it_streams(api: API, client: TestClient) -> None:
    seen: list[float] = []

    @api.get("/stream")
    async def stream(req: Request, resp: Response) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(3):
                assert api.metrics is not None
                seen.append(samples(api.metrics.render())["responder_requests_in_flight", ()])
                yield b"x"

        resp.stream(chunks)

    assert client.get("/stream").content == b"xxx"
    assert seen == [1, 1, 1]
    assert counted(client) == {("GET", "/stream", "200"): 1}


def test_websockets_are_not_counted(api: API, client: TestClient) -> None:
    @api.route("/ws", websocket=True)
    async def echo(ws: WebSocket) -> None:
        await ws.accept()
        await ws.send_text("x")

    with client.websocket_connect("/ws") as socket:
        socket.receive_text()
    assert counted(client) == {}


def test_the_page_says_what_it_is(client: TestClient) -> None:
    answer = client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    # It is in flight itself, and counted when it has been sent.
    read = samples(answer.text)
    assert read["responder_requests_in_flight", ()] == 1
    assert requests_of(read) == {}
    assert requests_of(samples(client.get("/metrics").text)) == {("GET", "/metrics", "200"): 1}


def test_who_prefers_openmetrics_gets_it(client: TestClient) -> None:
    client.get("/users/1")
    answer = client.get("/metrics", headers={"accept": PROMETHEUS})
    assert answer.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    read = requests_of(samples(answer.text, openmetrics=True))
    assert read == {("GET", "/users/{id}", "200"): 1}


@pytest.mark.parametrize("accept", ["image/png", "*/*", "", "garbage", "text/plain;q=0"])
def test_everybody_else_gets_text(client: TestClient, accept: str) -> None:
    answer = client.get("/metrics", headers={"accept": accept})
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")


def test_buckets_are_chosen() -> None:
    api = API(metrics_route="/metrics", metrics_buckets=(0.1, 30))
    read = samples(api.requests.get("/metrics").text)
    bounds = [dict(labels)["le"] for name, labels in read if name.endswith("_bucket")]
    assert bounds == ["0.1", "30.0", "+Inf"]


def test_the_page_is_public_and_in_no_document() -> None:
    async def nobody(request: Request) -> str:
        raise AssertionError("asked who calls")

    api = API(metrics_route="/metrics", auth=nobody)
    assert api.requests.get("/metrics").status_code == 200
    assert not any(route.settings.include_in_schema for route in api.operations)


def test_without_a_route_there_is_nothing() -> None:
    api = API()
    assert api.metrics is None
    assert api.requests.get("/metrics").status_code == 404


def test_what_watches_is_outside_of_everything_that_answers() -> None:
    seen: list[int] = []

    class Watch:
        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            async def look(message: dict[str, object]) -> None:
                if message["type"] == "http.response.start":
                    seen.append(int(str(message["status"])))
                await send(message)

            await self.app(scope, receive, look)  # type: ignore[arg-type]  # a narrower message

    api = API(enable_hsts=True, allowed_hosts=["testserver"])
    api.add_outer_middleware(Watch)
    api.test_client("http://testserver").get("/x", follow_redirects=False)
    api.test_client("https://testserver").get("/x")
    api.test_client("https://elsewhere").get("/x")
    assert seen == [307, 404, 400]
