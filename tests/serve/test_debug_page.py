"""The page that a browser is shown in debug mode: everything one needs, nothing that runs, no secrets."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

import httpx
import pytest
from typing_extensions import override

from responder import API, Depends, Header, Query, Request, Response
from responder.testing import make_client

EVIL = "<script>alert(1)</script>\"'&"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def page_of(api: API, path: str = "/", *, headers: Mapping[str, str] | None = None) -> httpx.Response:
    client = make_client(api, raise_server_exceptions=False)
    answer = client.get(path, headers={**BROWSER, **(headers or {})})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer  # type: ignore[return-value]  # the client's own class behaves like it


class Elements(HTMLParser):
    """The elements of a page, with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    @override
    def handle_data(self, data: str) -> None:
        self.words.append(data)


def guard(token: str = Header("none")) -> Iterator[str]:
    yield token


def shop(error: BaseException | None = None) -> API:
    api = API(debug=True)

    @api.get("/items/{id:int}")
    async def buy(id: int, count: int = Query(1), seller: str = Depends(guard)) -> str:
        raise error or ValueError("sold out")

    return api


def test_it_shows_the_error_the_line_the_route_and_the_request() -> None:
    page = page_of(shop(), "/items/7?count=3", headers={"X-Colour": "blue"}).text
    words = "".join(Elements(page).words)
    assert "ValueError" in words
    assert "sold out" in words
    assert 'raise error or ValueError("sold out")' in words
    assert "GET /items/{id:int}" in words
    assert "test_debug_page.guard" in words
    assert "from query, int, default 1" in words
    assert re.search(r"Path parameter id\s*7", words)
    assert "x-colour" in words
    assert "blue" in words


def test_it_shows_the_generated_function_with_the_line_that_was_running() -> None:
    page = page_of(shop(), "/items/7").text
    assert "generated" in page
    assert "async def endpoint(scope, receive, send, values):" in page
    frames = re.findall(r"<code>endpoint</code>.*?</details>", page, re.DOTALL)
    assert len(frames) == 1
    assert 'class="hit"' in frames[0]


def test_whatever_a_client_or_an_error_says_stays_text() -> None:
    class Odd(Exception):
        pass

    Odd.__qualname__ = Odd.__name__ = EVIL
    api = shop(Odd(EVIL))
    page = page_of(
        api, "/items/7?a=%3Cscript%3Ealert(1)%3C/script%3E", headers={"X-Odd": EVIL, "Cookie": f"{EVIL}=1"}
    ).text
    elements = Elements(page)
    assert "script" not in {tag for tag, _ in elements.found}
    assert "<script>alert(1)" in "".join(elements.words)
    allowed = {"lang", "charset", "name", "content", "class", "open"}
    assert {name for _, attributes in elements.found for name in attributes} <= allowed


def test_it_loads_and_runs_nothing() -> None:
    answer = page_of(shop(), "/items/7")
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{digest}'" in policy
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"\b(src|href|style|on\w+)=", re.sub(r"<style>.*?</style>", "", answer.text))


def test_secrets_of_the_request_are_not_shown() -> None:
    secret = "s3cr3t-value"
    page = page_of(
        shop(),
        f"/items/7?token={secret}&api_key={secret}",
        headers={
            "Authorization": f"Bearer {secret}",
            "Cookie": f"session={secret}; theme={secret}",
            "X-Api-Key": secret,
            "X-CSRF-Token": secret,
            "Referer": f"https://example.org/?code={secret}",
            "Proxy-Authorization": secret,
        },
    ).text
    assert secret not in page
    assert "Bearer ••••••••" in page
    assert "theme" in page


def test_causes_contexts_and_groups_are_all_shown() -> None:
    api = API(debug=True)

    @api.get("/cause")
    def cause() -> None:
        try:
            int("x")
        except ValueError as error:
            raise LookupError("outer") from error

    @api.get("/context")
    def context() -> None:
        try:
            int("y")
        except ValueError:
            raise LookupError("outer")  # noqa: B904  # what is tested

    @api.get("/group")
    def group() -> None:
        raise ExceptionGroup("several", [KeyError("first"), OSError("second")])

    assert "It was caused by" in page_of(api, "/cause").text
    assert "It was raised while handling" in page_of(api, "/context").text
    page = page_of(api, "/group").text
    assert "Exception 2 of the group" in page
    assert "second" in page


def test_a_deep_stack_and_a_long_message_stay_readable() -> None:
    api = API(debug=True)

    @api.get("/deep")
    def deep() -> None:
        deep()

    @api.get("/long")
    def long() -> None:
        raise ValueError("x" * 5_000_000)

    assert "frames are left out here" in page_of(api, "/deep").text
    assert len(page_of(api, "/long").content) < 200_000


def test_an_error_that_cannot_be_shown_is_still_answered() -> None:
    class Mute(Exception):
        @override
        def __str__(self) -> str:
            raise RuntimeError("no")

        @override
        def __repr__(self) -> str:
            raise RuntimeError("no")

    assert "Mute" in page_of(shop(Mute()), "/items/7").text


def test_an_error_outside_of_any_route_says_so() -> None:
    api = API(debug=True)

    @api.middleware("http")
    async def broken(request: object, call_next: object) -> Response:
        raise ValueError("in the middleware")

    assert "No route had been chosen." in page_of(api, "/nowhere").text


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/problem+json"])
def test_other_clients_get_the_traceback_as_text(accept: str) -> None:
    client = make_client(shop(), raise_server_exceptions=False)
    answer = client.get("/items/7", headers={"Accept": accept})
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("Traceback")
    assert "sold out" in answer.text


def test_without_debug_there_is_no_page_whatever_the_client_asks_for() -> None:
    api = API()

    @api.get("/")
    def fail(req: Request) -> None:
        raise ValueError("the secret")

    answer = make_client(api, raise_server_exceptions=False).get("/", headers=BROWSER)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
