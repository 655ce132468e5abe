from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel
from starlette.background import BackgroundTask
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    StreamingResponse,
)
from starlette.responses import Response as StarletteResponse

from responder._http.problems import Problem
from responder._http.request import Request
from responder._http.response import FOREIGN, MEDIA, NONE, RAW, TEXT, Response
from tests.http.wire import send

JSON_TYPE, TEXT_TYPE = b"application/json", b"text/plain; charset=utf-8"


def fresh() -> Response:
    return Response()


def test_an_untouched_response_is_an_empty_200() -> None:
    sent = send(fresh())
    assert (sent.status, sent.headers, sent.body) == (200, [(b"content-length", b"0")], b"")


def test_a_status_alone_has_an_empty_body() -> None:
    response = fresh()
    response.status_code = 503
    assert send(response).headers == [(b"content-length", b"0")]


def test_media_set_to_none_is_a_json_null() -> None:
    response = fresh()
    response.media = None
    assert send(response).body == b"null"


def test_text() -> None:
    response = fresh()
    response.text = "é"
    sent = send(response)
    assert sent.headers == [(b"content-length", b"2"), (b"content-type", TEXT_TYPE)]
    assert sent.body == "é".encode()
    assert (response.text, response.html, response.content, response.media) == ("é", None, "é", None)


def test_html() -> None:
    response = fresh()
    response.html = "<p>"
    assert send(response).header("content-type") == b"text/html; charset=utf-8"
    assert (response.text, response.html, response.mimetype) == (None, "<p>", "text/html")


def test_media() -> None:
    response = fresh()
    response.media = {"a": 1}
    sent = send(response)
    assert sent.headers == [(b"content-length", b"7"), (b"content-type", JSON_TYPE), (b"vary", b"Accept")]
    assert sent.body == b'{"a":1}'
    assert response.media == {"a": 1}


def test_bytes_are_an_octet_stream_unless_they_are_said_to_be_something() -> None:
    response = fresh()
    response.content = b"\x00"
    assert send(response).header("content-type") == b"application/octet-stream"
    response.mimetype = "text/csv"
    assert send(response).header("content-type") == b"text/csv"
    response.headers["Content-Type"] = "image/png"
    assert send(response).all("content-type") == [b"image/png"]


def test_content_of_text_has_no_type_unless_it_is_said() -> None:
    response = fresh()
    response.content = "a,b"
    sent = send(response)
    assert (sent.headers, sent.body) == ([(b"content-length", b"3")], b"a,b")
    response.mimetype = "text/csv"
    assert send(response).header("content-type") == b"text/csv; charset=utf-8"
    response.mimetype = "application/xml"
    assert send(response).header("content-type") == b"application/xml"
    response.mimetype = "text/csv; charset=ascii"
    assert send(response).header("content-type") == b"text/csv; charset=ascii"


def test_the_encoding_is_used_and_said() -> None:
    response = fresh()
    response.encoding = "latin-1"
    response.text = "é"
    sent = send(response)
    assert (sent.header("content-type"), sent.body) == (b"text/plain; charset=latin-1", b"\xe9")


def test_text_that_the_encoding_cannot_carry_is_sent_as_utf8() -> None:
    response = fresh()
    response.encoding = "latin-1"
    response.text = "€\ud800"
    sent = send(response)
    assert (sent.header("content-type"), sent.body) == (TEXT_TYPE, "€\ufffd".encode())


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(LookupError):
        fresh().encoding = "utf-nine"


@pytest.mark.parametrize("first", ["text", "html", "media", "content"])
@pytest.mark.parametrize(
    ("last", "value", "kind"),
    [
        ("text", "t", b"text/plain; charset=utf-8"),
        ("html", "h", b"text/html; charset=utf-8"),
        ("media", ["m"], b"application/json"),
        ("content", b"c", b"application/octet-stream"),
    ],
)
def test_the_last_body_wins(first: str, last: str, value: object, kind: bytes) -> None:
    response = fresh()
    setattr(response, first, b"x" if first == "content" else "x")
    setattr(response, last, value)
    sent = send(response)
    assert sent.header("content-type") == kind
    assert sent.body in (b"t", b"h", b'["m"]', b"c")


def test_what_is_known_of_a_body_before_anything_is_said() -> None:
    response = fresh()
    assert (response.mimetype, response.encoding) == (None, "utf-8")
    response.content = b"x"
    assert response.mimetype == "application/octet-stream"
    response.mimetype = "image/png"
    assert response.mimetype == "image/png"
    response.cookies["a"] = "1"
    response.cookies["b"] = "2"
    response.encoding = "utf-8"
    assert (response.encoding, len(response.cookies)) == ("utf-8", 2)


