"""The login example, on the wire: who is signed in stays so, and nobody else becomes so."""

from __future__ import annotations

import re
import socket
from collections.abc import Generator, Sequence
from contextlib import contextmanager

import httpx
import pytest

from examples.login.accounts import Accounts, account
from examples.login.app import api, make_api
from responder.ext.sessions import MemorySessionBackend
from tests.sockets.server import Served, served

KEY, NEW_KEY = "k" * 32, "n" * 32
ACCOUNTS = Accounts(account("ada", "correct horse"), account("ben", "battery staple"))


@contextmanager
def running(stored: bool = True, key: str | Sequence[str] = KEY) -> Generator[Served]:
    store = MemorySessionBackend() if stored else None
    with served(make_api(store=store, secret_key=key, accounts=ACCOUNTS, https_only=False)) as server:
        yield server


def browser(server: Served) -> httpx.Client:
    return httpx.Client(base_url=f"http://127.0.0.1:{server.port}", headers={"accept": "text/html"})


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def sign_in(
    client: httpx.Client, name: str = "ada", password: str = "correct horse", to: str = "/account"
) -> httpx.Response:
    token = token_of(client.get("/login", params={"next": to}).text)
    fields = {"csrf_token": token, "name": name, "password": password, "next": to}
    return client.post("/login", data=fields)


def cookie(client: httpx.Client) -> str:
    (value,) = client.cookies.values()
    return value


def is_signed_in(client: httpx.Client) -> bool:
    answer = client.get("/account")
    if answer.status_code == 200:
        return True
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Faccount")
    return False


@pytest.fixture(params=[True, False], ids=["store", "cookie"])
def server(request: pytest.FixtureRequest) -> Generator[Served]:
    with running(request.param) as one:
        yield one


def test_the_declarations_are_sound() -> None:
    assert [str(finding) for finding in api.check()] == []


def test_somebody_signs_in_and_out(server: Served) -> None:
    with browser(server) as client:
        assert not is_signed_in(client)
        entered = sign_in(client)
        assert (entered.status_code, entered.headers["location"]) == (303, "/account")
        page = client.get("/account").text
        assert "your page, ada" in page
        assert "Hello, ada" in client.get("/").text
        noted = client.post("/notes", data={"csrf_token": token_of(page), "text": "<b>milk</b>"})
        assert noted.status_code == 303
        page = client.get("/account").text
        assert "&lt;b&gt;milk&lt;/b&gt;" in page
        assert client.post("/logout", data={"csrf_token": token_of(page)}).headers["location"] == "/"
        assert not is_signed_in(client)
        assert "Sign in" in client.get("/").text


def test_programs_are_told_and_not_sent_elsewhere(server: Served) -> None:
    with browser(server) as client:
        answer = client.get("/account", headers={"accept": "application/json"})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Session")


@pytest.mark.parametrize(
    ("name", "password"), [("ada", "battery staple"), ("eve", "correct horse"), ("", ""), ("ada", "")]
)
def test_a_wrong_name_and_a_wrong_password_look_alike(server: Served, name: str, password: str) -> None:
    with browser(server) as client:
        refused = sign_in(client, name or "?", password or "?")
        assert refused.status_code == 403
        assert "don&#39;t belong together" in refused.text or "don't belong together" in refused.text
        assert not is_signed_in(client)


@pytest.mark.parametrize(
    "to", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:x"]
)
def test_signing_in_leads_to_no_other_site(server: Served, to: str) -> None:
    with browser(server) as client:
        answer = sign_in(client, to=to)
        assert answer.status_code == 400
        assert "location" not in answer.headers


def test_forms_of_other_sites_are_refused(server: Served) -> None:
    with browser(server) as client:
        client.get("/login")
        fields = {"name": "ada", "password": "correct horse"}
        assert client.post("/login", data=fields).status_code == 403
        assert client.post("/login", data={**fields, "csrf_token": "x" * 43}).status_code == 403
        sign_in(client)
        assert client.post("/logout").status_code == 403
        assert is_signed_in(client)


# --- fixation


def test_what_was_known_before_signing_in_is_worth_nothing(server: Served) -> None:
    with browser(server) as attacker, browser(server) as victim:
        token = token_of(attacker.get("/login").text)
        name, planted = next(iter(attacker.cookies.items()))
        victim.cookies.set(name, planted, domain="127.0.0.1")
        entered = victim.post(
            "/login",
            data={"csrf_token": token, "name": "ada", "password": "correct horse", "next": "/account"},
        )
        assert entered.status_code == 303
        victim.cookies.clear()
        victim.cookies.set(name, entered.cookies[name], domain="127.0.0.1")
        assert entered.cookies[name] != planted
        assert is_signed_in(victim)
        assert not is_signed_in(attacker)
        # The token that the attacker had put there protects nothing any more.
        assert victim.post("/logout", data={"csrf_token": token}).status_code == 403


