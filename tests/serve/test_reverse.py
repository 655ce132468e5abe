"""Paths by name: routes, the routers that they are in, and what is mounted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as StarletteRequest
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from responder import API, ConfigurationError, Request, RouteError, RouteNotFoundError, Router


def shop() -> Router:
    router = Router("/shop", name="shop")

    @router.get("/carts/{id:int}", name="cart")
    def show_cart(*, id: int) -> int:
        return id

    @router.get("/about")
    def about() -> str:
        return "about"

    return router


def test_routes_of_a_named_router_go_by_its_name() -> None:
    api = API()
    api.include_router(shop())
    assert api.url_for("shop:cart", id=3) == "/shop/carts/3"
    assert api.url_for("shop:about") == "/shop/about"
    with pytest.raises(RouteNotFoundError, match="did you mean 'shop:cart'"):
        api.url_for("cart", id=3)
    assert [route.name for route in api.operations] == ["shop:cart", None]


def test_a_router_that_is_included_twice_has_two_names() -> None:
    api, router = API(), shop()
    api.include_router(router, prefix="/v1", name="v1")
    api.include_router(router, prefix="/v2", name="v2")
    assert api.url_for("v1:shop:cart", id=3) == "/v1/shop/carts/3"
    assert api.url_for("v2:shop:cart", id=3) == "/v2/shop/carts/3"


@pytest.mark.parametrize("name", ["", "a:b", 3])
def test_a_name_of_a_router_is_a_text_without_a_colon(name: object) -> None:
    make = cast("Callable[..., object]", Router)
    with pytest.raises(RouteError, match='Option "name"'):
        make("/x", name=name)
    with pytest.raises(RouteError, match='Option "name"'):
        API().include_router(shop(), name=name)  # type: ignore[arg-type]  # that it is refused is the point


async def show(request: StarletteRequest) -> PlainTextResponse:
    return PlainTextResponse(str(request.path_params))


def page(*, path: str) -> str:
    return path


def test_names_in_a_mount_are_found_behind_its_own() -> None:
    child = API()
    child.include_router(shop())
    child.add_route("/pages/{path:path}", page, name="page")
    api = API()
    api.mount("/my shop", child, name="mine")
    api.mount("/lib", Starlette(routes=[Route("/{word}", show, name="word")]), name="lib")
    assert api.url_for("mine:shop:cart", id=3) == "/my%20shop/shop/carts/3"
    assert api.url_for("mine:page", path="a b/ü") == "/my%20shop/pages/a%20b/%C3%BC"
    assert api.url_for("lib:word", word="tea") == "/lib/tea"
    assert api.requests.get(api.url_for("mine:page", path="a b/ü")).text == "a b/ü"
    assert api.requests.get(api.url_for("lib:word", word="tea")).text == "{'word': 'tea'}"


def test_mounts_in_mounts_are_walked_through() -> None:
    inner, middle, api = API(), API(), API()
    inner.add_route("/x", lambda req, resp: "x", name="x")
    middle.mount("/inner", inner, name="inner")
    api.mount("/middle", middle, name="middle")
    assert api.url_for("middle:inner:x") == "/middle/inner/x"


def test_files_of_a_mount_are_found_by_their_path(tmp_path: Path) -> None:
    (tmp_path / "a b.css").write_text("css")
    api = API(static_dir=tmp_path, static_route="/assets")
    path = api.url_for("static", path="/a b.css")
    assert path == "/assets/a%20b.css"
    assert api.requests.get(path).text == "css"
    with pytest.raises(RouteNotFoundError, match="takes path="):
        api.url_for("static")


def test_the_static_files_give_their_name_to_whoever_asks_for_it(tmp_path: Path) -> None:
    api = API(static_dir=tmp_path)
    api.mount("/lib", Starlette(), name="static")
    assert api.url_for("static", path="x") == "/lib/x"
    api.add_route("/mine", lambda req, resp: "mine", name="static")
    assert api.url_for("static") == "/mine"


def test_absolute_urls_and_templates_know_mounts_too() -> None:
    child, api = API(), API()
    child.add_route("/in", lambda req, resp: "in", name="in")
    api.mount("/child", child, name="child")

    @api.get("/")
    def links(req: Request) -> list[str]:
        return [req.url_for("child:in"), api.template_string("{{ url_for('child:in') }}")]

    client = api.test_client("http://example.com")
    assert client.get("/").json() == ["http://example.com/child/in", "/child/in"]


def wsgi(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
    raise AssertionError


async def asgi(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError


def test_what_a_mount_does_not_have_is_told() -> None:
    api = API()
    api.mount("/lib", Starlette(routes=[Route("/{word}", show, name="word")]), name="lib")
    api.mount("/old", wsgi, name="old")
    api.mount("/raw", asgi, name="raw")
    own = API()
    own.get("/lamp", name="lamp")(lambda: "lit")
    api.mount("/own", own, name="own")
    for name, why in (
        ("lib:none", "has no route 'none'"),
        ("lib:word", "has no route 'word' that takes nothing"),
        ("old:x", "gives no paths by name"),
        ("raw:x", "gives no paths by name"),
        ("lob:x", "No route goes by 'lob:x'"),
        ("own:lamb", "In the mount 'own': No route goes by 'lamb'; did you mean 'lamp'"),
    ):
        with pytest.raises(RouteNotFoundError, match=why):
            api.url_for(name)


def test_names_of_mounts_are_one_each() -> None:
    api = API()
    api.mount("/a", asgi, name="a")
    api.mount("/a", asgi, name="a")  # the same place
    with pytest.raises(ConfigurationError, match="There is a mount 'a' already, at '/a'"):
        api.mount("/b", asgi, name="a")
    for wrong in ("", "a:b"):
        with pytest.raises(ConfigurationError, match='without ":"'):
            api.mount("/c", asgi, name=wrong)


@pytest.mark.parametrize("value", [None, "\ud800"])
def test_what_no_path_can_hold_is_told(value: object) -> None:
    api = API()
    api.add_route("/o/{s}", show_text, name="o")
    with pytest.raises(RouteNotFoundError, match="does not take it"):
        api.url_for("o", s=value)


def show_text(*, s: str) -> str:
    return s
