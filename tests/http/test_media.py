"""`media()`: a body as a value, by its type, by a format's name, as a model or by a function."""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import Annotated, assert_type

import anyio
import pytest
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from responder._http import threads
from responder._http.media import JSONValue, make_formats  # noqa: F401  # a type in a string
from responder._http.problems import Problem, RequestInvalid
from responder._http.request import Request
from responder._http.structures import MultiDict, QueryDict
from responder._http.uploads import UploadFile
from tests.http.incoming import Wire, request
from tests.packing import msgpack

pytestmark = pytest.mark.anyio


class Item(BaseModel):
    name: str
    price: float = Field(gt=0)
    tags: list[str] = []


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)
    day: datetime.date


@dataclasses.dataclass
class Point:
    x: int
    y: int


class Named(TypedDict):
    name: str


VALUE = {"name": "tea", "price": 2.5, "tags": ["hot"]}
JSON = json.dumps(VALUE).encode()


@pytest.mark.parametrize(
    ("type", "body"),
    [
        (None, JSON),
        ("", JSON),
        ("application/json", JSON),
        ("Application/JSON ; charset=utf-8", JSON),
        ("application/json; charset=utf-16", JSON.decode().encode("utf-16")),
        ("text/json", JSON),
        ("application/vnd.api+json", JSON),
        ("application/yaml", b"name: tea\nprice: 2.5\ntags: [hot]\n"),
        ("application/x-yaml", b"name: tea\nprice: 2.5\ntags: [hot]\n"),
        ("text/yaml", b"name: tea\nprice: 2.5\ntags: [hot]\n"),
        ("application/vnd.oai+yaml", b"name: tea\nprice: 2.5\ntags: [hot]\n"),
        ("application/x-msgpack", msgpack.packb(VALUE)),
        ("application/msgpack", msgpack.packb(VALUE)),
        ("application/vnd.msgpack", msgpack.packb(VALUE)),
    ],
)
async def test_a_body_is_decoded_by_its_media_type(type: str | None, body: bytes) -> None:
    assert await request(body, type=type).media() == VALUE
    assert await request(body, type=type).media(Item) == Item(name="tea", price=2.5, tags=["hot"])


@pytest.mark.parametrize(
    "type",
    [
        "application/xml",
        "text/plain",
        "application/x-information",
        "application/jsonp",
        "application/vnd.x+xml",
        "application/octet-stream",
        "application/x-notmsgpack",
    ],
)
async def test_a_type_that_nobody_reads_is_a_415(type: str) -> None:
    for read in (request(JSON, type=type).media(), request(JSON, type=type).media(Item)):
        with pytest.raises(Problem) as caught:
            await read
        assert caught.value.status_code == 415


async def test_a_named_format_does_not_ask_for_the_type() -> None:
    assert await request(JSON, type="text/plain").media("json") == VALUE
    assert await request(b"a: 1", type="application/json").media("yaml") == {"a": 1}
    assert await request(msgpack.packb([1])).media("msgpack") == [1]


async def test_an_unknown_format_or_thing_is_the_developers_mistake() -> None:
    with pytest.raises(ValueError, match="'xml' is not a format"):
        await request(b"").media("xml")
    with pytest.raises(TypeError, match="media"):
        await request(b"").media(3)  # type: ignore[call-overload]  # wrong on purpose


@pytest.mark.parametrize(
    ("format", "body", "detail"),
    [
        ("json", b"", "Invalid JSON body"),
        ("json", b"{", "Invalid JSON body"),
        ("json", b"\xff\xff", "Invalid JSON body"),
        ("json", b"NaN", "Invalid JSON body"),
        ("yaml", b"", "Invalid YAML body"),
        ("yaml", b"a: [", "Invalid YAML body"),
        ("msgpack", b"", "Invalid MessagePack body"),
        ("msgpack", b"\xc1", "Invalid MessagePack body"),
    ],
)
async def test_a_malformed_body_is_a_400(format: str, body: bytes, detail: str) -> None:
    with pytest.raises(Problem) as caught:
        await request(body).media(format)
    assert (caught.value.status_code, caught.value.detail) == (400, detail)


async def test_text_that_does_not_fit_its_declared_charset_is_a_400() -> None:
    with pytest.raises(Problem, match="Invalid JSON body"):
        await request(b"\xff", type="application/json; charset=utf-16").media()


async def test_a_function_reads_the_body_its_own_way() -> None:
    async def shout(req: Request) -> str:
        return (await req.text).upper()

    assert await request(b"abc").media(shout) == "ABC"


