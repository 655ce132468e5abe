"""Handlers called through the clients: where arguments go, what comes back, which errors are raised."""

from __future__ import annotations

import asyncio
import enum
import io
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, RootModel, SecretStr
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from typing_extensions import TypedDict

from responder import (
    API,
    SSE,
    Body,
    Cookie,
    Depends,
    File,
    Form,
    Header,
    Path,
    Problem,
    Query,
    Registry,
    Request,
    Response,
    Router,
    UploadFile,
    WebSocket,
    abort,
    provider,
)
from responder.testing import AsyncTestClient, CallError


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Item(BaseModel):
    id: int
    name: str = "a cup"


class Unknown(Problem):
    status = 404
    type = "https://example.com/problems/unknown"
    title = "Unknown"
    id: int


class Gone(Problem):
    status = 410


def make_db() -> str:
    return "the database"


def reader(*, x_reader: str = Header()) -> str:
    return x_reader


class Deps(Registry):
    books = provider(make_db)


api = API(registry=Deps)


@api.get("/items/{id:int}", raises=[Unknown], responses={409: "Not now"})
async def get_item(*, id: int, loud: bool = Query(False), db: str = Depends(make_db)) -> Item:
    if id > 100:
        raise Unknown(id=id, detail="There is none")
    if id == 77:
        abort(409, detail="Not now")
    return Item(id=id, name="A CUP" if loud else "a cup")


def test_a_call_gives_what_the_handler_returns() -> None:
    item = api.requests.call(get_item, id=3)
    assert type(item) is Item
    assert item == Item(id=3, name="a cup")
    assert api.requests.call(get_item, id=3, loud=True).name == "A CUP"


def test_a_declared_problem_is_raised_as_what_it_is_with_its_members() -> None:
    with pytest.raises(Unknown) as told:
        api.requests.call(get_item, id=101)
    assert (told.value.id, told.value.detail) == (101, "There is none")


