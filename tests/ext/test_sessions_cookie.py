"""Sessions in a signed cookie: keys, size, tampering, renewal, and what they cost when nobody looks."""

from __future__ import annotations

import asyncio
import base64
import datetime
import decimal
import json
import logging
import time
import uuid
from typing import cast

import pytest
from itsdangerous import TimestampSigner
from starlette.applications import Starlette
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request as StarletteRequest
from starlette.responses import JSONResponse
from starlette.routing import Route
from typing_extensions import override

from responder import API, Request, Response
from responder.ext.sessions import (
    SECRET_KEY_VARIABLE,
    JSONSessionSerializer,
    SessionConfigError,
    resolve_secret_key,
)
from responder.testing import AsyncTestClient
from tests.ext.sessions import Browser, shop
from tests.tour.support import call

KEY = "a key of more than sixteen characters"
OLD = "an older key that is still believed"


@pytest.fixture(autouse=True)
def _no_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SECRET_KEY_VARIABLE, raising=False)


def signed(data: object, key: str = KEY, age: int = 0) -> str:
    class Signer(TimestampSigner):
        @override
        def get_timestamp(self) -> int:
            return int(time.time()) - age

    return Signer(key).sign(base64.b64encode(json.dumps(data).encode())).decode()


def read(cookie: str, key: str = KEY) -> object:
    return json.loads(base64.b64decode(TimestampSigner(key).unsign(cookie)))


def test_what_one_request_keeps_the_next_one_reads() -> None:
    browser = Browser(shop(secret_key=KEY))
    assert [browser.get("/visit").json() for _ in range(3)] == [{"visits": 1}, {"visits": 2}, {"visits": 3}]
    assert read(browser.cookies["session"]) == {"visits": 3}


def test_the_cookie_is_secure_http_only_and_lax_unless_told_otherwise() -> None:
    api = API(secret_key=KEY)

    @api.get("/")
    async def index(req: Request) -> None:
        req.session["a"] = 1

    attributes = call(api, "GET", "/").headers["set-cookie"].split("; ")[1:]
    assert attributes == ["Path=/", "Max-Age=1209600", "HttpOnly", "SameSite=lax", "Secure"]


def test_the_cookie_is_the_one_of_starlettes_middleware() -> None:
    async def look(request: StarletteRequest) -> JSONResponse:
        request.session["starlette"] = True
        return JSONResponse(dict(request.session))

    theirs = SessionMiddleware(Starlette(routes=[Route("/look", look)]), secret_key=KEY)
    ours = Browser(shop(secret_key=KEY))
    ours.get("/visit")
    browser = Browser(theirs, dict(ours.cookies))
    assert browser.get("/look").json() == {"visits": 1, "starlette": True}
    ours.cookies = browser.cookies
    assert ours.get("/look").json() == {"session": {"visits": 1, "starlette": True}}


def test_a_tampered_cookie_is_nobody() -> None:
    browser = Browser(shop(secret_key=KEY))
    browser.get("/login")
    cookie = browser.cookies["session"]
    for bad in (
        cookie[:-1],
        cookie[:5] + "A" + cookie[6:],
        "nonsense",
        "",
        ".",
        "a.b.c",
        "\xff",
        cookie + "x",
    ):
        assert Browser(browser.app, {"session": bad}).get("/look").json() == {"session": {}}


@pytest.mark.parametrize("payload", ["null", "[1]", '"text"', "not json", "{", "1" * 5000])
def test_a_signed_cookie_that_holds_no_session_is_empty(payload: str) -> None:
    value = TimestampSigner(KEY).sign(base64.b64encode(payload.encode())).decode()
    assert Browser(shop(secret_key=KEY), {"session": value}).get("/look").json() == {"session": {}}


def test_a_cookie_of_another_key_or_too_old_is_nobody() -> None:
    api = shop(secret_key=KEY, session_max_age=100)
    for value in (signed({"user": "eve"}, OLD), signed({"user": "eve"}, age=101)):
        assert Browser(api, {"session": value}).get("/look").json() == {"session": {}}


