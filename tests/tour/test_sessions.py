"""The tour's section on sessions, on the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as StarletteRequest
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.websockets import WebSocket

from responder import API, ConfigurationError, Request, Response
from responder.ext.sessions import MemorySessionBackend
from responder.middleware.functions import CallNext
from tests.ext.sessions import Browser
from tests.tour.support import call

KEY = "a key of more than sixteen characters"


def api_with_sessions(**options: Any) -> API:
    settings: dict[str, Any] = {"secret_key": KEY, "session_https_only": False, **options}
    return API(**settings)


@pytest.fixture(params=["cookie", "memory"])
def api(request: pytest.FixtureRequest) -> API:
    return api_with_sessions(session_backend=MemorySessionBackend() if request.param == "memory" else None)


def test_a_value_set_on_the_response_is_read_from_the_request(api: API) -> None:
    @api.route("/set")
    def set_session(req, resp):
        resp.session["username"] = "ada"

    @api.route("/get")
    def get_session(req, resp):
        resp.media = {"username": req.session["username"]}

    client = api.requests
    client.get("/set")
    assert client.get("/get").json() == {"username": "ada"}


def test_assigning_a_session_replaces_what_it_holds(api: API) -> None:
    @api.route("/")
    async def index(req: Request, resp: Response) -> None:
        before = dict(req.session)
        resp.session = {"n": len(before), "kept": before.get("kept", "no")}
        resp.media = {"session": dict(req.session)}

    browser = Browser(api)
    assert browser.get("/").json() == {"session": {"n": 0, "kept": "no"}}
    first = dict(browser.cookies)
    assert browser.get("/").json() == {"session": {"n": 2, "kept": "no"}}
    assert first.keys() == browser.cookies.keys()


def test_without_sessions_asking_for_one_says_how_to_have_them() -> None:
    api = API(sessions=False)
    told: list[str] = []

    @api.get("/")
    async def index(req: Request, resp: Response) -> None:
        for asked in (lambda: req.session, lambda: resp.session, lambda: req.csrf_token):
            with pytest.raises(RuntimeError) as error:
                asked()
            told.append(str(error.value))

    assert call(api, "GET", "/").status == 200
    assert not api.sessions_enabled
    assert len(told) == 3
    assert all("sessions=True" in text for text in told)


def test_a_session_can_be_sent_as_it_is(api: API) -> None:
    @api.get("/")
    async def index(req: Request) -> dict[str, object]:
        req.session["a"] = [1, 2]
        return {"session": req.session}

    assert call(api, "GET", "/").json() == {"session": {"a": [1, 2]}}


@pytest.mark.parametrize(
    "kind", ["text", "html", "media", "content", "redirect", "stream", "foreign", "none"]
)
def test_whatever_is_sent_carries_the_session(api: API, kind: str) -> None:
    @api.get("/", response_model=False)
    async def index(req: Request, resp: Response) -> object:
        req.session["a"] = 1
        if kind == "redirect":
            resp.redirect("/elsewhere")
        elif kind == "stream":

            @resp.stream
            async def body() -> AsyncIterator[bytes]:
                yield b"chunk"

        elif kind == "foreign":
            return PlainTextResponse("foreign")
        elif kind == "content":
            resp.content = b"raw"
        elif kind != "none":
            setattr(resp, kind, "x" * 2000)
        return None

    browser = Browser(api)
    answer = browser.get("/", (b"accept-encoding", b"gzip"))
    assert answer.status < 400
    assert len(browser.cookies) == 1
    assert "Cookie" in answer.headers["vary"]


def test_a_head_request_carries_the_session_too(api: API) -> None:
    @api.get("/")
    async def index(req: Request) -> str:
        req.session["a"] = 1
        return "text"

    answer = call(api, "HEAD", "/")
    assert "set-cookie" in answer.headers
    assert answer.body == b""


def test_an_exception_handler_may_use_the_session(api: API) -> None:
    @api.exception_handler(LookupError)
    async def missing(req: Request, resp: Response, exc: LookupError) -> None:
        req.session["missed"] = True
        resp.status_code = 410

    @api.get("/")
    async def index(req: Request) -> None:
        raise LookupError

    @api.get("/look")
    async def look(req: Request) -> dict[str, object]:
        return {"session": dict(req.session)}

    browser = Browser(api)
    assert browser.get("/").status == 410
    assert browser.get("/look").json() == {"session": {"missed": True}}


def test_middleware_functions_see_the_session(api: API) -> None:
    @api.middleware("http")
    async def counted(request: Request, call_next: CallNext) -> object:
        request.session["seen"] = True
        if request.path == "/own":
            return PlainTextResponse("own")
        return await call_next(request)

    @api.get("/")
    async def index(req: Request) -> dict[str, object]:
        return {"session": dict(req.session)}

    for path in ("/", "/own"):
        browser = Browser(api)
        assert browser.get(path).status == 200
        assert browser.get("/").json() == {"session": {"seen": True}}
        assert len(browser.cookies) == 1


def test_a_mounted_application_shares_the_session(api: API) -> None:
    async def theirs(request: StarletteRequest) -> PlainTextResponse:
        request.session["n"] = request.session.get("n", 0) + 1
        return PlainTextResponse(str(request.session["n"]))

    inner = API()

    @inner.get("/n")
    async def ours(req: Request) -> object:
        return {"n": req.session.get("n")}

    api.mount("/starlette", Starlette(routes=[Route("/n", theirs)]))
    api.mount("/inner", inner)
    browser = Browser(api)
    assert [browser.get("/starlette/n").body for _ in range(2)] == [b"1", b"2"]
    assert browser.get("/inner/n").json() == {"n": 2}


def test_a_mounted_application_with_sessions_of_its_own_keeps_them_apart(api: API) -> None:
    inner = API(secret_key="another key of some length", session_cookie="inner", session_https_only=False)

    for one in (api, inner):

        @one.get("/n")
        async def count(req: Request) -> object:
            n = req.session.get("n", 0)
            req.session["n"] = n + 1 if isinstance(n, int) else 0
            return {"n": req.session["n"]}

    api.mount("/inner", inner)
    browser = Browser(api)
    assert [browser.get("/n").json(), browser.get("/n").json()] == [{"n": 1}, {"n": 2}]
    assert [browser.get("/inner/n").json(), browser.get("/inner/n").json()] == [{"n": 1}, {"n": 2}]


def test_a_websocket_reads_the_session_and_cannot_write_it(api: API) -> None:
    @api.get("/login")
    async def login(req: Request) -> None:
        req.session["user"] = "ann"

    @api.websocket_route("/ws")
    async def socket(ws: WebSocket) -> None:
        await ws.accept()
        await ws.send_json({"user": ws.session.get("user")})
        with pytest.raises(RuntimeError, match="only be read"):
            ws.session["user"] = "eve"
        await ws.close()

    browser = Browser(api)
    browser.get("/login")
    ((name, value),) = browser.cookies.items()
    with api.requests.websocket_connect("/ws", headers={"cookie": f"{name}={value}"}) as ws:
        assert ws.receive_json() == {"user": "ann"}


def test_requests_of_different_clients_never_see_each_other(api: API) -> None:
    @api.get("/{name}")
    async def index(req: Request, *, name: str) -> dict[str, object]:
        seen = dict(req.session)
        req.session["name"] = name
        return seen

    ann, bob = Browser(api), Browser(api)
    assert [ann.get("/ann").json(), bob.get("/bob").json()] == [{}, {}]
    assert [ann.get("/x").json(), bob.get("/x").json()] == [{"name": "ann"}, {"name": "bob"}]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"sessions": "maybe"}, "True or False"),
        ({"sessions": False, "session_backend": MemorySessionBackend()}, "nothing to act on"),
        ({"sessions": False, "csrf": True}, "token lives in the session"),
        ({"session_backend": object()}, "get, set and delete"),
        ({"session_cookie": "a b"}, "not a cookie name"),
        ({"session_cookie": "__Host-id", "session_https_only": False}, "secure=True"),
        ({"session_cookie": 5}, "str or None"),
        ({"session_same_site": "none", "session_https_only": False}, "browsers drop it"),
        ({"session_same_site": "Lax"}, '"lax", "strict" or "none"'),
        ({"session_same_site": "none", "debug": True}, "browsers drop it"),
        ({"session_max_age": 0}, "number of seconds"),
        ({"session_max_age": True}, "number of seconds"),
        ({"session_https_only": "yes"}, "True, False or None"),
        ({"secret_key": 5}, "a str, a Secret"),
        ({"secret_key": []}, "a str, a Secret"),
        ({"csrf": "yes"}, "True or False"),
    ],
)
def test_a_combination_that_would_protect_nobody_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError) as told:
        API(**options)
    assert said in str(told.value)