async def test_any_type_that_pydantic_reads_is_a_model() -> None:
    assert await request(b'{"x": 1, "y": "2"}').media(Point) == Point(1, 2)
    assert await request(b"[1, 2]").media(list[int]) == [1, 2]
    assert (await request(b'{"name": "tea"}').media(Named))["name"] == "tea"
    assert await request(b"3").media(int) == 3
    # What has no `type[…]` works as well, without the checker's help.
    unhashable = Annotated[list[int], ["not", "hashable"]]
    assert await request(b"[1]").media(unhashable) == [1]  # pyright: ignore[reportCallIssue, reportArgumentType]


async def test_a_strict_model_takes_the_dates_of_json() -> None:
    assert (await request(b'{"day": "2026-01-02"}').media(Strict)).day == datetime.date(2026, 1, 2)


async def test_a_body_that_does_not_fit_the_model_is_a_422_with_every_fault() -> None:
    with pytest.raises(RequestInvalid) as caught:
        await request(b'{"price": 0, "tags": [1]}').media(Item)
    assert caught.value.status_code == 422
    errors = caught.value.errors
    assert errors is not None
    assert sorted(json.dumps(item["loc"]) for item in errors) == [  # type: ignore[index]  # error items
        '["body", "name"]',
        '["body", "price"]',
        '["body", "tags", 0]',
    ]


async def test_a_form_fills_a_model() -> None:
    kind = "application/x-www-form-urlencoded"
    one = await request(b"name=old&name=tea&price=1&tags=a&tags=b", type=kind).media(Item)
    assert one == Item(name="tea", price=1, tags=["a", "b"])
    assert (await request(b"name=tea&price=1&tags=a", type=kind).media(Item)).tags == ["a"]
    with pytest.raises(RequestInvalid):
        await request(b"name=tea&price=x&tags=a", type=kind).media(Item)


async def test_the_formats_of_the_application_count() -> None:
    class Csv:
        name = "csv"
        media_types = ("text/csv",)

        def encode(self, value: object, /) -> bytes:
            raise TypeError

        def decode(self, data: bytes, /) -> object:
            if not data:
                raise ValueError("nothing")
            return data.decode().split(",")

    class App:
        formats = make_formats()

    App.formats["csv"] = Csv()
    assert await request(b"a,b", type="text/csv", app=App()).media() == ["a", "b"]
    assert await request(b"a,b", app=App()).media("csv") == ["a", "b"]
    with pytest.raises(Problem, match="400"):
        await request(b"", type="text/csv", app=App()).media()


async def test_plain_handlers_read_the_body_from_their_thread() -> None:
    def handler(req: Request) -> tuple[object, Item, str]:
        return req.media_sync(), req.media_sync(Item), req.text_sync

    value, item, text = await threads.run(handler, request(JSON, type="application/json"))
    assert value == VALUE
    assert item.name == "tea"
    assert text == JSON.decode()


async def test_a_fault_reaches_the_plain_handler() -> None:
    with pytest.raises(Problem, match="413"):
        await threads.run(request(JSON, limit=3).media_sync)


async def test_the_loop_itself_may_not_wait_for_a_body() -> None:
    req = request(JSON)
    with pytest.raises(RuntimeError, match="plain"):
        req.media_sync()
    with pytest.raises(RuntimeError, match="plain"):
        _ = req.text_sync


async def test_a_plain_handler_that_waits_for_a_body_is_freed_by_a_timeout() -> None:
    with anyio.fail_after(5):
        with anyio.move_on_after(0.05) as scope:
            await threads.run(request(receive=Wire([])).media_sync)
    assert scope.cancelled_caught


async def test_the_checker_knows_what_comes_out() -> None:
    async def shout(req: Request) -> bytes:
        return await req.content

    req = request(JSON, type="application/json")
    assert_type(await req.media(), "JSONValue | QueryDict")
    assert_type(await req.media("json"), "JSONValue")
    assert_type(await req.media(Item), Item)
    assert_type(await req.media(dict[str, object]), dict[str, object])
    assert_type(await req.media(shout), bytes)
    assert_type(await req.content, bytes)
    assert_type(await req.text, str)
    assert_type(await req.encoding, str)
    form = request(b"a=1", type="application/x-www-form-urlencoded")
    assert_type(await form.media("form"), QueryDict)
    assert_type(await form.media("files"), MultiDict[UploadFile])
