"""Who a client is, of a bare connection."""

from __future__ import annotations

import pytest
from starlette.requests import HTTPConnection

from responder.util.net import resolve_client_ip


def connection(
    *headers: tuple[str, str], client: tuple[str, int] | None = ("10.0.0.1", 80)
) -> HTTPConnection:
    lines = [(name.lower().encode(), value.encode()) for name, value in headers]
    return HTTPConnection({"type": "http", "headers": lines, "client": client})


def test_headers_are_believed_only_when_it_is_asked_for() -> None:
    lying = connection(("X-Forwarded-For", "1.2.3.4"))
    assert resolve_client_ip(lying) == "10.0.0.1"
    assert resolve_client_ip(lying, trust_proxy_headers=True) == "1.2.3.4"
    assert resolve_client_ip(lying.scope, trust_proxy_headers=True) == "1.2.3.4"


def test_networks_and_numbers_of_proxies_are_followed() -> None:
    chain = connection(("X-Forwarded-For", "6.6.6.6, 1.2.3.4, 10.0.0.9"))
    assert resolve_client_ip(chain, trusted_proxies=["10.0.0.0/8"]) == "1.2.3.4"
    assert resolve_client_ip(chain, trusted_proxies=2) == "1.2.3.4"
    assert resolve_client_ip(chain, trusted_proxies=["192.168.0.0/16"]) == "10.0.0.1"


@pytest.mark.parametrize("value", ["unknown", "_hidden", "", "for=,"])
def test_what_says_nothing_is_passed_over(value: str) -> None:
    assert (
        resolve_client_ip(connection(("Forwarded", f"for={value}")), trust_proxy_headers=True) == "10.0.0.1"
    )


def test_a_server_that_tells_no_client_has_none() -> None:
    assert resolve_client_ip(connection(client=None)) is None
