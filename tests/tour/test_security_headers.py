"""Headers that tell browsers to be careful, on the wire."""

from __future__ import annotations

from typing import Any

import pytest

from responder import API, ConfigurationError, Response
from responder.middleware import SecurityHeaders
from tests.tour.support import call

USUAL = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
}


def app(security_headers: Any, **options: Any) -> API:
    api = API(security_headers=security_headers, **options)

    @api.get("/")
    async def index() -> str:
        return "hello"

    @api.get("/framed")
    async def framed(resp: Response) -> str:
        resp.headers["X-Frame-Options"] = "SAMEORIGIN"
        return "framed"

    @api.get("/broken")
    async def broken() -> None:
        raise ValueError("broken")

    return api


def test_the_usual_three_are_on_every_answer() -> None:
    for path in ("/", "/nowhere"):
        assert call(app(True), "GET", path).headers.items() >= USUAL.items()
    assert call(app(True), "POST", "/").headers.items() >= USUAL.items()


def test_they_are_on_a_500_too() -> None:
    client = app(True).test_client(raise_server_exceptions=False)
    answer = client.get("/broken")
    assert answer.status_code == 500
    assert answer.headers.items() >= USUAL.items()


def test_without_being_asked_for_there_are_none() -> None:
    assert call(app(False), "GET", "/").headers.keys() & USUAL.keys() == set()


def test_what_a_handler_set_stays() -> None:
    assert call(app(True), "GET", "/framed").headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    "options",
    [
        {
            "content_security_policy": "default-src 'self'",
            "permissions_policy": "camera=()",
            "headers": {"X-Frame-Options": None, "X-Own": "1"},
        },
        SecurityHeaders("default-src 'self'", "camera=()", {"X-Frame-Options": None, "X-Own": "1"}),
    ],
)
def test_policies_can_be_added_and_defaults_be_dropped(options: object) -> None:
    headers = call(app(options), "GET", "/").headers
    assert headers["content-security-policy"] == "default-src 'self'"
    assert headers["permissions-policy"] == "camera=()"
    assert headers["x-own"] == "1"
    assert "x-frame-options" not in headers
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("wrong", [{"csp": "x"}, {"content_security_policy": "a\r\nSet-Cookie: b"}, "yes"])
def test_what_no_header_can_carry_is_refused_at_construction(wrong: object) -> None:
    with pytest.raises(ConfigurationError, match="security_headers"):
        app(wrong)
