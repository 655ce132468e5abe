"""Health checks: how they are run, and what they may not do."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections.abc import Awaitable, Callable, Generator
from typing import Any, cast

import pytest
from typing_extensions import override

from responder import API
from responder.application import Application
from responder.errors import ConfigurationError
from responder.ext.health import Check, HealthChecks, HealthReport, install
from responder.registry import Registry
from tests.sockets.server import eventually


@pytest.fixture
def release() -> Generator[threading.Event, None, None]:
    """Lets hanging checks go at the end of the test."""
    event = threading.Event()
    yield event
    event.set()
    eventually(lambda: not threads())


def threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("responder-health-")]


def checks(debug: bool = False) -> HealthChecks:
    return install(cast("Application[Registry, object]", API(debug=debug)))


def readiness(checked: HealthChecks) -> HealthReport:
    return asyncio.run(checked.readiness())


def test_a_check_passes_unless_it_returns_false_or_raises() -> None:
    checked = checks()

    async def fine() -> bool:
        return True

    async def silent() -> None:
        pass

    class Pings:
        async def __call__(self) -> bool:
            return False

    def raises() -> bool:
        raise OSError("no route to host")

    checked.add("none", lambda: None)
    checked.add("true", lambda: True)
    checked.add("async", fine)
    checked.add("async none", silent)
    checked.add("promise", lambda: fine())
    assert readiness(checked)["status"] == "ok"
    checked.add("false", lambda: False)
    checked.add("object", Pings())
    checked.add("raises", raises)
    checked.add("broken promise", lambda: Pings()())
    report = readiness(checked)
    assert report["status"] == "error"
    failed = [name for name, result in report["checks"].items() if result["status"] == "error"]
    assert failed == ["false", "object", "raises", "broken promise"]


def test_a_check_that_waited_for_something_cancelled_fails_and_the_others_are_told() -> None:
    checked = checks()

    async def cancelled() -> None:
        gone = asyncio.ensure_future(asyncio.sleep(60))
        gone.cancel()
        await gone

    checked.add("cancelled", cancelled)
    checked.add("fine", lambda: True)
    for _ in range(2):
        assert readiness(checked)["checks"] == {"cancelled": {"status": "error"}, "fine": {"status": "ok"}}


def test_checks_run_side_by_side() -> None:
    checked = checks()
    together = threading.Barrier(2, timeout=10)
    both = asyncio.Barrier(2)

    async def meet() -> None:
        await both.wait()

    checked.add("a", lambda: together.wait() >= 0)
    checked.add("b", lambda: together.wait() >= 0)
    checked.add("c", meet)
    checked.add("d", meet)
    assert readiness(checked)["status"] == "ok"


def test_an_async_check_that_is_too_slow_fails_and_is_ended() -> None:
    checked = checks()
    ended: list[str] = []

    async def slow() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("slow")

    checked.add("slow", slow, timeout=0.01)
    assert readiness(checked)["checks"]["slow"] == {"status": "error", "detail": "no answer within 0.01 s"}
    assert ended == ["slow"]


def test_a_plain_check_that_hangs_holds_one_thread_however_often_it_is_asked(
    release: threading.Event,
) -> None:
    checked = checks()
    begun: list[int] = []

    def hang() -> None:
        begun.append(1)
        release.wait()

    checked.add("hangs", hang, timeout=0.01)

    async def probe() -> list[HealthReport]:
        return await asyncio.gather(*(checked.readiness() for _ in range(20)))

    for _ in range(5):
        for report in asyncio.run(probe()):
            assert report["checks"]["hangs"]["status"] == "error"
    assert threads() == ["responder-health-hangs"]
    assert begun == [1]
    release.set()
    eventually(lambda: not threads())
    # A busy machine may be late once more; then the check runs again.
    eventually(lambda: readiness(checked)["status"] == "ok")
    assert len(begun) >= 2


def test_those_who_ask_while_a_check_runs_share_its_outcome() -> None:
    checked = checks()
    ran: list[int] = []

    async def count() -> bool:
        ran.append(1)
        await asyncio.sleep(0)
        return False

    checked.add("count", count)

    async def probe() -> list[HealthReport]:
        return await asyncio.gather(*(checked.readiness() for _ in range(10)))

    assert {report["status"] for report in asyncio.run(probe())} == {"error"}
    assert ran == [1]
    asyncio.run(checked.readiness())
    assert ran == [1, 1]


def test_the_others_are_not_let_down_when_the_first_who_asked_is_cancelled() -> None:
    checked = checks()
    ran: list[int] = []
    go = asyncio.Event()

    async def count() -> bool:
        ran.append(1)
        await go.wait()
        return True

    checked.add("count", count)

    async def probe() -> HealthReport:
        first = asyncio.create_task(checked.readiness())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        second = asyncio.create_task(checked.readiness())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait([first])
        go.set()
        return await second

    assert asyncio.run(probe())["status"] == "ok"
    assert ran == [1, 1]


def test_a_promise_whose_asker_has_gone_is_kept_for_the_next(release: threading.Event) -> None:
    checked = checks()

    async def pong() -> bool:
        return True

    def slow() -> Awaitable[bool]:
        release.wait()
        return pong()

    checked.add("slow", slow, timeout=0.01)
    assert readiness(checked)["status"] == "error"
    release.set()
    eventually(lambda: not threads())
    assert readiness(checked)["status"] == "ok"


def test_checks_work_on_trio() -> None:
    trio = pytest.importorskip("trio")
    checked = checks()

    async def fine() -> bool:
        return True

    checked.add("plain", lambda: True)
    checked.add("async", fine)
    checked.add("promise", lambda: fine())
    assert trio.run(checked.readiness)["status"] == "ok"


def test_a_plain_check_knows_the_context_of_the_probe() -> None:
    who: contextvars.ContextVar[str] = contextvars.ContextVar("who", default="nobody")
    seen: list[str] = []
    checked = checks()
    checked.add("who", lambda: seen.append(who.get()))
    who.set("probe")
    readiness(checked)
    assert seen == ["probe"]


@pytest.mark.defect(43)
def test_what_an_exception_says_is_told_in_debug_mode_only(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "responder")  # no report could hold the text

    def fail() -> None:
        raise OSError("password=hunter2\udcff" + "x" * 10_000)

    hidden, shown = checks(), checks(debug=True)
    hidden.add("db", fail)
    shown.add("db", fail)
    assert readiness(hidden)["checks"]["db"] == {"status": "error"}
    detail = readiness(shown)["checks"]["db"].get("detail", "")
    assert detail.startswith("OSError: password=hunter2\\udcff")
    assert len(detail) < 600


def test_an_exception_that_cannot_say_why_is_told_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "responder")

    class Mute(Exception):
        @override
        def __str__(self) -> str:
            raise ValueError

    def fail() -> None:
        raise Mute

    checked = checks(debug=True)
    checked.add("db", fail)
    assert readiness(checked)["checks"]["db"].get("detail") == "Mute: (it cannot say why)"


def test_a_change_is_logged_once_and_a_probe_is_not(caplog: pytest.LogCaptureFixture) -> None:
    works = False
    checked = checks()
    checked.add("db", lambda: works)
    with caplog.at_level(logging.INFO, "responder"):
        for _ in range(3):
            readiness(checked)
        works = True
        for _ in range(3):
            readiness(checked)
    said = [record.getMessage() for record in caplog.records]
    assert said == ["The health check db fails", "The health check db passes again"]


def yields() -> Generator[bool, None, None]:
    yield False


WRONG_CHECKS: list[tuple[Callable[[Any], None], str]] = [
    (lambda api: api.add_health_check("", lambda: None), "needs a name"),
    (lambda api: api.add_health_check("db", "ping"), "must be a function"),
    (
        lambda api: api.add_health_check("db", cast("Check", yields)),
        "yields; calling it would check nothing",
    ),
    (lambda api: api.add_health_check("db", lambda: None, timeout=0), "is seconds"),
    (lambda api: api.add_health_check("db", lambda: None, timeout=float("inf")), "is seconds"),
    (lambda api: api.add_health_check("db", lambda: None, kind="startup"), '"readiness" or "liveness"'),
]


@pytest.mark.parametrize(("add", "words"), WRONG_CHECKS)
def test_a_check_that_cannot_be_one_is_refused(add: Callable[[Any], None], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        add(API())


def test_a_name_is_given_once() -> None:
    api = API()
    api.add_health_check("db", lambda: True)
    with pytest.raises(ConfigurationError, match="'db' already"):
        api.add_health_check("db", lambda: True)
