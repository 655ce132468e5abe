"""Other applications under a prefix."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import cast

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as StarletteRequest
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from responder import API, ConfigurationError, Registry, Request, Response
from responder._serve.mounts import StartResponse, WSGIApp, is_wsgi
from responder.testing import make_client


def wsgi(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield f"{environ['SCRIPT_NAME']}|{environ['PATH_INFO']}|{environ['QUERY_STRING']}".encode()


async def asgi(scope: Scope, receive: Receive, send: Send) -> None:
    text = f"{scope['root_path']}|{scope['path']}"
    await PlainTextResponse(text)(scope, receive, send)


def test_the_path_stays_whole_and_the_root_path_grows() -> None:
    api = API()
    api.mount("/a/", asgi)
    assert api.requests.get("/a/a/x").text == "/a|/a/a/x"
    assert api.requests.get("/a").text == "/a|/a"


@pytest.mark.parametrize("path", ["/a/x y", "/root/a/x y"], ids=["old", "new"])
def test_servers_of_the_old_manner_leave_the_root_out_of_the_path(path: str) -> None:
    seen: list[Scope] = []

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)
        await asgi(scope, receive, send)

    api = API()
    api.mount("/a", inner)

    async def server(scope: Scope, receive: Receive, send: Send) -> None:
        raw = path.replace(" ", "%20").encode()
        await api({**scope, "root_path": "/root", "path": path, "raw_path": raw}, receive, send)

    assert make_client(server).get("/ignored").text == "/root/a|/root/a/x y"
    assert seen[0]["raw_path"] == b"/root/a/x%20y"


def test_the_longest_prefix_wins_on_a_segment_boundary() -> None:
    api = API()
    api.mount("/a", lambda scope, receive, send: PlainTextResponse("short")(scope, receive, send))
    api.mount("/a/b", lambda scope, receive, send: PlainTextResponse("long")(scope, receive, send))
    assert api.requests.get("/a/x").text == "short"
    assert api.requests.get("/a/b/x").text == "long"
    assert api.requests.get("/a/bc").text == "short"
    assert api.requests.get("/ab").status_code == 404


def test_a_mount_replaces_an_earlier_one_and_the_empty_prefix_takes_the_rest() -> None:
    api = API()
    api.mount("", lambda scope, receive, send: PlainTextResponse("first")(scope, receive, send))
    api.mount("/", lambda scope, receive, send: PlainTextResponse("rest")(scope, receive, send))
    api.add_route("/own", lambda req, resp: "own")
    assert api.requests.get("/anything/at/all").text == "rest"
    assert api.requests.get("/own").text == "own"


def test_wsgi_applications_get_their_own_path_and_any_query() -> None:
    api = API()
    api.mount("/old", wsgi)
    assert api.requests.get("/old/x?a=1").text == "/old|/x|a=1"
    assert api.requests.get("/old").text == "/old||"


def test_our_own_applications_can_be_mounted_and_nested() -> None:
    inner = API()

    @inner.get("/items/{id:int}")
    async def show(req: Request, resp: Response, *, id: int) -> dict[str, object]:
        return {"id": id, "own": req.api is inner, "url": req.url.path}

    middle, outer = API(), API()
    middle.mount("/inner", inner)
    outer.mount("/middle", middle)
    answer = outer.requests.get("/middle/inner/items/3").json()
    assert answer == {"id": 3, "own": True, "url": "/middle/inner/items/3"}
    assert outer.requests.get("/middle/inner/nowhere").status_code == 404
    answer = outer.requests.get("/middle/inner/items/3/", follow_redirects=False)
    assert answer.headers["location"] == "/middle/inner/items/3"


def test_an_error_of_a_mounted_application_is_answered_and_raised() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("inner")

    api = API()
    api.mount("/broken", broken)
    with pytest.raises(ValueError, match="inner"):
        api.requests.get("/broken")
    assert api.test_client(raise_server_exceptions=False).get("/broken").status_code == 500


def test_the_lifespan_of_a_mounted_application_runs_inside_ours_once() -> None:
    told: list[str] = []

    def lifespan(name: str) -> Callable[[object], AbstractAsyncContextManager[dict[str, str]]]:
        @asynccontextmanager
        async def around(app: object) -> AsyncGenerator[dict[str, str]]:
            told.append(f"{name} starts")
            yield {"name": name}
            told.append(f"{name} stops")

        return around

    async def state(request: StarletteRequest) -> PlainTextResponse:
        return PlainTextResponse(request.state.name)

    child = Starlette(routes=[Route("/", state)], lifespan=lifespan("child"))
    api = API(lifespan=lifespan("parent"))
    api.mount("/one", child)
    api.mount("/two", child)
    api.mount("/plain", asgi)
    api.mount("/wsgi", wsgi)
    for _ in range(2):
        with api.requests as client:
            assert client.get("/one/").text == "child"
            assert client.get("/two/").text == "child"
            assert client.get("/plain").status_code == 200
        assert told == ["parent starts", "child starts", "child stops", "parent stops"]
        told.clear()


def test_a_mounted_application_that_cannot_start_stops_the_server() -> None:
    child = API()
    told: list[str] = []

    @child.on_event("startup")
    async def fail() -> None:
        raise RuntimeError("no inner database")

    api = API()
    api.add_event_handler("shutdown", lambda: told.append("never started"))
    api.mount("/child", child)
    with pytest.raises(RuntimeError, match="no inner database"), api.requests:
        pass
    assert told == []


def test_a_mounted_application_that_cannot_stop_is_told_and_the_rest_still_stops() -> None:
    child, told = API(), list[str]()

    @child.on_event("shutdown")
    async def fail() -> None:
        raise RuntimeError("inner trouble")

    api = API()
    api.add_event_handler("shutdown", lambda: told.append("parent"))
    api.mount("/child", child)
    with pytest.raises(RuntimeError, match="inner trouble"), api.requests:
        pass
    assert told == ["parent"]


@pytest.mark.parametrize("prefix", ["a", "/{id}", 5])
def test_a_prefix_is_judged(prefix: str) -> None:
    with pytest.raises(ConfigurationError):
        API().mount(prefix, asgi)


def test_what_is_no_application_is_refused() -> None:
    with pytest.raises(ConfigurationError):
        API().mount("/a", "text")  # type: ignore[arg-type]  # wrong on purpose


def test_wsgi_is_told_from_asgi() -> None:
    assert is_wsgi(wsgi)
    assert not is_wsgi(asgi)
    assert not is_wsgi(API())
    assert not is_wsgi(Starlette())


class Shop(API[Registry]):
    """An application's class, where one of its kind is meant."""


