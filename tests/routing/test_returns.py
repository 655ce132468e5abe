"""What a handler promises to answer, and how it is held to that."""

from __future__ import annotations

import enum
import logging
import types
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, NewType, NoReturn

import pytest
from annotated_types import Len
from pydantic import AnyUrl, BaseModel, Field, RootModel, SecretStr
from starlette.responses import PlainTextResponse
from starlette.responses import Response as StarletteResponse
from typing_extensions import TypeAliasType, TypedDict

import responder
from responder import Response
from responder._routing.returns import Contract, body_of, is_plain, make_promise
from responder.params import MISSING
from tests.routing.asking import Answer, ask


class Item(BaseModel):
    name: str


class Wrong(BaseModel):
    why: str


class Color(enum.Enum):
    RED = "red"


class Word(enum.StrEnum):
    YES = "yes"


class Level(enum.IntEnum):
    LOW = 1


@dataclass
class Price:
    amount: Decimal


class Person(TypedDict):
    id: uuid.UUID


class Point(NamedTuple):
    x: int
    y: int


class Numbers(RootModel[list[int]]):
    pass


Name = NewType("Name", str)
Maybe = TypeAliasType("Maybe", int | None)

ID = uuid.UUID(int=1)
RETURNED: list[tuple[object, object, object]] = [
    (Decimal, Decimal("1.50"), "1.50"),
    (uuid.UUID, ID, str(ID)),
    (date, date(2020, 1, 2), "2020-01-02"),
    (datetime, datetime(2020, 1, 2, 3, tzinfo=UTC), "2020-01-02T03:00:00Z"),
    (time, time(1, 2), "01:02:00"),
    (timedelta, timedelta(days=1), "P1D"),
    (Path, Path("/x"), "/x"),
    (AnyUrl, AnyUrl("http://x/"), "http://x/"),
    (SecretStr, SecretStr("x"), "**********"),
    (Color, Color.RED, "red"),
    (Word, Word.YES, "yes"),
    (Level, Level.LOW, 1),
    (set[int], {1}, [1]),
    (frozenset[Color], frozenset({Color.RED}), ["red"]),
    (deque[int], deque([1, 2]), [1, 2]),
    (Mapping[str, date], types.MappingProxyType({"a": date(2020, 1, 2)}), {"a": "2020-01-02"}),
    (Price, Price(Decimal("1.5")), {"amount": "1.5"}),
    (list[Price], [Price(Decimal(1))], [{"amount": "1"}]),
    (Person, Person(id=ID), {"id": str(ID)}),
    (Point, Point(1, 2), [1, 2]),
    (Numbers, Numbers([1]), [1]),
    (bool, True, True),
    (int, 1, 1),
    (float, 1.5, 1.5),
    (str | None, "x", "x"),
    (str | None, None, None),
    (bytes | None, b"x", "x"),
    (Item | None, Item(name="a"), {"name": "a"}),
    (date | None, date(2020, 1, 2), "2020-01-02"),
    (str | int, "x", "x"),
    (str | Item, "x", "x"),
    (Literal["a", 1], "a", "a"),
    (Literal["a", None], None, None),
    (Annotated[int | None, Field(ge=1)], None, None),
    (Maybe, None, None),
    (int | Literal[None], None, None),
    (Annotated[str, Len(max_length=3)], "x", "x"),
    (Name, Name("x"), "x"),
    (tuple[Decimal, int], (Decimal(1), 201), "1"),
    (tuple[set[int], int, dict[str, str]], ({1}, 201, {"x-a": "b"}), [1]),
]


