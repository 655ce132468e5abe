"""Forged requests, on the wire: where the token may be sent, what is protected, and what comes first."""

from __future__ import annotations

from typing import Any

import pytest

from responder import API, Depends, Form, Request, Response, RouteError, Router
from responder.testing import assert_problem
from tests.ext.sessions import Browser
from tests.tour.support import Answer, call

FORM = (b"content-type", b"application/x-www-form-urlencoded")
PARTS = (b"content-type", b"multipart/form-data; boundary=b")


def guarded(**options: Any) -> API:
    settings: dict[str, Any] = {"csrf": True, "session_https_only": False, "secret_key": "k" * 32, **options}
    api = API(**settings)

    @api.get("/token")
    async def token(req: Request) -> str:
        return req.csrf_token

    @api.get("/form")
    async def form(req: Request, resp: Response) -> None:
        resp.html = f"<form method=post>{req.csrf_input}</form>"

    @api.route("/write")
    async def write(req: Request) -> str:
        return req.method

    @api.post("/open", csrf=False)
    async def opened() -> str:
        return "open"

    @api.post("/fields")
    async def fields(*, name: str = Form()) -> str:
        return name

    @api.post("/body")
    async def body(req: Request) -> bytes:
        return await req.content

    return api


def write(
    browser: Browser, path: str, *headers: tuple[bytes, bytes], body: bytes = b"", method: str = "POST"
) -> Answer:
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items()).encode()
    return call(browser.app, method, path, headers=[(b"cookie", cookie), *headers], chunks=[body])


@pytest.fixture
def browser() -> Browser:
    return Browser(guarded())


@pytest.fixture
def token(browser: Browser) -> str:
    return browser.get("/token").body.decode()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PURGE"])
def test_a_request_that_writes_needs_the_token(browser: Browser, token: str, method: str) -> None:
    refused = write(browser, "/write", method=method)
    assert refused.status == 403
    assert refused.headers["content-type"] == "application/problem+json"
    assert b"X-CSRF-Token" in refused.body
    assert b"csrf_token" in refused.body
    passed = write(browser, "/write", (b"x-csrf-token", token.encode()), method=method)
    assert (passed.status, passed.body) == (200, method.encode())


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
def test_a_request_that_reads_needs_none(browser: Browser, method: str) -> None:
    assert write(browser, "/write", method=method).status == 200


def test_the_token_may_come_in_a_form_and_the_handler_still_gets_its_fields(
    browser: Browser, token: str
) -> None:
    body = f"name=ann&csrf_token={token}".encode()
    assert write(browser, "/fields", FORM, body=body).body == b"ann"
    assert write(browser, "/body", FORM, body=body).body == body
    parts = (
        f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        '--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nbob\r\n--b--\r\n'
    ).encode()
    assert write(browser, "/fields", PARTS, body=parts).body == b"bob"


def test_the_header_goes_before_the_field(browser: Browser, token: str) -> None:
    body = f"name=ann&csrf_token={token}".encode()
    assert write(browser, "/fields", FORM, (b"x-csrf-token", b"wrong"), body=body).status == 403


def test_a_token_in_a_json_body_or_the_query_does_not_count(browser: Browser, token: str) -> None:
    body = b'{"csrf_token": "%s"}' % token.encode()
    assert write(browser, "/body", (b"content-type", b"application/json"), body=body).status == 403
    assert write(browser, f"/body?csrf_token={token}").status in (403, 404)


@pytest.mark.parametrize("bad", [b"", b"x", "ü".encode(), b"\xff\xfe", b"x" * 10_000])
def test_a_wrong_token_is_a_403_whatever_it_is(browser: Browser, token: str, bad: bytes) -> None:
    assert write(browser, "/write", (b"x-csrf-token", bad)).status == 403
    assert write(browser, "/fields", FORM, body=b"name=a&csrf_token=" + bad).status == 403


def test_a_file_under_the_name_of_the_field_is_no_token(browser: Browser, token: str) -> None:
    parts = (
        f'--b\r\nContent-Disposition: form-data; name="csrf_token"; filename="t"\r\n\r\n{token}\r\n--b--\r\n'
    ).encode()
    assert write(browser, "/fields", PARTS, body=parts).status == 403


