"""Plain HTTP goes to HTTPS and browsers are told to stay there, on the wire."""

from __future__ import annotations

from typing import Any

import pytest

from responder import API, Response
from responder.middleware import HSTSMiddleware
from tests.tour.support import Answer, call


def app(**options: Any) -> API:
    api = API(**options)

    @api.get("/")
    async def index() -> str:
        return "hello"

    @api.get("/own")
    async def own(resp: Response) -> str:
        resp.headers["Strict-Transport-Security"] = "max-age=1"
        return "own"

    return api


def secure(api: API, path: str) -> Answer:
    async def over_tls(scope: Any, receive: Any, send: Any) -> None:
        await api({**scope, "scheme": "https"}, receive, send)

    return call(over_tls, "GET", path)


def test_plain_http_is_redirected_with_path_and_query_and_told() -> None:
    answer = call(app(enable_hsts=True), "GET", "/a b", query=b"x=1&y=%20")
    assert answer.status == 307
    assert answer.headers["location"] == "https://testserver/a%20b?x=1&y=%20"
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


def test_https_is_served_and_told_unless_the_handler_said_it() -> None:
    api = app(enable_hsts=True)
    answer = secure(api, "/")
    assert (answer.status, answer.body) == (200, b"hello")
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert secure(api, "/own").headers["strict-transport-security"] == "max-age=1"
    assert secure(api, "/nowhere").headers["strict-transport-security"].startswith("max-age=31536000")


def test_without_being_asked_for_nothing_happens() -> None:
    answer = call(app(), "GET", "/")
    assert answer.status == 200
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize(
    ("options", "value"),
    [
        ({}, "max-age=31536000; includeSubDomains"),
        ({"max_age": 60, "include_subdomains": False}, "max-age=60"),
        ({"preload": True}, "max-age=31536000; includeSubDomains; preload"),
    ],
)
def test_the_header_alone_can_be_added_with_values_of_ones_own(options: Any, value: str) -> None:
    api = app()
    api.add_middleware(HSTSMiddleware, **options)
    answer = call(api, "GET", "/")
    assert (answer.status, answer.headers["strict-transport-security"]) == (200, value)
