from __future__ import annotations

import asyncio
import threading

import pytest

from responder._http import heads
from responder._http.gzip import accepts_gzip, gzip_etag, plain_etag
from responder._http.response import Response
from tests.http.wire import send, with_options

GZIP = [("accept-encoding", "gzip, br")]


def words(size: int) -> Response:
    response: Response = Response()
    response.text = "a" * size
    return response


def test_a_body_of_500_bytes_is_compressed() -> None:
    sent = send(words(500), headers=GZIP)
    assert sent.unpacked == b"a" * 500
    assert sent.header("content-encoding") == b"gzip"
    assert sent.header("vary") == b"Accept-Encoding"
    assert sent.header("content-length") == str(len(sent.body)).encode()
    assert sent.header("content-type") == b"text/plain; charset=utf-8"


def test_a_body_of_499_bytes_is_not() -> None:
    sent = send(words(499), headers=GZIP)
    assert sent.body == b"a" * 499
    assert sent.header("content-encoding") is None
    assert sent.header("vary") is None


def test_a_client_that_does_not_take_gzip_still_learns_that_it_varies() -> None:
    sent = send(words(500))
    assert sent.body == b"a" * 500
    assert sent.header("vary") == b"Accept-Encoding"


def test_gzip_may_be_switched_off() -> None:
    sent = send(words(5000), headers=GZIP, delivery=with_options(gzip=False))
    assert sent.body == b"a" * 5000
    assert sent.header("vary") is None


def test_a_negotiated_and_compressed_body_varies_by_both() -> None:
    response: Response = Response()
    response.media = ["a" * 600]
    response.vary("Cookie", "accept")
    assert send(response, headers=GZIP).header("vary") == b"Cookie, accept, Accept-Encoding"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Content-Encoding", "br"),
        ("Content-Type", "image/png"),
        ("Content-Type", "text/event-stream"),
        ("Content-Type", "application/zip"),
        ("Content-Range", "bytes 0-599/1000"),
        ("Cache-Control", "public, no-transform"),
    ],
)
def test_a_body_that_must_stay_as_it_is_stays(name: str, value: str) -> None:
    response: Response = Response()
    response.content = b"a" * 600
    response.headers[name] = value
    sent = send(response, headers=GZIP)
    assert sent.body == b"a" * 600
    assert sent.header("vary") is None


def test_a_part_of_a_body_is_not_compressed() -> None:
    response = words(600)
    response.status_code = 206
    assert send(response, headers=GZIP).body == b"a" * 600


def test_svg_is_text_after_all() -> None:
    response: Response = Response()
    response.content = b"<svg/>" * 100
    response.mimetype = "image/svg+xml"
    assert send(response, headers=GZIP).header("content-encoding") == b"gzip"


def test_compressed_bytes_have_a_tag_of_their_own() -> None:
    response = words(600)
    response.etag = "v1"
    assert send(response, headers=GZIP).header("etag") == b'"v1-gzip"'
    assert send(response).header("etag") == b'"v1"'
    response.etag = 'W/"v1"'
    assert send(response, headers=GZIP).header("etag") == b'W/"v1"'


def test_both_tags_are_recognised_later() -> None:
    response = words(600)
    response.etag = "v1"
    for tag in ('"v1"', '"v1-gzip"', 'W/"v1-gzip"'):
        sent = send(response, headers=[*GZIP, ("if-none-match", tag)])
        assert (sent.status, sent.body, sent.header("etag")) == (304, b"", b'"v1-gzip"')
        assert sent.header("vary") == b"Accept-Encoding"
    response.etag = "v2"
    assert send(response, headers=[*GZIP, ("if-none-match", '"v1-gzip"')]).status == 200


def test_a_write_may_name_the_tag_of_the_compressed_form() -> None:
    response: Response = Response()
    response.etag = "v1"
    assert send(response, "PUT", [("if-match", '"v1-gzip"')]).status == 200
    assert send(response, "PUT", [("if-match", '"v2-gzip"')]).status == 412


def test_head_tells_the_length_of_the_compressed_body() -> None:
    got, asked = send(words(900), headers=GZIP), send(words(900), "HEAD", GZIP)
    assert asked.headers == got.headers
    assert asked.body == b""


def test_a_large_body_is_compressed_off_the_loop() -> None:
    seen: list[int] = []

    def note(body: bytes) -> bytes:
        seen.append(threading.get_ident())
        return body

    asyncio.run(heads.aside(note, b"a" * heads.OFF_LOOP))
    asyncio.run(heads.aside(note, b"a" * (heads.OFF_LOOP + 1)))
    assert seen[0] == threading.get_ident()
    assert seen[1] != threading.get_ident()
    assert send(words(100_000), headers=GZIP).unpacked == b"a" * 100_000


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        (b"gzip", True),
        (b"GZIP", True),
        (b"br, gzip", True),
        (b"br,gzip;q=0.1", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.0, br", False),
        (b"*", True),
        (b"*;q=0", False),
        (b"*, gzip;q=0", False),
        (b"*;q=0, gzip", True),
        (b"x-gzip;q=1", True),
        (b"gzip;q=nonsense", True),
        (b"gzippy", False),
        (b"identity", False),
        (b"", False),
        (b";;,,=", False),
    ],
)
def test_who_takes_gzip(header: bytes, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted


@pytest.mark.parametrize("tag", ['"a"', '""', 'W/"a"'])
def test_the_suffix_comes_off_again(tag: str) -> None:
    assert plain_etag(gzip_etag(tag)) == tag
