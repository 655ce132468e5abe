"""Every server-side store behaves the same: memory, Redis with plain functions, Redis with coroutines."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import TypeAlias

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from responder import API, Request
from responder.ext.sessions import (
    AsyncRedisSessionBackend,
    MemorySessionBackend,
    RedisSessionBackend,
    regenerate_session,
)
from responder.sessions import SessionData, store_of
from tests.ext.redis_server import redis_server
from tests.ext.sessions import Browser, shop
from tests.tour.support import call

Backend: TypeAlias = MemorySessionBackend | RedisSessionBackend | AsyncRedisSessionBackend
COOKIE = "responder_session"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with redis_server() as found:
        yield found


@pytest.fixture(params=["memory", "redis", "async redis"])
def backend(request: pytest.FixtureRequest) -> Backend:
    if request.param == "memory":
        return MemorySessionBackend()
    url: str = request.getfixturevalue("url")
    if request.param == "redis":
        return RedisSessionBackend(url=url)
    return AsyncRedisSessionBackend(url=url)


def kept(backend: Backend, id: str) -> SessionData | None:
    """What the store holds, asked on a loop of its own."""

    async def ask() -> SessionData | None:
        store = store_of(backend)
        try:
            return await store.load(id)
        finally:
            await store.close()

    return asyncio.run(ask())


@pytest.fixture
def browser(backend: Backend) -> Browser:
    return Browser(closing(shop(session_backend=backend)))


def closing(api: API) -> ASGIApp:
    """Close connections after each request: these tests have a loop for each."""

    async def closed(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await api(scope, receive, send)
        finally:
            assert api.sessions is not None
            await api.sessions.close()

    return closed


def test_what_one_request_keeps_the_next_one_reads(browser: Browser, backend: Backend) -> None:
    assert browser.get("/visit").json() == {"visits": 1}
    assert browser.get("/visit").json() == {"visits": 2}
    assert kept(backend, browser.cookies[COOKIE]) == {"visits": 2}


def test_the_cookie_is_an_id_with_every_attribute(backend: Backend) -> None:
    browser = Browser(closing(shop(session_backend=backend, session_max_age=60, session_same_site="strict")))
    line = browser.get("/visit").headers["set-cookie"]
    assert line == f"{COOKIE}={browser.cookies[COOKIE]}; Path=/; Max-Age=60; HttpOnly; SameSite=strict"
    assert len(browser.cookies[COOKIE]) == 43


def test_an_id_that_the_store_does_not_know_is_never_taken_over(browser: Browser) -> None:
    planted = "A" * 43
    browser.cookies[COOKIE] = planted
    assert browser.get("/visit").json() == {"visits": 1}
    assert browser.cookies[COOKIE] != planted


def test_a_session_that_stays_empty_is_not_stored(browser: Browser) -> None:
    answer = browser.get("/look")
    assert "set-cookie" not in answer.headers
    assert answer.headers["vary"] == "Accept, Cookie"


def test_an_untouched_session_leaves_no_trace_on_the_answer(browser: Browser) -> None:
    browser.get("/visit")
    answer = browser.get("/quiet")
    assert "set-cookie" not in answer.headers
    assert "vary" not in answer.headers


def test_logging_in_gives_another_id_and_ends_the_old_one(browser: Browser, backend: Backend) -> None:
    browser.get("/visit")
    old = browser.cookies[COOKIE]
    browser.get("/login")
    assert browser.cookies[COOKIE] != old
    assert kept(backend, old) is None
    assert browser.get("/look").json() == {"session": {"visits": 1, "user": "ann"}}


def test_logging_out_forgets_the_session_here_and_there(browser: Browser, backend: Backend) -> None:
    browser.get("/login")
    old = browser.cookies[COOKIE]
    assert "=null; Path=/; Max-Age=0" in browser.get("/logout").headers["set-cookie"]
    assert browser.cookies == {}
    assert kept(backend, old) is None


def test_taking_the_last_key_away_ends_the_session(browser: Browser, backend: Backend) -> None:
    browser.get("/set/a/1")
    old = browser.cookies[COOKIE]
    browser.get("/pop/a")
    assert browser.cookies == {}
    assert kept(backend, old) is None


def test_a_refusal_keeps_the_session_and_a_fault_does_not(browser: Browser) -> None:
    assert browser.get("/refused").status == 403
    with pytest.raises(ValueError, match="broken"):
        browser.get("/broken")
    assert browser.get("/look").json() == {"session": {"refused": True}}


def test_a_plain_handler_uses_the_session_from_its_thread(browser: Browser) -> None:
    assert browser.get("/sync").json() == {"sync": True}
    assert browser.get("/look").json() == {"session": {"sync": True}}


def overlapping(backend: Backend) -> tuple[API, asyncio.Event, asyncio.Event]:
    """An application one of whose requests waits, with its session loaded, until it is told to go on."""
    api = shop(session_backend=backend)
    entered, go = asyncio.Event(), asyncio.Event()

    @api.get("/slow")
    async def slow(req: Request) -> dict[str, object]:
        seen = dict(req.session)
        entered.set()
        await go.wait()
        req.session["slow"] = "done"
        return seen

    @api.get("/slow-login")
    async def slow_login(req: Request) -> None:
        entered.set()
        await go.wait()
        req.session["user"] = "eve"
        regenerate_session(req)

    return api, entered, go


async def ask(api: API, path: str, cookie: str | None) -> dict[str, str]:
    """One request on the running loop; gives the headers of its answer, and its status as `:status`."""
    found: dict[str, str] = {}

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            found[":status"] = str(message["status"])
            found.update({name.decode(): value.decode() for name, value in message["headers"]})

    headers = [] if cookie is None else [(b"cookie", f"{COOKIE}={cookie}".encode())]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
    }
    await api(scope, receive, send)
    return found


def id_of(headers: dict[str, str]) -> str:
    return headers["set-cookie"].partition("=")[2].partition(";")[0]


def test_requests_that_overlap_keep_each_others_keys(backend: Backend) -> None:
    async def main() -> SessionData | None:
        api, entered, go = overlapping(backend)
        known = id_of(await ask(api, "/set/a/1", None))
        waiting = asyncio.create_task(ask(api, "/slow", known))
        await entered.wait()
        await ask(api, "/set/b/2", known)
        go.set()
        await waiting
        store = store_of(backend)
        try:
            return await store.load(known)
        finally:
            await store.close()

    assert asyncio.run(main()) == {"a": "1", "b": "2", "slow": "done"}


@pytest.mark.parametrize("path", ["/slow", "/slow-login"])
def test_a_logout_is_final_against_a_request_in_flight(backend: Backend, path: str) -> None:
    async def main() -> tuple[dict[str, str], SessionData | None]:
        api, entered, go = overlapping(backend)
        known = id_of(await ask(api, "/login", None))
        waiting = asyncio.create_task(ask(api, path, known))
        await entered.wait()
        await ask(api, "/logout", known)
        go.set()
        late = await waiting
        store = store_of(backend)
        try:
            return late, await store.load(known)
        finally:
            await store.close()

    late, stored = asyncio.run(main())
    assert stored is None
    assert "set-cookie" not in late


def test_many_requests_at_once_lose_nothing(backend: Backend) -> None:
    async def main() -> SessionData | None:
        api = shop(session_backend=backend)
        known = id_of(await ask(api, "/set/first/1", None))

        async def keep(number: int) -> None:
            # A store on a busy machine may take too long; then the client is told, and asks again.
            while (answer := await ask(api, f"/set/key{number}/1", known))[":status"] != "200":
                assert answer[":status"] == "503"

        await asyncio.gather(*map(keep, range(20)))
        store = store_of(backend)
        try:
            return await store.load(known)
        finally:
            await store.close()

    assert asyncio.run(main()) == {"first": "1", **{f"key{number}": "1" for number in range(20)}}


def test_a_session_lives_on_when_it_is_looked_at_and_ends_when_it_is_not(backend: Backend) -> None:
    api = closing(shop(session_backend=backend, session_max_age=2))
    watched, left = Browser(api), Browser(api)
    watched.get("/visit")
    left.get("/visit")
    # The one that is looked at is the older one: it has outlived itself when the other one is gone.
    deadline = time.monotonic() + 30
    while kept(backend, left.cookies[COOKIE]) is not None:
        assert time.monotonic() < deadline
        assert watched.get("/look").json() == {"session": {"visits": 1}}
        time.sleep(0.1)
    assert watched.get("/look").json() == {"session": {"visits": 1}}
    assert left.get("/look").json() == {"session": {}}


def test_a_value_that_no_store_could_keep_is_refused_where_it_is_written(backend: Backend) -> None:
    api = API(session_backend=backend, debug=False)
    said: list[str] = []

    @api.get("/")
    async def index(req: Request) -> str:
        for value in (object(), {1: "a"}, float("nan"), [lambda: None]):
            try:
                req.session["x"] = value
            except (TypeError, ValueError) as exc:
                said.append(type(exc).__name__)
        return "done"

    assert call(closing(api), "GET", "/").status == 200
    assert said == ["TypeError", "TypeError", "ValueError", "TypeError"]
