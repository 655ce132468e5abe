from __future__ import annotations

import datetime
import hashlib

import pytest

from responder._http.conditional import matches
from responder._http.dates import http_date, parse_http_date
from responder._http.response import Response
from tests.http.wire import send, with_options

MOMENT = datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=datetime.UTC)
DATE, BEFORE, AFTER = (http_date(MOMENT + datetime.timedelta(days=days)) for days in (0, -1, 1))


def tagged(etag: str | None = "v1", modified: bool = False) -> Response:
    response: Response = Response()
    response.text = "hello"
    response.set_cookie("a", "b")
    response.headers["X-Kept"] = "1"
    if etag is not None:
        response.etag = etag
    if modified:
        response.last_modified = MOMENT
    return response


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("listed", ['"v1"', 'W/"v1"', '"x", "v1"', "*", ' "x" ,W/"v1"'])
def test_a_client_that_has_the_answer_gets_304(method: str, listed: str) -> None:
    sent = send(tagged(), method, [("if-none-match", listed)])
    assert (sent.status, sent.body) == (304, b"")
    assert sent.headers == [
        (b"x-kept", b"1"),
        (b"etag", b'"v1"'),
        (b"set-cookie", b"a=b; Path=/; HttpOnly; SameSite=lax"),
    ]


def test_304_keeps_vary() -> None:
    response: Response = Response()
    response.media = {"a": 1}
    response.etag = "v1"
    sent = send(response, headers=[("if-none-match", '"v1"')])
    assert sent.headers == [(b"etag", b'"v1"'), (b"vary", b"Accept")]


@pytest.mark.parametrize("listed", ['"v2"', "v1", '"v1', "", '"v1-other"'])
def test_a_client_with_another_version_gets_the_body(listed: str) -> None:
    assert send(tagged(), headers=[("if-none-match", listed)]).body == b"hello"


def test_repeated_lines_are_one_list() -> None:
    assert send(tagged(), headers=[("if-none-match", '"x"'), ("if-none-match", '"v1"')]).status == 304


def test_the_tag_decides_alone() -> None:
    headers = [("if-none-match", '"v2"'), ("if-modified-since", AFTER)]
    assert send(tagged(modified=True), headers=headers).status == 200


def test_without_a_tag_the_date_decides() -> None:
    for date, status in ((DATE, 304), (AFTER, 304), (BEFORE, 200), ("yesterday", 200), ("", 200)):
        assert send(tagged(None, True), headers=[("if-modified-since", date)]).status == status
    assert (
        send(tagged(None, True), headers=[("if-none-match", '"v1"'), ("if-modified-since", DATE)]).status
        == 304
    )


def test_a_tag_alone_knows_nothing_of_dates() -> None:
    assert send(tagged(), headers=[("if-modified-since", AFTER)]).status == 200


def test_only_200_becomes_304() -> None:
    response = tagged()
    response.status_code = 201
    assert send(response, headers=[("if-none-match", "*")]).status == 201


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
@pytest.mark.parametrize(
    ("headers", "etag", "status"),
    [
        ([("if-match", '"v1"')], "v1", 200),
        ([("if-match", "*")], "v1", 200),
        ([("if-match", '"v2"')], "v1", 412),
        ([("if-match", 'W/"v1"')], "v1", 412),
        ([("if-match", 'W/"v1"')], 'W/"v1"', 412),
        ([("if-match", '"v1"')], None, 200),
        ([("if-none-match", "*")], "v1", 412),
        ([("if-none-match", 'W/"v1"')], "v1", 412),
        ([("if-none-match", '"v2"')], "v1", 200),
        ([("if-unmodified-since", BEFORE)], "v1", 412),
        ([("if-unmodified-since", DATE)], "v1", 200),
        ([("if-unmodified-since", "nonsense")], "v1", 200),
        ([("if-match", '"v1"'), ("if-unmodified-since", BEFORE)], "v1", 200),
        ([("if-match", '"v1"'), ("if-none-match", '"v1"')], "v1", 412),
    ],
)
def test_a_write_whose_precondition_is_false_gets_412(
    method: str, headers: list[tuple[str, str]], etag: str | None, status: int
) -> None:
    sent = send(tagged(etag, True), method, headers)
    assert sent.status == status
    if status == 412:
        assert sent.body == b""
        assert sent.header("content-length") == b"0"
        assert sent.header("content-type") is None
        assert sent.header("etag") is not None
        assert sent.header("last-modified") == DATE.encode()