# --- tampering


def test_a_cookie_that_was_changed_is_nobodys(server: Served) -> None:
    with browser(server) as client:
        sign_in(client)
        good = cookie(client)
        (name,) = client.cookies.keys()
        for place in (0, len(good) // 2, len(good) - 2):
            other = "A" if good[place] != "A" else "B"
            changed = f"{good[:place]}{other}{good[place + 1 :]}"
            with browser(server) as forger:
                forger.cookies.set(name, changed)
                assert not is_signed_in(forger), place
        for invented in ("", "x", "a" * 43, "null", good + "x", good * 50):
            with browser(server) as forger:
                forger.cookies.set(name, invented)
                assert not is_signed_in(forger), invented
        assert is_signed_in(client)


# --- signing out, with requests in flight


def test_signing_out_is_final_for_requests_in_flight() -> None:
    with running() as server, browser(server) as client:
        sign_in(client)
        token = token_of(client.get("/account").text)
        (name,) = client.cookies.keys()
        old = cookie(client)
        body = b"text=too+late"
        head = (
            "POST /notes HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            f"X-CSRF-Token: {token}\r\nCookie: {name}={old}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
            "Expect: 100-continue\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", server.port), 10) as slow:
            slow.sendall(head.encode())
            # It is asked for its body: its session is loaded, and it is let in.
            assert slow.recv(65536).startswith(b"HTTP/1.1 100 ")
            slow.sendall(body[:5])
            noted = client.post("/notes", data={"csrf_token": token, "text": "in time"})
            assert noted.status_code == 303
            assert client.post("/logout", data={"csrf_token": token}).status_code == 303
            slow.sendall(body[5:])
            answer = b""
            while chunk := slow.recv(65536):
                answer += chunk
        assert answer.startswith(b"HTTP/1.1 ")
        with browser(server) as later:
            later.cookies.set(name, old)
            assert not is_signed_in(later)
        sign_in(client)
        assert "<li>" not in client.get("/account").text


# --- a key that changes


def test_a_new_key_signs_nobody_out_while_the_old_one_is_kept() -> None:
    with running(stored=False) as server, browser(server) as client:
        sign_in(client)
        (name,) = client.cookies.keys()
        old = cookie(client)
    with running(stored=False, key=[NEW_KEY, KEY]) as server, browser(server) as client:
        client.cookies.set(name, old)
        page = client.get("/account")
        assert page.status_code == 200
        client.post("/notes", data={"csrf_token": token_of(page.text), "text": "signed anew"})
        new = client.cookies.get(name, domain="127.0.0.1") or client.cookies.get(
            name, domain="127.0.0.1.local"
        )
        renewed = new or ""
    with running(stored=False, key=NEW_KEY) as server:
        with browser(server) as client:
            client.cookies.set(name, old)
            assert not is_signed_in(client)
        with browser(server) as client:
            client.cookies.set(name, renewed)
            assert is_signed_in(client)


def test_sessions_on_the_server_need_no_key() -> None:
    store = MemorySessionBackend()
    first = make_api(store=store, secret_key=KEY, accounts=ACCOUNTS, https_only=False)
    with served(first) as server, browser(server) as client:
        sign_in(client)
        ((name, kept),) = client.cookies.items()
    second = make_api(store=store, secret_key=NEW_KEY, accounts=ACCOUNTS, https_only=False)
    with served(second) as server, browser(server) as client:
        client.cookies.set(name, kept)
        assert is_signed_in(client)


def test_an_account_that_is_gone_is_signed_out() -> None:
    store = MemorySessionBackend()
    first = make_api(store=store, accounts=ACCOUNTS, https_only=False)
    with served(first) as server, browser(server) as client:
        sign_in(client)
        ((name, kept),) = client.cookies.items()
    second = make_api(store=store, accounts=Accounts(account("ben", "battery staple")), https_only=False)
    with served(second) as server, browser(server) as client:
        client.cookies.set(name, kept)
        assert not is_signed_in(client)


def test_guessing_passwords_is_slowed_down(server: Served) -> None:
    with browser(server) as client:
        token = token_of(client.get("/login").text)
        # Refused for their length before any password is judged; the attempts count all the same.
        fields = {"csrf_token": token, "name": "n" * 101, "password": "x"}
        answers = [client.post("/login", data=fields).status_code for _ in range(31)]
        assert answers == [422] * 30 + [429]
