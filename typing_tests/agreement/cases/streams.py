"""Typed streams: their paths, and what they hold."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from pydantic import BaseModel

import responder
from responder import SSE

api = responder.API()


class Item(BaseModel):
    name: str


@api.sse("/a/{id:int}")  # E: responder-path
async def forgets_the_field() -> AsyncIterator[Item]:
    yield Item(name="")


@api.ndjson("/b/{id:int}")  # E: responder-type
async def field_as_text(id: str) -> AsyncIterator[Item]:
    yield Item(name=id)


@api.ndjson("/c/{id")  # E: responder-template
async def no_path(id: str) -> AsyncIterator[Item]:
    yield Item(name=id)


@api.sse("/d")  # E: responder-dependency
async def nobody(account: int) -> AsyncIterator[Item]:
    yield Item(name=str(account))


@api.sse("/e")  # E: responder-body
async def with_a_body(item: Item) -> AsyncIterator[Item]:
    yield item


@api.ndjson("/f")  # E: responder-response
async def says_nothing() -> object:
    return iter(())


@api.ndjson("/g", item_model=Item)  # E: responder-response
async def other_items() -> AsyncIterator[int]:
    yield 1


@api.sse("/h", event_model=Item)  # E: responder-response
async def other_events() -> AsyncIterator[SSE[list[str]]]:
    yield SSE([])


@api.sse("/i/{id:integer}")  # E: responder-convertor
async def no_convertor(id: int) -> AsyncIterator[Item]:
    yield Item(name=str(id))


@api.sse("/ok/a/{id:int}")
async def events(id: int, limit: int = responder.Query(10)) -> AsyncIterator[SSE[Item]]:
    yield SSE(Item(name=f"{id}{limit}"))


@api.ndjson("/ok/b", item_model=Item)
def lines() -> Iterator[dict[str, str]]:
    yield {"name": ""}


@api.ndjson("/ok/c", item_model=Item)
def untyped(req, resp):
    yield {"name": ""}


@api.sse("/ok/d")
async def one_of_two() -> AsyncIterator[Item | SSE[Item]]:
    yield Item(name="")


if __name__ == "__main__":
    api.run()
