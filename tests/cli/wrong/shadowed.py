"""Routes that can never answer, and two that share some paths."""

from __future__ import annotations

import responder

api = responder.API()


@api.get("/items/{name}")
def item(name: str) -> str:
    return name


@api.get("/items/new")  # E: route-shadowed
def new_item() -> str:
    return "new"


@api.get("/{place}/map")  # N: route-ambiguous
def place_map(place: str) -> str:
    return place


@api.get("/paris/{page}")  # N: route-ambiguous
def paris(page: str) -> str:
    return page


@api.post("/items/new")
def add_item() -> str:
    return "another method"
