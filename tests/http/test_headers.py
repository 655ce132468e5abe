from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder._http.headers import ResponseHeaders, content_length, encode_uri, encode_value


def test_names_are_compared_without_case_and_keep_their_spelling() -> None:
    headers = ResponseHeaders({"X-Trace": "1"})
    headers["x-trace"] = "2"
    assert headers["X-TRACE"] == "2"
    assert list(headers) == ["x-trace"]
    assert "X-Trace" in headers
    assert headers.raw() == [(b"x-trace", b"2")]
    del headers["X-Trace"]
    assert not headers


def test_a_thousand_names_are_as_good_as_one() -> None:
    headers = ResponseHeaders({f"X-{number}": "1" for number in range(1000)})
    assert headers.raw()[-1] == (b"x-999", b"1")
    assert repr(ResponseHeaders({"A": "1"})) == "ResponseHeaders({'A': '1'})"


def test_append_adds_a_line() -> None:
    headers = ResponseHeaders()
    headers.append("Link", "</a>")
    headers.append("link", "</b>")
    assert headers["Link"] == "</a>, </b>"
    assert headers.get_list("LINK") == ["</a>", "</b>"]
    assert headers.get_list("Nope") == []
    assert headers.raw() == [(b"link", b"</a>"), (b"link", b"</b>")]


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\r\nb", "é", "a\0"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a header name"):
        ResponseHeaders()[name] = "x"


def test_a_value_that_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError, match="'X-Count' must be str, not int"):
        ResponseHeaders()["X-Count"] = 5  # type: ignore[assignment]  # on purpose
    with pytest.raises(TypeError):
        ResponseHeaders({"A": "1"}).append("A", b"2")  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("a\r\nSet-Cookie: b=c", b"aSet-Cookie: b=c"),
        ("a\0b\x7fc\x1b[31m", b"abc[31m"),
        ("  padded\t ", b"padded"),
        ("tab\tinside", b"tab\tinside"),
        ("caf\xe9", b"caf\xe9"),
        ("5 €", b"5 %E2%82%AC"),
        ("é€", b"%C3%A9%E2%82%AC"),
        ("\ud800", b"%3F"),
        ("", b""),
    ],
)
def test_a_value_leaves_as_one_clean_line(value: str, sent: bytes) -> None:
    assert encode_value(value) == sent


@given(st.text())
def test_no_text_can_split_a_header_or_fail_to_be_sent(value: str) -> None:
    assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", encode_value(value))


@given(st.text())
def test_a_location_is_always_a_uri(value: str) -> None:
    sent = encode_uri(value)
    assert sent.isascii()
    assert not re.search(r"[\x00-\x20\x7f\"<>\\^`{|}]", sent)
    assert encode_uri(sent) == sent


def test_a_location_keeps_what_is_encoded() -> None:
    assert encode_uri("/a b/é?q=%20&r=1#x") == "/a%20b/%C3%A9?q=%20&r=1#x"
    assert ResponseHeaders({"Location": "/é"}).raw() == [(b"location", b"/%C3%A9")]


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 10**9])
def test_a_length_is_its_number(size: int) -> None:
    assert content_length(size) == (b"content-length", str(size).encode())