@pytest.mark.parametrize(
    ("returns", "body"),
    [
        (Item, Item),
        (list[Item], list[Item]),
        (Item | None, Item | None),
        (tuple[Item, int], Item),
        (tuple[Item, Literal[201]], Item),
        (tuple[Item, Literal[200, 201], dict[str, str]], Item),
        (tuple[list[int], int], list[int]),
        (tuple[Item, Literal["a"]], MISSING),
        (tuple[Item, str], MISSING),
        (tuple[Item, ...], MISSING),
        (tuple[Item], MISSING),
        (tuple[()], MISSING),
        (Item | tuple[Wrong, int], Item | Wrong),
        (Item | PlainTextResponse, MISSING),
        (Item | tuple[Item, str], MISSING),
        (Response, MISSING),
        (Response[Item], MISSING),
        (StarletteResponse, MISSING),
        (None, MISSING),
        (type(None), MISSING),
        (Any, MISSING),
        (NoReturn, MISSING),
        (MISSING, MISSING),
    ],
)
def test_a_return_annotation_promises_its_body(returns: object, body: object) -> None:
    assert body_of(returns) == body


@pytest.mark.parametrize(
    ("model", "plain"),
    [
        (int, True),
        (Any, True),
        (object, True),
        (None, True),
        (dict[str, list[int | None]], True),
        (dict[int, int], False),
        (dict[str, Item], False),
        (list[Item], False),
        (Item | None, False),
        (Item, False),
        (bytes, False),
    ],
)
def test_a_plain_model_is_made_of_jsons_own_types(model: object, plain: bool) -> None:
    assert is_plain(model) is plain


def test_one_model_has_one_promise() -> None:
    assert make_promise(Item, annotated=True) is make_promise(Item, annotated=True)
    assert make_promise(str, annotated=True).channel == "text"
    assert make_promise(str, annotated=False).channel == "media"
    assert make_promise(bytes, annotated=True).channel == "bytes"
    assert make_promise(Literal["a"], annotated=True).channel == "text"
    assert make_promise(Literal["a", 1], annotated=True).channel == "media"
    assert not Contract(None, {}, "")
    assert Contract(None, {404: make_promise(Item, annotated=False)}, "")


def answer(view: Callable[..., object], **options: Any) -> Answer:
    api = responder.API()
    api.get("/", **options)(view)
    return ask(api, "GET", "/")


def test_the_contract_of_a_status_counts_for_that_status_alone() -> None:
    api = responder.API()

    @api.get("/{status:int}", response_model=Item, responses={404: Wrong, 201: list[int], 400: "no model"})
    def view(resp: Response, *, status: int) -> None:
        resp.status_code = status
        resp.media = {404: {"why": "gone", "more": 1}, 201: ["1"], 200: {"name": "a", "more": 1}}.get(
            status, {"any": 1}
        )

    assert ask(api, "GET", "/200").json() == {"name": "a"}
    assert ask(api, "GET", "/201").json() == [1]
    assert ask(api, "GET", "/202").status == 500
    assert ask(api, "GET", "/404").json() == {"why": "gone"}
    assert ask(api, "GET", "/400").json() == {"any": 1}


def test_no_contract_is_asked_for_with_false() -> None:
    def view() -> Item:
        return {"anything": 1}  # type: ignore[return-value]  # nobody looks

    assert answer(view, response_model=False).json() == {"anything": 1}
    assert answer(view).status == 500


def test_a_starlette_response_is_its_own_contract() -> None:
    def view() -> Item:
        return PlainTextResponse("text")  # type: ignore[return-value]  # the way round the contract

    told = answer(view)
    assert (told.status, told.body) == (200, b"text")


def test_a_forgotten_await_is_guessed() -> None:
    async def wait() -> str:
        return "done"

    waiting = wait()

    async def view():  # type: ignore[no-untyped-def]  # a type checker would have told of it
        return waiting

    told = answer(view)
    waiting.close()
    assert told.status == 500
    assert "returned a coroutine (is an `await` missing?)" in str(told.raised)


def test_what_broke_is_in_the_log_and_what_it_held_is_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    def view() -> list[Item]:
        return [{"secret": "xyzzy"}]  # type: ignore[list-item]  # breaks its contract

    told = answer(view)
    assert told.status == 500
    assert isinstance(told.raised, Exception)
    text = f"{told.raised} {caplog.text}"
    assert "GET / must answer list[" in text
    assert "1 error: 0.name (missing)" in text
    assert b"xyzzy" not in told.body
    assert "xyzzy" not in str(told.raised)