def test_204_says_nothing() -> None:
    response = fresh()
    response.no_content()
    assert (send(response).status, send(response).headers) == (204, [])


def test_setting_text_replaces_an_earlier_mimetype() -> None:
    response = fresh()
    response.mimetype = "text/csv"
    response.text = "x"
    assert response.mimetype == "text/plain"
    response.mimetype = "text/csv"
    assert send(response).header("content-type") == b"text/csv; charset=utf-8"


def test_an_explicit_type_of_media_is_kept_while_the_value_is_encoded() -> None:
    response = fresh()
    response.media = {"a": 1}
    response.mimetype = "application/vnd.api+json"
    assert send(response).header("content-type") == b"application/vnd.api+json"
    response.headers["content-type"] = "application/hal+json"
    sent = send(response)
    assert (sent.all("content-type"), sent.body) == ([b"application/hal+json"], b'{"a":1}')


@pytest.mark.parametrize(("name", "value"), [("text", 5), ("html", b"x"), ("content", 5), ("content", None)])
def test_a_body_of_the_wrong_type_is_refused(name: str, value: object) -> None:
    response = fresh()
    with pytest.raises(TypeError, match=r"use resp\.media"):
        setattr(response, name, value)
    assert response._kind == NONE


def test_a_cleared_response_remembers_nothing() -> None:
    response = fresh()
    response.problem(409, headers={"X-A": "1"})
    response.set_cookie("a", "b")
    response.background(print)
    response.clear()
    sent = send(response)
    assert (sent.status, sent.headers, sent.body) == (200, [(b"content-length", b"0")], b"")


def test_the_status_can_be_asked_for() -> None:
    response = fresh()
    assert response.ok
    with pytest.raises(RuntimeError):
        _ = response.status_code_safe


def test_a_status_may_be_an_enum_member() -> None:
    response = fresh()
    response.status_code = HTTPStatus.NOT_FOUND
    assert not response.ok
    assert response.status_code_safe == 404
    assert send(response).status == 404


@pytest.mark.parametrize("status", [0, 99, 1000, True, "200", 200.0])
def test_a_status_that_is_none_is_refused_before_anything_is_sent(status: object) -> None:
    response = fresh()
    response.status_code = status  # type: ignore[assignment]  # on purpose
    with pytest.raises(ValueError, match=r"resp\.status_code"):
        send(response)


@pytest.mark.parametrize("status", [100, 101, 199, 204, 205, 304])
def test_a_status_without_a_body_has_none_whatever_was_set(status: int) -> None:
    response = fresh()
    response.media = {"a": "b" * 1000}
    response.headers.update({"Content-Type": "x/y", "Content-Length": "5", "X-A": "1", "ETag": '"v"'})
    response.status_code = status
    sent = send(response, headers=[("accept-encoding", "gzip")])
    assert (sent.status, sent.headers, sent.body) == (status, [(b"x-a", b"1"), (b"etag", b'"v"')], b"")


def test_head_has_the_headers_of_get_and_no_body() -> None:
    response = fresh()
    response.media = {"a": 1}
    asked = send(response, "HEAD")
    assert asked.headers == send(response).headers
    assert asked.header("content-length") == b"7"
    assert asked.body == b""


def test_a_handler_of_head_may_say_the_length_itself() -> None:
    response = fresh()
    response.headers["Content-Length"] = "1234"
    assert send(response, "HEAD").all("content-length") == [b"1234"]
    assert send(response, "GET").all("content-length") == [b"0"]


def test_framing_is_never_the_handlers() -> None:
    response = fresh()
    response.text = "hello"
    response.headers.update({"Content-Length": "999", "Transfer-Encoding": "chunked"})
    sent = send(response)
    assert sent.all("content-length") == [b"5"]
    assert sent.all("transfer-encoding") == []


def test_a_redirect() -> None:
    response = fresh()
    response.redirect("/é x")
    sent = send(response)
    assert (sent.status, sent.header("location"), sent.body) == (
        307,
        b"/%C3%A9%20x",
        "Redirecting to: /é x".encode(),
    )
    response.redirect("/b", permanent=True, set_text=False)
    assert (send(response).status, send(response).header("location")) == (308, b"/b")
    response.redirect("/c", status_code=303)
    assert send(response).status == 303
    with pytest.raises(ValueError, match="from 300 to 399"):
        response.redirect("/d", status_code=200)


def test_a_redirect_off_the_site_can_be_refused() -> None:
    response = fresh()
    response.redirect("/next", allow_external=False)
    with pytest.raises(Problem) as caught:
        fresh().redirect("//evil.example", allow_external=False)
    assert (caught.value.status_code, caught.value.detail) == (400, "Refusing to redirect to an external URL")
    fresh().redirect("https://example.org")