def test_an_error_that_nobody_declares_is_a_call_error_with_its_answer() -> None:
    with pytest.raises(CallError, match=r"GET /items/\{id:int\} answered 409: .*Not now") as told:
        api.requests.call(get_item, id=77)
    assert told.value.status_code == 409
    assert told.value.problem is not None
    assert told.value.problem["detail"] == "Not now"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, r"get_item\(\) needs id"),
        ({"id": 1, "lowd": True}, r"get_item\(\) takes no lowd from a client"),
        ({"id": 1, "db": "mine"}, r"db of get_item\(\) comes from a provider"),
        ({"id": 1, "loud": None}, r"loud of get_item\(\) is None, which a query cannot say"),
    ],
)
def test_arguments_that_cannot_be_sent_are_type_errors(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        api.requests.call(get_item, **arguments)


def test_an_argument_without_its_name_is_a_type_error_that_says_so() -> None:
    client: Any = api.requests  # type checkers tell it, too
    with pytest.raises(TypeError, match=r"takes arguments by name; 7 is at the place of its options"):
        client.call(get_item, 7)


def test_the_awaited_client_calls_as_well() -> None:
    async def main() -> None:
        async with AsyncTestClient(api) as client:
            item = await client.call(get_item, id=4, loud=True)
            assert item == Item(id=4, name="A CUP")
            with pytest.raises(Unknown):
                await client.call(get_item, id=400)

    asyncio.run(main())


@api.get("/everything/{kind}/{day}/{key:uuid}")
async def everything(
    *,
    kind: Colour,
    day: date,
    key: uuid.UUID,
    prices: list[Decimal] = Query(),
    colour: Colour = Query(alias="shade"),
    x_flag: bool = Header(),
    x_many: list[str] = Header(alias="X-Many"),
    taste: str = Cookie(),
    maybe: int | None = Query(None),
) -> dict[str, object]:
    return {
        "kind": kind.name,
        "day": day.isoformat(),
        "key": str(key),
        "prices": [str(price) for price in prices],
        "colour": colour.name,
        "flag": x_flag,
        "many": x_many,
        "taste": taste,
        "maybe": maybe,
    }


def test_arguments_go_where_the_route_reads_them() -> None:
    key = uuid.UUID(int=5)
    said = {
        "kind": "RED",
        "day": "2026-02-03",
        "key": str(key),
        "prices": ["1.10", "2"],
        "colour": "BLUE",
        "flag": False,
        "many": ["a", "b"],
        "taste": 'sweet; ünd "sour"',
        "maybe": None,
    }
    client = api.test_client(cookies={"other": "1"})
    answer = client.call(
        everything,
        kind=Colour.RED,
        day=date(2026, 2, 3),
        key=key,
        prices=[Decimal("1.10"), Decimal(2)],
        colour=Colour.BLUE,
        x_flag=False,
        x_many=["a", "b"],
        taste='sweet; ünd "sour"',
        maybe=None,
    )
    assert answer == said


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    secret: SecretStr | None = None


class Order(BaseModel):
    pet: Annotated[Cat | Dog, Field(discriminator="kind")]
    amount: int = Field(1, alias="howMany")
    note: str | None = None


@api.post("/orders", status_code=201)
async def order(*, order: Order) -> dict[str, object]:
    hidden = order.pet.secret if isinstance(order.pet, Dog) else None
    return {
        "pet": type(order.pet).__name__,
        "hidden": None if hidden is None else hidden.get_secret_value(),
        "amount": order.amount,
        "set": sorted(order.model_fields_set),
    }


def test_a_body_holds_what_was_set_its_tags_and_its_secrets_by_the_names_that_are_read() -> None:
    sent = Order(pet=Dog(secret=SecretStr("bone")), howMany=3)
    said = {"pet": "Dog", "hidden": "bone", "amount": 3, "set": ["amount", "pet"]}
    assert api.requests.call(order, order=sent) == said


@api.put("/pair")
async def pair(
    *, first: Item = Body(embed=True), second: int = Body(embed=True)
) -> tuple[Item, Literal[202], dict[str, str]]:
    return Item(id=first.id + second), 202, {"X-A": "b"}


@api.post("/raw")
async def raw(*, content: bytes = Body()) -> bytes:
    return content[::-1]


def test_bodies_side_by_side_and_raw_ones() -> None:
    assert api.requests.call(pair, first=Item(id=4), second=5) == Item(id=9)
    assert api.requests.call(raw, content=b"\x00\xff") == b"\xff\x00"


class Login(BaseModel):
    name: str
    tags: list[str] = []


@api.post("/login")
async def login(*, login: Login = Form()) -> str:
    return f"{login.name}: {', '.join(login.tags)}"


@api.post("/files")
async def files(
    *, title: str = Form(), one: UploadFile = File(), more: list[UploadFile] = File()
) -> list[str]:
    read = [f"{file.filename} {file.content_type} {(await file.read()).decode()}" for file in (one, *more)]
    return [title, *read]


def test_forms_and_files() -> None:
    assert api.requests.call(login, login=Login(name="ada", tags=["a", "b"])) == "ada: a, b"
    one = UploadFile(io.BytesIO(b"one"), filename="a.txt", headers=Headers({"content-type": "text/plain"}))
    two = UploadFile(io.BytesIO(b"two"), filename="b.bin")
    assert api.requests.call(files, title="é", one=one, more=[two]) == [
        "é",
        "a.txt text/plain one",
        "b.bin application/octet-stream two",
    ]


class Search(BaseModel):
    q: str
    tag: list[str] = []
    size: int = Field(10, alias="limit")


@api.get("/search")
def search(*, search: Search = Query()) -> Search:
    return search


def test_a_model_of_the_query() -> None:
    wanted = Search(q="a&b", tag=["x", "y"], limit=3)
    assert api.requests.call(search, search=wanted) == wanted


@api.get("/book")
async def book(*, books: str, who: str = Depends(reader)) -> str:
    return f"{who} reads {books}"


def test_what_providers_read_goes_along() -> None:
    assert api.requests.call(book, {"headers": {"X-Reader": "ada"}}) == "ada reads the database"
    with pytest.raises(CallError, match="answered 422"):
        api.requests.call(book)
    with pytest.raises(TypeError, match=r"books of book\(\) comes from a provider"):
        api.requests.call(book, books="mine")


@api.get("/maybe")
async def maybe(*, there: bool = Query()) -> Item | Gone | None:
    return Item(id=1) if there else None


@api.get("/blank")
def blank(req: Request, resp: Response) -> None:
    resp.text = req.method


@api.get("/plain")
def plain() -> PlainTextResponse:
    return PlainTextResponse("plain")


@api.delete("/returned/{id:int}")
async def returned(*, id: int) -> Item | Gone | Unknown:
    return Unknown(id=id) if id else Gone()


def test_answers_without_a_value_are_the_response() -> None:
    assert api.requests.call(maybe, there=True) == Item(id=1)
    assert api.requests.call(maybe, there=False) is None
    assert api.requests.call(blank).text == "GET"
    assert api.requests.call(plain).text == "plain"


def test_a_returned_problem_is_raised() -> None:
    with pytest.raises(Unknown) as told:
        api.requests.call(returned, id=5)
    assert told.value.id == 5
    with pytest.raises(Gone):
        api.requests.call(returned, id=0)


@api.sse("/told")
async def told_events() -> AsyncIterator[SSE[Item]]:
    yield SSE(Item(id=1), id=7)
    yield SSE(event="tick")


@api.ndjson("/rows")
def rows(*, count: int = Query()) -> Iterator[Item]:
    for number in range(count):
        yield Item(id=number)


def test_streams_that_end_are_lists() -> None:
    with api.requests as client:
        assert client.call(told_events) == [SSE(Item(id=1), id="7"), SSE(event="tick")]
        assert client.call(rows, count=2) == [Item(id=0), Item(id=1)]


@api.route("/things/{id:int}")
class Things:
    async def on_get(self, *, id: int) -> Item:
        return Item(id=id)

    async def on_put(self, *, id: int, item: Item) -> Item:
        return Item(id=id + item.id)


@api.websocket_route("/ws")
async def talk(ws: WebSocket) -> None:
    await ws.accept()


def test_methods_of_classes_are_called_by_their_own_name() -> None:
    assert api.requests.call(Things.on_get, id=3) == Item(id=3)
    assert api.requests.call(Things.on_put, id=3, item=Item(id=4)) == Item(id=7)
    with pytest.raises(TypeError, match=r"name the method to call, such as Things\.on_get"):
        api.requests.call(Things, id=3)


def test_what_is_no_handler_of_the_application_is_told() -> None:
    with pytest.raises(TypeError, match="No route of this application leads to make_db"):
        api.requests.call(make_db)
    with pytest.raises(TypeError, match="No route of this application leads to get_item for POST"):
        api.requests.call(get_item, {"method": "post"}, id=3)
    with pytest.raises(TypeError, match="talk is a conversation"):
        api.requests.call(talk)
    with pytest.raises(TypeError, match="for an application of responder"):
        AsyncTestClient(PlainTextResponse("")).call(get_item, id=1).send(None)


def test_a_handler_of_several_routes_is_called_where_its_arguments_lead() -> None:
    twice = API()
    router = Router()

    @twice.get("/all")
    @router.route("/{id:int}", methods=["POST", "GET"])
    async def show(req: Request, *, id: int = 0) -> str:
        return f"{req.method} {req.path} {id}"

    twice.include_router(router, prefix="/inner")
    assert twice.requests.call(show, id=3) == "GET /inner/3 3"
    assert twice.requests.call(show, {"method": "POST"}, id=3) == "POST /inner/3 3"


def test_an_alias_of_the_path_is_filled_by_the_parameter() -> None:
    one = API()

    @one.get("/{ident}")
    async def show(*, name: str = Path(alias="ident")) -> str:
        return name

    assert one.requests.call(show, name="a?b ü%") == "a?b ü%"


def test_an_answer_that_is_not_what_the_handler_returns_is_told() -> None:
    odd = API()

    @odd.get("/", response_model=False)
    async def index() -> Item:
        return {"id": "no number"}  # type: ignore[return-value]  # wrong on purpose

    with pytest.raises(CallError, match=r"answered what index\(\) does not return"):
        odd.requests.call(index)


def test_a_header_cannot_hold_a_line_end() -> None:
    with pytest.raises(TypeError, match="The header x-reader cannot hold"):
        api.requests.call(book, {"headers": {"X-Reader": "a\r\nX-Other: b"}})


class Counter:
    """Its method is a handler."""

    def __init__(self, start: int) -> None:
        self.start = start

    async def count(self, *, by: int = Query(1)) -> int:
        return self.start + by


def test_a_method_of_an_object_is_called_where_that_object_answers() -> None:
    one, two, other = Counter(1), Counter(10), Counter(100)
    counting = API()
    counting.add_route("/one", one.count)
    counting.add_route("/two", two.count)
    assert counting.requests.call(two.count, by=2) == 12
    assert counting.requests.call(one.count) == 2
    with pytest.raises(TypeError, match="No route of this application"):
        counting.requests.call(other.count)


def test_an_option_that_is_none_is_told() -> None:
    with pytest.raises(TypeError, match="call\\(\\) has no option header; there are headers"):
        api.requests.call(book, {"header": {}})  # type: ignore[call-overload]  # wrong on purpose


@pytest.mark.parametrize("said", ["", "text", None])
def test_text_and_nothing_at_all(said: str | None) -> None:
    telling = API()

    @telling.get("/text")
    async def text() -> str:
        return said or ""

    @telling.get("/or-none")
    async def or_none() -> str | None:
        return said

    @telling.get("/raw")
    async def raw() -> bytes | None:
        return None if said is None else said.encode()

    assert telling.requests.call(text) == (said or "")
    assert telling.requests.call(or_none) == said
    assert telling.requests.call(raw) in (said, None if said is None else said.encode())


def test_cookies_of_one_name_and_several_paths_are_no_trouble() -> None:
    setting = API()

    @setting.get("/set")
    async def give(resp: Response) -> None:
        resp.set_cookie("theme", "a", path="/")
        resp.set_cookie("theme", "b", path="/set")

    @setting.get("/read")
    async def show(*, theme: str = Cookie(), mine: str = Cookie()) -> list[str]:
        return [theme, mine]

    client = setting.test_client("http://testserver")
    client.call(give)
    with pytest.raises(CallError, match="mine"):
        client.call(show)
    assert client.call(show, {"cookies": {"mine": "own"}}) == ["b", "own"]
    assert client.call(show, mine="own", theme="c") == ["c", "own"]


@pytest.mark.parametrize("value", [object(), {"a": 1}, [1], b"\xff"], ids=["object", "dict", "list", "bytes"])
def test_what_no_query_can_say_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError):
        api.requests.call(get_item, id=1, loud=value)  # type: ignore[arg-type]  # wrong on purpose