def test_bytes_and_text_promises_want_their_own_channel() -> None:
    def raw(resp: Response) -> bytes:
        resp.content = b"raw"
        return None  # type: ignore[return-value]  # the body is set already

    def text(resp: Response) -> str:
        resp.html = "<p>"
        return None  # type: ignore[return-value]  # the body is set already

    def wrong(resp: Response) -> bytes:
        resp.text = "text"
        return None  # type: ignore[return-value]  # the body is set already

    assert answer(raw).body == b"raw"
    assert answer(text).body == b"<p>"
    told = answer(wrong)
    assert (told.status, "another way" in str(told.raised)) == (500, True)


def test_an_annotation_that_cannot_be_checked_is_said_aloud(caplog: pytest.LogCaptureFixture) -> None:
    class Session:  # pyright: ignore[reportUnusedClass]  # an annotation names it
        pass

    def view() -> Session:
        return {"a": 1}  # type: ignore[return-value]  # nobody can check it

    with caplog.at_level(logging.WARNING, "responder"):
        told = answer(view)
    assert told.json() == {"a": 1}
    assert "response_model=False" in caplog.text


@pytest.mark.parametrize("options", [{"response_model": True}, {"responses": {404: True}}])
def test_what_is_no_model_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises((responder.RouteError, TypeError)):
        answer(lambda: None, **options)


class Session:
    pass


@pytest.mark.parametrize("options", [{"response_model": Session}, {"responses": {404: Session}}])
def test_a_model_that_pydantic_cannot_read_is_told(options: dict[str, Any]) -> None:
    api = responder.API()
    api.get("/", **options)(lambda: None)
    assert [located.finding.rule.name for located in api.check()] == ["response-unsupported"]


def test_a_promise_may_have_constraints() -> None:
    def view() -> Annotated[list[int], Len(max_length=1), Field(description="few")]:
        return [1, 2]

    assert answer(view).status == 500


@pytest.mark.parametrize(("returns", "value", "sent"), RETURNED, ids=str)
def test_what_a_contract_can_write_is_sent_as_json(returns: object, value: object, sent: object) -> None:
    def view() -> object:
        return value

    view.__annotations__["return"] = returns
    told = answer(view)
    assert (told.status in (200, 201), told.json(), told.raised) == (True, sent, None)
    assert told.header(b"content-type") == b"application/json"


def test_text_and_bytes_go_the_way_of_their_contract() -> None:
    def text() -> str:
        return "x"

    def word() -> Literal["a", "b"]:
        return "a"

    def raw() -> bytes:
        return b"\xff"

    def kind(view: Callable[..., object], **options: Any) -> tuple[bytes | None, bytes]:
        told = answer(view, **options)
        return told.header(b"content-type"), told.body

    assert kind(text) == (b"text/plain; charset=utf-8", b"x")
    assert kind(word) == (b"text/plain; charset=utf-8", b"a")
    assert kind(raw) == (b"application/octet-stream", b"\xff")
    assert kind(text, response_model=str) == (b"application/json", b'"x"')
    assert kind(lambda: ((1, "x"), 200), response_model=tuple[int, str]) == (b"application/json", b'[1,"x"]')
    assert kind(text, response_model=False) == (b"text/plain; charset=utf-8", b"x")


def test_a_value_without_a_contract_keeps_its_own_way_of_being_sent() -> None:
    def missing() -> Item | tuple[str, int]:
        return "gone", 404

    def unknown() -> Any:
        return Decimal(1)

    def named() -> tuple[int, str]:
        return Point(1, 2)  # type: ignore[return-value]  # promises nothing

    told = answer(missing)
    assert (told.status, told.body, told.header(b"content-type")) == (
        404,
        b"gone",
        b"text/plain; charset=utf-8",
    )
    assert "returned a Decimal" in str(answer(unknown).raised)
    assert "named tuple" in str(answer(named).raised)


def test_the_contract_of_its_status_says_how_a_value_is_sent() -> None:
    def view() -> object:
        return date(2020, 1, 2), 404

    told = answer(view, response_model=Item, responses={404: date})
    assert (told.status, told.json()) == (404, "2020-01-02")
    assert answer(view, response_model=Item).status == 500
