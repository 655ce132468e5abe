"""What an application tells: URLs, routes, dependencies outside a request, overrides; and how it is run."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest

from responder import (
    API,
    ConfigurationError,
    DependencyError,
    Depends,
    Registry,
    Request,
    Response,
    RouteNotFoundError,
    provider,
)
from responder._serve import running
from responder.background import BackgroundQueue


async def show(req: Request, resp: Response, *, id: int) -> dict[str, int]:
    return {"id": id}


# --- url_for ----------------------------------------------------------------------------------


def test_a_url_is_written_for_a_handler_its_name_and_an_explicit_name() -> None:
    api = API()
    api.get("/items/{id:int}", name="item")(show)
    assert api.url_for(show, id=3) == api.url_for("show", id=3) == api.url_for("item", id=3) == "/items/3"


def test_an_explicit_name_wins_over_a_handlers_own() -> None:
    api = API()
    api.add_route("/a", lambda req, resp: "a", name="show")
    api.get("/items/{id:int}")(show)
    assert api.url_for("show") == "/a"


def test_values_are_written_by_their_convertor_and_encoded() -> None:
    api = API()
    number = UUID("01234567-89ab-cdef-0123-456789abcdef")

    @api.get("/a b/{text}", name="text")
    def text(*, text: str) -> str:
        return text

    @api.get("/files/{rest:path}", name="file")
    def file(*, rest: str) -> str:
        return rest

    @api.get("/ids/{id:uuid}", name="id")
    def ident(*, id: UUID) -> str:
        return str(id)

    assert api.url_for("text", text="a/b? é") == "/a%20b/a%2Fb%3F%20%C3%A9"
    assert api.url_for("file", rest="a/b c") == "/files/a/b%20c"
    assert api.url_for("id", id=number) == f"/ids/{number}"


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({}, "needs id"),
        ({"id": 1, "more": 2}, "does not take more"),
        ({"more": 2}, "needs id and does not take more"),
        ({"id": "abc"}, "id='abc'"),
        ({"id": -1}, "id=-1"),
    ],
)
def test_parameters_that_do_not_fit_are_one_kind_of_error(params: dict[str, Any], told: str) -> None:
    api = API()
    api.get("/items/{id:int}")(show)
    with pytest.raises(RouteNotFoundError, match=told):
        api.url_for(show, **params)


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    api = API()
    api.get("/items/{id:int}", name="item")(show)
    with pytest.raises(LookupError, match="did you mean 'item'"):
        api.url_for("itme", id=1)
    with pytest.raises(RouteNotFoundError):
        api.url_for(lambda: None)


def test_a_path_tells_its_route() -> None:
    api = API()
    api.get("/items/{id:int}")(show)
    found = api.path_matches_route("/items/3")
    assert found is not None
    assert (found.path, found.handler) == ("/items/{id:int}", show)
    assert api.path_matches_route({"type": "http", "path": "/root/items/3", "root_path": "/root"}) is found
    assert api.path_matches_route("/items/x") is None


# --- dependencies outside a request, overrides ------------------------------------------------


class Deps(Registry):
    @provider
    async def db() -> AsyncIterator[str]:
        yield "db"


def test_a_dependency_opens_outside_a_request() -> None:
    api, told = API(), list[str]()

    async def session() -> AsyncIterator[str]:
        told.append("open")
        yield "session"
        told.append("close")

    @api.dependency()
    async def repo(session: str = Depends(session)) -> str:
        return f"repo on {session}"

    async def main() -> None:
        async with api.resolve("repo") as value:
            assert value == "repo on session"
            assert told == ["open"]
        async with api.resolve(session) as text:
            assert text == "session"

    asyncio.run(main())
    assert told == ["open", "close", "open", "close"]


def test_an_unknown_dependency_is_told() -> None:
    async def main() -> None:
        async with API().resolve("nothing"):
            raise AssertionError("never reached")

    with pytest.raises(DependencyError, match="nothing"):
        asyncio.run(main())


def overridable() -> tuple[API, Callable[[], str]]:
    api = API()

    def settings() -> str:
        return "real"

    api.add_dependency("settings", settings)

    @api.get("/")
    async def index(req: Request, resp: Response, *, settings: str) -> str:
        return settings

    return api, settings


def test_overrides_nest_and_end_in_any_order() -> None:
    api, _ = overridable()
    client = api.requests
    first, second = api.dependency_overrides(settings="one"), api.dependency_overrides(settings=lambda: "two")
    assert client.get("/").text == "real"
    first.__enter__()
    assert client.get("/").text == "one"
    second.__enter__()
    assert client.get("/").text == "two"
    first.__exit__(None, None, None)
    assert client.get("/").text == "two"
    second.__exit__(None, None, None)
    assert client.get("/").text == "real"


def test_a_provider_can_be_overridden_by_itself() -> None:
    api, settings = overridable()
    with api.dependency_overrides({settings: lambda: "fake"}):
        assert api.requests.get("/").text == "fake"
    assert api.requests.get("/").text == "real"


def test_overrides_hold_for_what_is_declared_and_opened_meanwhile() -> None:
    api, _ = overridable()
    with api.dependency_overrides(settings="fake"):

        @api.get("/late")
        async def late(req: Request, resp: Response, *, settings: str) -> str:
            return settings

        assert api.requests.get("/late").text == "fake"

        async def main() -> object:
            async with api.resolve("settings") as value:
                return value

        assert asyncio.run(main()) == "fake"


# --- the rest ---------------------------------------------------------------------------------


def test_two_routes_of_one_path_are_found_by_check_not_by_serving() -> None:
    api = API()
    api.get("/items/{id:int}")(show)
    api.add_route("/items/7", lambda req, resp: "never", methods=["GET"])
    findings = api.check()
    assert [finding.finding.rule.name for finding in findings] == ["route-shadowed"]
    assert api.requests.get("/items/7").json() == {"id": 7}


def test_the_parts_of_an_application_are_at_hand() -> None:
    api = API(debug=True, secret_key="key")
    assert api.debug
    assert api.secret_key == "key"
    assert isinstance(api.background, BackgroundQueue)
    assert list(api.formats) == ["json", "yaml", "msgpack"]
    assert api.status_codes.HTTP_404 == 404


def test_the_router_is_an_application_without_the_middleware() -> None:
    api = API(request_id=True)
    api.get("/items/{id:int}")(show)
    outer = API()
    outer.mount("", api.router)
    assert "x-request-id" not in outer.requests.get("/items/3").headers
    assert "x-request-id" in api.requests.get("/items/3").headers


def test_an_own_format_is_spoken_at_once() -> None:
    class Shout:
        name = "shout"
        media_types = ("text/shout",)

        def encode(self, value: object, /) -> bytes:
            return str(value).upper().encode()

        def decode(self, data: bytes, /) -> object:
            return data.decode().lower()

    api = API()
    api.get("/items/{id:int}")(show)
    api.formats["shout"] = Shout()
    answer = api.requests.get("/items/3", headers={"Accept": "text/shout"})
    assert answer.content == b"{'ID': 3}"


# --- running ----------------------------------------------------------------------------------


def test_port_in_the_environment_opens_the_address() -> None:
    assert running.where(None, None, "explicit", {}) == ("127.0.0.1", 5042)
    assert running.where(None, None, "explicit", {"PORT": "80"}) == ("0.0.0.0", 80)
    assert running.where(None, 8000, "explicit", {"PORT": "80"}) == ("0.0.0.0", 8000)
    assert running.where("::1", 8000, "env", {"PORT": "80"}) == ("::1", 80)
    for bad in ("http", "-1", "99999", "٣"):
        with pytest.raises(ConfigurationError, match="PORT"):
            running.where(None, None, "explicit", {"PORT": bad})
    with pytest.raises(ValueError, match="port_precedence"):
        running.where(None, None, "mine", {})


def test_an_unknown_server_is_refused() -> None:
    with pytest.raises(ValueError, match="server"):
        API().serve(server="apache")  # type: ignore[arg-type]  # wrong on purpose


def test_a_server_that_is_not_installed_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "granian", None)
    monkeypatch.delitem(sys.modules, "granian.server.embed", raising=False)
    with pytest.raises(RuntimeError, match=r"responder\[granian\]"):
        API().serve(server="granian")


def test_an_application_says_what_it_was_told(tmp_path: Path) -> None:
    api = API(
        allowed_hosts=["example.com"],
        cors=True,
        cors_params={"allow_origins": ["https://example.com"]},
        enable_hsts=True,
        problem_details=False,
        static_dir=tmp_path,
        static_route="/files",
    )
    assert (api.allowed_hosts, api.cors, api.hsts_enabled) == (("example.com",), True, True)
    assert tuple(cast("Sequence[str]", api.cors_params["allow_origins"])) == ("https://example.com",)
    assert (api.problem_details, api.problem_handler) == (False, None)
    assert (api.static_dir, api.static_route) == (str(tmp_path), "/files")
    plain = API(static_dir=None)
    assert (plain.allowed_hosts, plain.cors, plain.static_dir, plain.cors_params["max_age"]) == (
        ("*",),
        False,
        None,
        600,
    )