def test_what_the_declared_type_is_not_is_for_the_application_to_refuse() -> None:
    with pytest.raises(CallError, match="answered 422"):
        api.requests.call(get_item, id=1, loud="perhaps")  # type: ignore[arg-type]  # wrong on purpose


class Names(RootModel[list[str]]):
    """A list with a name."""


@dataclass
class Point:
    x: int
    y: int = 0


class Loose(BaseModel):
    model_config = ConfigDict(extra="allow")

    size: int = Field(1, validation_alias=AliasChoices("width", "w"))


class Filter(TypedDict):
    tag: str
    many: list[int]


shapes = API()


@shapes.post("/names")
async def names(*, names: Names) -> list[str]:
    return names.root


@shapes.post("/points")
async def points(*, points: list[Point] = Body()) -> list[Point]:
    return points


@shapes.post("/loose")
async def loose(*, loose: Loose) -> dict[str, object]:
    return {"size": loose.size, **(loose.model_extra or {})}


@shapes.get("/filtered")
async def filtered(*, by: Filter = Query()) -> Filter:
    return by


@shapes.get("/searched", params_model=Search)
async def searched(req: Request) -> str:
    sought = req.state.validated_params
    return sought.q if isinstance(sought, Search) else ""


@shapes.get("/rest/{one}/{two:int}")
async def rest(**fields: object) -> str:
    return repr(sorted(fields.items()))


