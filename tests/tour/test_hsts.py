"""Plain HTTP goes to HTTPS and browsers are told to stay there, on the wire."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from responder import API, ConfigurationError, Response
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


@pytest.mark.parametrize(
    ("host", "location"),
    [
        (b"example.com:80", b"wss://example.com/ws"),
        (b"example.com:8000", b"wss://example.com:8000/ws"),
        (b"[::1]:80", b"wss://[::1]/ws"),
        (b"exa mple", None),
    ],
)
def test_plain_websockets_are_refused_with_the_address_that_is_right(
    host: bytes, location: bytes | None
) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    handshake: dict[str, Any] = {
        "type": "websocket",
        "scheme": "ws",
        "path": "/ws",
        "query_string": b"",
        "headers": [(b"host", host)],
        "extensions": {"websocket.http.response": {}},
    }
    api = app(enable_hsts=True)
    asyncio.run(api(handshake, receive, send))
    assert sent[0]["status"] == (400 if location is None else 307)
    assert dict(sent[0]["headers"]).get(b"location") == location
    sent.clear()
    asyncio.run(api({**handshake, "extensions": {}}, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_an_age_is_not_negative() -> None:
    api = app()
    api.add_middleware(HSTSMiddleware, max_age=-1)
    with pytest.raises(ConfigurationError, match="must not be negative"):
        call(api, "GET", "/")