def test_created() -> None:
    response = fresh()
    response.created({"id": 1}, location="/items/1", headers={"X-A": "1"})
    sent = send(response)
    assert (sent.status, sent.header("location"), sent.header("x-a"), sent.body) == (
        201,
        b"/items/1",
        b"1",
        b'{"id":1}',
    )
    response = fresh()
    response.created()
    assert (send(response).status, send(response).body) == (201, b"")


def test_no_content_forgets_the_body() -> None:
    response = fresh()
    response.text = "x"
    response.headers["Content-Type"] = "x/y"
    response.no_content(headers={"X-A": "1"})
    assert (send(response).status, send(response).headers) == (204, [(b"x-a", b"1")])
    response.status_code = 200
    assert send(response).body == b""


def test_a_problem() -> None:
    response = fresh()
    response.media = {"secret": 1}
    response.headers["Content-Type"] = "text/csv"
    response.problem(409, "Taken", title="Name taken", name="x", headers={"Retry-After": "1"})
    sent = send(response, headers=[("accept", "application/yaml")])
    assert (sent.status, sent.all("content-type"), sent.header("retry-after")) == (
        409,
        [b"application/problem+json"],
        b"1",
    )
    assert sent.json == {
        "type": "about:blank",
        "title": "Name taken",
        "status": 409,
        "detail": "Taken",
        "name": "x",
    }
    assert sent.header("vary") is None


def test_yaml_and_messagepack_are_sent_to_who_asks() -> None:
    response = fresh()
    response.media = {"a": 1}
    sent = send(response, headers=[("accept", "application/yaml")])
    assert (sent.header("content-type"), sent.header("vary"), sent.body) == (
        b"application/yaml",
        b"Accept",
        b"a: 1\n",
    )
    sent = send(response, headers=[("accept", "text/html"), ("accept", "application/x-msgpack;q=0.5")])
    assert (sent.header("content-type"), sent.body) == (b"application/x-msgpack", b"\x81\xa1a\x01")


def test_headers_can_be_replaced_as_a_whole() -> None:
    response = fresh()
    response.headers["X-A"] = "1"
    response.headers = {"X-B": "2"}
    assert send(response).headers == [(b"content-length", b"0"), (b"x-b", b"2")]


def test_a_response_knows_its_request() -> None:
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/", "headers": []}

    async def receive() -> dict[str, object]:
        raise AssertionError

    request = Request(scope, receive)
    assert Response(request).req is request
    with pytest.raises(RuntimeError, match="without a request"):
        _ = fresh().req


def test_the_session_is_that_of_the_request() -> None:
    async def receive() -> dict[str, object]:
        raise AssertionError

    session: dict[str, object] = {"a": 1}
    response = Response(Request({"type": "http", "headers": [], "session": session}, receive))
    response.session["b"] = 2
    assert session == {"a": 1, "b": 2}
    response.session = {"c": response.session["a"]}
    assert session == {"c": 1}
    with pytest.raises(RuntimeError):
        _ = Response(Request({"type": "http", "headers": []}, receive)).session


class Named(NamedTuple):
    body: str
    status: int


class Model(BaseModel):
    a: int


@dataclass
class Data:
    a: int


@pytest.mark.parametrize(
    ("result", "kind", "body", "content_type"),
    [
        (None, NONE, b"", None),
        ({"a": 1}, MEDIA, b'{"a":1}', JSON_TYPE),
        ([1], MEDIA, b"[1]", JSON_TYPE),
        ("x", TEXT, b"x", TEXT_TYPE),
        (b"x", RAW, b"x", b"application/octet-stream"),
        (Model(a=1), MEDIA, b'{"a":1}', JSON_TYPE),
        (Data(1), MEDIA, b'{"a":1}', JSON_TYPE),
        (True, MEDIA, b"true", JSON_TYPE),
        (0, MEDIA, b"0", JSON_TYPE),
        (1.5, MEDIA, b"1.5", JSON_TYPE),
    ],
)
def test_a_returned_value_is_the_body(
    result: object, kind: int, body: bytes, content_type: bytes | None
) -> None:
    for returned, status in ((result, 200), ((result, 202), 202), ((result, 203, {"X-A": "é"}), 203)):
        response = fresh()
        response.apply(returned)
        sent = send(response)
        assert (response._kind, sent.status, sent.body) == (kind, status, body)
        assert sent.header("content-type") == content_type
        assert sent.header("x-a") == ("é".encode("latin-1") if status == 203 else None)


def test_a_returned_body_replaces_the_body_and_nothing_else() -> None:
    response = fresh()
    response.text = "old"
    response.status_code = 201
    response.headers["X-A"] = "1"
    response.set_cookie("a", "b")
    response.apply({"new": 1})
    sent = send(response)
    assert (sent.status, sent.header("x-a"), sent.body) == (201, b"1", b'{"new":1}')
    assert len(sent.all("set-cookie")) == 1
    response.apply(None)
    assert send(response).body == b'{"new":1}'


