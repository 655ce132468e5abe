"""Cookies: tolerant of what browsers and others send, in linear time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder._http.cookies import parse_cookies
from responder._http.setcookies import encode_cookie
from tests.counting import cost


@pytest.mark.parametrize(
    ("header", "cookies"),
    [
        ("a=1; b=2", {"a": "1", "b": "2"}),
        ("a=1;b=2;", {"a": "1", "b": "2"}),
        ("  a = 1 ;; b=2 ", {"a": "1", "b": "2"}),
        ("a=x=y==", {"a": "x=y=="}),
        ("a=", {"a": ""}),
        ("a=1; a=2", {"a": "2"}),
        ('q="with spaces, and comma"', {"q": "with spaces, and comma"}),
        ('q="say \\"hi\\""', {"q": 'say "hi"'}),
        ('q="\\303\\251"', {"q": "é"}),
        ('q="', {"q": '"'}),
        ("$Version=1; a=1", {"$Version": "1", "a": "1"}),
        ("", {}),
    ],
)
def test_a_cookie_header_is_read(header: str, cookies: dict[str, str]) -> None:
    assert parse_cookies(header) == cookies


def test_a_malformed_cookie_does_not_drop_the_others() -> None:
    assert parse_cookies('a=1; =nameless; broken; "; {json}; b=2') == {"a": "1", "b": "2"}


def test_utf8_and_latin1_values_are_both_read() -> None:
    assert parse_cookies("a=é".encode().decode("latin-1")) == {"a": "é"}
    assert parse_cookies("a=\xe9") == {"a": "é"}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_set_cookie_writes_is_read_back(value: str) -> None:
    assert parse_cookies(f"name={encode_cookie(value)}") == {"name": value}


@given(st.text(st.characters(max_codepoint=255)))
def test_whatever_the_header_cookies_have_names_and_are_at_most_its_parts(header: str) -> None:
    cookies = parse_cookies(header)
    assert all(cookies)
    assert len(cookies) <= header.count("=")
    assert len(cookies) <= header.count(";") + 1


@pytest.mark.parametrize(("begin", "again"), [('a="', "\\\\"), ("", ";"), ("", "a;"), ("a=", '"'), ("", "=")])
def test_long_headers_take_linear_time(begin: str, again: str) -> None:
    def parsed(length: int) -> tuple[int, int]:
        header = begin + again * length + begin[2:]
        return cost(lambda: parse_cookies(header))

    once, twice = parsed(2_000), parsed(4_000)
    assert all(more <= 2 * less for less, more in zip(once, twice, strict=True))
    parse_cookies(
        begin + again * 200_000 + begin[2:]
    )  # what C does is not counted; the square of this would not end
