"""`strict` where values come as text: it refuses what is no text of the type, never the type itself."""

from __future__ import annotations

import enum
import json
import uuid
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import pytest
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.testclient import TestClient

from responder import API, Body, Cookie, Form, Header, Path, Query, Request, UploadFile
from tests.packing import msgpack

ID = uuid.UUID("7c0e3f2e-9f4b-4b7e-8d1a-0e4a3f5b6c7d")
DAY = date(2026, 2, 1)


class Size(enum.Enum):
    SMALL = "s"
    LARGE = "l"


def dozens(value: object) -> object:
    return 12 if value == "dozen" else value


class Search(BaseModel):
    """Every kind of value that text can stand for."""

    model_config = ConfigDict(strict=True)

    day: date
    id: uuid.UUID | None = None
    price: Decimal = Decimal(0)
    size: Size = Size.SMALL
    count: int = 1
    exact: bool = False
    days: set[date] = set()
    many: Annotated[int, BeforeValidator(dozens)] = 0


RIGHT = {"day": "2026-02-01", "id": str(ID), "price": "1.50", "size": "l", "count": "3", "exact": "true"}
FOUND = {
    "day": "2026-02-01",
    "id": str(ID),
    "price": "1.50",
    "size": "l",
    "count": 3,
    "exact": True,
    "days": ["2026-02-03"],
    "many": 0,
}


def strict(kind: object, marker: Callable[..., object]) -> API:
    """An application that answers the type of what it got."""
    api = API()

    async def show(*, value):
        return type(value).__name__

    show.__annotations__["value"] = kind
    show.__kwdefaults__ = {"value": marker(strict=True)}
    api.get("/{value}" if marker is Path else "/")(show)
    return api


KINDS = pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        (date, "2026-02-01", "date"),
        (datetime, "2026-02-01T10:00:00Z", "datetime"),
        (uuid.UUID, str(ID), "UUID"),
        (Decimal, "1.50", "Decimal"),
        (Size, "l", "Size"),
        (int, "3", "int"),
        (float, "1.5", "float"),
        (bool, "true", "bool"),
        (date | None, "2026-02-01", "date"),
    ],
    ids=str,
)


@KINDS
def test_a_strict_value_is_read_from_its_text_in_every_place(kind: object, text: str, name: str) -> None:
    with strict(kind, Query).requests as client:
        assert client.get("/", params={"value": text}).text == name
    with strict(kind, Path).requests as client:
        assert client.get(f"/{text}").text == name
    with strict(kind, Header).requests as client:
        assert client.get("/", headers={"value": text}).text == name
    with strict(kind, Cookie).requests as client:
        assert client.get("/", headers={"cookie": f"value={text}"}).text == name


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (date, "1700000000"),
        (date, "2026-02-01T00:00:00"),
        (datetime, "2026-02-01"),
        (int, "1.5"),
        (Size, "SMALL"),
        (uuid.UUID, "7c0e3f2e"),
    ],
)
def test_what_is_no_text_of_the_type_is_refused_and_placed(kind: object, text: str) -> None:
    client = strict(kind, Query).test_client()
    answer = client.get("/", params={"value": text})
    assert answer.status_code == 422
    assert [error["loc"] for error in answer.json()["errors"]] == [["query", "value"]]


def test_a_convertor_has_made_the_type_already() -> None:
    api = API()

    @api.get("/{id:uuid}/{count:int}")
    async def show(*, id: uuid.UUID = Path(strict=True), count: int = Path(strict=True, ge=2)) -> str:
        return f"{id} {count}"

    client = api.test_client()
    assert client.get(f"/{ID}/2").text == f"{ID} 2"
    assert client.get(f"/{ID}/1").status_code == 422


def test_the_values_of_a_strict_collection_are_strict() -> None:
    api = API()

    @api.get("/")
    async def show(*, days: set[date] = Query(strict=True)) -> int:
        return len(days)

    client = api.test_client()
    assert client.get("/?days=2026-02-01&days=2026-02-02").json() == 2
    answer = client.get("/?days=2026-02-01&days=1700000000")
    assert [error["loc"] for error in answer.json()["errors"]] == [["query", "days", 1]]


