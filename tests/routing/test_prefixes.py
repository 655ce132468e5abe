"""Routers and groups on the wire: what their options mean for the routes below."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import cast

import pytest
from pydantic import BaseModel
from starlette.types import ASGIApp, Receive, Scope, Send

from responder import API, ConfigurationError, Depends, Request, Response, RouteError, Router, abort


class Missing(BaseModel):
    what: str


class Gone(BaseModel):
    when: int


def test_a_group_takes_what_a_router_takes() -> None:
    seen: list[str] = []

    def noting(app: ASGIApp) -> ASGIApp:
        async def note(scope: Scope, receive: Receive, send: Send) -> None:
            seen.append(scope["path"])
            await app(scope, receive, send)

        return note

    def guard() -> None:
        abort(403)

    api = API(openapi="3.1.1")
    group = api.group("/v1", name="v1", middleware=[noting], tags=["one"])
    inner = group.group("/in", name="in", dependencies=[Depends(guard)])
    group.get("/a", name="a")(lambda: "a")
    inner.get("/b", name="b", operation_id="b")(lambda: "b")
    assert api.url_for("v1:a") == "/v1/a"
    assert api.url_for("v1:in:b") == "/v1/in/b"
    assert api.requests.get("/v1/a").text == "a"
    assert api.requests.get("/v1/in/b").status_code == 403
    assert seen == ["/v1/a", "/v1/in/b"]
    assert json.loads(api.openapi.to_json())["paths"]["/v1/a"]["get"]["tags"] == ["one"]
    with pytest.raises(RouteError, match='Unknown option "timeout"'):
        api.group("/v2", timeout=3)  # type: ignore[call-arg]  # what is tested


def test_what_a_router_says_of_statuses_holds_for_routes_that_say_nothing_of_them() -> None:
    api = API(openapi="3.1.1")
    router = Router("/r", responses={404: Missing, 410: "Gone"})

    def miss(req: Request, resp: Response) -> None:
        resp.status_code = int(req.params["status"])
        resp.media = {"what": "it", "when": 3, "secret": "s"}

    router.add_route("/plain", miss, methods=["GET"])
    router.add_route("/own", miss, methods=["GET"], responses={404: Gone})
    router.add_route("/words", miss, methods=["GET"], responses={404: "Not here"})
    api.include_router(router, responses={410: Gone, 409: Gone})
    client = api.requests
    assert client.get("/r/plain?status=404").json() == {"what": "it"}
    assert client.get("/r/own?status=404").json() == {"when": 3}
    assert client.get("/r/words?status=404").json() == {"what": "it", "when": 3, "secret": "s"}
    assert client.get("/r/plain?status=410").json() == {"what": "it", "when": 3, "secret": "s"}
    assert client.get("/r/plain?status=409").json() == {"when": 3}
    told = json.loads(api.openapi.to_json())["paths"]["/r/plain"]["get"]["responses"]
    assert told["410"] == {"description": "Gone"}
    schema = {"application/json": {"schema": {"$ref": "#/components/schemas/Missing"}}}
    assert told["404"] == {"description": "Not Found", "content": schema}
    with pytest.raises(RouteError, match='Option "responses"'):
        Router("/x", responses={99: Gone})


# --- exceptions -----------------------------------------------------------------------------------


class ShopError(Exception): ...


class SoldOut(ShopError): ...


def raising(*, what: str) -> str:
    if what == "404":
        abort(404)
    if what == "sold":
        raise SoldOut
    if what == "shop":
        raise ShopError
    raise LookupError(what)


def says(text: str) -> Callable[[Request, Response[object], Exception], None]:
    def answer(req: Request, resp: Response[object], exc: Exception) -> None:
        resp.status_code = 409
        resp.text = text

    return answer


def shop() -> API:
    api = API()
    outer, inner = Router("/outer"), Router("/inner")
    for router in (outer, inner):
        router.add_route("/{what}", raising, methods=["GET"])
    inner.add_exception_handler(SoldOut, says("inner sold"))
    outer.add_exception_handler(ShopError, says("outer shop"))
    outer.add_exception_handler(404, says("outer 404"))
    outer.include_router(inner)
    api.include_router(outer)
    api.include_router(inner, prefix="/alone")
    api.add_route("/plain/{what}", raising, methods=["GET"])
    api.add_exception_handler(ShopError, says("app shop"))
    api.add_exception_handler(LookupError, says("app lookup"))
    return api


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/outer/inner/sold", "inner sold"),
        ("/outer/inner/shop", "outer shop"),
        ("/outer/inner/404", "outer 404"),
        ("/outer/inner/other", "app lookup"),
        ("/outer/sold", "outer shop"),
        ("/alone/inner/sold", "inner sold"),
        ("/alone/inner/shop", "app shop"),
        ("/plain/sold", "app shop"),
    ],
)
def test_the_nearest_router_answers_an_exception(path: str, text: str) -> None:
    answer = shop().requests.get(path)
    assert (answer.status_code, answer.text) == (409, text)


def test_what_is_no_route_of_the_router_is_none_of_its_errors() -> None:
    client = shop().requests
    assert client.get("/plain/404").headers["content-type"] == "application/problem+json"
    assert client.get("/outer/no/such/path").headers["content-type"] == "application/problem+json"
    assert client.get("/alone/inner/404").status_code == 404


@pytest.mark.parametrize(("key", "said"), [(Exception, "Exception"), (500, "500")])
def test_a_router_has_no_handler_for_everything(key: type[Exception] | int, said: str) -> None:
    add = cast("Callable[..., None]", Router("/r").add_exception_handler)
    with pytest.raises(ConfigurationError, match=rf"; {said} is for api\.exception_handler"):
        add(key, says("no"))


def test_a_router_answers_what_hooks_guards_and_middleware_of_its_routes_raise() -> None:
    def refuse() -> None:
        raise SoldOut

    def broken(app: ASGIApp) -> ASGIApp:
        async def fail(scope: Scope, receive: Receive, send: Send) -> None:
            raise SoldOut

        return fail

    def hook(req: Request, resp: Response) -> None:
        raise SoldOut

    router = Router("/r", middleware=[lambda app: app])
    router.add_exception_handler(SoldOut, says("sold"))
    router.add_route("/guard", lambda: "", dependencies=[Depends(refuse)])
    router.add_route("/middleware", lambda: "", middleware=[broken])
    router.add_route("/hook", lambda: "", before=[hook])
    api = API()
    api.include_router(router)
    assert [api.requests.get(f"/r/{name}").text for name in ("guard", "middleware", "hook")] == ["sold"] * 3


def test_handlers_declared_after_the_routes_count_until_the_router_is_included() -> None:
    api = API()
    router = Router("/r")
    router.add_route("/{what}", raising, methods=["GET"])

    @router.exception_handler(SoldOut)
    def sold(req: Request, resp: Response[object], exc: SoldOut) -> None:
        resp.text = "sold"

    api.include_router(router)
    router.add_exception_handler(LookupError, says("late"))
    client = api.test_client(raise_server_exceptions=False)
    assert client.get("/r/sold").text == "sold"
    assert client.get("/r/other").status_code == 500


@pytest.mark.parametrize("key", [Exception, 500])
def test_the_catch_all_is_the_application_s(key: type[Exception] | int) -> None:
    with pytest.raises(ConfigurationError, match=r"api\.exception_handler"):
        Router("/r").add_exception_handler(cast("type[Exception]", key), says("all"))


def test_wrong_handlers_of_a_router_are_told() -> None:
    with pytest.raises(RouteError, match="200"):
        Router("/r").exception_handler(int("200"))(says(""))
    with pytest.raises(ConfigurationError, match="a class of exceptions or a status"):
        Router("/r").add_exception_handler(cast("int", "404"), says(""))
