"""Who reads the body, and where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel
from typing_extensions import TypedDict

import responder

api = responder.API()


class Item(BaseModel):
    name: str


@dataclass
class Point:
    x: int
    y: int


class Options(TypedDict):
    depth: int


@api.get("/a")  # E: responder-body
def on_get(item: Item) -> str:
    return item.name


@api.head("/b")  # E: responder-body
def on_head(item: Item) -> str:
    return item.name


@api.options("/c")  # E: responder-body
def on_options(item: Item) -> str:
    return item.name


@api.get("/d")  # E: responder-body
def marked_on_get(item: Annotated[Item, responder.Body()]) -> str:
    return item.name


@api.get("/e")  # E: responder-body
def maybe_on_get(item: Item | None = None) -> str:
    return str(item)


@api.route("/f", methods=["GET", "POST"])  # E: responder-body
def on_both(item: Item) -> str:
    return item.name


@api.route("/g")  # E: responder-body
def on_every_method(item: Item) -> str:
    return item.name


@api.post("/h")  # E: responder-body
def two(item: Item, point: Point) -> str:
    return f"{item}{point}"


@api.post("/i")  # E: responder-body
def one_embedded(item: Item, point: Annotated[Point, responder.Body(embed=True)]) -> str:
    return f"{item}{point}"


@api.post("/j")  # E: responder-body
def with_a_form(item: Item, note: str = responder.Form()) -> str:
    return f"{item}{note}"


@api.get("/k")  # E: responder-body
def form_on_get(note: str = responder.Form()) -> str:
    return note


@api.post("/l")  # E: responder-dependency
def no_model(data: dict[str, int]) -> str:
    return str(data)


@api.post("/m")  # E: responder-dependency
def half_a_model(data: Item | int) -> str:
    return str(data)


@api.post("/ok/a")
def model(item: Item) -> str:
    return item.name


@api.put("/ok/b")
def models(items: list[Item]) -> str:
    return str(items)


@api.patch("/ok/c")
def either(item: Item | Point) -> str:
    return str(item)


@api.delete("/ok/d")
def maybe(item: Item | None = None) -> str:
    return str(item)


@api.post("/ok/e")
def mapping(options: Options) -> str:
    return str(options)


@api.post("/ok/f")
def marked(data: Annotated[dict[str, int], responder.Body()]) -> str:
    return str(data)


@api.post("/ok/g")
def both_embedded(
    item: Annotated[Item, responder.Body(embed=True)],
    point: Annotated[Point, responder.Body(embed=True)],
) -> str:
    return f"{item}{point}"


@api.route("/ok/h", methods=["POST", "PUT"])
def writing(item: Item) -> str:
    return item.name


@api.route("/ok/i")
def maybe_on_every_method(item: Item | None = None) -> str:
    return str(item)


@api.route("/ok/j", methods=["GET", "POST"])
def form_on_both(note: str = responder.Form()) -> str:
    return note


if __name__ == "__main__":
    api.run()
