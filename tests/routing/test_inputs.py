"""Bodies, forms, files and whole models: what a handler may ask a request's content for."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.datastructures import UploadFile as StarletteUpload
from typing_extensions import TypedDict

import responder
from responder import Body, Depends, File, Form, Query, Request, UploadFile
from tests.packing import msgpack
from tests.routing.asking import Answer, Line, ask

JSON = (b"content-type", b"application/json")
YAML = (b"content-type", b"application/yaml")
MSGPACK = (b"content-type", b"application/x-msgpack")
URLENCODED = (b"content-type", b"application/x-www-form-urlencoded")

Part = tuple[str, str | None, bytes]


def multipart(*parts: Part) -> tuple[list[Line], list[bytes]]:
    """Headers and content of a multipart form of (name, filename, content)."""
    content = b""
    for name, filename, data in parts:
        tail = "" if filename is None else f'; filename="{filename}"'
        content += f'--edge\r\nContent-Disposition: form-data; name="{name}"{tail}\r\n\r\n'.encode()
        content += data + b"\r\n"
    return [(b"content-type", b"multipart/form-data; boundary=edge")], [content + b"--edge--\r\n"]


def urlencoded(*pairs: tuple[str, str]) -> tuple[list[Line], list[bytes]]:
    return [URLENCODED], [urlencode(pairs).encode()]


def places(answer: Answer) -> list[list[object]]:
    """Where a 422 says that something is wrong."""
    assert answer.status == 422, answer.body
    told: Any = answer.json()
    return [error["loc"] for error in told["errors"]]


def faults(answer: Answer) -> list[tuple[list[object], str, str]]:
    """What a 422 says is wrong: where, in words, and as what."""
    assert answer.status == 422, answer.body
    told: Any = answer.json()
    return [(error["loc"], error["msg"], error["type"]) for error in told["errors"]]


class Item(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    name: str
    unit_price: float = Field(default=1.0, alias="unit-price")
    tags: list[str] = []


class Other(BaseModel):
    kind: Literal["other"]
    size: int


@dataclasses.dataclass
class Point:
    x: int
    y: int = 0


class Row(TypedDict):
    a: int


# --- bodies
# ----------------------------------------------------------------------------

api = responder.API()


@api.post("/model")
def model(*, item: Item) -> str:
    return repr(item)


@api.post("/maybe")
def maybe(*, item: Item | None = None) -> str:
    return repr(item)


@api.post("/nullable")
def nullable(*, item: Item | None) -> str:
    return repr(item)


@api.post("/defaulted")
def defaulted(*, size: Annotated[list[int], Body()] = [1]) -> str:  # noqa: B006 - every request gets its own
    size.append(2)
    return repr(size)


@api.post("/made")
def made(*, sizes: list[int] = Body(default_factory=lambda: [7])) -> str:
    sizes.append(8)
    return repr(sizes)


@api.post("/list")
def many(*, items: list[Item]) -> str:
    return repr(items)


@api.post("/union")
def union(*, item: Other | Item) -> str:
    return repr(item)


@api.post("/dataclass")
def data(*, point: Point) -> str:
    return repr(point)


@api.post("/typed-dict")
def typed(*, row: Row) -> str:
    return repr(row)


@api.post("/number")
def number(*, value: Annotated[int, Body(ge=1)]) -> str:
    return repr(value)


@api.post("/embedded")
def embedded(*, item: Annotated[Item, Body(embed=True)], point: Point | None = Body(None, embed=True)) -> str:
    return f"{item!r} {point!r}"


@api.post("/all-optional")
def all_optional(*, point: Point | None = Body(None, embed=True)) -> str:
    return repr(point)


@api.post("/twice")
async def twice(req: Request, *, item: Item) -> str:
    return f"{item!r} {(await req.content)!r}"


def sized(path: str, value: object, kind: Line = JSON) -> Answer:
    if kind is MSGPACK:
        content = msgpack.packb(value)
    else:
        content = json.dumps(value).encode()
    return ask(api, "POST", path, headers=[kind], chunks=[content])


ITEM = Item(name="a")


@pytest.mark.parametrize("kind", [JSON, YAML, MSGPACK, (b"content-type", b"application/vnd.shop+json")])
@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("/model", {"name": "a"}, ITEM),
        ("/model", {"name": "a", "unit-price": 2}, Item.model_validate({"name": "a", "unit_price": 2})),
        ("/maybe", {"name": "a"}, ITEM),
        ("/nullable", None, None),
        ("/nullable", {"name": "a"}, ITEM),
        ("/list", [{"name": "a"}], [ITEM]),
        ("/list", [], []),
        ("/union", {"name": "a"}, ITEM),
        ("/union", {"kind": "other", "size": 2}, Other(kind="other", size=2)),
        ("/dataclass", {"x": 1}, Point(1)),
        ("/typed-dict", {"a": 1}, {"a": 1}),
        ("/number", 5, 5),
        ("/defaulted", [5], [5, 2]),
        ("/made", [5], [5, 8]),
    ],
)
def test_a_body_is_whatever_its_annotation_says(
    path: str, value: object, expected: object, kind: Line
) -> None:
    answer = sized(path, value, kind)
    assert (answer.status, answer.body.decode()) == (200, repr(expected))


@pytest.mark.parametrize("kind", [JSON, YAML, MSGPACK])
@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("/model", {}, ["body", "name"]),
        ("/model", [], ["body"]),
        ("/list", [{"name": "a"}, {}], ["body", 1, "name"]),
        ("/number", 0, ["body"]),
        ("/dataclass", {"x": "one"}, ["body", "x"]),
        ("/embedded", {}, ["body", "item"]),
        ("/embedded", [], ["body"]),
        ("/embedded", {"item": {}}, ["body", "item", "name"]),
        ("/embedded", {"item": {"name": "a"}, "point": {"x": "one"}}, ["body", "point", "x"]),
    ],
)
def test_a_body_that_does_not_fit_is_told_with_its_place(
    path: str, value: object, place: list[object], kind: Line
) -> None:
    assert place in places(sized(path, value, kind))


def test_a_body_takes_the_constraints_of_its_type() -> None:
    app = responder.API()

    @app.post("/")
    def names(
        *,
        names: list[str] = Body(min_length=1, max_length=2, embed=True),
        age: int = Body(3, ge=1, embed=True),
    ) -> str:
        return repr((names, age))

    assert ask(app, "POST", "/", headers=[JSON], chunks=[b'{"names": ["a"]}']).body == b"(['a'], 3)"
    answer = ask(app, "POST", "/", headers=[JSON], chunks=[b'{"names": [], "age": 0}'])
    assert places(answer) == [["body", "names"], ["body", "age"]]


@pytest.mark.parametrize("kind", [JSON, YAML, MSGPACK])
def test_several_bodies_are_the_keys_of_one_object(kind: Line) -> None:
    answer = sized("/embedded", {"item": {"name": "a"}, "more": 1}, kind)
    assert answer.body.decode() == f"{ITEM!r} None"
    answer = sized("/embedded", {"item": {"name": "a"}, "point": {"x": 1}}, kind)
    assert answer.body.decode() == f"{ITEM!r} {Point(1)!r}"


@pytest.mark.parametrize("headers", [[], [JSON], [YAML], [MSGPACK]])
def test_no_body_is_the_default_of_an_optional_one(headers: list[Line]) -> None:
    expectations = {"/maybe": None, "/defaulted": [1, 2], "/made": [7, 8], "/all-optional": None}
    for path, expected in expectations.items():
        for _ in range(2):
            answer = ask(api, "POST", path, headers=headers)
            assert (answer.status, answer.body.decode()) == (200, repr(expected))


@pytest.mark.parametrize("path", ["/model", "/nullable", "/embedded", "/list"])
def test_no_body_is_not_json(path: str) -> None:
    answer = ask(api, "POST", path)
    assert (answer.status, b"Invalid JSON body" in answer.body) == (400, True)


@pytest.mark.parametrize("path", ["/model", "/embedded", "/maybe", "/all-optional"])
@pytest.mark.parametrize("content", [b"{", b"nonsense", b'{"a":NaN}', b"\xff"])
def test_what_is_not_json_is_a_400(path: str, content: bytes) -> None:
    answer = ask(api, "POST", path, headers=[JSON], chunks=[content])
    assert (answer.status, b"Invalid JSON body" in answer.body) == (400, True)


def test_a_type_that_nobody_reads_is_a_415() -> None:
    answer = ask(api, "POST", "/model", headers=[(b"content-type", b"image/png")], chunks=[b"png"])
    assert answer.status == 415


def test_a_body_in_pieces_is_one_body() -> None:
    answer = ask(api, "POST", "/twice", chunks=[b'{"na', b'me":', b'"a"}', b""])
    assert answer.body.decode() == f"{ITEM!r} " + repr(b'{"name":"a"}')


def test_a_body_above_the_limit_is_a_413_announced_or_not() -> None:
    small = responder.API(max_request_size=10)

    @small.post("/")
    def view(*, items: Annotated[list[int], Body()]) -> int:
        return len(items)

    @small.post("/raw")
    def raw(*, content: Annotated[bytes, Body()]) -> int:
        return len(content)

    for path in ("/", "/raw"):
        assert ask(small, "POST", path, chunks=[b"[1,2,3,4]"]).status == 200
        assert ask(small, "POST", path, chunks=[b"[1,2,3,4,5]"]).status == 413
        assert ask(small, "POST", path, chunks=[b"[1,2,", b"3,4,5]"]).status == 413
        assert ask(small, "POST", path, headers=[(b"content-length", b"11")], chunks=[b"[]"]).status == 413


def test_a_form_may_stand_for_a_model() -> None:
    headers, chunks = urlencoded(("name", "a"), ("tags", "x"), ("unit-price", "2"), ("tags", "y"))
    answer = ask(api, "POST", "/model", headers=headers, chunks=chunks)
    assert answer.body.decode() == repr(
        Item.model_validate({"name": "a", "unit_price": 2, "tags": ["x", "y"]})
    )
    headers, chunks = multipart(("x", None, b"1"))
    answer = ask(api, "POST", "/dataclass", headers=headers, chunks=chunks)
    assert answer.body.decode() == repr(Point(1))


# --- forms and files
# ----------------------------------------------------------------------------


class Profile(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    name: str
    tags: list[str] = []
    picture: StarletteUpload | None = None


forms = responder.API()


@forms.post("/fields")
def fields(
    *,
    name: str = Form(),
    size: int = Form(1, ge=1),
    tags: list[str] = Form([], alias="tag"),
    key: Annotated[str | None, Form()] = None,
) -> str:
    return repr((name, size, tags, key))


@forms.post("/files")
async def files(
    *, one: UploadFile = File(), more: list[UploadFile] = File([], alias="many"), note: str = Form("")
) -> str:
    return repr((one.filename, await one.read(), [each.filename for each in more], note))


@forms.post("/maybe-file")
async def maybe_file(*, one: UploadFile | None = File(None)) -> str:
    return repr(one and one.filename)


def is_picture(file: UploadFile) -> UploadFile:
    start = file.file.read(4)
    file.file.seek(0)
    if start != b"\x89PNG":
        raise ValueError("not a picture")
    return file


Picture = Annotated[UploadFile, AfterValidator(is_picture)]


@forms.post("/pictures")
async def pictures(*, all: list[Picture] = File(max_length=2), cover: Picture | None = File(None)) -> str:
    return repr(([await one.read() for one in all], cover and cover.filename))


@forms.post("/pair")
async def pair(*, both: Annotated[list[UploadFile], File(min_length=2)]) -> str:
    return repr([one.filename for one in both])


@forms.post("/profile")
async def profile(*, profile: Profile = Form()) -> str:
    picture = profile.picture
    return repr((profile.name, profile.tags, picture and picture.filename))


@forms.post("/maybe-profile")
async def maybe_profile(*, profile: Profile | None = Form(None), flag: bool = Query(False)) -> str:
    return repr(profile and profile.name)


def test_form_fields_are_read_like_queries() -> None:
    for headers, chunks in (
        urlencoded(("name", "a"), ("size", "2"), ("tag", "x"), ("tag", "y"), ("key", "")),
        multipart(
            ("name", None, b"a"),
            ("size", None, b"2"),
            ("tag", None, b"x"),
            ("tag", None, b"y"),
            ("key", None, b""),
        ),
    ):
        answer = ask(forms, "POST", "/fields", headers=headers, chunks=chunks)
        assert answer.body.decode() == repr(("a", 2, ["x", "y"], ""))
    headers, chunks = urlencoded(("name", "a"))
    answer = ask(forms, "POST", "/fields", headers=headers, chunks=chunks)
    assert answer.body.decode() == "('a', 1, [], None)"


def test_every_fault_of_a_form_is_told() -> None:
    headers, chunks = urlencoded(("size", "0"))
    answer = ask(forms, "POST", "/fields", headers=headers, chunks=chunks)
    assert places(answer) == [["form", "name"], ["form", "size"]]
    assert places(ask(forms, "POST", "/fields")) == [["form", "name"]]


def test_files_are_handed_over_as_uploads() -> None:
    headers, chunks = multipart(
        ("one", "a.txt", b"content"), ("many", "b", b""), ("many", "c", b""), ("note", None, b"n")
    )
    answer = ask(forms, "POST", "/files", headers=headers, chunks=chunks)
    assert answer.body.decode() == repr(("a.txt", b"content", ["b", "c"], "n"))
    headers, chunks = multipart(("one", None, b"text is no file"))
    assert places(ask(forms, "POST", "/files", headers=headers, chunks=chunks)) == [["file", "one"]]
    assert places(ask(forms, "POST", "/maybe-file", headers=headers, chunks=chunks)) == [["file", "one"]]
    headers, chunks = multipart(("other", None, b"x"))
    assert ask(forms, "POST", "/maybe-file", headers=headers, chunks=chunks).body == b"None"
    headers, chunks = multipart(("one", "a.txt", b""))
    assert ask(forms, "POST", "/maybe-file", headers=headers, chunks=chunks).body == b"'a.txt'"


def test_text_among_files_is_told_and_not_passed_over() -> None:
    mixed = [
        ("one", "a.txt", b"x"),
        ("many", "b.txt", b"y"),
        ("many", None, b"text"),
        ("many", "c.txt", b"z"),
    ]
    headers, chunks = multipart(*mixed)
    answer = ask(forms, "POST", "/files", headers=headers, chunks=chunks)
    assert answer.status == 422
    assert faults(answer) == [(["file", "many"], "Input should be an uploaded file", "file_type")]
    headers, chunks = urlencoded(("one", "text"))
    answer = ask(forms, "POST", "/files", headers=headers, chunks=chunks)
    assert [kind for _, _, kind in faults(answer)] == ["file_type"]


def test_empty_text_is_no_file_as_some_clients_say_it() -> None:
    headers, chunks = multipart(("one", None, b""))
    assert ask(forms, "POST", "/maybe-file", headers=headers, chunks=chunks).body == b"None"
    answer = ask(forms, "POST", "/files", headers=headers, chunks=chunks)
    assert [kind for _, _, kind in faults(answer)] == ["missing"]


def test_a_name_may_hold_a_file_or_a_text_where_both_are_asked_for() -> None:
    app = responder.API()

    @app.post("/")
    async def avatar(
        *, file: UploadFile | None = File(None, alias="avatar"), url: str | None = Form(None, alias="avatar")
    ) -> str:
        return repr((file and file.filename, url))

    headers, chunks = multipart(("avatar", None, b"https://x"))
    assert ask(app, "POST", "/", headers=headers, chunks=chunks).body == b"(None, 'https://x')"
    headers, chunks = multipart(("avatar", "a.png", b"x"))
    assert ask(app, "POST", "/", headers=headers, chunks=chunks).body == b"('a.png', None)"


def test_a_whole_form_is_a_model() -> None:
    headers, chunks = multipart(
        ("name", None, b"a"), ("tags", None, b"x"), ("picture", "p.png", b"png"), ("name", None, b"b")
    )
    answer = ask(forms, "POST", "/profile", headers=headers, chunks=chunks)
    assert answer.body.decode() == repr(("b", ["x"], "p.png"))
    headers, chunks = urlencoded(("tags", "x"))
    answer = ask(forms, "POST", "/profile", headers=headers, chunks=chunks)
    assert places(answer) == [["form", "name"]]


def test_an_empty_form_gives_an_optional_model_its_default() -> None:
    assert ask(forms, "POST", "/maybe-profile").body == b"None"
    headers, chunks = urlencoded(("name", "a"))
    assert ask(forms, "POST", "/maybe-profile", headers=headers, chunks=chunks).body == b"'a'"
    headers, chunks = urlencoded(("tags", "a"))
    assert places(ask(forms, "POST", "/maybe-profile", headers=headers, chunks=chunks)) == [["form", "name"]]
    assert places(ask(forms, "POST", "/maybe-profile", b"flag=x")) == [["query", "flag"]]


# --- whole queries
# ----------------------------------------------------------------------------


class Search(BaseModel):
    q: str
    tags: list[int] = []


def test_the_models_of_a_query_may_stand_beside_other_inputs() -> None:
    app = responder.API()

    def paged(page: int = Query(1)) -> int:
        return page

    @app.get("/option", params_model=Search)
    def option(req: Request, *, page: int = Depends(paged)) -> str:
        return repr((req.state.validated_params, page))

    @app.get("/parameter")
    def parameter(*, search: Annotated[Search, Query()], page: int = Depends(paged)) -> str:
        return repr((search, page))

    for path in ("/option", "/parameter"):
        answer = ask(app, "GET", path, b"q=a&tags=1&page=2&tags=2")
        assert answer.body.decode() == repr((Search(q="a", tags=[1, 2]), 2))
        answer = ask(app, "GET", path, b"tags=x&page=y")
        assert sorted(map(str, places(answer))) == sorted(
            map(str, [["query", "q"], ["query", "tags", 0], ["query", "page"]])
        )


def test_a_params_model_that_pydantic_cannot_read_is_told() -> None:
    class Odd:
        pass

    app = responder.API()
    app.get("/", params_model=Odd)(lambda: None)  # type: ignore[responder-annotation]  # wrong on purpose
    assert [located.finding.rule.name for located in app.check()] == ["params-model"]


def test_what_an_operation_takes_is_public() -> None:
    app = responder.API()

    def key(x_key: Annotated[str, responder.Header(min_length=2)]) -> str:
        return x_key

    @app.post("/{id:int}", params_model=Search)
    def view(*, id: int, item: Item, page: int = Query(1), key: str = Depends(key)) -> None: ...

    (route,) = app.operations
    operation = route.operations["POST"]
    assert (route.path, route.kind, operation.name, operation.label) == (
        "/{id:int}",
        "http",
        view.__qualname__.rpartition("<locals>.")[2],
        "POST /{id:int}",
    )
    told = [(one.source.value, one.key, one.required, one.carries) for one in operation.inputs]
    assert told == [
        ("query", "", True, "whole"),
        ("path", "id", True, "one"),
        ("body", "item", True, "one"),
        ("query", "page", False, "one"),
        ("header", "x-key", True, "one"),
    ]
    by_name = {one.name: one for one in operation.inputs}
    assert by_name["page"].fallback() == 1
    assert by_name["x_key"].constraints == {"min_length": 2}
    assert by_name["item"].constraints == {}
    assert [provider.name for provider in operation.providers] == ["key"]


def test_what_is_missing_but_optional_is_not_blamed_for_what_another_input_did() -> None:
    app = responder.API()

    @app.post("/body")
    def body(*, point: Point | None = Body(None, embed=True), flag: bool = Query(False)) -> None: ...

    @app.post("/plain")
    def plain(*, item: Item | None = None, flag: bool = Query(False)) -> None: ...

    @app.post("/file")
    def file(
        *, one: UploadFile = File(), a: int = responder.Cookie(), b: int = responder.Cookie()
    ) -> None: ...

    for path in ("/body", "/plain"):
        assert places(ask(app, "POST", path, b"flag=x")) == [["query", "flag"]]
    headers, chunks = multipart(("one", "a.txt", b""))
    answer = ask(app, "POST", "/file", headers=[*headers, (b"cookie", b"a=x; b=y")], chunks=chunks)
    assert places(answer) == [["cookie", "a"], ["cookie", "b"]]


def test_what_stands_beside_the_type_of_an_upload_is_asked_of_it() -> None:
    good, bad = ("all", "a.png", b"\x89PNG!"), ("all", "b.png", b"text")
    headers, chunks = multipart(good, good)
    answer = ask(forms, "POST", "/pictures", headers=headers, chunks=chunks)
    assert answer.body.decode() == repr(([b"\x89PNG!"] * 2, None))
    headers, chunks = multipart(good, bad, ("cover", "c.png", b""))
    answer = ask(forms, "POST", "/pictures", headers=headers, chunks=chunks)
    assert places(answer) == [["file", "all", 1], ["file", "cover"]]
    headers, chunks = multipart(("cover", "c.png", b"\x89PNG"))
    assert places(ask(forms, "POST", "/pictures", headers=headers, chunks=chunks)) == [["file", "all"]]


def test_uploads_are_counted() -> None:
    one = ("both", "a.txt", b"a")
    headers, chunks = multipart(one)
    assert places(ask(forms, "POST", "/pair", headers=headers, chunks=chunks)) == [["file", "both"]]
    headers, chunks = multipart(*[("all", "a.png", b"\x89PNG")] * 3)
    assert places(ask(forms, "POST", "/pictures", headers=headers, chunks=chunks)) == [["file", "all"]]
    headers, chunks = multipart(one, one)
    assert ask(forms, "POST", "/pair", headers=headers, chunks=chunks).body.decode() == "['a.txt', 'a.txt']"


def test_a_form_stands_for_a_list_of_nothing() -> None:
    headers, chunks = urlencoded(("name", "a"))
    assert places(ask(api, "POST", "/list", headers=headers, chunks=chunks)) == [["body"]]


def test_an_optional_list_takes_a_form_as_it_is() -> None:
    app = responder.API()

    @app.post("/")
    def view(*, items: list[Item] | None = None) -> None: ...

    headers, chunks = urlencoded(("name", "a"))
    assert places(ask(app, "POST", "/", headers=headers, chunks=chunks)) == [["body"]]


def test_a_header_is_told_by_the_name_that_the_document_gives_it() -> None:
    app = responder.API()

    @app.get("/")
    def show(*, key: str = responder.Header(alias="X-Api-Key"), user_agent: str = responder.Header()) -> str:
        return key

    assert places(ask(app, "GET", "/")) == [["header", "X-Api-Key"], ["header", "user-agent"]]
    (route,) = app.operations
    assert [one.shown for one in route.operations["GET"].inputs] == ["X-Api-Key", "user-agent"]
