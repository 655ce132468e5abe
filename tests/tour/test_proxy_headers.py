"""What a proxy says, on the wire: fields, fallbacks, whom to believe, and what cannot be forged."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from starlette.websockets import WebSocket

from responder import API, ConfigurationError, Request
from responder.middleware import ProxyHeadersMiddleware
from tests.tour.support import call

Lines = list[tuple[bytes, bytes]]


def app(**options: Any) -> API:
    settings: dict[str, Any] = {"trust_proxy_headers": True, **options}
    api = API(**settings)

    @api.get("/")
    async def index(req: Request) -> dict[str, object]:
        client = req.client
        return {
            "url": req.full_url,
            "client": None if client is None else client.host,
            "secure": req.is_secure,
            "server": req.scope["server"],
        }

    @api.websocket_route("/ws")
    async def socket(ws: WebSocket) -> None:
        await ws.accept()
        await ws.send_json({"scheme": ws.scope["scheme"], "client": ws.scope["client"][0]})
        await ws.close()

    return api


def seen(headers: Lines, **options: Any) -> Any:
    answer = call(app(**options), "GET", "/", headers=headers)
    assert answer.status == 200
    return answer.json()


def test_scheme_host_and_client_come_from_the_proxy() -> None:
    told = seen(
        [
            (b"x-forwarded-proto", b"https"),
            (b"x-forwarded-host", b"shop.example"),
            (b"x-forwarded-for", b"203.0.113.9, 10.0.0.1"),
        ]
    )
    assert told == {
        "url": "https://shop.example/",
        "client": "203.0.113.9",
        "secure": True,
        "server": ["shop.example", 443],
    }


def test_without_being_told_nobody_is_believed() -> None:
    told = seen(
        [(b"x-forwarded-proto", b"https"), (b"x-forwarded-for", b"203.0.113.9")], trust_proxy_headers=False
    )
    assert (told["client"], told["secure"]) == ("127.0.0.1", False)


def test_forwarded_goes_before_the_others_field_by_field() -> None:
    told = seen(
        [
            (b"forwarded", b'for="[2001:db8::1]:4711";proto=https, for=10.0.0.1;proto=http'),
            (b"x-forwarded-proto", b"http"),
            (b"x-forwarded-host", b"shop.example"),
            (b"x-forwarded-for", b"203.0.113.9"),
        ]
    )
    assert (told["client"], told["url"]) == ("2001:db8::1", "https://shop.example/")


@pytest.mark.parametrize(
    ("headers", "client"),
    [
        ([(b"forwarded", b"for=203.0.113.9")], "203.0.113.9"),
        ([(b"forwarded", b"For=203.0.113.9:80 ; by=x")], "203.0.113.9"),
        ([(b"forwarded", b'for="203.0.113.9"')], "203.0.113.9"),
        ([(b"forwarded", b'for="[::1]"')], "::1"),
        ([(b"forwarded", b"for=unknown"), (b"x-real-ip", b"203.0.113.9")], "203.0.113.9"),
        ([(b"forwarded", b"for=_hidden"), (b"x-forwarded-for", b"203.0.113.9")], "203.0.113.9"),
        ([(b"x-forwarded-for", b"unknown"), (b"x-real-ip", b"203.0.113.9")], "203.0.113.9"),
        ([(b"x-real-ip", b"203.0.113.9")], "203.0.113.9"),
        ([(b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-for", b"203.0.113.8")], "203.0.113.9"),
        ([(b"x-forwarded-for", b"::ffff:203.0.113.9")], "203.0.113.9"),
        ([(b"x-forwarded-for", b"not an address")], "127.0.0.1"),
        ([(b"x-forwarded-for", b"fe80::1%eth0")], "127.0.0.1"),
        ([(b"forwarded", b'for="unfinished')], "127.0.0.1"),
        ([(b"forwarded", b'for="' + b"\\" * 999)], "127.0.0.1"),
        ([(b"forwarded", b",,;=;;," * 99)], "127.0.0.1"),
        ([(b"x-forwarded-for", b"\xff\xfe")], "127.0.0.1"),
        ([(b"x-forwarded-for", b"1" * 9999)], "127.0.0.1"),
    ],
)
def test_the_client_is_an_address_or_stays_what_the_connection_says(headers: Lines, client: str) -> None:
    assert seen(headers)["client"] == client


@pytest.mark.parametrize(
    ("host", "server"),
    [
        (b"shop.example", ["shop.example", 80]),
        (b"shop.example:8080", ["shop.example", 8080]),
        (b"[2001:db8::1]:8443", ["2001:db8::1", 8443]),
        (b"[2001:db8::1]", ["2001:db8::1", 80]),
        (b"shop.example:http", ["shop.example:http", 80]),
        (b"shop.example:99999", ["shop.example:99999", 80]),
        ("shop.example:٣".encode(), ["shop.example:Ù£", 80]),
    ],
)
def test_the_host_is_taken_apart_and_never_breaks(host: bytes, server: list[object]) -> None:
    assert seen([(b"x-forwarded-host", host)])["server"] == server


@pytest.mark.parametrize("proto", [b"ftp", b"HTTPS x", b"", b"javascript", b"wss"])
def test_a_scheme_that_is_none_is_left_alone(proto: bytes) -> None:
    assert seen([(b"x-forwarded-proto", proto)])["secure"] is False


@pytest.mark.parametrize("proto", ["https", "wss"])
def test_a_websocket_is_told_too(proto: str) -> None:
    headers = {"x-forwarded-proto": proto, "x-forwarded-for": "203.0.113.9"}
    with app().requests.websocket_connect("/ws", headers=headers) as ws:
        assert ws.receive_json() == {"scheme": "wss", "client": "203.0.113.9"}


# --- whom to believe


@pytest.mark.defect(30)
def test_only_a_trusted_network_is_believed() -> None:
    headers: Lines = [(b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-proto", b"https")]
    assert seen(headers, trusted_proxies=["127.0.0.0/8"])["client"] == "203.0.113.9"
    told = seen(headers, trusted_proxies=["10.0.0.0/8", ip_network("::1")])
    assert (told["client"], told["secure"]) == ("127.0.0.1", False)


@pytest.mark.defect(30)
@pytest.mark.parametrize(
    ("chain", "client"),
    [
        (b"203.0.113.9", "203.0.113.9"),
        (b"6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (b"6.6.6.6, 203.0.113.9, 10.0.0.1, 10.0.0.2", "203.0.113.9"),
        (b"10.0.0.7, 10.0.0.2", "10.0.0.7"),
        (b"6.6.6.6, nonsense, 10.0.0.2", "127.0.0.1"),
    ],
)
def test_the_client_is_the_last_who_is_no_proxy_of_ours(chain: bytes, client: str) -> None:
    nets = ["127.0.0.1", "10.0.0.0/8"]
    assert seen([(b"x-forwarded-for", chain)], trusted_proxies=nets)["client"] == client
    forwarded = b", ".join(b"for=" + one for one in chain.split(b", "))
    assert seen([(b"forwarded", forwarded)], trusted_proxies=nets)["client"] == client


@pytest.mark.defect(30)
@pytest.mark.parametrize(
    ("hops", "client"),
    [(1, "10.0.0.2"), (2, "10.0.0.1"), (3, "203.0.113.9"), (4, "6.6.6.6"), (5, "127.0.0.1")],
)
def test_proxies_can_be_counted(hops: int, client: str) -> None:
    chain = b"6.6.6.6, 203.0.113.9, 10.0.0.1, 10.0.0.2"
    assert seen([(b"x-forwarded-for", chain)], trusted_proxies=hops)["client"] == client


@pytest.mark.defect(30)
def test_scheme_and_host_are_those_that_the_same_proxy_said() -> None:
    headers: Lines = [
        (b"x-forwarded-for", b"6.6.6.6, 203.0.113.9"),
        (b"x-forwarded-proto", b"http, https"),
        (b"x-forwarded-host", b"evil.example, shop.example"),
    ]
    told = seen(headers, trusted_proxies=1)
    assert (told["url"], told["client"]) == ("https://shop.example/", "203.0.113.9")
    headers[1] = (b"x-forwarded-proto", b"https")
    assert seen(headers, trusted_proxies=1)["secure"] is True


@pytest.mark.defect(30)
def test_of_two_headers_that_disagree_one_was_forged_and_neither_is_believed() -> None:
    headers: Lines = [(b"forwarded", b"for=6.6.6.6;proto=https"), (b"x-forwarded-for", b"203.0.113.9")]
    for trusted in (1, ["127.0.0.1"]):
        told = seen(headers, trusted_proxies=trusted)
        assert (told["client"], told["secure"]) == ("127.0.0.1", False)


def test_hosts_and_the_redirect_to_https_see_what_the_proxy_said() -> None:
    api = app(allowed_hosts=["shop.example"], enable_hsts=True, trusted_proxies=1)
    forwarded: Lines = [(b"x-forwarded-host", b"shop.example"), (b"x-forwarded-for", b"203.0.113.9")]
    assert call(api, "GET", "/", headers=[*forwarded, (b"x-forwarded-proto", b"https")]).status == 200
    answer = call(api, "GET", "/", headers=[*forwarded, (b"x-forwarded-proto", b"http")])
    assert (answer.status, answer.headers["location"]) == (307, "https://shop.example/")
    assert call(api, "GET", "/", headers=[(b"x-forwarded-for", b"203.0.113.9")]).status == 400


def test_the_middleware_can_be_added_alone() -> None:
    api = app(trust_proxy_headers=False)
    api.add_middleware(ProxyHeadersMiddleware, trusted_proxies=["127.0.0.0/8"])
    answer: Any = call(api, "GET", "/", headers=[(b"x-forwarded-for", b"203.0.113.9")]).json()
    assert answer["client"] == "203.0.113.9"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"trust_proxy_headers": "yes"}, "True or False"),
        ({"trusted_proxies": 1}, "without trust_proxy_headers=True"),
        ({"trust_proxy_headers": True, "trusted_proxies": 0}, "from 1"),
        ({"trust_proxy_headers": True, "trusted_proxies": True}, "list of networks"),
        ({"trust_proxy_headers": True, "trusted_proxies": "10.0.0.0/8"}, "list of networks"),
        ({"trust_proxy_headers": True, "trusted_proxies": []}, "trusts nobody"),
        ({"trust_proxy_headers": True, "trusted_proxies": ["10.0.0.1/8"]}, "host bits"),
        ({"trust_proxy_headers": True, "trusted_proxies": ["proxy.local"]}, "trusted_proxies"),
        ({"trust_proxy_headers": True, "trusted_proxies": [5.5]}, "network such as"),
    ],
)
def test_what_could_not_be_meant_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        API(**options)
