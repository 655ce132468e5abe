from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder._http.cookies import parse_cookies
from responder._http.dates import parse_http_date
from responder._http.response import Response
from responder._http.setcookies import encode_cookie
from tests.http.wire import send


def test_a_cookie_is_protected_by_default() -> None:
    response: Response = Response()
    response.set_cookie("session", "abc")
    assert send(response).all("set-cookie") == [b"session=abc; Path=/; HttpOnly; SameSite=lax"]


def test_every_attribute_is_sent() -> None:
    response: Response = Response()
    moment = datetime.datetime(2030, 1, 2, 3, 4, 5, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
    response.set_cookie("a", "b", moment, "/p", "example.org", 60, True, False, "none")
    line = (
        b"a=b; expires=Wed, 02 Jan 2030 01:04:05 GMT; Max-Age=60; Domain=example.org; Path=/p; Secure;"
        b" SameSite=none"
    )
    assert send(response).all("set-cookie") == [line]


def test_expiry_may_be_text_or_seconds_from_now() -> None:
    response: Response = Response()
    response.set_cookie("a", "b", "Wed, 02 Jan 2030 01:04:05 GMT")
    response.set_cookie("c", "d", 60)
    first, second = send(response).all("set-cookie")
    assert first == b"a=b; expires=Wed, 02 Jan 2030 01:04:05 GMT; Path=/; HttpOnly; SameSite=lax"
    moment = parse_http_date(second.decode().partition("expires=")[2].partition(";")[0])
    assert moment is not None
    assert 55 <= (moment - datetime.datetime.now(datetime.UTC)).total_seconds() <= 60


def test_samesite_none_leaves_the_attribute_out() -> None:
    response: Response = Response()
    response.set_cookie("a", "b", samesite=None, httponly=False, path=None)
    assert send(response).all("set-cookie") == [b"a=b"]


def test_deleting_a_cookie_empties_and_expires_it() -> None:
    response: Response = Response()
    response.set_cookie("a", "b")
    response.delete_cookie("a")
    assert send(response).all("set-cookie") == [
        b"a=; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; HttpOnly; SameSite=lax"
    ]


def test_each_cookie_has_its_own_line_and_bare_ones_have_no_attributes() -> None:
    response: Response = Response()
    response.cookies["theme"] = "dark"
    response.set_cookie("a", "1")
    response.set_cookie("a", "2", path="/x")
    assert send(response).all("set-cookie") == [
        b"theme=dark",
        b"a=1; Path=/; HttpOnly; SameSite=lax",
        b"a=2; Path=/x; HttpOnly; SameSite=lax",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "a b"},
        {"key": "a=b"},
        {"key": ""},
        {"key": "é"},
        {"key": "a", "path": "/;x"},
        {"key": "a", "domain": "e\r\nx"},
        {"key": "a", "samesite": "none"},
        {"key": "a", "samesite": "sometimes"},
        {"key": "__Secure-a"},
        {"key": "__Host-a", "secure": True, "path": "/x"},
        {"key": "__Host-a", "secure": True, "domain": "example.org"},
        {"key": "a", "expires": "tomorrow; Path=/"},
    ],
)
def test_a_cookie_that_browsers_would_drop_is_refused(wrong: dict[str, object]) -> None:
    response: Response = Response()
    with pytest.raises(ValueError):
        response.set_cookie(**wrong)  # type: ignore[arg-type]  # on purpose
    assert send(response).all("set-cookie") == []


def test_a_value_that_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError, match="must be str, not int"):
        Response().set_cookie("a", 5)  # type: ignore[arg-type]  # on purpose


@given(st.text())
def test_any_text_comes_back_as_it_was_set(value: str) -> None:
    line = encode_cookie(value)
    assert line.isascii()
    assert not set(line) & set(";\r\n\0,")
    readable = value.encode("utf-8", "replace").decode()
    assert parse_cookies(f"a={line}")["a"] == readable
