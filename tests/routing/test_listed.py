"""Routes given as a list, to applications and to routers."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from pydantic import BaseModel

from responder import API, Registry, Request, Response, RouteError, Router, WebSocket, provider
from responder.routes import RouteSpec


def home() -> str:
    return "home"


def item(*, id: int) -> int:
    return id


class Things:
    def on_get(self) -> str:
        return "things"


async def echo(ws: WebSocket) -> None:
    await ws.accept()
    await ws.send_text(await ws.receive_text())
    await ws.close()


def rules(make: Callable[[], object]) -> list[str]:
    with pytest.raises(RouteError) as caught:
        make()
    assert all(one.site is not None and one.site.file == __file__ for one in caught.value.findings)
    return [one.finding.rule.name for one in caught.value.findings]


def test_a_list_declares_what_decorators_declare() -> None:
    api = API(
        routes=[
            RouteSpec("/", home, methods=["GET"], name="start"),
            RouteSpec("/items/{id:int}", item, methods=["GET"], status_code=202),
            RouteSpec("/things", Things),
            RouteSpec("/echo", echo, websocket=True),
        ]
    )
    client = api.requests
    assert client.get("/").text == "home"
    assert client.post("/").status_code == 405
    assert client.get("/items/3").status_code == 202
    assert client.get("/things").text == "things"
    assert api.url_for("start") == "/"
    with client.websocket_connect("/echo") as socket:
        socket.send_text("hello")
        assert socket.receive_text() == "hello"
    assert api.check() == ()


def test_what_is_declared_later_comes_after_the_list() -> None:
    def echo(*, word: str) -> str:
        return word

    api = API(routes=[RouteSpec("/{word}", echo, methods=["GET"])])
    api.add_route("/late", home, methods=["GET"])
    assert api.requests.get("/late").text == "late"


def test_a_router_may_be_made_of_a_list_and_stand_in_one() -> None:
    shop = Router("/shop", routes=[RouteSpec("", home), RouteSpec("/{id:int}", item)])
    api = API(routes=[shop, Router("/v2", routes=[shop])])
    assert [api.requests.get(path).text for path in ("/shop", "/shop/4", "/v2/shop/5")] == ["home", "4", "5"]


def test_a_list_may_hold_hooks() -> None:
    def mark(req: Request, resp: Response) -> None:
        resp.headers["X-Hook"] = "1"

    api = API(routes=[RouteSpec("", mark, before_request=True), RouteSpec("/", home)])
    assert api.requests.get("/").headers["X-Hook"] == "1"


def test_names_of_a_registry_are_known_to_a_list() -> None:
    class Deps(Registry):
        db = provider(home)

    def show(*, db: str) -> str:
        return db

    assert API(registry=Deps, routes=[RouteSpec("/", show)]).requests.get("/").text == "home"


def test_types_of_the_function_around_a_list_are_found() -> None:
    class Order(BaseModel):
        size: int

    def take(*, order: Order) -> Order:
        return order

    client = API(routes=[RouteSpec("/", take, methods=["POST"])]).requests
    assert client.post("/", json={"size": 1}).json() == {"size": 1}


def test_everything_that_is_wrong_with_a_list_is_told_at_once() -> None:
    wrong = [
        RouteSpec("items", home),  # type: ignore[responder-template]  # wrong on purpose
        RouteSpec("/{id}", home),  # type: ignore[responder-path]  # wrong on purpose
        RouteSpec("/ok", home),
        RouteSpec("/ok", home),
        RouteSpec("", home),
    ]
    assert rules(lambda: API(routes=wrong)) == [
        "template-slash",
        "path-not-accepted",
        "route-duplicate",
        "path-missing",
    ]


@pytest.mark.parametrize("routes", [[home], "/", RouteSpec("/", home), None, {"/": home}])
def test_what_is_no_list_of_routes_is_refused(routes: object) -> None:
    make = cast("Callable[..., object]", API)
    assert rules(lambda: make(routes=routes)) == ["option-value"]
    make_router = cast("Callable[..., object]", Router)
    assert rules(lambda: make_router("/x", routes=routes)) == ["option-value"]


def test_an_option_that_no_route_has_is_told_with_the_line_of_the_route() -> None:
    make = cast("Callable[..., RouteSpec]", RouteSpec)
    spec = make("/", home, nmae="x")
    assert rules(lambda: API(routes=[spec])) == ["option-unknown"]


def test_one_list_serves_several_applications() -> None:
    specs = [RouteSpec("/", home)]
    assert [API(routes=specs).requests.get("/").text for _ in range(2)] == ["home", "home"]
