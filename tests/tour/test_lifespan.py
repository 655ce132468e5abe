"""Lifespan events and application state."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from responder import API


def test_the_context_manager_runs_around_serving() -> None:
    told: list[str] = []

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncGenerator[None]:
        assert app is api
        told.append("start")
        yield
        told.append("stop")

    api = API(lifespan=lifespan)

    @api.get("/")
    def index(req, resp):
        told.append("request")

    with api.requests as client:
        client.get("/")
    assert told == ["start", "request", "stop"]


def test_the_event_decorators_run_in_order_of_registration() -> None:
    api = API()
    told: list[str] = []

    @api.on_event("startup")
    async def first():
        told.append("first")

    @api.on_event("startup")
    def second():
        told.append("second")

    @api.on_event("shutdown")
    async def stop():
        told.append("stop")

    with api.requests:
        assert told == ["first", "second"]
    assert told == ["first", "second", "stop"]


def test_the_two_styles_compose() -> None:
    told: list[str] = []

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncGenerator[None]:
        told.append("enter")
        yield
        told.append("exit")

    api = API(lifespan=lifespan)
    api.add_event_handler("startup", lambda: told.append("startup"))
    api.add_event_handler("shutdown", lambda: told.append("shutdown"))
    with api.requests:
        pass
    assert told == ["enter", "startup", "shutdown", "exit"]


def test_a_failing_startup_stops_the_server_and_leaves_the_context() -> None:
    told: list[str] = []

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            told.append("left")

    api = API(lifespan=lifespan)

    @api.on_event("startup")
    def fail():
        raise RuntimeError("no database")

    with pytest.raises(RuntimeError, match="no database"), api.requests:
        pass
    assert told == ["left"]


def test_app_scoped_providers_are_torn_down_last() -> None:
    told: list[str] = []

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncGenerator[None]:
        yield
        told.append("exit")

    api = API(lifespan=lifespan)
    api.add_event_handler("shutdown", lambda: told.append("shutdown"))

    @api.dependency(scope="app")
    def pool():
        yield "pool"
        told.append("pool closed")

    @api.get("/")
    def index(req, resp, *, pool):
        resp.text = pool

    with api.requests as client:
        client.get("/")
        client.get("/")
    assert told == ["shutdown", "exit", "pool closed"]


def test_a_failing_shutdown_still_closes_app_scoped_providers() -> None:
    api = API()
    told: list[str] = []

    @api.on_event("shutdown")
    def fail():
        raise RuntimeError("cannot stop")

    @api.dependency(scope="app")
    def pool():
        yield "pool"
        told.append("pool closed")

    @api.get("/")
    def index(req, resp, *, pool):
        resp.text = pool

    with pytest.raises(RuntimeError, match="cannot stop"), api.requests as client:
        client.get("/")
    assert told == ["pool closed"]


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(ValueError, match="restart"):
        API().add_event_handler("restart", lambda: None)  # type: ignore[arg-type]  # wrong on purpose


def test_state_belongs_to_the_application_and_is_reached_from_the_request() -> None:
    api = API()

    @api.on_event("startup")
    async def connect():
        api.state.db = {"users": ["ada"]}

    @api.route("/users")
    async def users(req, resp):
        resp.media = req.api.state.db["users"]

    with api.requests as client:
        assert client.get("/users").json() == ["ada"]


def test_state_that_was_never_set_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="missing"):
        _ = API().state.missing


def test_the_application_logs_under_its_own_name() -> None:
    assert logging.getLogger("responder.app") is API().log
