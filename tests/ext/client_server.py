"""An application with one of everything that a client has to speak."""

from __future__ import annotations

from collections.abc import AsyncIterator
from enum import Enum
from typing import Literal

from pydantic import BaseModel, Field

from responder import (
    API,
    SSE,
    Body,
    Cookie,
    File,
    Form,
    Header,
    Problem,
    Query,
    Request,
    Response,
    UploadFile,
)

api = API(title="Zoo", version="1.0", docs_route="/docs")


class Color(Enum):
    """A few colours."""

    RED = "red"
    GREEN = "green"


class Cat(BaseModel):
    """Purrs."""

    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    """Barks."""

    kind: Literal["dog"]
    loud: bool


class AnimalIn(BaseModel):
    """An animal to keep."""

    name: str
    pet: Cat | Dog = Field(discriminator="kind")
    color: Color | None = None
    tags: list[str] = []
    from_: str | None = Field(default=None, alias="from")


class Animal(AnimalIn):
    """An animal that is kept."""

    id: int
    friend: Animal | None = None


class NoSuchAnimal(Problem):
    """There is no such animal."""

    status = 404
    type = "https://zoo.example/problems/no-such-animal"
    title = "No such animal"
    id: int


@api.get("/animals/{id:int}", raises=[NoSuchAnimal])
async def get_animal(*, id: int) -> Animal:
    """Show an animal."""
    if id != 1:
        raise NoSuchAnimal(detail=f"There is no {id}.", id=id)
    return Animal(id=1, name="tom", pet=Cat(kind="cat"), friend=None)


@api.post("/animals", status_code=201)
async def add_animal(*, animal: AnimalIn) -> Animal:
    """Add an animal."""
    return Animal(id=2, **animal.model_dump(by_alias=True))


@api.get("/search/{text}")
async def search(
    resp: Response,
    *,
    text: str,
    limit: int = Query(10, ge=1),
    color: list[Color] = Query([]),
    exact: bool = Query(False),
    x_trace: str | None = Header(None),
    visit: str | None = Cookie(None),
) -> dict[str, object]:
    """Say what was asked for."""
    colors = [one.value for one in color]
    return {"text": text, "limit": limit, "color": colors, "exact": exact, "trace": x_trace, "visit": visit}


@api.delete("/animals/{id:int}", status_code=204)
async def remove_animal(*, id: int) -> None:
    """Let one go."""


@api.post("/photos")
async def send_photos(*, title: str = Form(), photos: list[UploadFile] = File()) -> list[str]:
    """Keep photos."""
    return [f"{title} {photo.filename} {len(await photo.read())}" for photo in photos]


@api.post("/login")
async def login(*, user: str = Form(), password: str = Form()) -> dict[str, str]:
    """Come in."""
    return {"user": user, "length": str(len(password))}


@api.get("/headers")
async def headers(req: Request) -> dict[str, str | None]:
    """Say who calls."""
    return {"authorization": req.headers.get("authorization"), "agent": req.headers.get("x-agent")}


@api.sse("/ticks")
async def ticks(*, count: int = Query(3)) -> AsyncIterator[SSE[Cat]]:
    """Tick."""
    for lives in range(count):
        yield SSE(Cat(kind="cat", lives=lives), event="tick", id=lives)


@api.ndjson("/rows")
async def rows(*, count: int = Query(3)) -> AsyncIterator[Dog]:
    """Send rows."""
    if count > 100:
        raise Problem(400, "Too many")
    for number in range(count):
        yield Dog(kind="dog", loud=bool(number % 2))


@api.put("/sum")
async def list_(*, numbers: list[int] = Body()) -> int:
    """Add numbers up; called like a word of Python."""
    return sum(numbers)