def test_a_failed_write_is_not_made_412() -> None:
    response = tagged()
    response.status_code = 409
    assert send(response, "PUT", [("if-match", '"v2"')]).status == 409


def test_a_tag_gets_its_quotes() -> None:
    response: Response = Response()
    for given, kept in (("v1", '"v1"'), ('"v1"', '"v1"'), ('W/"v1"', 'W/"v1"')):
        response.etag = given
        assert response.etag == kept
        assert send(response).header("etag") == kept.encode()
    response.etag = None
    assert response.etag is None
    assert send(response).header("etag") is None


def test_a_date_may_be_naive_aware_or_text() -> None:
    response: Response = Response()
    for given in (MOMENT, MOMENT.replace(tzinfo=None), DATE):
        response.last_modified = given
        assert send(response).header("last-modified") == b"Mon, 06 May 2024 07:08:09 GMT"
    response.last_modified = None
    assert response.last_modified is None


def test_automatic_tags_are_the_hash_of_the_body() -> None:
    auto = with_options(etag=True)
    response: Response = Response()
    response.media = {"a": 1}
    tag = f'"{hashlib.md5(b"""{"a":1}""").hexdigest()}"'
    assert send(response, delivery=auto).header("etag") == tag.encode()
    assert send(response, "HEAD", delivery=auto).header("etag") == tag.encode()
    assert send(response, headers=[("if-none-match", tag)], delivery=auto).status == 304
    assert send(response, "POST", delivery=auto).header("etag") is None
    response.etag = "mine"
    assert send(response, delivery=auto).header("etag") == b'"mine"'
    response.etag = None
    response.status_code = 404
    assert send(response, delivery=auto).header("etag") is None


def test_an_automatic_tag_of_a_compressed_body_says_so() -> None:
    response: Response = Response()
    response.text = "a" * 1000
    sent = send(response, headers=[("accept-encoding", "gzip")], delivery=with_options(etag=True))
    etag = sent.header("etag")
    assert etag is not None
    assert etag.endswith(b'-gzip"')
    again = send(
        response,
        headers=[("accept-encoding", "gzip"), ("if-none-match", etag.decode())],
        delivery=with_options(etag=True),
    )
    assert (again.status, again.header("etag")) == (304, etag)


def test_a_tag_is_compared_as_a_whole() -> None:
    assert matches('"a,b"', '"a,b"', strong=True)
    assert not matches('"a", "b"', '"a,b"', strong=False)


@pytest.mark.parametrize(
    "text",
    ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"],
)
def test_the_three_forms_of_a_date_are_read(text: str) -> None:
    assert parse_http_date(text) == datetime.datetime(1994, 11, 6, 8, 49, 37, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "text", ["Fri, 31 Dec 9999 23:59:59 -0100", "", "x", "0", "Sun, 99 Nov 1994 08:49:37 GMT", "9" * 10_000]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_http_date(text) is None


def test_a_date_in_another_zone_is_read_as_utc() -> None:
    moment = parse_http_date("Sun, 06 Nov 1994 10:49:37 +0200")
    assert moment == datetime.datetime(1994, 11, 6, 8, 49, 37, tzinfo=datetime.UTC)


def test_a_date_with_minus_zero_is_utc() -> None:
    moment = parse_http_date("Sun, 06 Nov 1994 08:49:37 -0000")
    assert moment == datetime.datetime(1994, 11, 6, 8, 49, 37, tzinfo=datetime.UTC)
