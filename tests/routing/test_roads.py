"""Two roads, one answer: what generated lines send themselves is what `send_response` would have sent.

Every handler is asked four times: as it is, with an after hook that sets a header, with one that leaves a
task as well, and in an application that tags its answers.  The last two always leave the generated lines.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import itertools
import json
import math
import sys
import uuid
from collections.abc import Callable
from types import FrameType
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

import responder
from responder import Request, Response
from responder._http import sending
from responder._http.extras import HEEDED
from tests.routing.asking import Answer, Line, ask

Handler = Callable[..., object]
HEADERS = {"content-type": "text/plain", "etag": '"a"', "vary": "Cookie"}


class Item(BaseModel):
    name: str
    price: decimal.Decimal = decimal.Decimal("1.50")


class Rich(BaseModel):
    """Everything whose spelling in JSON two writers could disagree about."""

    text: str = "ä \u2028 \U0001f600 <>&\x7f"
    when: datetime.datetime = datetime.datetime(2026, 1, 2, 3, 4, 5, 6000, tzinfo=datetime.UTC)
    day: datetime.date = datetime.date(2026, 1, 2)
    long: datetime.timedelta = datetime.timedelta(days=1, seconds=3)
    id: uuid.UUID = uuid.UUID(int=1)
    amount: decimal.Decimal = decimal.Decimal("1.10")
    ratio: float = 1e16
    nothing: float = math.nan
    raw: bytes = b"x"
    big: int = 2**70
    tags: frozenset[str] = frozenset({"a"})
    by_alias: int = Field(default=1, serialization_alias="byAlias")


class Constants(BaseModel):
    model_config = ConfigDict(ser_json_inf_nan="constants")
    value: float = math.inf


class Holder(BaseModel):
    inner: list[Constants] = [Constants()]


@dataclasses.dataclass
class Point:
    x: int
    y: int


HANDLERS: dict[str, Handler] = {}


def handler(function: Handler) -> Handler:
    HANDLERS[function.__name__] = function
    return function


def sized(name: str, size: int) -> None:
    def text() -> str:
        return "x" * size

    def media(resp: Response) -> None:
        resp.media = "x" * (size - 2)

    def promised() -> list[str]:
        return ["x" * (size - 4)]

    HANDLERS[f"text_{name}"] = text
    HANDLERS[f"media_{name}"] = media
    HANDLERS[f"promised_{name}"] = promised


for number in (498, 499, 500, 501, 70_000):
    sized(str(number), number)


def stated(status: int) -> None:
    def media(resp: Response) -> None:
        resp.status_code = status
        resp.media = {"a": 1}

    def text(resp: Response) -> tuple[str, int]:
        return "text", status

    def promised(resp: Response) -> tuple[Item, int]:
        return Item(name="a"), status

    def untouched(resp: Response) -> None:
        resp.status_code = status

    HANDLERS[f"media_as_{status}"] = media
    HANDLERS[f"text_as_{status}"] = text
    HANDLERS[f"promised_as_{status}"] = promised
    HANDLERS[f"untouched_as_{status}"] = untouched


for number in (200, 201, 202, 204, 205, 206, 299, 304, 400, 404, 503):
    stated(number)


@handler
def untouched() -> None: ...


@handler
def a_dict() -> dict[str, object]:
    return {"a": [1, 2.5, None, True, "ä"], "b": {}}


@handler
def unannotated(resp: Response):  # type: ignore[no-untyped-def]  # a handler that promises nothing
    return {"a": {"when": datetime.date(2026, 1, 1), "id": uuid.UUID(int=1)}, "nan": math.nan, "big": 2**70}


@handler
def surrogates(resp: Response) -> None:
    resp.media = {"a\ud800": "\udfff"}


@handler
def text_surrogates() -> str:
    return "a\ud800ä\udfff"


@handler
def a_text_type(resp: Response) -> None:
    class Text(str):
        __slots__ = ()

    resp.text = Text("text")


@handler
def a_model() -> Item:
    return Item(name="a")


@handler
def a_model_from_a_dict(resp: Response) -> Item:
    resp.media = {"name": "a", "unknown": 1}
    return None  # type: ignore[return-value]  # the body is set already


@handler
def models() -> list[Item]:
    return [Item(name="a"), Item(name="b")]


@handler
def maybe_a_model() -> Item | None:
    return Item(name="a")


@handler
def no_model() -> Item | int:
    return 5


@handler
def rich() -> Rich:
    return Rich()


@handler
def rich_in_a_dict() -> dict[str, Rich]:
    return {"a": Rich()}


@handler
def a_model_with_surrogates() -> Item:
    return Item.model_construct(name="a\ud800")


@handler
def constants() -> Constants:
    return Constants()


@handler
def nested_constants() -> list[Holder]:
    return [Holder()]


@handler
def a_dataclass() -> Point:
    return Point(1, 2)


@handler
def numbers() -> dict[str, int]:
    return {"a": 1}


@handler
def numbers_from_texts() -> dict[str, int]:
    return {"a": "1"}  # type: ignore[dict-item]  # what its contract makes a number


@handler
def a_literal() -> Literal["yes", "no"]:
    return "yes"


@handler
def some_bytes() -> bytes:
    return b"\x00bytes"


@handler
def html(resp: Response) -> None:
    resp.html = "<p>ä</p>"


@handler
def a_number() -> int:
    return 5


@handler
def wrong_model() -> Item:
    return {"price": 1}  # type: ignore[return-value]  # breaks its contract


@handler
def wrong_literal() -> Literal["yes", "no"]:
    return "maybe"  # type: ignore[return-value]  # breaks its contract


@handler
def wrong_channel(resp: Response) -> Item:
    resp.text = "text"
    return None  # type: ignore[return-value]  # breaks its contract


@handler
def spoilt_model() -> Item:
    return Item.model_construct(name="a", price="much")


@handler
def missing_model() -> Item:
    return None  # type: ignore[return-value]  # breaks its contract


@handler
def problem() -> None:
    responder.abort(418, detail="short and stout")


def mark(req: Request, resp: Response) -> None:
    resp.headers["x-cold"] = "yes"
    resp.set_cookie("seen", "1")


def mark_and_chill(req: Request, resp: Response) -> None:
    mark(req, resp)
    resp.background(nothing_more)


def nothing_more() -> None:
    """Background tasks are for the cold road."""


def application(api: responder.API) -> responder.API:
    for name, function in HANDLERS.items():
        api.route(f"/quick/{name}", methods=["GET"])(function)
        api.route(f"/marked/{name}", methods=["GET"], after=mark)(function)
        api.route(f"/cold/{name}", methods=["GET"], after=mark_and_chill)(function)
    return api


QUICK = application(responder.API())
TAGGED = application(responder.API(auto_etag=True))

ACCEPTS: list[list[Line]] = [
    [],
    [(b"accept", b"*/*")],
    [(b"accept", b"application/json")],
    [(b"accept", b"application/yaml")],
    [(b"accept", b"application/x-msgpack")],
    [(b"accept", b"text/html,application/xhtml+xml,*/*;q=0.8")],
    [(b"accept", b"application/json;q=0.1, application/yaml")],
    [(b"accept", b"application/json;q=0")],
    [(b"accept", b"image/png")],
    [(b"accept", b"nonsense;;")],
    [(b"accept", b"application/json;q=0.5"), (b"accept", b"application/yaml")],
]
ENCODINGS: list[list[Line]] = [
    [],
    [(b"accept-encoding", b"gzip")],
    [(b"accept-encoding", b"gzip;q=0, *")],
    [(b"accept-encoding", b"identity"), (b"accept-encoding", b"deflate, gzip")],
]


def assert_agreed(name: str, method: str, headers: list[Line]) -> Answer:
    quick = ask(QUICK, method, f"/quick/{name}", headers=headers)
    cold = ask(QUICK, method, f"/cold/{name}", headers=headers)
    marked = ask(QUICK, method, f"/marked/{name}", headers=headers)
    tagged = ask(TAGGED, method, f"/quick/{name}", headers=headers)
    plain = quick.without(b"etag")
    assert (marked.status, marked.headers, marked.body) == (cold.status, cold.headers, cold.body)
    assert type(marked.raised) is type(cold.raised)
    assert cold.without(b"x-cold", b"set-cookie") == plain
    assert tagged.without(b"etag") == plain
    assert type(cold.raised) is type(tagged.raised) is type(quick.raised)
    assert (cold.header(b"x-cold") is None) == (quick.status in (418, 500))
    return quick


@pytest.mark.parametrize("name", HANDLERS)
def test_both_roads_give_the_same_answer(name: str) -> None:
    for method, accept, encoding in itertools.product(("GET", "HEAD"), ACCEPTS[:5], ENCODINGS[:2]):
        assert_agreed(name, method, [*accept, *encoding])


@pytest.mark.parametrize("name", ["a_dict", "rich", "a_model", "media_500", "text_500", "promised_500"])
def test_both_roads_negotiate_alike(name: str) -> None:
    for accept, encoding in itertools.product(ACCEPTS, ENCODINGS):
        assert_agreed(name, "GET", [*accept, *encoding])


@pytest.mark.parametrize(("gzip", "vary"), [(False, True), (True, False), (False, False)])
@pytest.mark.parametrize("name", ["a_dict", "rich", "text_500", "promised_500", "media_499"])
def test_both_roads_honour_what_the_application_switched_off(name: str, gzip: bool, vary: bool) -> None:
    api = application(responder.API(gzip=gzip, auto_vary=vary))
    for headers in ([], [(b"accept-encoding", b"gzip")]):
        quick = ask(api, "GET", f"/quick/{name}", headers=headers)
        cold = ask(api, "GET", f"/cold/{name}", headers=headers)
        assert cold.without(b"x-cold", b"set-cookie") == quick.without()
        assert (quick.header(b"content-encoding") is not None) == (gzip and bool(headers) and "500" in name)


@pytest.mark.parametrize("name", ["a_dict", "rich", "rich_in_a_dict", "unannotated", "text_surrogates"])
def test_both_roads_escape_alike(name: str) -> None:
    api = application(responder.API(json_ensure_ascii=True))
    quick, cold = ask(api, "GET", f"/quick/{name}"), ask(api, "GET", f"/cold/{name}")
    assert cold.without(b"x-cold", b"set-cookie") == quick.without()
    assert quick.body.isascii() or name == "text_surrogates"


@pytest.mark.parametrize("size", [498, 499, 500, 501])
@pytest.mark.parametrize("kind", ["text", "media", "promised"])
def test_500_bytes_are_compressed_and_499_are_not(kind: str, size: int) -> None:
    answer = assert_agreed(f"{kind}_{size}", "GET", [(b"accept-encoding", b"gzip")])
    packed = answer.header(b"content-encoding") == b"gzip"
    assert packed is (size >= 500)
    assert packed or len(answer.body) == size


@pytest.mark.parametrize("status", [204, 205, 304])
@pytest.mark.parametrize("kind", ["media", "text", "promised", "untouched"])
def test_a_status_without_a_body_has_none(kind: str, status: int) -> None:
    answer = assert_agreed(f"{kind}_as_{status}", "GET", [])
    assert (answer.status, answer.body, answer.header(b"content-type")) == (status, b"", None)


@pytest.mark.parametrize(
    "name", ["wrong_model", "wrong_literal", "wrong_channel", "missing_model", "spoilt_model"]
)
def test_a_broken_contract_is_a_500_that_says_nothing(name: str) -> None:
    answer = assert_agreed(name, "GET", [])
    assert answer.status == 500
    assert answer.json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "Internal Server Error",
    }


@pytest.mark.parametrize("name", ["constants", "nested_constants"])
def test_json_has_no_infinity_whatever_a_model_was_told(name: str) -> None:
    answer = assert_agreed(name, "GET", [])
    assert b"null" in answer.body
    answer.json()


def roads(name: str, prefix: str) -> bool:
    """Whether an answer took the cold road."""
    cold = False

    def watch(frame: FrameType, event: str, arg: object) -> None:
        nonlocal cold
        cold = cold or frame.f_code is sending.send_response.__code__

    previous = sys.getprofile()
    sys.setprofile(watch)
    try:
        ask(QUICK, "GET", f"/{prefix}/{name}")
    finally:
        sys.setprofile(previous)
    return cold


@pytest.mark.parametrize(
    "name",
    ["a_dict", "a_model", "models", "rich", "numbers", "a_literal", "text_499", "media_500", "text_as_201"],
)
def test_the_common_answers_take_the_quick_road(name: str) -> None:
    assert not roads(name, "quick")
    assert not roads(name, "marked")
    assert roads(name, "cold")


@pytest.mark.parametrize("header", sorted(HEEDED))
def test_a_header_that_changes_how_an_answer_is_sent_takes_the_cold_road(header: str) -> None:
    def heed(resp: Response) -> dict[str, int]:
        resp.headers[header.title()] = HEADERS.get(header, "3")
        return {"a": 1}

    api = responder.API()
    api.route("/", methods=["GET"])(heed)
    answer = ask(api, "GET", "/", headers=[(b"if-none-match", b'"a"')])
    assert answer.status == (304 if header == "etag" else 200)
    assert len([name for name, _ in answer.headers if name == header.encode()]) <= 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters()), inner, max_size=3),
    max_leaves=8,
)


class Anything(BaseModel):
    text: str
    number: float
    whole: int
    flags: dict[str, list[bool | None]]
    amount: decimal.Decimal
    when: datetime.datetime | datetime.timedelta


held: list[object] = [None]
held_model: list[Anything] = []
api = responder.API()


def value(resp: Response) -> None:
    resp.media = held[0]


def model() -> Anything:
    return held_model[0]


for function in (value, model):
    api.get(f"/quick/{function.__name__}")(function)
    api.get(f"/marked/{function.__name__}", after=mark)(function)
    api.get(f"/cold/{function.__name__}", after=mark_and_chill)(function)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(JSON)
def test_both_roads_write_any_json_alike(value: object) -> None:
    held[0] = value
    quick, cold = ask(api, "GET", "/quick/value"), ask(api, "GET", "/cold/value")
    assert cold.without(b"x-cold", b"set-cookie") == quick.without()
    assert ask(api, "GET", "/marked/value").without() == cold.without()
    assert quick.status == 200


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.builds(
        Anything,
        text=st.text(),
        number=st.floats(),
        whole=st.integers(),
        flags=st.dictionaries(st.text(), st.lists(st.none() | st.booleans(), max_size=2), max_size=2),
        amount=st.decimals(allow_nan=False, allow_infinity=False),
        when=st.datetimes() | st.timedeltas(),
    )
)
def test_both_roads_write_any_model_alike(value: Anything) -> None:
    held_model[:] = [value]
    quick, cold = ask(api, "GET", "/quick/model"), ask(api, "GET", "/cold/model")
    marked = ask(api, "GET", "/marked/model")
    assert marked.without(b"x-cold", b"set-cookie") == quick.without()
    assert cold.status == quick.status == 200
    if -(2**63) <= value.whole < 2**64:
        assert cold.without(b"x-cold", b"set-cookie") == quick.without()
    else:  # Larger ones take another encoder on the cold road, which writes 1e-05 for 0.00001.
        assert json.loads(cold.body) == json.loads(quick.body)
