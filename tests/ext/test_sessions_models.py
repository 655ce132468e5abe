"""Sessions as typed values: models and typed dictionaries over the same data, checked when they are kept."""

from __future__ import annotations

import datetime
import logging
from typing import Any, cast

import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from responder import API, ConfigurationError, Request
from responder.ext.sessions import MemorySessionBackend
from tests.ext.sessions import Browser
from tests.ext.test_sessions_cookie import KEY, read, signed


class Visitor(BaseModel):
    name: str = "nobody"
    visits: int = Field(default=0, ge=0)
    since: datetime.date | None = None


class Cart(TypedDict, total=False):
    items: list[str]
    at: datetime.datetime


def app(model: type[object] | None, **options: Any) -> API:
    settings: dict[str, Any] = {"session_model": model, "session_https_only": False, "secret_key": KEY}
    api = API(**{**settings, **options})

    @api.get("/look")
    async def look(req: Request) -> dict[str, object]:
        return {"session": dict(req.session)}

    @api.get("/peek")
    async def peek(req: Request) -> str:
        return req.session_as(Visitor).name

    @api.get("/visit")
    async def visit(req: Request) -> int:
        visitor = req.session_as(Visitor)
        visitor.visits += 1
        visitor.since = datetime.date(2024, 2, 29)
        assert req.session_as(Visitor) is visitor
        return visitor.visits

    @api.get("/add/{item}")
    async def add(req: Request, *, item: str) -> list[str]:
        cart = req.session_as(Cart)
        items = cart.setdefault("items", [])
        items.append(item)
        cart["at"] = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
        return items

    @api.get("/wrong")
    async def wrong(req: Request) -> None:
        req.session["visits"] = -5

    @api.get("/token")
    async def token(req: Request) -> str:
        return req.csrf_token

    return api


def test_what_is_changed_in_a_model_is_kept() -> None:
    browser = Browser(app(Visitor))
    assert [browser.get("/visit").json() for _ in range(3)] == [1, 2, 3]
    assert browser.get("/look").json() == {"session": {"name": "nobody", "visits": 3, "since": "2024-02-29"}}


def test_looking_at_a_model_makes_no_session() -> None:
    browser = Browser(app(Visitor))
    assert browser.get("/peek").body == b"nobody"
    assert browser.cookies == {}


@pytest.mark.parametrize("backend", [None, MemorySessionBackend()])
def test_a_typed_dictionary_is_the_session_itself(backend: MemorySessionBackend | None) -> None:
    browser = Browser(app(Cart, session_backend=backend))
    browser.get("/add/a")
    assert browser.get("/add/b").json() == ["a", "b"]
    assert browser.get("/look").json() == {
        "session": {"items": ["a", "b"], "at": "2024-01-01T00:00:00+00:00"}
    }


def test_the_frameworks_own_keys_are_no_part_of_the_model() -> None:
    browser = Browser(app(Visitor))
    browser.get("/token")
    kept = cast("dict[str, object]", read(browser.cookies["session"]))["_csrf_token"]
    browser.get("/visit")
    browser.get("/token")
    assert cast("dict[str, object]", read(browser.cookies["session"]))["_csrf_token"] == kept


def test_a_stored_session_that_does_not_fit_any_more_begins_anew(caplog: pytest.LogCaptureFixture) -> None:
    browser = Browser(app(Visitor), {"session": signed({"visits": "many", "_csrf_token": "t"})})
    with caplog.at_level(logging.WARNING, "responder"):
        assert browser.get("/visit").json() == 1
    assert "does not fit Visitor" in caplog.text
    assert read(browser.cookies["session"]) == {
        "name": "nobody",
        "visits": 1,
        "since": "2024-02-29",
        "_csrf_token": "t",
    }


def test_a_session_that_is_no_model_any_more_is_a_fault_and_not_kept() -> None:
    browser = Browser(app(Visitor))
    browser.get("/visit")
    with pytest.raises(TypeError, match="no Visitor any more"):
        browser.get("/wrong")
    assert browser.get("/visit").json() == 2


def test_another_model_than_the_applications_is_refused() -> None:
    with pytest.raises(TypeError, match="sessions of this application are"):
        Browser(app(Visitor)).get("/add/a")


def test_an_application_without_a_model_gives_any() -> None:
    browser = Browser(app(None))
    assert browser.get("/add/a").json() == ["a"]


def test_a_model_that_cannot_be_made_of_nothing_is_refused_at_construction() -> None:
    class Named(BaseModel):
        name: str

    with pytest.raises(ConfigurationError, match="every field needs a default"):
        API(session_model=Named)
    with pytest.raises(ConfigurationError, match="must be a class"):
        app("Named")  # type: ignore[arg-type]  # wrong on purpose
