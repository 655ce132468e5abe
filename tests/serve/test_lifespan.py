"""Start-up and shutdown, state, and what is torn down whatever fails."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.types import Message

from responder import API, ConfigurationError, Registry, Request, Response, RouteError


@dataclass
class AppState:
    name: str = "initial"


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_everything_happens_in_order(backend: Any) -> None:
    told: list[str] = []

    @asynccontextmanager
    async def lifespan(app: API) -> AsyncGenerator[None]:
        told.append("enter")
        yield
        told.append("exit")

    api = API(lifespan=lifespan)

    @api.dependency(scope="app")
    async def pool() -> AsyncIterator[str]:
        told.append("pool opens")
        yield "pool"
        told.append("pool closes")

    @api.on_event("startup")
    def start() -> None:
        told.append("startup")

    @api.on_event("shutdown")
    async def stop() -> None:
        told.append("shutdown")

    @api.get("/")
    async def index(req: Request, resp: Response, *, pool: str) -> str:
        return pool

    for _ in range(2):
        with api.test_client(backend=backend) as client:
            assert client.get("/").text == client.get("/").text == "pool"
        assert told == ["enter", "startup", "pool opens", "shutdown", "exit", "pool closes"]
        told.clear()


def test_what_the_lifespan_yields_is_the_state_while_it_runs() -> None:
    @asynccontextmanager
    async def lifespan(app: object) -> AsyncGenerator[AppState]:
        yield AppState("from the lifespan")

    api = API(state=AppState(), lifespan=lifespan)

    @api.get("/")
    async def index(req: Request, resp: Response) -> str:
        return api.state.name

    assert api.state.name == "initial"
    with api.requests as client:
        assert client.get("/").text == api.state.name == "from the lifespan"
    assert api.state.name == "initial"


def test_a_failing_exit_still_closes_app_scoped_providers_and_is_told() -> None:
    told: list[str] = []

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncGenerator[None]:
        yield
        raise RuntimeError("exit")

    api = API(lifespan=lifespan)

    @api.dependency(scope="app")
    def pool() -> Iterator[str]:
        yield "pool"
        told.append("closed")

    @api.get("/")
    async def index(req: Request, resp: Response, *, pool: str) -> str:
        return pool

    with pytest.raises(RuntimeError, match="exit"), api.requests as client:
        client.get("/")
    assert told == ["closed"]


def test_every_shutdown_event_runs_though_one_fails() -> None:
    api, told = API(), list[str]()

    @api.on_event("shutdown")
    def first() -> None:
        raise RuntimeError("first")

    api.add_event_handler("shutdown", lambda: told.append("second"))
    with pytest.raises(RuntimeError, match="first"), api.requests:
        pass
    assert told == ["second"]


async def run_lifespan(api: API, messages: list[str]) -> list[Message]:
    sent: list[Message] = []
    inbox = iter(messages)

    async def receive() -> Message:
        return {"type": next(inbox)}

    async def send(message: Message) -> None:
        sent.append(message)

    try:
        await api({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)
    except Exception as exc:
        sent.append({"type": "raised", "error": exc})
    return sent


def test_failures_are_reported_to_the_server_in_the_protocols_words() -> None:
    import asyncio

    both = ["lifespan.startup", "lifespan.shutdown"]
    api = API()
    assert [one["type"] for one in asyncio.run(run_lifespan(api, both))] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    api.add_event_handler("shutdown", lambda: 1 / 0)
    told = asyncio.run(run_lifespan(api, both))
    assert [one["type"] for one in told] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.failed",
        "raised",
    ]
    assert "ZeroDivisionError" in told[1]["message"]
    api.add_event_handler("startup", lambda: list[int]()[0])
    told = asyncio.run(run_lifespan(api, both))
    assert [one["type"] for one in told] == ["lifespan.startup.failed", "raised"]
    assert type(told[1]["error"]) is IndexError


def test_a_declaration_that_is_wrong_stops_the_start() -> None:
    api = API()

    @api.get("/")
    async def index(req: Request, resp: Response, *, nobody: object) -> str:
        return "never"

    with pytest.raises(ConfigurationError, match="nobody"), api.requests:
        pass


def test_an_event_needs_a_function_and_a_known_name() -> None:
    api = API()
    with pytest.raises(ValueError, match="restart"):
        api.on_event("restart")(lambda: None)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(ConfigurationError, match="function"):
        api.add_event_handler("startup", "text")  # type: ignore[arg-type]  # wrong on purpose


def test_an_exception_thrown_while_serving_leaves_the_context() -> None:
    told: list[str] = []

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            told.append("left")

    with pytest.raises(KeyError), API(lifespan=lifespan).requests:
        raise KeyError("outside")
    assert told == ["left"]


def test_an_event_that_there_is_not_is_told_where_it_is_named() -> None:
    api = API()
    with pytest.raises(ConfigurationError, match="There is no event 'started'"):
        api.on_event("started")  # type: ignore[arg-type]  # that it is refused is the point


def yields() -> Iterator[None]:
    yield


async def yields_later() -> AsyncIterator[None]:
    yield


@pytest.mark.parametrize("event", [yields, yields_later])
def test_a_generator_is_no_event_since_its_body_would_never_run(event: Any) -> None:
    api, told = API(), list[str]()
    told_at = rf"{event.__name__}\" is a generator.*\(.*hook-generator"
    with pytest.raises(RouteError, match=told_at) as refused:
        api.on_event("startup")(event)
    assert str(refused.value).startswith(__file__)
    with pytest.raises(RouteError, match="hook-generator"):
        api.add_event_handler("shutdown", event)
    api.add_event_handler("startup", lambda: told.append("the others run"))
    with api.requests:
        assert told == ["the others run"]


def counting() -> API[Registry, str]:
    """An application with a stream and a state of its own."""

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncGenerator[str]:
        yield "running"

    api = API(lifespan=lifespan)

    @api.sse("/count")
    async def count(req: Request) -> AsyncIterator[int]:
        yield 1

    @api.get("/going")
    async def going(req: Request) -> bool:
        return bool(req.shutting_down)

    return api


def test_requests_after_the_end_find_the_application_up() -> None:
    api = counting()
    with api.requests as client:
        assert "data: 1" in client.get("/count").text
    assert api.shutting_down
    # What is declared or asked for in between takes nothing back.
    api.get("/late")(lambda: "late")
    assert api.url_for("going") == "/going"
    assert api.requests.get("/going").json() is False
    assert "data: 1" in api.requests.get("/count").text
    assert not api.shutting_down


def test_an_application_that_starts_anew_goes_down_though_nobody_asked_it_before() -> None:
    api = counting()
    for _ in range(2):
        with api.requests as client:
            api.shutting_down.begin()
            assert client.get("/going").json() is True


def test_a_start_that_fails_leaves_no_state_behind() -> None:
    api = counting()
    api.add_event_handler("startup", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError), api.requests:
        pass
    assert repr(api.state) != "'running'"
    assert api.requests.get("/going").json() is False
