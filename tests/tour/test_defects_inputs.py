"""Defects that must not come back: providers, markers, bodies.

The numbers are those of docs/defects.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest
from pydantic import BaseModel, field_validator
from typing_extensions import TypedDict

from responder import API, Body, Cookie, Depends, Header, Query, RouteError
from tests.tour.support import call


class Item(BaseModel):
    name: str


class Box(BaseModel):
    size: int


@dataclass
class Point:
    x: int
    y: int = 0


class Shape(TypedDict):
    sides: int


@pytest.mark.defect(8)
def test_a_session_is_closed_before_background_tasks_run() -> None:
    api = API()
    told: list[str] = []

    @api.dependency()
    def session():
        yield "session"
        told.append("session closed")

    @api.get("/")
    def index(req, resp, *, session):
        resp.background(told.append, "background")
        resp.text = session

    assert api.requests.get("/").text == "session"
    assert told == ["session closed", "background"]


@pytest.mark.defect(9)
def test_a_default_beside_an_annotated_marker_counts() -> None:
    api = API()

    @api.get("/")
    def index(req, resp, *, q: Annotated[int | None, Query()] = None, n: Annotated[int, Query(ge=1)] = 5):
        resp.media = [q, n]

    assert api.requests.get("/").json() == [None, 5]
    assert api.requests.get("/?q=3&n=2").json() == [3, 2]


@pytest.mark.defect(10)
def test_list_headers_and_cookies_collect() -> None:
    api = API()

    @api.get("/")
    def index(req, resp, *, x_tag: list[str] = Header(), part: list[int] = Cookie()):
        resp.media = [x_tag, part]

    answer = call(
        api,
        "GET",
        "/",
        headers=[(b"x-tag", b"a"), (b"x-tag", b"b"), (b"cookie", b"part=1"), (b"cookie", b"part=2")],
    )
    assert answer.json() == [["a", "b"], [1, 2]]
    single = api.requests.get("/", headers={"X-Tag": "a", "Cookie": "part=7"})
    assert single.json() == [["a"], [7]]


@pytest.mark.defect(11)
def test_missing_has_one_shape_for_every_source() -> None:
    api = API()

    @api.post("/")
    def index(req, resp, *, item: Item, q: int = Query(), x_h: int = Header(), c: int = Cookie()): ...

    errors = api.requests.post("/", json={}).json()["errors"]
    assert sorted(error["loc"] for error in errors) == [
        ["body", "name"],
        ["cookie", "c"],
        ["header", "x-h"],
        ["query", "q"],
    ]
    assert {frozenset(error) for error in errors} == {frozenset({"loc", "msg", "type"})}
    assert len({(error["msg"], error["type"]) for error in errors}) == 1


@pytest.mark.defect(13)
def test_params_model_errors_start_with_query_and_a_list_takes_one_value() -> None:
    class Search(BaseModel):
        q: str
        tags: list[str] = []

    api = API()

    @api.get("/", params_model=Search)
    def index(req, resp):
        resp.media = req.state.validated_params.tags

    assert api.requests.get("/?q=x&tags=a").json() == ["a"]
    assert api.requests.get("/").json()["errors"][0]["loc"] == ["query", "q"]


@pytest.mark.defect(14)
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_the_handlers_exception_is_thrown_in_at_the_yield(kind: str) -> None:
    api = API()
    told: list[str] = []

    def session():
        try:
            yield "session"
        except ValueError as error:
            told.append(f"rolled back for {error}")
            raise

    async def async_session():
        try:
            yield "session"
        except ValueError as error:
            told.append(f"rolled back for {error}")
            raise

    @api.get("/")
    def index(req, resp, *, session=Depends(session if kind == "sync" else async_session)):
        raise ValueError("no money")

    assert api.test_client(raise_server_exceptions=False).get("/").status_code == 500
    assert told == ["rolled back for no money"]


@pytest.mark.defect(15)
def test_defaults_and_markers_work_in_providers() -> None:
    api = API()

    def page(limit: int = Query(10, ge=1), offset: int = Query(0), step: int = 3):
        return [limit, offset, step]

    @api.get("/")
    def index(req, resp, *, page=Depends(page)):
        resp.media = page

    assert api.requests.get("/?limit=5").json() == [5, 0, 3]
    answer = api.requests.get("/?limit=0&offset=x")
    assert [error["loc"] for error in answer.json()["errors"]] == [["query", "limit"], ["query", "offset"]]


@pytest.mark.defect(16)
def test_an_inline_provider_is_overridden_by_the_provider_object() -> None:
    api = API()

    def database() -> str:
        return "real"

    @api.get("/")
    def index(req, resp, *, db: str = Depends(database)):
        resp.text = db

    with api.dependency_overrides({database: lambda: "fake"}):
        assert api.requests.get("/").text == "fake"
    assert api.requests.get("/").text == "real"


@pytest.mark.defect(17)
def test_bodies_may_be_lists_optional_dataclasses_typed_dicts_and_unions() -> None:
    api = API()

    @api.post("/list")
    def many(*, items: list[Item]) -> list[Item]:
        return items

    @api.post("/optional")
    def optional(*, item: Item | None = None) -> str:
        return "none" if item is None else item.name

    @api.post("/dataclass")
    def point(*, point: Point) -> Point:
        return point

    @api.post("/typed-dict")
    def shape(*, shape: Shape) -> Shape:
        return shape

    @api.post("/union")
    def union(*, thing: Item | Box) -> str:
        return type(thing).__name__

    @api.post("/explicit")
    def explicit(*, numbers: Annotated[dict[str, int], Body()]) -> int:
        return sum(numbers.values())

    @api.post("/two")
    def two(
        *, item: Annotated[Item, Body(embed=True)], box: Annotated[Box, Body(embed=True)]
    ) -> list[object]:
        return [item.name, box.size]

    post = api.requests.post
    assert post("/list", json=[{"name": "a"}]).json() == [{"name": "a"}]
    assert post("/optional").text == "none"
    assert post("/optional", json={"name": "a"}).text == "a"
    assert post("/dataclass", json={"x": 1}).json() == {"x": 1, "y": 0}
    assert post("/typed-dict", json={"sides": 3}).json() == {"sides": 3}
    assert post("/union", json={"size": 3}).text == "Box"
    assert post("/explicit", json={"a": 1, "b": 2}).json() == 3
    assert post("/two", json={"item": {"name": "a"}, "box": {"size": 1}}).json() == ["a", 1]
    wrong = post("/list", json=[{"name": "a"}, {}])
    assert wrong.json()["errors"][0]["loc"] == ["body", 1, "name"]


@pytest.mark.defect(17)
def test_a_body_on_get_is_refused_at_the_decorator_when_it_is_marked_and_else_at_sealing() -> None:
    api = API()

    def marked(req, resp, *, item: Annotated[Item, Body()]): ...

    def plain(req, resp, *, item: Item): ...

    with pytest.raises(RouteError, match="item"):
        api.get("/marked")(marked)
    api.get("/plain")(plain)  # a dependency called "item" could still come
    with pytest.raises(RouteError, match='takes a request body \\("item"\\)'):
        api.requests.get("/plain")


@pytest.mark.defect(18)
def test_a_content_type_nobody_can_read_is_415() -> None:
    api = API()

    @api.post("/")
    def create(req, resp, *, item: Item):
        return item

    answer = api.requests.post("/", content=b"<a/>", headers={"Content-Type": "application/xml"})
    assert (answer.status_code, answer.json()["title"]) == (415, "Unsupported Media Type")
    without = call(api, "POST", "/", chunks=[b'{"name": "tea"}'])
    assert without.json() == {"name": "tea"}


@pytest.mark.defect(19)
def test_the_size_cap_holds_although_the_handler_never_reads_the_body() -> None:
    api = API(max_request_size=10)
    ran: list[str] = []

    @api.post("/")
    def ignores(req, resp):
        ran.append("handler")

    declared = call(api, "POST", "/", headers=[(b"content-length", b"11")], chunks=[b"x" * 11])
    assert declared.status == 413
    assert ran == []


@pytest.mark.defect(19)
def test_the_size_cap_counts_what_arrives_when_no_length_was_declared() -> None:
    api = API(max_request_size=10)

    @api.post("/")
    async def reads(req, resp):
        resp.media = len(await req.content)

    assert call(api, "POST", "/", chunks=[b"x" * 5, b"x" * 5]).json() == 10
    answer = call(api, "POST", "/", chunks=[b"x" * 6, b"x" * 6])
    assert answer.status == 413
    assert b"Request body too large" in answer.body


@pytest.mark.defect(23)
def test_a_validators_own_error_is_a_422() -> None:
    class Picky(BaseModel):
        name: str

        @field_validator("name")
        @classmethod
        def no_numbers(cls, value: str) -> str:
            if value.isdigit():
                raise ValueError("no numbers")
            return value

    api = API()

    @api.post("/")
    def create(*, picky: Picky) -> Picky:
        return picky

    answer = api.requests.post("/", json={"name": "12"})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["loc"] == ["body", "name"]
    assert "no numbers" in error["msg"]


@pytest.mark.defect(23)
@pytest.mark.parametrize(
    "body", [b'{"name": 1e400}', b'{"name": "\\ud800"}', b'{"name": ' + b"9" * 5000 + b"}"]
)
def test_what_cannot_be_encoded_never_turns_a_422_into_a_500(body: bytes) -> None:
    api = API()

    @api.post("/")
    def create(*, box: Box) -> Box:
        return box

    answer = call(api, "POST", "/", chunks=[body.replace(b"name", b"size")])
    assert answer.status in (400, 422)
    assert len(answer.body) < 4096
