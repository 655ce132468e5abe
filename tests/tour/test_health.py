"""Health on the wire: the three paths, their answers, and when they say no."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from responder import API, Request
from tests.sockets.server import Process, eventually
from tests.tour.support import call


def failing() -> bool:
    return False


def test_health_without_checks_is_good() -> None:
    answer = API(health_route="/health").requests.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "checks": {}}


def test_the_checks_are_told_one_by_one() -> None:
    api = API(health_route="/healthz")

    async def cache() -> None:
        pass

    api.add_health_check("db", lambda: True)
    api.add_health_check("cache", cache)
    answer = api.requests.get("/healthz")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {"status": "ok", "checks": {"db": {"status": "ok"}, "cache": {"status": "ok"}}}
    api.add_health_check("queue", failing)
    answer = api.requests.get("/healthz")
    assert answer.status_code == 503
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["status"] == "error"
    assert answer.json()["checks"]["queue"] == {"status": "error"}
    assert answer.json()["checks"]["db"] == {"status": "ok"}


def test_the_first_check_brings_the_usual_path() -> None:
    api = API()
    before = api.health_route
    assert api.requests.get("/health").status_code == 404
    api.add_health_check("db", lambda: True)
    assert (before, api.health_route) == (None, "/health")
    assert api.requests.get("/health").status_code == 200


@pytest.mark.defect(43)
def test_the_path_holds_for_checks_that_come_before_and_after_and_cannot_be_set_in_vain() -> None:
    api = API(health_route="/up")
    api.add_health_check("db", lambda: True)
    assert api.requests.get("/up").json()["checks"] == {"db": {"status": "ok"}}
    assert api.requests.get("/health").status_code == 404
    with pytest.raises(AttributeError):
        api.health_route = "/health"  # type: ignore[misc]  # wrong on purpose


@pytest.mark.defect(43)
def test_what_went_wrong_is_the_servers_secret() -> None:
    def fail() -> None:
        raise RuntimeError("postgres://admin:hunter2@db")

    api = API()
    api.add_health_check("db", fail)
    answer = api.requests.get("/health")
    assert answer.status_code == 503
    assert "hunter2" not in answer.text
    shown = API(debug=True)
    shown.add_health_check("db", fail)
    assert "hunter2" in shown.requests.get("/health").json()["checks"]["db"]["detail"]


def test_readiness_and_liveness_are_asked_apart() -> None:
    api = API()
    api.add_health_check("db", failing)

    @api.health_check(kind="liveness")
    def heartbeat() -> bool:
        return True

    client = api.requests
    assert client.get("/health/live").json() == {"status": "ok", "checks": {"heartbeat": {"status": "ok"}}}
    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/ready").json() == client.get("/health").json()
    assert heartbeat() is True


def test_a_liveness_check_that_fails_makes_the_application_unready_too() -> None:
    api = API()
    api.add_health_check("deadlock", failing, kind="liveness")
    assert api.requests.get("/health/live").status_code == 503
    assert api.requests.get("/health/ready").status_code == 503


def test_the_decorator_is_bare_or_takes_a_name() -> None:
    api = API()

    @api.health_check
    def disk() -> bool:
        return True

    @api.health_check("database", timeout=1)
    async def ping() -> bool:
        return True

    assert list(api.requests.get("/health").json()["checks"]) == ["disk", "database"]


def test_an_application_that_is_told_to_stop_is_alive_and_not_ready() -> None:
    api = API()
    asked: list[str] = []
    api.add_health_check("db", lambda: asked.append("db"))
    with api.requests as client:
        assert client.get("/health").status_code == 200
        api.shutting_down.begin()
        for path in ("/health", "/health/ready"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert answer.json() == {"status": "error", "checks": {}, "detail": "shutting down"}
        assert client.get("/health/live").status_code == 200
    assert asked == ["db"]


def test_a_path_of_the_root_has_the_others_beside_it() -> None:
    api = API(health_route="/")
    for path in ("/", "/ready", "/live"):
        assert api.requests.get(path).status_code == 200


def test_health_is_public_and_in_no_document() -> None:
    async def nobody(request: Request) -> str:
        raise AssertionError("asked who calls")

    api = API(health_route="/health", auth=nobody)
    assert api.requests.get("/health").status_code == 200
    assert not any(route.settings.include_in_schema for route in api.operations)


def test_only_reading_is_answered() -> None:
    api = API(health_route="/health")
    assert api.requests.head("/health").status_code == 200
    assert api.requests.post("/health").status_code == 405


def test_a_probe_that_sends_garbage_is_answered() -> None:
    api = API(health_route="/health")
    answer = call(api, "GET", "/health", query=b"\xff\x00", headers=[(b"accept", b";;q=\xff")])
    assert answer.status == 200


PROGRAM = """
from __future__ import annotations

from responder import API

api = API(health_route="/health")
api.run(port=0, shutdown_delay=30)
"""


def test_a_server_that_is_told_to_stop_says_so_while_it_still_serves(tmp_path: Path) -> None:
    with Process(tmp_path, PROGRAM) as server:
        url = f"http://127.0.0.1:{server.port}/health"
        assert httpx.get(url).status_code == 200
        server.terminate()
        eventually(lambda: httpx.get(f"{url}/ready").status_code == 503)
        assert httpx.get(f"{url}/live").status_code == 200
        # Asked again, it does not wait any longer.
        server.terminate()
        server.wait()