def everywhere() -> TestClient:
    """The same strict model, taken from every place that gives text."""
    api = API()

    @api.get("/query")
    async def query(*, search: Search = Query()) -> Search:
        return search

    @api.get("/maybe")
    async def maybe(*, search: Search | None = Query(None)) -> Search | None:
        return search

    @api.get("/params", params_model=Search)
    async def params(req: Request) -> Search:
        return req.state.get("validated_params", Search)

    @api.post("/form")
    async def form(*, search: Search = Form()) -> Search:
        return search

    @api.post("/body")
    async def body(*, search: Search) -> Search:
        return search

    @api.post("/media")
    async def media(req: Request) -> Search:
        return await req.media(Search)

    return api.test_client()


@pytest.mark.parametrize("path", ["/query", "/maybe", "/params", "/form", "/body", "/media"])
def test_a_strict_model_is_read_from_text(path: str) -> None:
    client = everywhere()
    fields = {**RIGHT, "days": ["2026-02-03"]}
    wrong = {**fields, "day": "1700000000", "days": ["soon"], "count": "many"}
    if path in ("/query", "/maybe", "/params"):
        answer, refused = client.get(path, params=fields), client.get(path, params=wrong)
    else:
        answer, refused = client.post(path, data=fields), client.post(path, data=wrong)
    assert answer.json() == FOUND
    assert refused.status_code == 422
    places = sorted(error["loc"][1:] for error in refused.json()["errors"])
    assert places == [["count"], ["day"], ["days", 0]]


def test_what_a_validator_of_the_model_made_is_judged_as_it_is() -> None:
    client = everywhere()
    assert client.get("/query", params={"day": "2026-02-01", "many": "dozen"}).json()["many"] == 12
    assert client.get("/query", params={"day": "2026-02-01", "many": "13"}).json()["many"] == 13
    assert client.get("/query", params={"day": "2026-02-01", "many": "score"}).status_code == 422


def test_a_type_that_stands_in_a_strict_model_twice_is_read_too() -> None:
    api = API()

    class Pair(BaseModel):
        model_config = ConfigDict(strict=True)

        small: Size
        large: Size
        named: dict[str, Size] = {}

    @api.get("/")
    async def show(*, pair: Pair = Query()) -> Pair:
        return pair

    client = api.test_client()
    assert client.get("/?small=s&large=l").json() == {"small": "s", "large": "l", "named": {}}
    assert client.get("/?small=s&large=x&named=y").status_code == 422


def test_a_strict_form_may_hold_files() -> None:
    api = API()

    class Photo(BaseModel):
        model_config = ConfigDict(strict=True, arbitrary_types_allowed=True)

        taken: date
        picture: UploadFile

    @api.post("/photos")
    async def add(*, photo: Photo = Form()) -> dict[str, object]:
        return {"taken": photo.taken, "size": len(await photo.picture.read())}

    client = api.test_client()
    answer = client.post("/photos", data={"taken": "2026-02-01"}, files={"picture": ("p.png", b"png")})
    assert answer.json() == {"taken": "2026-02-01", "size": 3}


def test_json_keeps_its_own_rules() -> None:
    client = everywhere()
    assert client.post("/body", json={"day": "2026-02-01", "count": 3}).json()["count"] == 3
    answer = client.post("/body", json={"day": "2026-02-01", "count": "3"})
    assert [error["loc"] for error in answer.json()["errors"]] == [["body", "count"]]


class Exact(BaseModel):
    model_config = ConfigDict(strict=True)

    id: uuid.UUID
    size: Size
    price: Decimal
    day: date
    at: datetime
    pair: tuple[int, int] = (0, 0)
    raw: bytes = b""


EXACT = {
    "id": "6f1a2b3c-0000-4000-8000-000000000001",
    "size": "s",
    "price": "1.50",
    "day": "2026-02-01",
    "at": "2026-02-01T10:00:00Z",
    "pair": [1, 2],
}


