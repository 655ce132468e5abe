"""Many mistakes, each of which would end the import: all of them are told."""

from __future__ import annotations

from pydantic import BaseModel

import responder

api = responder.API()


class Item(BaseModel):
    name: str


@api.get("/items/{id:int}")  # E: path-not-accepted
def misspelt(item_id: int) -> int:
    return item_id


@api.get("items")  # E: template-slash
def no_slash() -> str:
    return ""


@api.get("/items", status_code="200")  # E: option-value
def no_status() -> str:
    return ""


@api.get("/search")  # E: body-method
def body_of_a_get(item: Item) -> str:
    return item.name


@api.get("/limit")  # E: marker-bound
def limited(limit: int = responder.Query(0, ge=1)) -> int:
    return limit


@api.before_request  # E: hook-signature
def hook(req: object, resp: object, more: object) -> None:
    return None


group = api.group("no-slash")  # E: template-slash


@group.get("/under")
def under() -> str:
    return "nothing is known of its path"


@api.dependency(scope="forever")  # E: dependency-scope
def lasting() -> int:
    return 1


@api.get("/twice")
def once() -> str:
    return ""


@api.get("/twice")  # E: route-duplicate
def twice() -> str:
    return ""


@api.get("/late")  # E: parameter-unknown
def late(databse: int) -> int:
    return databse


@api.dependency()
def database() -> int:
    return 1