def test_an_older_key_is_still_read_and_the_newest_signs() -> None:
    browser = Browser(shop(secret_key=[KEY, OLD]), {"session": signed({"visits": 4}, OLD)})
    assert browser.get("/visit").json() == {"visits": 5}
    assert read(browser.cookies["session"], KEY) == {"visits": 5}
    assert shop(secret_key=[KEY, OLD]).secret_key == KEY


def test_reading_sends_no_cookie_so_that_it_cannot_undo_what_another_request_wrote() -> None:
    browser = Browser(shop(secret_key=KEY))
    browser.get("/visit")
    answer = browser.get("/look")
    assert "set-cookie" not in answer.headers
    assert answer.headers["vary"] == "Accept, Cookie"


def test_a_cookie_that_has_lived_half_its_time_is_signed_anew_when_it_is_read() -> None:
    api = shop(secret_key=KEY, session_max_age=100)
    assert "set-cookie" not in Browser(api, {"session": signed({"a": 1}, age=40)}).get("/look").headers
    browser = Browser(api, {"session": signed({"a": 1}, age=60)})
    browser.get("/look")
    assert read(browser.cookies["session"]) == {"a": 1}


def test_an_emptied_session_takes_its_cookie_away() -> None:
    browser = Browser(shop(secret_key=KEY))
    browser.get("/login")
    line = browser.get("/logout").headers["set-cookie"]
    assert line.startswith("session=null; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly")
    assert browser.get("/logout").headers.get("set-cookie") is None


def test_a_session_that_nobody_touches_leaves_no_trace() -> None:
    api = shop(secret_key=KEY)
    answer = Browser(api, {"session": signed({"a": 1})}).get("/quiet")
    assert {"set-cookie", "vary"} & answer.headers.keys() == set()


def test_a_change_deep_inside_a_value_is_kept() -> None:
    api = shop(secret_key=KEY)

    @api.get("/cart/{item}")
    async def add(req: Request, *, item: str) -> None:
        cart = req.session.setdefault("cart", [])
        assert isinstance(cart, list)
        cast("list[object]", cart).append(item)

    browser = Browser(api)
    browser.get("/cart/a")
    browser.get("/cart/b")
    assert browser.get("/look").json() == {"session": {"cart": ["a", "b"]}}


def test_a_session_that_browsers_would_drop_is_an_error_and_one_that_comes_near_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    api = shop(secret_key=KEY)

    @api.get("/fill/{size:int}")
    async def fill(req: Request, *, size: int) -> None:
        req.session["x"] = "y" * size

    browser = Browser(api)
    with caplog.at_level(logging.WARNING, "responder"):
        browser.get("/fill/2000")
        assert caplog.text == ""
        browser.get("/fill/2850")
        assert "browsers drop it above 4096" in caplog.text
    with pytest.raises(ValueError, match="browsers keep 4096"):
        browser.get("/fill/3100")
    assert len(browser.cookies["session"]) < 4096


def test_a_session_is_over_when_the_answer_has_begun() -> None:
    api = shop(secret_key=KEY)
    said: list[str] = []

    @api.get("/late")
    async def late(req: Request, resp: Response) -> str:
        session = req.session
        session["a"] = 1

        async def afterwards() -> None:
            assert session["a"] == 1
            with pytest.raises(RuntimeError, match="would be lost"):
                session["b"] = 2
            said.append("refused")

        resp.background(afterwards)
        return "text"

    assert call(api, "GET", "/late").status == 200
    assert said == ["refused"]


# --- which key


