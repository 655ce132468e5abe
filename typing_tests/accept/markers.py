"""Markers have the type of the value that the handler gets."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Annotated, Literal, assert_type
from uuid import UUID

from pydantic import BaseModel

from responder import API, Body, Cookie, File, Form, Header, Path, Query, UploadFile

api = API()


class Colour(Enum):
    RED = "red"


class Item(BaseModel):
    name: str


class Search(BaseModel):
    q: str


@api.get("/required")
def required(
    a: str = Query(),
    b: int = Query(...),
    c: float = Query(ge=0.5),
    d: str = Query(min_length=1, max_length=9, pattern="a+"),
    e: list[int] = Query(),
    f: Colour = Query(),
    g: Decimal = Query(max_digits=5, decimal_places=2),
    h: UUID = Query(alias="id"),
    i: bool = Query(strict=True),
) -> None:
    assert_type(a, str)
    assert_type(b, int)
    assert_type(c, float)
    assert_type(e, list[int])
    assert_type(f, Colour)
    assert_type(h, UUID)


@api.get("/optional")
def optional(
    a: str = Query("x"),
    b: int = Query(10, ge=1, le=100, description="how many"),
    c: int | None = Query(None),
    d: int | None = Query(None, gt=0),
    e: str | None = Query(None, min_length=1),
    f: Literal["a", "b"] = Query("a"),
    g: float = Query(1, lt=2),
    h: list[str] = Query(default_factory=list),
    i: int = Query(default_factory=lambda: 4, ge=1),
    j: list[str] = Query(default_factory=lambda: ["a"], min_length=1),
    k: Colour = Query(Colour.RED, examples=["red"], deprecated=True),
    m: int = Query(10, multiple_of=5),
    n: list[str] = Query([]),
    o: list[str] = Query([], min_length=1),
) -> None:
    assert_type(b, int)
    assert_type(c, int | None)
    assert_type(e, str | None)


@api.post("/places/{id}")
def places(
    id: int = Path(ge=1),
    agent: str = Header(),
    lines: list[str] = Header(alias="X-Line"),
    raw: str | None = Header(None, convert_underscores=False),
    session: str = Cookie(""),
    theme: str | None = Cookie(None, max_length=9),
    name: str = Form(min_length=1),
    age: int = Form(0, ge=0),
    tags: list[str] = Form(default_factory=list),
    upload: UploadFile = File(),
    more: list[UploadFile] = File(description="others"),
    few: list[UploadFile] = File(min_length=1, max_length=4),
    fewer: list[UploadFile] = File([], max_length=2),
    maybe: UploadFile | None = File(None),
) -> None:
    assert_type(upload, UploadFile)


@api.post("/bodies")
def bodies(
    item: Item = Body(embed=True),
    other: list[Item] = Body(default_factory=list, embed=True),
    counts: dict[str, int] = Body({}, embed=True),
    third: Item | None = Body(None, embed=True, description="x"),
    names: list[str] = Body(min_length=1, embed=True),
    title: str = Body("a", max_length=9, pattern="a", embed=True),
    age: int = Body(ge=0, embed=True),
    price: float = Body(1.5, gt=0.5, embed=True),
    made: list[int] = Body(default_factory=list, max_length=3, embed=True),
    word: Annotated[str, Body(min_length=3, embed=True)] = "abc",
) -> None:
    assert_type(item, Item)
    assert_type(names, list[str])


@api.get("/annotated/{id}")
def annotated(
    id: Annotated[int, Path(ge=1)],
    search: Annotated[Search, Query()],
    q: Annotated[str | None, Query(min_length=1)] = None,
    n: Annotated[int, Query(ge=1, le=9)] = 5,
) -> None:
    assert_type(q, str | None)
    assert_type(n, int)


@api.post("/weighed")
def weighed(document: UploadFile = File()) -> None:
    assert_type(document.size, int | None)
    assert_type(document.filename, str | None)