def test_no_two_pages_show_the_same_token_and_all_of_them_are_good(browser: Browser, token: str) -> None:
    # What is alike in every answer could be found out by how well the answer is compressed.
    tokens = [token, *(browser.get("/token").body.decode() for _ in range(4))]
    assert len({part for one in tokens for part in (one, one[:20], one[-20:])}) == 15
    for one in tokens:
        assert write(browser, "/write", (b"x-csrf-token", one.encode())).status == 200
    for wrong in (token[:-4], token + "AAAA", "A" + token[1:] if token[0] != "A" else "B" + token[1:]):
        assert write(browser, "/write", (b"x-csrf-token", wrong.encode())).status == 403


def test_without_a_session_no_token_is_right() -> None:
    nobody = Browser(guarded())
    for given in (b"", b"None", b"x"):
        assert write(nobody, "/write", (b"x-csrf-token", given)).status == 403


def test_another_clients_token_is_wrong(browser: Browser, token: str) -> None:
    other = Browser(browser.app)
    other.get("/token")
    assert write(other, "/write", (b"x-csrf-token", token.encode())).status == 403


def test_the_hidden_field_carries_a_token(browser: Browser, token: str) -> None:
    page = browser.get("/form").body.decode()
    before, after = '<form method=post><input type="hidden" name="csrf_token" value="', '"></form>'
    assert page.startswith(before)
    assert page.endswith(after)
    shown = page.removeprefix(before).removesuffix(after)
    assert len(shown) == len(token)
    assert write(browser, "/fields", FORM, body=f"name=a&csrf_token={shown}".encode()).body == b"a"


def test_a_route_may_be_open_and_a_route_may_be_the_only_protected_one(browser: Browser) -> None:
    assert write(browser, "/open").body == b"open"
    api = API(session_https_only=False)

    @api.post("/loose")
    async def loose() -> str:
        return "loose"

    @api.post("/tight", csrf=True)
    async def tight() -> str:
        return "tight"

    assert call(api, "POST", "/loose").status == 200
    assert call(api, "POST", "/tight").status == 403


def test_one_handler_may_be_declared_with_and_without() -> None:
    api = API(session_https_only=False)

    async def handler() -> str:
        return "done"

    api.add_route("/with", handler, methods=["POST"], csrf=True)
    api.add_route("/without", handler, methods=["POST"], csrf=False)
    assert call(api, "POST", "/with").status == 403
    assert call(api, "POST", "/without").status == 200


def test_a_class_is_protected_where_it_writes() -> None:
    api = guarded()

    @api.route("/thing")
    class Thing:
        async def on_get(self, req: Request) -> str:
            return "read"

        async def on_post(self, req: Request) -> str:
            return "written"

    assert call(api, "GET", "/thing").body == b"read"
    assert call(api, "POST", "/thing").status == 403


def test_before_hooks_come_first_and_guards_and_the_body_after() -> None:
    api = guarded()
    told: list[str] = []

    @api.before_request
    async def hook(req: Request) -> None:
        told.append("hook")

    def guard() -> None:
        told.append("guard")

    @api.post("/all", dependencies=[Depends(guard)])
    async def handler(*, number: int = Form()) -> int:
        told.append("handler")
        return number

    assert call(api, "POST", "/all", headers=[FORM], chunks=[b"number=wrong"]).status == 403
    assert told == ["hook"]


def test_a_hook_that_answers_is_not_checked() -> None:
    api = guarded()

    @api.before_request
    async def hook(req: Request, resp: Response) -> None:
        resp.status_code = 401

    assert call(api, "POST", "/write").status == 401


def test_a_protected_route_without_sessions_is_refused_where_it_is_declared() -> None:
    api = API(sessions=False)
    with pytest.raises(RouteError, match="token lives in the session") as told:

        @api.post("/", csrf=True)
        async def index() -> None: ...

    assert isinstance(told.value, ValueError)
    router = Router("/r")

    @router.post("/", csrf=True)
    async def inner() -> None: ...

    with pytest.raises(RouteError, match="token lives in the session"):
        api.include_router(router)


def test_a_protected_websocket_is_refused() -> None:
    api = API()
    with pytest.raises(RouteError):
        api.add_route("/ws", lambda ws: None, websocket=True, csrf=True)


def test_the_refusal_is_a_problem_document() -> None:
    assert_problem(guarded().requests.post("/write"), 403, title="Forbidden")
