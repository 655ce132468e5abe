"""A store that is down, slow, or full costs those who need it a 503, and nobody else anything."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as StarletteRequest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from responder import API, ConfigurationError, Request
from responder.ext.sessions import (
    AsyncRedisSessionBackend,
    MemorySessionBackend,
    RedisSessionBackend,
    ServerSessionMiddleware,
)
from responder.sessions import SessionData
from tests.ext.redis_server import free_port, redis_server
from tests.ext.sessions import Browser, shop
from tests.tour.support import call

KNOWN = ("responder_session=" + "k" * 43).encode()


class Failing:
    """A store whose n-th call fails, in one way or another."""

    def __init__(self, fails: Callable[[int], None]) -> None:
        self.calls = 0
        self.fails = fails
        self.data: dict[str, SessionData] = {"k" * 43: {"user": "ann"}}

    def _called(self) -> None:
        self.calls += 1
        self.fails(self.calls)

    def get(self, id: str) -> Mapping[str, object] | None:
        self._called()
        return self.data.get(id)

    def set(self, id: str, data: SessionData, max_age: int) -> None:
        self._called()
        self.data[id] = data

    def delete(self, id: str) -> None:
        self._called()
        self.data.pop(id, None)


def always(number: int) -> None:
    raise ConnectionError("the password is hunter2")


@pytest.mark.parametrize("path", ["/visit", "/look", "/login", "/logout"])
def test_while_the_store_is_down_a_request_that_needs_it_is_a_503(path: str) -> None:
    answer = call(shop(session_backend=Failing(always)), "GET", path, headers=[(b"cookie", KNOWN)])
    assert answer.status == 503
    assert answer.headers["retry-after"] == "2"
    assert answer.headers["content-type"] == "application/problem+json"
    assert b"hunter2" not in answer.body


def test_while_the_store_is_down_other_requests_are_served() -> None:
    api = shop(session_backend=Failing(always))
    assert call(api, "GET", "/quiet", headers=[(b"cookie", KNOWN)]).body == b"quiet"
    assert call(api, "GET", "/nowhere", headers=[(b"cookie", KNOWN)]).status == 404


@pytest.mark.parametrize("path", ["/visit", "/look", "/login", "/logout", "/set/a/1", "/pop/user"])
def test_whichever_call_of_the_store_fails_the_answer_is_whole(path: str) -> None:
    for broken in range(1, 20):

        def fails(number: int, broken: int = broken) -> None:
            if number == broken:
                raise OSError("gone")

        store = Failing(fails)
        answer = call(shop(session_backend=store), "GET", path, headers=[(b"cookie", KNOWN)])
        assert answer.status in (200, 503)
        if answer.status == 503:
            assert "set-cookie" not in answer.headers
        if store.calls < broken:
            return
    pytest.fail("the store was called too often")


def test_a_store_that_hangs_is_given_up_in_time_and_others_are_served() -> None:
    release = threading.Event()

    def hangs(number: int) -> None:
        release.wait()

    api = shop(session_backend=Failing(hangs))
    try:
        # It hangs until all of them have been answered.
        assert call(api, "GET", "/visit", headers=[(b"cookie", KNOWN)]).status == 503
        assert call(api, "GET", "/quiet").status == 200
        assert call(api, "GET", "/sync").status == 503
    finally:
        release.set()


def test_a_store_that_keeps_hanging_is_not_asked_by_everybody() -> None:
    class Hanging:
        asked = 0
        hangs = True

        async def aget(self, id: str) -> Mapping[str, object] | None:
            self.asked += 1
            if self.hangs:
                await asyncio.Event().wait()
            return {"user": "ann"}

        async def aset(self, id: str, data: SessionData, max_age: int) -> None: ...

        async def adelete(self, id: str) -> None: ...

    store = Hanging()
    api = shop(session_backend=store)
    headers = {"cookie": KNOWN.decode()}

    async def main() -> None:
        async with api.async_requests as client:
            together = await asyncio.gather(*(client.get("/look", headers=headers) for _ in range(5)))
            assert {one.status_code for one in together} == {503}
            assert store.asked == 5
            for _ in range(50):
                answer = await client.get("/look", headers=headers)
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
            # One more at most, where so many requests took as long as the store is left alone.
            assert store.asked <= 6
            assert (await client.get("/quiet", headers=headers)).status_code == 200
            store.hangs = False
            deadline = time.monotonic() + 20
            while (await client.get("/look", headers=headers)).status_code != 200:
                assert time.monotonic() < deadline

    asyncio.run(main())


def test_an_app_survives_a_redis_that_goes_and_comes_back() -> None:
    port = free_port()
    with redis_server(port) as url:
        browser = Browser(shop(session_backend=RedisSessionBackend(url=url)))
        assert browser.get("/visit").json() == {"visits": 1}
    assert browser.get("/visit").status == 503
    assert browser.get("/quiet").status == 200
    with redis_server(port):
        assert browser.get("/visit").json() == {"visits": 1}


def test_what_is_not_a_session_in_redis_is_none() -> None:
    with redis_server() as url:
        backend = RedisSessionBackend(url=url, prefix="mine:")
        for text in ("nonsense", "[1]", '"text"'):
            backend.client.set("mine:a", text, ex=60)
            assert backend.get("a") is None
            assert backend.update("a", lambda stored: stored, 60) is False
        backend.set("b", {"x": 1}, 60)
        assert backend.client.get("mine:b") == b'{"x":1}'


def test_a_backend_gets_a_client_or_a_url_but_not_both() -> None:
    client = RedisSessionBackend(url="redis://127.0.0.1:1/0").client
    with pytest.raises(ConfigurationError, match="not both"):
        RedisSessionBackend(client, url="redis://127.0.0.1:1/0")
    assert AsyncRedisSessionBackend(url="redis://127.0.0.1:1/0") is not None


# --- memory


def test_memory_keeps_so_many_sessions_and_drops_those_that_end_first() -> None:
    backend = MemorySessionBackend(max_keys=3)
    for number in range(5):
        backend.set(str(number), {"n": number}, 100 + number)
    assert [backend.get(str(number)) for number in range(5)] == [None, None, {"n": 2}, {"n": 3}, {"n": 4}]
    backend.touch("2", 1000)
    backend.set("5", {"n": 5}, 500)
    assert backend.get("3") is None
    assert backend.get("2") == {"n": 2}
    assert len(backend) == 3


def test_memory_stays_bounded_however_often_a_session_is_prolonged() -> None:
    backend = MemorySessionBackend()
    backend.set("a", {"n": 1}, 60)
    for _ in range(10_000):
        backend.touch("a", 60)
    assert len(backend._queue) < 100


def test_memory_sweeps_what_has_expired_when_it_writes() -> None:
    backend = MemorySessionBackend()
    for number in range(50):
        backend.set(str(number), {"n": number}, 0)
    backend.set("alive", {"n": 1}, 60)
    assert len(backend) == 1


def test_memory_hands_out_copies() -> None:
    backend = MemorySessionBackend()
    given: SessionData = {"list": [1]}
    backend.set("a", given, 60)
    given["list"] = [2]
    found = backend.get("a")
    assert found == {"list": [1]}
    assert found is not None
    found["list"] = [3]
    assert backend.get("a") == {"list": [1]}


def test_memory_is_safe_among_threads() -> None:
    backend = MemorySessionBackend(max_keys=50)
    wrong: list[BaseException] = []

    def work(start: int) -> None:
        try:
            for number in range(500):
                one = str((start * 7 + number) % 80)
                backend.set(one, {"n": number}, 60)
                backend.update(one, lambda stored: {**stored, "m": 1}, 60)
                backend.touch(one, 60)
                backend.delete(str((start + number) % 80))
        except BaseException as exc:
            wrong.append(exc)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(backend) <= 50


def test_a_limit_of_no_sessions_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        MemorySessionBackend(max_keys=0)


# --- stand-alone


async def counting(request: StarletteRequest) -> PlainTextResponse:
    request.session["n"] = request.session.get("n", 0) + 1
    return PlainTextResponse(str(request.session["n"]))


def test_the_middleware_serves_an_application_of_another_make() -> None:
    backend = MemorySessionBackend()
    app = Starlette(routes=[Route("/", counting)])
    browser = Browser(ServerSessionMiddleware(app, backend, cookie_name="sid", max_age=60))
    assert [browser.get("/").body for _ in range(3)] == [b"1", b"2", b"3"]
    assert list(browser.cookies) == ["sid"]


def test_the_middleware_answers_503_in_place_of_an_application_that_cannot_be_kept() -> None:
    app = Starlette(routes=[Route("/", counting)])
    answer = call(ServerSessionMiddleware(app, Failing(always)), "GET", "/")
    assert answer.status == 503
    assert answer.json() == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "The session store is not available",
    }


def test_the_log_names_what_failed(caplog: pytest.LogCaptureFixture) -> None:
    api = shop(session_backend=Failing(always))
    with caplog.at_level(logging.ERROR, "responder"):
        call(api, "GET", "/visit", headers=[(b"cookie", KNOWN)])
    assert "The session store failed: ConnectionError" in caplog.text


def test_a_store_without_update_still_lets_nobody_bring_an_ended_session_back() -> None:
    store = Failing(lambda number: None)
    api = API(session_backend=store, session_https_only=False)

    @api.get("/")
    async def index(req: Request) -> None:
        assert req.session["user"] == "ann"
        store.data.clear()
        req.session["late"] = True

    answer = call(api, "GET", "/", headers=[(b"cookie", KNOWN)])
    assert answer.status == 200
    assert "set-cookie" not in answer.headers
    assert store.data == {}


def test_a_store_of_coroutines_needs_three_of_them() -> None:
    class Plain:
        def __init__(self) -> None:
            self.data: dict[str, SessionData] = {}

        async def aget(self, id: str) -> Mapping[str, object] | None:
            await asyncio.sleep(0)
            return self.data.get(id)

        async def aset(self, id: str, data: SessionData, max_age: int) -> None:
            self.data[id] = data

        async def adelete(self, id: str) -> None:
            self.data.pop(id, None)

    store = Plain()
    browser = Browser(shop(session_backend=store))
    assert browser.get("/visit").json() == {"visits": 1}
    assert browser.get("/look").json() == {"session": {"visits": 1}}
    browser.get("/login")
    assert browser.get("/look").json() == {"session": {"visits": 1, "user": "ann"}}
    browser.get("/logout")
    assert store.data == {}


def test_what_a_backend_holds_and_no_session_can_is_a_fault_of_whoever_looks() -> None:
    store = Failing(lambda number: None)
    store.data["k" * 43] = {"thing": object()}
    api = shop(session_backend=store)
    assert call(api, "GET", "/quiet", headers=[(b"cookie", KNOWN)]).status == 200
    with pytest.raises(TypeError, match="cannot hold object"):
        call(api, "GET", "/look", headers=[(b"cookie", KNOWN)])


def test_a_client_of_coroutines_is_closed_with_the_application_and_made_anew_for_the_next_loop() -> None:
    with redis_server() as url:
        api = shop(session_backend=AsyncRedisSessionBackend(url=url))
        seen: list[object] = []
        for _ in range(2):
            with api.requests as client:
                seen += [client.get("/visit").json() for _ in range(2)]
    assert seen == [{"visits": n} for n in (1, 2, 3, 4)]