@shapes.put("/file")
async def keep(*, file: UploadFile = File()) -> str:
    return f"{file.filename} {(await file.read()).decode()}"


@shapes.get("/away")
async def away(resp: Response) -> Item:
    resp.redirect("/elsewhere")
    return Item(id=1)


@shapes.get("/odd", response_model=False)
async def odd() -> Counter:
    raise Problem(400)


def test_bodies_of_every_shape_are_read_as_they_were_sent() -> None:
    client = shapes.requests
    assert client.call(names, names=Names(["a", "b"])) == ["a", "b"]
    assert client.call(points, points=[Point(1, 2), Point(3)]) == [Point(1, 2), Point(3)]
    given = Loose.model_validate({"width": 3, "more": "b"})
    assert client.call(loose, loose=given) == {"size": 3, "more": "b"}


def test_queries_of_every_shape_are_read_as_they_were_sent() -> None:
    client = shapes.requests
    assert client.call(filtered, by={"tag": "a", "many": [1, 2]}) == {"tag": "a", "many": [1, 2]}
    assert client.call(searched, validated_params=Search(q="tea", limit=1)) == "tea"
    assert client.call(rest, one="a", two=2) == "[('one', 'a'), ('two', 2)]"


def test_bytes_are_a_file_and_other_things_are_none() -> None:
    assert shapes.requests.call(keep, file=b"content") == "upload content"
    with pytest.raises(TypeError, match="A file is sent as an UploadFile or as bytes"):
        shapes.requests.call(keep, file="content")


def test_what_the_framework_gives_is_not_for_a_client_to_send() -> None:
    with pytest.raises(TypeError, match=r"req of searched\(\) is not sent by a client"):
        shapes.requests.call(searched, req="mine", validated_params=Search(q="", limit=1))  # type: ignore[call-arg]  # wrong


def test_a_redirect_is_no_value() -> None:
    client = shapes.test_client(follow_redirects=False)
    with pytest.raises(CallError, match="which says no value") as told:
        client.call(away)
    assert told.value.problem is None


def test_an_error_counts_before_a_type_that_cannot_be_read() -> None:
    with pytest.raises(CallError, match="answered 400"):
        shapes.requests.call(odd)
