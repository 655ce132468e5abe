"""The plan: everything that is wrong told together, and what is right public and frozen."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Awaitable, Generator, Iterator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

import responder
from responder import Body, Depends, Query, Request, Response
from tests.routing.asking import ask


def rules(api: responder.API) -> list[str]:
    return [located.finding.rule.name for located in api.check()]


class Item(BaseModel):
    name: str


class Session:
    """Nothing that pydantic has heard of."""


def test_providers_that_need_each_other_are_told_with_the_whole_chain() -> None:
    api = responder.API()

    @api.dependency
    def a(b: int) -> int:
        return b

    @api.dependency
    def b(c: int) -> int:
        return c

    @api.dependency
    def c(a: int) -> int:
        return a

    @api.get("/")
    def view(*, a: int) -> int:
        return a

    (located,) = api.check()
    assert located.finding.rule.name == "dependency-cycle"
    assert "a -> b -> c -> a" in located.finding.message
    with pytest.raises(responder.DependencyCycleError, match="a -> b -> c -> a"):
        ask(api, "GET", "/")


def test_a_value_of_the_application_that_needs_one_of_a_request_is_told() -> None:
    api = responder.API()

    @api.dependency(scope="app")
    def pool(session: str) -> str:
        return session

    @api.dependency
    def session() -> str:
        return ""

    @api.dependency(scope="app")
    def other(value: str = Depends(session)) -> str:
        return value

    assert rules(api) == ["app-scope-dependency", "app-scope-dependency"]
    with pytest.raises(responder.DependencyScopeError, match="pool"):
        ask(api, "GET", "/")


def test_a_name_of_the_registry_that_nobody_binds_is_told_where_the_registry_is() -> None:
    class Deps(responder.Registry):
        db: int

    api = responder.API(registry=Deps)

    @api.get("/")
    def view(*, db: int) -> int:
        return db

    (located,) = api.check()
    assert located.finding.rule.name == "dependency-unbound"
    assert located.site is not None
    assert located.site.file == __file__
    api.add_dependency("db", lambda: 5)
    assert api.check() == ()
    assert ask(api, "GET", "/").body == b"5"


def test_what_is_wrong_with_an_inline_provider_is_told_at_the_route() -> None:
    api = responder.API()

    def wrong(nobody: int) -> int:
        return nobody

    def above(value: int = Depends(wrong)) -> int:
        return value

    @api.get("/one")
    def one(*, value: int = Depends(above)) -> int:  # type: ignore[responder-dependency]  # wrong on purpose
        return value

    @api.get("/two", dependencies=[Depends(wrong)])  # type: ignore[responder-dependency]  # wrong on purpose
    def two() -> None: ...

    routes = {located.route for located in api.check() if located.finding.rule.name == "provider-parameter"}
    assert routes == {"GET /one", "GET /two"}


def test_a_late_name_settles_what_was_open() -> None:
    api = responder.API()

    @api.get("/")
    def view(*, later: int) -> int:
        return later

    assert rules(api) == ["parameter-unknown"]
    api.add_dependency("later", lambda: 5)
    assert ask(api, "GET", "/").body == b"5"


def test_what_a_provider_gives_has_to_fit() -> None:
    api = responder.API()

    @api.dependency
    def number() -> Iterator[int]:
        yield 1

    @api.dependency
    async def text() -> AsyncIterator[str]:
        yield ""

    @api.dependency  # pyright: ignore[reportUnknownArgumentType]  # says nothing of what it yields
    def bare() -> Generator:  # type: ignore[type-arg]  # the same
        yield 1

    @api.dependency
    def later() -> Awaitable[int]:
        raise NotImplementedError

    api.add_dependency("item", Session)

    @api.get("/right")
    def right(*, number: int, text: str, bare: str, later: int, item: Session) -> None: ...

    assert api.check() == ()

    @api.get("/")
    def view(*, number: str, text: int, bare: str, later: str, item: int) -> None: ...

    assert rules(api) == ["dependency-type"] * 4


def test_bodies_are_for_methods_that_have_one() -> None:
    api = responder.API()

    with pytest.raises(responder.RouteError) as caught:

        @api.get("/")
        def view(*, item: Annotated[Item, Body()]) -> None: ...  # type: ignore[responder-body]  # on purpose

    assert caught.value.code == "responder-body"


def test_a_type_that_pydantic_cannot_read_is_told_with_its_parameter() -> None:
    api = responder.API()

    def provider(odd: Annotated[Session, Body()]) -> int:
        return 1

    @api.post("/")
    def view(*, odd: Annotated[Session, Body()], value: int = Depends(provider)) -> None: ...

    told = [(located.finding.rule.name, located.finding.parameter) for located in api.check()]
    assert set(told) == {("annotation-unsupported", "odd")}
    assert len(told) == 2


def test_the_plan_is_frozen_and_has_its_operations_by_method() -> None:
    api = responder.API()

    @api.route("/items/{id:int}", methods=["GET", "DELETE"], name="item", tags=["items"])
    def item(req: Request, resp: Response, *, id: int) -> Item:
        return Item(name=str(id))

    @api.route("/any")
    def anything() -> None: ...

    one, other = api.operations
    assert (one.path, one.name, one.kind, one.handler) == ("/items/{id:int}", "item", "http", item)
    assert sorted(one.operations) == ["DELETE", "GET"]
    assert one.operations["GET"] is one.operations["DELETE"]
    assert list(other.operations) == ["*"]
    assert one.settings.tags == ("items",)
    assert one.site.file == __file__
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.path = "/"  # type: ignore[misc]  # that it is refused is the point
    with pytest.raises(TypeError):
        one.operations["PUT"] = one.operations["GET"]  # type: ignore[index]  # the same
    operation = one.operations["GET"]
    assert operation.contract.default is not None
    assert operation.contract.default.model is Item
    assert operation.providers == ()


def test_tracing_tools_find_the_route_in_the_scope() -> None:
    api = responder.API()

    @api.get("/{id:int}")
    def view(req: Request, *, id: int) -> list[object]:
        scope: Any = req.scope
        return [scope["route"].path, scope["endpoint"].__name__, scope["path_params"]]

    assert ask(api, "GET", "/7").json() == ["/{id:int}", "view", {"id": 7}]


def test_a_declared_status_is_what_is_sent_unless_the_handler_says_otherwise() -> None:
    api = responder.API()

    @api.post("/made", status_code=201)
    def made() -> dict[str, int]:
        return {"a": 1}

    @api.post("/other", status_code=201)
    def other() -> tuple[dict[str, int], int]:
        return {"a": 1}, 202

    @api.delete("/gone", status_code=204)
    def gone() -> None: ...

    assert ask(api, "POST", "/made").status == 201
    assert ask(api, "POST", "/other").status == 202
    assert (ask(api, "DELETE", "/gone").status, ask(api, "DELETE", "/gone").body) == (204, b"")


def test_a_plan_made_anew_serves_what_was_declared_meanwhile() -> None:
    api = responder.API()
    api.add_dependency("nothing", lambda: "at all")

    @api.get("/one")
    def one() -> str:
        return "one"

    assert ask(api, "GET", "/one").body == b"one"
    with api.dependency_overrides(nothing="of it"):

        @api.get("/two")
        def two(*, size: int = Query(2)) -> int:
            return size

        assert ask(api, "GET", "/two").body == b"2"
    assert ask(api, "GET", "/one").body == b"one"


def test_a_provider_of_sockets_is_told_where_a_route_answers_http() -> None:
    api = responder.API()

    async def caller(ws: responder.WebSocket) -> str:
        return ws.url.path

    def above(*, value: str = Depends(caller)) -> str:
        return value

    @api.get("/guarded", dependencies=[Depends(above)])
    def guarded() -> None: ...

    @api.get("/asked")
    def asked(*, value: str = Depends(caller)) -> str:
        return value

    @api.get("/plain")
    def plain() -> None: ...

    @api.websocket_route("/ws")
    async def talk(ws: responder.WebSocket, *, value: str = Depends(above)) -> None: ...

    told = {(located.route, located.finding.rule.name) for located in api.check()}
    assert told == {("GET /guarded", "provider-socket"), ("GET /asked", "provider-socket")}
