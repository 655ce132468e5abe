"""`Request`: what a handler sees of a scope."""

from __future__ import annotations

import encodings
import timeit
from collections.abc import Awaitable, Callable

import pytest
from starlette.types import Scope

from responder._http.contenttypes import text_codec
from responder._http.media import Formats, make_formats
from responder._http.request import Request
from responder._http.structures import State
from tests.http.incoming import Wire, request, scope_of


def of(path: str = "/", **more: object) -> Request:
    return Request(scope_of(path, **more), Wire([]))  # type: ignore[arg-type]  # the keywords of scope_of


class App:
    """An application, as far as a request knows it."""

    def __init__(self) -> None:
        self.state = State({"pool": 1})
        self.debug = False
        self.formats: Formats = make_formats()

    def url_for(self, target: str | Callable[..., object], /, **params: object) -> str:
        return f"/{target}/{params['id']}"


def test_the_line_of_a_request() -> None:
    req = of("/a b", query=b"x=1&x=2", method="PATCH")
    assert (req.method, req.path) == ("PATCH", "/a b")
    assert type(req.method) is str
    assert req.params.get_list("x") == ["1", "2"]
    assert req.params is req.params
    assert of().params.items_list() == []


@pytest.mark.parametrize(
    ("scope", "url"),
    [
        ({"path": "/items", "query": b"a=1"}, "http://127.0.0.1:5042/items?a=1"),
        ({"headers": {"host": "example.org"}}, "http://example.org/"),
        ({"headers": {"host": "example.org:8000"}, "scheme": "https"}, "https://example.org:8000/"),
        ({"headers": {"host": "[::1]:80"}}, "http://[::1]:80/"),
        ({"headers": {"host": ";"}}, "http://;/"),
        ({"server": ("example.org", 80)}, "http://example.org/"),
        ({"server": ("example.org", 443), "scheme": "https"}, "https://example.org/"),
        ({"server": ("::1", 8000)}, "http://[::1]:8000/"),
        ({"server": ("/run/app.sock", None), "headers": {"host": "example.org"}}, "http://example.org/"),
        ({"server": None}, "http://localhost/"),
        # What could be taken for another part of a URL is encoded.
        ({"path": "/a?b#c\\d%2fé\n"}, "http://127.0.0.1:5042/a%3Fb%23c%5Cd%252f%C3%A9%0A"),
        ({"path": "//evil.org/x"}, "http://127.0.0.1:5042//evil.org/x"),
        ({"path": "\ud800"}, "http://127.0.0.1:5042/%3F"),
        ({"query": b'q=\xff#"<'}, "http://127.0.0.1:5042/?q=%FF%23%22%3C"),
        # A host that is none is not believed.
        ({"headers": {"host": "evil.org/admin?"}}, "http://127.0.0.1:5042/"),
        ({"headers": {"host": "user@evil.org"}}, "http://127.0.0.1:5042/"),
        ({"headers": {"host": ""}}, "http://127.0.0.1:5042/"),
        ({"headers": {"host": "a b"}}, "http://127.0.0.1:5042/"),
        ({"headers": {"host": "a:b:c"}}, "http://127.0.0.1:5042/"),
    ],
)
def test_the_url_is_absolute_and_well_formed(scope: dict[str, object], url: str) -> None:
    req = of(**scope)  # type: ignore[arg-type]  # the keywords of scope_of
    assert req.full_url == url
    assert str(req.url) == url
    assert req.url is req.url
    assert req.url.hostname


def test_the_url_has_its_parts() -> None:
    url = of("/items", query=b"a=1", headers={"host": "example.org:81"}).url
    assert (url.scheme, url.hostname, url.port, url.path, url.query) == (
        "http",
        "example.org",
        81,
        "/items",
        "a=1",
    )
    assert str(url.include_query_params(b=2)) == "http://example.org:81/items?a=1&b=2"


def test_headers_and_what_they_say() -> None:
    req = of(headers={"Content-Type": "application/vnd.api+JSON", "Last-Event-ID": "7"})
    assert req.headers["content-TYPE"] == req.mimetype == "application/vnd.api+JSON"
    assert req.is_json
    assert req.last_event_id == "7"
    assert (of().mimetype, of().is_json, of().last_event_id) == ("", False, None)


def test_cookies_of_all_lines_are_read() -> None:
    req = of(headers=[("cookie", "a=1; b=2"), ("cookie", "c=3")])
    assert req.cookies == {"a": "1", "b": "2", "c": "3"}
    assert of().cookies == {}


def test_where_it_comes_from() -> None:
    client = of().client
    assert client is not None
    assert (client.host, client.port) == ("127.0.0.1", 5555)
    assert of(client=None).client is None
    assert not of().is_secure
    assert of(scheme="https").is_secure
    assert of(scheme="wss").is_secure