def test_the_key_comes_from_the_argument_then_the_environment_then_chance(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(SECRET_KEY_VARIABLE, OLD)
    assert API(secret_key=KEY).secret_key == KEY
    assert API(sessions=True).secret_key == OLD
    monkeypatch.delenv(SECRET_KEY_VARIABLE)
    with caplog.at_level(logging.WARNING, "responder"):
        api = API()
        assert caplog.text == ""
        chosen = api.secret_key
    assert chosen is not None
    assert len(chosen) >= 32
    assert api.secret_key == chosen
    assert "random key" in caplog.text
    assert "other workers" in caplog.text


def test_a_random_key_is_told_otherwise_while_debugging(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "responder"):
        assert len(resolve_secret_key(debug=True, environ={})) == 1
    assert "debug is on" in caplog.text


def test_no_key_at_all_is_refused_where_sessions_were_asked_for() -> None:
    with pytest.raises(SessionConfigError, match=SECRET_KEY_VARIABLE) as told:
        API(sessions=True)
    assert isinstance(told.value, ValueError)


@pytest.mark.parametrize("bad", ["NOTASECRET", ""])
def test_a_key_that_everybody_knows_is_refused(bad: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SessionConfigError):
        API(secret_key=bad)
    if bad:
        monkeypatch.setenv(SECRET_KEY_VARIABLE, bad)
        with pytest.raises(SessionConfigError):
            API()


def test_a_short_key_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "responder"):
        API(secret_key="short")
    assert "has 5 characters" in caplog.text


def test_no_key_shows_in_the_settings() -> None:
    assert KEY not in repr(API(secret_key=KEY).settings)


# --- values


def test_values_beyond_json_come_back_as_they_were() -> None:
    serializer = JSONSessionSerializer()
    value = {
        "at": datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.UTC),
        "day": datetime.date(2024, 2, 29),
        "time": datetime.time(1, 2, 3),
        "price": decimal.Decimal("1.10"),
        "id": uuid.UUID(int=5),
        "set": {1, 2},
        "frozen": frozenset({"a"}),
        "pairs": {(1, 2), ("a", (3, frozenset({(4,)}))), ()},
        "raw": b"\x00\xff",
        "nested": [{"at": datetime.date(1, 1, 1)}],
        "big": 10**40,
        "odd": "\ud800",
    }
    assert serializer.loads(serializer.dumps(value)) == value
    assert serializer.loads(serializer.dumps((1, (2,)))) == [1, [2]]


def test_keys_that_look_like_the_tag_stay_the_users() -> None:
    serializer = JSONSessionSerializer()
    for value in (
        {"__type__": "datetime", "value": "2024-01-01"},
        {"~__type__": 1, "~~__type__": 2, "__type__": 3, "~x": 4},
        {"a": {"__type__": "set", "value": [1]}},
    ):
        assert serializer.loads(serializer.dumps(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        '{"__type__": "datetime", "value": "never"}',
        '{"__type__": "datetime", "value": 5}',
        '{"__type__": "nothing", "value": 5}',
        '{"__type__": "set", "value": [{"a": 1}]}',
        '{"__type__": "bytes", "value": "?"}',
        '{"__type__": "decimal", "value": "x"}',
        '{"__type__": ["set"], "value": 1}',
    ],
)
def test_a_malformed_tag_is_a_plain_dictionary(text: str) -> None:
    assert JSONSessionSerializer().loads(text) == json.loads(text)


def test_what_is_nested_too_deeply_is_a_value_error() -> None:
    holds_itself: list[object] = []
    holds_itself.append(holds_itself)
    with pytest.raises(ValueError, match="nested"):
        JSONSessionSerializer().dumps(holds_itself)


async def _visits(api: API) -> list[object]:
    async with AsyncTestClient(api) as client:
        return [(await client.get("/visit")).json() for _ in range(2)]


def test_the_test_clients_keep_sessions() -> None:
    assert [shop(secret_key=KEY).requests.get("/visit").json()] == [{"visits": 1}]
    api = shop(secret_key=KEY)
    assert [api.requests.get("/visit").json() for _ in range(2)] == [{"visits": 1}, {"visits": 2}]
    assert asyncio.run(_visits(shop(secret_key=KEY))) == [{"visits": 1}, {"visits": 2}]