@pytest.mark.parametrize("path", ["/body", "/media", "/embedded"])
@pytest.mark.parametrize("kind", ["application/json", "application/yaml", "application/x-msgpack"])
def test_strict_models_take_the_same_texts_in_every_format(path: str, kind: str) -> None:
    api = API()

    @api.post("/body")
    async def body(*, exact: Exact) -> Exact:
        return exact

    @api.post("/media")
    async def media(req: Request) -> Exact:
        return await req.media(Exact)

    @api.post("/embedded")
    async def embedded(*, exact: Exact = Body(embed=True)) -> Exact:
        return exact

    def written(value: object) -> bytes:
        value = {"exact": value} if path == "/embedded" else value
        if kind.endswith("yaml"):
            return yaml.safe_dump(value).encode()
        return msgpack.packb(value) if kind.endswith("msgpack") else json.dumps(value).encode()

    client = api.test_client()
    headers = {"Content-Type": kind}
    answer = client.post(path, content=written(EXACT), headers=headers)
    assert answer.json() == {**EXACT, "raw": ""}
    wrong = {**EXACT, "id": "none", "pair": ["1", 2]}
    answer = client.post(path, content=written(wrong), headers=headers)
    assert answer.status_code == 422
    inside = 2 if path == "/embedded" else 1
    assert [error["loc"][inside:] for error in answer.json()["errors"]] == [["id"], ["pair", 0]]


def test_strict_models_take_the_types_that_a_format_has_itself() -> None:
    api = API()

    @api.post("/")
    async def add(*, exact: Exact) -> Exact:
        return exact

    client = api.test_client()
    told = "".join(f"{name}: {value}\n" for name, value in EXACT.items())  # dates are YAML's own here
    answer = client.post("/", content=told, headers={"Content-Type": "application/yaml"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["day"] == "2026-02-01"


@pytest.mark.parametrize(
    "content",
    [b"!!set {a, b}", b"{1: 2, 3: {4: !!binary aGk=}}", b"[" * 500 + b"]" * 500, b".nan", b"2026-02-01"],
)
def test_a_strict_model_is_never_an_error_of_the_server(content: bytes) -> None:
    api = API()

    @api.post("/")
    async def add(*, exact: Exact) -> Exact:
        return exact

    client = api.test_client(raise_server_exceptions=False)
    answer = client.post("/", content=content, headers={"Content-Type": "application/yaml"})
    assert answer.status_code in (400, 422)


def test_an_embedded_strict_body_follows_the_rules_of_json_too() -> None:
    api = API()

    @api.post("/")
    async def add(
        *, search: Search = Body(embed=True), day: Annotated[date, Field(strict=True)] = Body(embed=True)
    ) -> str:
        return f"{search.day} {day}"

    client = api.test_client()
    answer = client.post("/", json={"search": {"day": "2026-02-01"}, "day": "2026-02-02"})
    assert answer.text == "2026-02-01 2026-02-02"
    wrong = {"search": {"day": "2026-02-01", "count": "3"}, "day": 1700000000}
    errors = client.post("/", json=wrong).json()["errors"]
    assert [error["loc"] for error in errors] == [["body", "search", "count"], ["body", "day"]]


def test_a_strict_union_is_told_before_anything_is_served() -> None:
    api = API()

    @api.post("/")
    async def add(*, value: Annotated[int | str, Body(strict=True)]) -> str:
        return repr(value)

    (finding,) = api.check()
    assert "Unable to apply constraint 'strict' to schema of type 'union'" in str(finding)


@pytest.mark.parametrize("text", ["0", "86400", "-86400", "1700000000", "0.0", "+5"])
def test_a_number_is_no_moment(text: str) -> None:
    api = API()

    @api.get("/day")
    async def on(*, day: Annotated[date, Query(strict=True)]) -> str:
        return str(day)

    @api.get("/moment")
    async def at(*, moment: Annotated[datetime, Query(strict=True)]) -> str:
        return str(moment)

    client = api.test_client()
    assert client.get("/day", params={"day": text}).status_code == 422
    assert client.get("/moment", params={"moment": text}).status_code == 422
    assert client.get("/moment", params={"moment": "2026-02-01T10:00:00Z"}).status_code == 200