def test_path_params_and_the_template_come_from_the_route() -> None:
    class Route:
        path = "/users/{id:int}"
        path_format = "/users/{id}"

    req = of(path_params={"id": 3}, route=Route())
    assert req.path_params == {"id": 3}
    assert req.route_template == "/users/{id}"
    assert of().path_params == {}
    assert of().route_template is None


def test_state_is_shared_through_the_scope() -> None:
    scope = scope_of()
    scope["state"] = {"db": 1}
    req = Request(scope, Wire([]))
    req.state.user = "ada"
    assert scope["state"] == {"db": 1, "user": "ada"}
    assert Request(scope, Wire([])).state.user == "ada"
    assert req.state.db == 1
    assert getattr(of().state, "user", None) is None


def test_the_application_is_reached_from_its_requests() -> None:
    app = App()
    req = of(app=app, root_path="/v1", headers={"host": "example.org"}, scheme="https")
    assert req.api is app
    assert req.url_for("item", id=3) == "https://example.org/v1/item/3"
    with pytest.raises(RuntimeError, match="no application"):
        _ = of().api


def test_a_session_that_is_off_says_how_to_turn_it_on() -> None:
    with pytest.raises(RuntimeError, match="sessions=True"):
        _ = of().session
    session: dict[str, object] = {}
    assert of(session=session).session is session


def test_what_the_client_accepts() -> None:
    req = of(headers=[("accept", "text/html"), ("accept", "application/json;q=0.5")])
    assert req.accepts("text/html")
    assert req.accepts("json")
    assert not req.accepts("image/png")
    assert req.preferred_media_type(["application/json", "text/html"]) == "text/html"
    assert req.preferred_media_type(["image/png"]) is None
    assert of().preferred_media_type(["a/b", "c/d"]) == "a/b"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("type", "body", "encoding", "text"),
    [
        (None, b"abc", "utf-8", "abc"),
        (None, "é".encode(), "utf-8", "é"),
        (None, "“é”".encode("windows-1252"), "windows-1252", "“é”"),
        (None, b"\xff\xfe" + "é".encode("utf-16-le"), "utf-16", "é"),
        (None, "añb".encode("utf-16-be"), "utf-16-be", "añb"),
        (None, b"", "utf-8", ""),
        ("text/plain; charset=latin-1", b"\xe9", "iso8859-1", "é"),
        ('text/plain; Charset="UTF-8"', "é".encode(), "utf-8", "é"),
        ("text/plain; charset=utf-8", b"\xe9", "utf-8", "\ufffd"),
        ("text/plain; charset=no-such", "é".encode(), "utf-8", "é"),
        ("text/plain; charset=zip_codec", "é".encode(), "utf-8", "é"),
        ("text/plain; charset=punycode", b"abc", "utf-8", "abc"),
        ("text/plain; charset=\x00", b"abc", "utf-8", "abc"),
        ("text/plain; charset=", b"abc", "utf-8", "abc"),
    ],
)
async def test_text_is_decoded_as_declared_or_as_it_looks(
    type: str | None, body: bytes, encoding: str, text: str
) -> None:
    req = request(body, type=type)
    assert await req.encoding == encoding
    assert await req.text == text
    assert await req.read_text() == text


@pytest.mark.anyio
async def test_an_encoding_that_was_set_wins() -> None:
    req = request(b"\xe9", type="text/plain; charset=utf-8")
    assert req.declared_encoding == "utf-8"
    assert await req.apparent_encoding == "windows-1252"
    req.encoding = "latin-1"
    assert await req.text == "é"
    with pytest.raises(LookupError):
        req.encoding = "no-such"
    req.encoding = None
    assert await req.text == "\ufffd"


def test_the_names_of_encodings_that_clients_make_up_are_not_remembered() -> None:
    known: dict[str, object] = vars(encodings)["_cache"]  # where Python keeps them
    before = len(known)
    for number in range(100):
        assert text_codec(f"made-up-{number}") is None
        assert text_codec("utf" + "-" * (number % 30 + 1) + "8") == "utf-8"
    assert len(known) <= before + 1


def test_an_encoding_header_wins_over_the_charset() -> None:
    req = of(headers={"encoding": "latin-1", "content-type": "text/plain; charset=utf-8"})
    assert req.declared_encoding == "latin-1"


@pytest.mark.anyio
async def test_methods_stand_beside_the_awaitable_properties() -> None:
    req = request(b"abc")
    content: Awaitable[bytes] = req.content
    assert await content == await req.body() == b"abc"


def test_making_a_request_costs_next_to_nothing() -> None:
    scope: Scope = scope_of()
    receive = Wire([])
    seconds = min(timeit.repeat(lambda: Request(scope, receive, 100), number=10_000, repeat=5)) / 10_000
    # A quarter of a microsecond is the budget; a slow machine gets some more.
    assert seconds < 1e-6
    assert "responder" not in scope