@pytest.mark.parametrize(
    ("result", "error"),
    [
        (object(), TypeError),
        ({1, 2}, TypeError),
        (Data, TypeError),
        (iter(()), TypeError),
        (("a",), TypeError),
        (Named("a", 200), TypeError),
        ((), TypeError),
        (("a", 200, dict[str, str](), 1), TypeError),
        (("a", "200"), TypeError),
        (("a", True), TypeError),
        (("a", 99), ValueError),
        (("a", 600), ValueError),
        (("a", 200, [("a", "b")]), TypeError),
        (("a", 200, {"a": 1}), TypeError),
        (("a", 200, {"a b": "1"}), ValueError),
        ((object(), 200), TypeError),
        ((("a", 200), 200), TypeError),
    ],
    ids=range(17),
)
def test_what_is_no_answer_is_refused_and_changes_nothing(result: object, error: type[Exception]) -> None:
    response = fresh()
    response.text = "as it was"
    with pytest.raises(error):
        response.apply(result)
    assert (response.text, response.status_code) == ("as it was", None)


def test_a_starlette_response_becomes_this_one() -> None:
    response = fresh()
    response.headers["X-Mine"] = "1"
    answer = JSONResponse({"a": 1}, 201, {"X-Theirs": "2"}, background=BackgroundTask(print))
    answer.set_cookie("a", "b")
    response.apply(answer)
    sent = send(response)
    assert (sent.status, sent.body, sent.header("content-type")) == (201, b'{"a":1}', JSON_TYPE)
    assert (sent.header("x-mine"), sent.header("x-theirs")) == (b"1", b"2")
    assert sent.all("set-cookie") == [b"a=b; Path=/; SameSite=lax"]
    assert sent.header("content-length") == b"7"
    assert response._extras is not None
    assert len(response._extras.tasks) == 1
    response.headers["X-Theirs"] = "changed by a hook"
    assert send(response).all("x-theirs") == [b"changed by a hook"]


@pytest.mark.parametrize(
    ("answer", "content_type"),
    [
        (StarletteResponse(b"x"), None),
        (PlainTextResponse("x"), TEXT_TYPE),
        (HTMLResponse("x"), b"text/html; charset=utf-8"),
        (StarletteResponse("x", media_type="image/svg+xml"), b"image/svg+xml"),
        (RedirectResponse("/x"), None),
    ],
)
def test_its_type_is_kept_until_another_body_is_set(
    answer: StarletteResponse, content_type: bytes | None
) -> None:
    response = fresh()
    response.apply(answer)
    assert send(response).header("content-type") == content_type
    response.media = 1
    assert send(response).header("content-type") == JSON_TYPE


def test_a_tuple_may_give_a_starlette_response_another_status() -> None:
    response = fresh()
    response.apply((PlainTextResponse("x", 200), 202))
    assert send(response).status == 202


def test_several_cookies_of_a_starlette_response_are_kept() -> None:
    answer = PlainTextResponse("x")
    answer.set_cookie("a", "1")
    answer.set_cookie("b", "2")
    response = fresh()
    response.set_cookie("c", "3")
    response.apply(answer)
    assert [line[:3] for line in send(response).all("set-cookie")] == [b"a=1", b"b=2", b"c=3"]


def test_a_streaming_response_sends_itself_with_our_headers_over_it() -> None:
    response = fresh()
    response.headers["X-A"] = "ours"
    response.set_cookie("a", "b")
    answer = StreamingResponse(iter(["a", "b"]), 202, {"X-A": "theirs", "X-B": "t"}, "text/plain")
    answer.raw_headers.append((b"x-split", b"a\r\nb: c"))
    response.apply(answer)
    assert response._kind == FOREIGN
    sent = send(response)
    assert (sent.status, sent.body, sent.all("x-a"), sent.header("x-b")) == (202, b"ab", [b"ours"], b"t")
    assert sent.header("x-split") == b"ab: c"
    assert len(sent.all("set-cookie")) == 1


def test_a_streaming_response_has_no_body_for_head_or_204() -> None:
    response = fresh()
    response.apply(StreamingResponse(iter(["a"])))
    assert send(response, "HEAD").body == b""
    response = fresh()
    response.apply((StreamingResponse(iter(["a"]), media_type="x/y"), 204))
    sent = send(response)
    assert (sent.status, sent.headers, sent.body) == (204, [], b"")


def test_a_file_response_works(tmp_path: object) -> None:
    response = fresh()
    response.apply(FileResponse(__file__))
    assert b"test_a_file_response_works" in send(response).body