def takes_nothing() -> None: ...


def takes_one(scope: Scope) -> None: ...


@pytest.mark.parametrize("thing", [Shop, takes_nothing, takes_one])
def test_what_could_not_be_called_as_an_application_is_refused(thing: object) -> None:
    api = API()
    with pytest.raises(ConfigurationError, match="ASGI or WSGI"):
        api.mount("/a", cast("ASGIApp", thing))


@pytest.mark.parametrize(("prefix", "written"), [("/a b", "/a%20b"), ("/é", "/%C3%A9"), ("/a?b", "/a%3Fb")])
def test_links_below_a_prefix_of_odd_characters_lead_back(prefix: str, written: str) -> None:
    inner = API()

    @inner.get("/x")
    def here(req: Request) -> str:
        return req.url_for("here")

    api = API()
    api.mount(prefix, inner, name="inner")
    assert api.url_for("inner:here") == f"{written}/x"
    assert api.test_client("http://h").get(f"{written}/x").text == f"http://h{written}/x"


class Answering:
    """A class that is a WSGI application: each call of it is one answer."""

    def __init__(self, environ: dict[str, object], start_response: StartResponse) -> None:
        start_response("200 OK", [("Content-Type", "text/plain")])
        self._path = str(environ["PATH_INFO"])

    def __iter__(self) -> Iterator[bytes]:
        yield self._path.encode()


def test_what_an_application_is_may_be_said() -> None:
    api = API()
    api.mount_wsgi("/old", Answering, name="old")
    api.mount_asgi("/new", asgi, name="new")
    with pytest.raises(ConfigurationError, match="ASGI or WSGI"):
        api.mount("/guessed", Answering)
    with pytest.raises(ConfigurationError, match="not int"):
        api.mount_wsgi("/none", cast("WSGIApp", 5))
    assert api.requests.get("/old/x").text == "/x"
    assert api.requests.get("/new/x").text == "/new|/new/x"
    assert [api.url_for("old", path="a"), api.url_for("new", path="a")] == ["/old/a", "/new/a"]
