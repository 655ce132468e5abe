"""Whose pages may open a WebSocket: lists of origins against handshakes."""

from __future__ import annotations

import pytest

from responder._http.origins import read_origins


def allowed(listed: list[str], *origins: str, host: str | None = "shop.example") -> bool:
    headers = [(b"origin", origin.encode("latin-1")) for origin in origins]
    if host is not None:
        headers.append((b"host", host.encode()))
    return read_origins(listed).allow({"type": "websocket", "headers": headers})


@pytest.mark.parametrize(
    ("listed", "origin"),
    [
        ("*", "https://anything.example"),
        ("null", "null"),
        ("https://a.example", "HTTPS://A.example"),
        ("https://a.example", "https://a.example:443"),
        ("https://a.example:443", "https://a.example"),
        ("http://a.example:8000", "http://a.example:8000"),
        ("https://*.example.com", "https://deep.below.example.com"),
        ("https://*.example.com:8443", "https://a.example.com:8443"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("self", "https://shop.example"),
        ("self", "https://shop.example:443"),
    ],
)
def test_what_is_listed_may(listed: str, origin: str) -> None:
    assert allowed([listed], origin)


@pytest.mark.parametrize(
    ("listed", "origin"),
    [
        ("https://a.example", "null"),
        ("https://a.example", "http://a.example"),
        ("https://a.example", "https://a.example:8443"),
        ("https://a.example", "https://a.example.evil.example"),
        ("https://a.example", "https://\xe4.example"),
        ("https://*.example.com", "https://example.com"),
        ("https://*.example.com", "https://evilexample.com"),
        ("https://*.example.com", "https://*.example.com"),
        ("https://*.example.com", "https://a.example.com:8443"),
        ("self", "https://other.example"),
        ("self", "https://shop.example:8443"),
        ("self", "no origin"),
    ],
)
def test_what_is_not_listed_may_not(listed: str, origin: str) -> None:
    assert not allowed([listed], origin)


def test_programs_name_no_origin_and_pass() -> None:
    assert allowed(["https://a.example"])


def test_two_origins_are_none() -> None:
    assert not allowed(["https://a.example"], "https://a.example", "https://a.example")


def test_without_one_host_nobody_is_the_same() -> None:
    assert not allowed(["self"], "https://shop.example", host=None)


@pytest.mark.parametrize(
    "wrong", ["a.example", "https://", "https://a.example/", "https://*", "*.example.com", ""]
)
def test_what_is_no_origin_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="is not an origin"):
        read_origins([wrong])
