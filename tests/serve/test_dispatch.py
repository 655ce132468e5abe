"""What the floor answers: methods, HEAD, redirects, defaults, root paths; late declarations under load."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import pytest
from starlette.types import Message, Scope

from responder import API, Request, Response, RouteError
from responder.testing import assert_problem


def shop() -> API:
    api = API()

    @api.get("/items/{id:int}")
    async def show(req: Request, resp: Response, *, id: int) -> dict[str, int]:
        return {"id": id}

    @api.delete("/items/{id:int}")
    async def remove(req: Request, resp: Response, *, id: int) -> None:
        resp.no_content()

    @api.get("/static/")
    async def static(req: Request, resp: Response) -> str:
        return "static"

    return api


async def receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def scope_for(path: str, method: str = "GET", **more: object) -> Scope:
    base: dict[str, Any] = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "root_path": "",
        "headers": [],
    }
    return {**base, "scheme": "http", "http_version": "1.1", "server": ("testserver", 80), **more}


def call(api: API, scope: Scope) -> tuple[int, dict[str, str], bytes]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def main() -> None:
        await api(scope, receive, send)

    anyio.run(main)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


def test_a_wrong_method_is_405_with_the_methods_of_all_routes_there() -> None:
    answer = shop().requests.post("/items/1")
    assert_problem(answer, 405, detail="Method Not Allowed")
    assert answer.headers["allow"] == "DELETE, GET, HEAD, OPTIONS"


def test_options_is_answered_with_the_methods() -> None:
    answer = shop().requests.options("/items/1")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["allow"] == "DELETE, GET, HEAD, OPTIONS"


def test_head_has_the_headers_of_get_and_no_body() -> None:
    api = shop()
    status, headers, body = call(api, scope_for("/items/12", "HEAD"))
    assert (status, body) == (200, b"")
    assert headers["content-length"] == str(len(b'{"id":12}'))
    assert headers["content-type"] == "application/json"
    assert call(api, scope_for("/nowhere", "HEAD"))[2] == b""


def test_an_unknown_path_is_404() -> None:
    assert_problem(shop().requests.get("/nothing"), 404, detail="Not Found")
    assert_problem(shop().requests.get("/items/abc"), 404)


@pytest.mark.parametrize(
    ("path", "location"),
    [("/items/1/", "/items/1"), ("/static", "/static/"), ("/items/1/?a=b%20c&d", "/items/1?a=b%20c&d")],
)
def test_a_slash_more_or_less_is_redirected_with_the_query(path: str, location: str) -> None:
    answer = shop().requests.get(path, follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == location
    assert answer.content == b""


def test_redirecting_slashes_can_be_switched_off() -> None:
    api = API(redirect_slashes=False)

    @api.get("/a")
    async def show(req: Request, resp: Response) -> str:
        return "a"

    assert api.requests.get("/a/", follow_redirects=False).status_code == 404


@pytest.mark.parametrize("path", ["//evil.example", "///evil.example", "/\\evil.example", "/\\/evil.example"])
def test_a_slash_redirect_never_leaves_the_site(path: str) -> None:
    api = API()

    @api.get("/{rest:path}/")
    async def greedy(req: Request, resp: Response, *, rest: str) -> str:
        return rest

    status, headers, _ = call(api, scope_for(path))
    assert status == 307
    location = headers["location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


def test_a_slash_redirect_keeps_the_root_path() -> None:
    status, headers, _ = call(shop(), scope_for("/root/items/1/", root_path="/root"))
    assert (status, headers["location"]) == (307, "/root/items/1")


def test_a_slash_redirect_splits_no_header() -> None:
    api = API()

    @api.get("/{rest:path}/")
    async def greedy(req: Request, resp: Response, *, rest: str) -> str:
        return rest

    status, headers, _ = call(api, scope_for("/a\r\nx: y", query_string=b"q=\xff\r\n"))
    assert status == 307
    assert "\r" not in headers["location"]
    assert "\n" not in headers["location"]


def test_routes_are_matched_below_the_root_path() -> None:
    api = shop()
    assert call(api, scope_for("/root/items/3", root_path="/root"))[2] == b'{"id":3}'
    assert call(api, scope_for("/items/3", root_path="/root"))[2] == b'{"id":3}'
    assert call(api, scope_for("/rooting/items/3", root_path="/root"))[0] == 404


def test_a_default_route_answers_what_no_route_does() -> None:
    api = shop()
    api.add_route("/else", lambda req, resp: "default", default=True)
    assert api.requests.get("/anything").text == "default"
    assert api.requests.get("/items/1").json() == {"id": 1}
    assert api.requests.post("/items/1").status_code == 405


def test_an_asgi_mount_stands_behind_routes_and_before_redirects() -> None:
    api = shop()

    async def inner(scope: Scope, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]  # ASGI
        await send({"type": "http.response.body", "body": scope["path"].encode()})  # type: ignore[operator]  # ASGI

    api.mount("/items", inner)
    assert api.requests.get("/items/1").json() == {"id": 1}
    assert api.requests.get("/items/1/").text == "/items/1/"


def test_the_scope_tells_tracing_tools_where_the_request_went() -> None:
    api = API()
    seen: dict[str, object] = {}

    @api.get("/items/{id:int}")
    async def show(req: Request, resp: Response, *, id: int) -> None:
        seen.update(req.scope)

    api.requests.get("/items/4")
    assert seen["path_params"] == {"id": 4}
    assert seen["endpoint"] is show
    assert seen["app"] is api
    assert getattr(seen["route"], "path", None) == "/items/{id:int}"


def test_a_route_declared_while_serving_is_served_at_once() -> None:
    api = shop()
    client = api.requests
    assert client.get("/late").status_code == 404

    @api.get("/late")
    async def late(req: Request, resp: Response) -> str:
        return "late"

    assert client.get("/late").text == "late"


def test_declarations_under_load_never_break_a_request_and_all_arrive() -> None:
    api = shop()
    api.requests.get("/items/1")
    stop = threading.Event()
    failures: list[object] = []

    def load() -> None:
        while not stop.is_set():
            status, _, body = call(api, scope_for("/items/7"))
            if (status, body) != (200, b'{"id":7}'):
                failures.append((status, body))

    with ThreadPoolExecutor(3) as pool:
        workers = [pool.submit(load) for _ in range(3)]
        for number in range(20):
            api.add_route(f"/late/{number}", lambda req, resp: "late", methods=["GET"])
            assert call(api, scope_for(f"/late/{number}"))[2] == b"late"
        stop.set()
        for worker in workers:
            worker.result()
    assert failures == []


def test_a_late_declaration_that_is_wrong_leaves_what_is_served(caplog: pytest.LogCaptureFixture) -> None:
    api = shop()
    assert api.requests.get("/items/1").status_code == 200

    @api.get("/late")
    async def late(req: Request, resp: Response, *, nobody: object) -> str:
        return "late"

    with caplog.at_level(logging.ERROR, "responder"):
        assert api.requests.get("/items/1").status_code == 200
    assert "nobody" in caplog.text
    assert api.check()
    with pytest.raises(RouteError, match="nobody"):
        _ = api.operations


def test_a_first_declaration_that_is_wrong_is_raised() -> None:
    api = API()

    @api.get("/late")
    async def late(req: Request, resp: Response, *, nobody: object) -> str:
        return "late"

    with pytest.raises(RouteError, match="nobody"):
        api.requests.get("/late")
    with pytest.raises(RouteError, match="nobody"), api.requests:
        pass


def test_a_body_over_the_cap_is_413_for_mounts_too() -> None:
    api = API(max_request_size=10)

    async def inner(scope: Scope, receive: object, send: object) -> None:
        await receive()  # type: ignore[operator]  # ASGI
        raise AssertionError("never reached")

    api.mount("/inner", inner)
    assert_problem(api.requests.post("/inner", content=b"x" * 11), 413, detail="Request body too large")

    assert_problem(api.requests.post("/inner", content=iter([b"x" * 6, b"x" * 6])), 413)
