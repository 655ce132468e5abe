"""Which values of `Host` are answered, on the wire."""

from __future__ import annotations

from typing import Any

import pytest

from responder import API
from tests.tour.support import call


def app(hosts: Any) -> API:
    api = API(allowed_hosts=hosts)

    @api.get("/")
    async def index() -> str:
        return "hello"

    return api


def status(hosts: Any, *sent: bytes) -> int:
    api = app(hosts)

    async def bare(scope: Any, receive: Any, send: Any) -> None:
        await api({**scope, "headers": [(b"host", one) for one in sent]}, receive, send)

    return call(bare, "GET", "/").status


@pytest.mark.parametrize(
    "host", [b"example.com", b"EXAMPLE.com", b"example.com:8000", b"a.example.org", b"a.b.example.org"]
)
def test_a_host_that_was_named_is_answered(host: bytes) -> None:
    assert status(["example.com", "*.example.org"], host) == 200


@pytest.mark.parametrize(
    "host",
    [
        b"example.net",
        b"example.com.evil.test",
        b"evil-example.com",
        b"example.org",
        b"evilexample.org",
        b"example.com@evil.test",
        b"evil.test/example.com",
        b"example.com\x00",
        b"",
        b"\xff",
    ],
)
def test_any_other_is_a_400(host: bytes) -> None:
    assert status(["example.com", "*.example.org"], host) == 400


def test_no_host_and_two_hosts_are_refused() -> None:
    assert status(["example.com"]) == 400
    assert status(["example.com"], b"example.com", b"evil.test") == 400


@pytest.mark.parametrize("hosts", [None, [], ["*"]])
def test_every_host_is_answered_where_none_was_named(hosts: object) -> None:
    assert status(hosts, b"whatever.test") == 200


@pytest.mark.defect(25)
def test_the_refusal_is_a_problem_document() -> None:
    answer = call(app(["example.com"]), "GET", "/")
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert b"Invalid host header" in answer.body


def test_the_tests_own_host_can_be_named() -> None:
    assert app([";"]).requests.get("/").text == "hello"
