"""Bodies, parameters and answers of the sample: every source, every shape, every way to say what is sent."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from responder import Body, Cookie, Depends, Header, Path, Query, Request, Response, Router
from tests.openapi.sample.errors import ItemInUse, ItemNotFound, NameTaken
from tests.openapi.sample.models import (
    Branch,
    Cat,
    Colour,
    Day,
    Item,
    ItemChange,
    ItemIn,
    Job,
    Kennel,
    Names,
    Note,
    Page,
    Pet,
    Place,
    Priority,
    Report,
    Search,
    made_item,
    whole,
)
from tests.openapi.sample.shelf import Shelf, shelf_of

Times = Annotated[int, Field(ge=1, le=9, strict=True), BeforeValidator(whole), Body(embed=True)]

items = Router("/items", tags=["items"])
things = Router("", tags=["things"])


@items.get("")
async def list_items(
    *,
    limit: int = Query(20, ge=1, le=100, description="How many at most."),
    offset: int = Query(0, ge=0, le=10_000),
    colour: Annotated[list[Colour] | None, Query(description="Only of these colours.")] = None,
    dearest: Annotated[Decimal | None, Query(ge=0)] = None,
    named: str | None = Query(None, alias="q", max_length=40),
    urgent: Priority | None = Query(None),
    old: Annotated[bool, Query(deprecated=True)] = False,
    language: str = Header("en", alias="X-Language", pattern="^[a-z]{2}$"),
    theme: str | None = Cookie(None),
    shelf: Shelf = Depends(shelf_of),
) -> Page[Item]:
    """List items.

    Newest first.  **Cheap**: nothing is counted.
    """
    found = [item for item in shelf.items.values() if colour is None or item.colour in colour]
    return Page(items=found[offset : offset + limit], total=len(found))


@items.post("", status_code=201, raises=[NameTaken])
async def create_item(resp: Response, *, item: ItemIn, shelf: Shelf = Depends(shelf_of)) -> Item:
    """Make an item.

    Two items may not have one name.
    """
    if item.name == "Taken":
        raise NameTaken(name=item.name, suggestions=["Taken 2"])
    made = shelf.add(item)
    resp.headers["Location"] = f"/items/{made.id}"
    return made


@items.get("/{id:uuid}", raises=[ItemNotFound])
async def read_item(*, id: UUID, shelf: Shelf = Depends(shelf_of)) -> Item:
    """Show one item.

    As it is kept now.
    """
    return shelf.find(id)


@items.put("/{id:uuid}", raises=[ItemNotFound, NameTaken, ItemInUse])
async def replace_item(*, id: UUID, item: ItemIn, shelf: Shelf = Depends(shelf_of)) -> Item:
    """Put another item in its place.

    Nothing of the old one stays but its id.
    """
    shelf.find(id)
    if item.name == "Taken":
        raise NameTaken(name=item.name, suggestions=["Taken 2"])
    shelf.items[id] = made_item(id, item)
    return shelf.items[id]


@items.patch("/{id:uuid}")
async def change_item(
    *, id: UUID, change: ItemChange, shelf: Shelf = Depends(shelf_of)
) -> Item | ItemNotFound:
    """Change some of it.

    What is not told stays as it is.
    """
    if id not in shelf.items:
        return ItemNotFound(id=id)
    told = {name: value for name, value in change if value is not None}
    shelf.items[id] = shelf.items[id].model_copy(update=told)
    return shelf.items[id]


@items.delete("/{id:uuid}", status_code=204, raises=[ItemNotFound])
async def delete_item(*, id: UUID, shelf: Shelf = Depends(shelf_of)) -> None:
    """Throw it away.

    It cannot be had back.
    """
    del shelf.items[shelf.find(id).id]


@items.get("/{id:uuid}/price/{currency}", deprecated=True, raises=[ItemNotFound])
async def read_price(
    *,
    id: UUID,
    currency: str = Path(pattern="^[A-Z]{3}$", examples=["EUR"]),
    shelf: Shelf = Depends(shelf_of),
) -> float:
    """Tell the price.

    As a bare number: JSON has none for what is more than a float can hold.
    """
    return min(float(shelf.find(id).price), sys.float_info.max)


@items.post("/{id:uuid}/jobs", status_code=202, responses={200: Job}, raises=[ItemNotFound])
async def start_job(
    *, id: UUID, wait: bool = Query(False), shelf: Shelf = Depends(shelf_of)
) -> Job | tuple[Job, int]:
    """Start work on it.

    202 and a job that goes on, or 200 when the caller waits.
    """
    shelf.find(id)
    return (Job(id=1, state="done"), 200) if wait else Job(id=1)


@things.get("/search", params_model=Search)
async def search(req: Request, *, shelf: Shelf = Depends(shelf_of)) -> list[Item]:
    """Search.

    By a whole model of parameters.
    """
    return list(shelf.items.values())[:1]


@things.post("/pets")
async def adopt(*, pet: Annotated[Pet, Body()]) -> Pet:
    """Take a pet of either kind.

    A body that is a union.
    """
    return pet


@things.get("/kennels/{number:int}")
async def read_kennel(*, number: int) -> Kennel:
    """Show a kennel.

    A model with a union inside.
    """
    return Kennel(pet=Cat(kind="cat"))


@things.put("/tree")
async def plant(*, branch: Branch) -> Branch:
    """Plant a tree.

    A model of itself.
    """
    return branch


@things.put("/note")
async def write_note(*, note: Note) -> Note:
    """Write a note.

    A model that reads otherwise than it writes.
    """
    return note


@things.put("/names")
async def write_names(*, names: Names) -> Names:
    """Write names.

    A list as a model.
    """
    return names


@things.put("/places")
async def write_places(*, places: list[Place]) -> list[Place]:
    """Write places.

    A list of dataclasses.
    """
    return places


@things.put("/pair")
async def write_pair(
    *,
    note: Note = Body(embed=True),
    times: Times = 1,
) -> Note:
    """Write a pair.

    Two values in one body.
    """
    return note


@things.put("/maybe")
async def maybe(*, note: Note | None = None) -> Note | None:
    """Write a note, or none.

    A body that may be left out, and an answer that may be null.
    """
    return note


@things.get("/report")
async def report() -> Report:
    """Report.

    Containers in containers.
    """
    return Report(matrix=[[1, None]], facts={"a": True})


@things.get("/scaled/{factor:float}/{rest:path}")
async def scale(*, factor: float, rest: str) -> dict[str, float]:
    """Scale.

    The convertors that are left.
    """
    return {"factor": factor}


@things.get("/on/{day}/in/{colour}")
async def on(*, day: Day, colour: Colour) -> list[date]:
    """Show a day in a colour.

    Plain segments with types of their own.
    """
    return [day]


@things.route("/settings", responses={204: "Forgotten"})
class Settings:
    """A class with a method for each verb."""

    def on_get(self) -> Note:
        """Show the settings.

        They are the same for everybody.
        """
        return Note()

    def on_put(self, *, note: Note) -> Note:
        """Replace the settings.

        All of them at once.
        """
        return note

    def on_delete(self) -> tuple[None, int]:
        """Forget the settings.

        Those that there were at first hold again.
        """
        return None, 204


@things.route("/echo", methods=["GET", "POST"], operation_id="echo")
def echo(req: Request) -> dict[str, str]:
    """Echo.

    One function for two methods.
    """
    return {"method": req.method}


@things.get("/head", include_in_schema=False)
def hidden() -> str:
    """In no document."""
    return ""
