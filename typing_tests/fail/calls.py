"""What a test client is told to send that the handler does not take."""

# fmt: off

from __future__ import annotations

from pydantic import BaseModel

from responder import API, Depends, Query, Request, Response, UploadFile
from responder.testing import AsyncTestClient


class Item(BaseModel):
    name: str


def make_db() -> str:
    return ""


api = API()


@api.get("/items/{id:int}")
async def show(req: Request, resp: Response, *, id: int, loud: bool = Query(False), db: str = Depends(make_db)) -> Item:
    return Item(name="")


@api.post("/items")
def add(*, item: Item, tags: list[float] = Query(), file: UploadFile | None = None) -> Item:
    return item


client = api.requests
client.call(show, id="3")  # E: 22 [arg-type] Argument "id" to a call of "show" has incompatible type "str"; expected "int"
client.call(show, id=3, lowd=True)  # E: 30 [call-arg] Unexpected keyword argument "lowd" for a call of "show"
client.call(show, loud=True)  # E: 1 [call-arg] Missing named argument "id" for a call of "show"
client.call(show, id=3, req=1)  # E: 29 [call-arg] Unexpected keyword argument "req" for a call of "show"
client.call(add, item={"name": ""})  # E: 23 [arg-type] Argument "item" to a call of "add" has incompatible type "dict[str, str]"; expected "Item"
client.call(add, item=Item(name=""), tags=[1, 2])
client.call(add, item=Item(name=""), tags=["a"])  # E: 43 [arg-type] Argument "tags" to a call of "add" has incompatible type "list[str]"; expected "list[float]"
client.call(show, {"headers": {"a": "b"}}, id=3)


async def main() -> None:
    async with AsyncTestClient(api) as awaited:
        await awaited.call(show, id="3")  # E: 37 [arg-type] Argument "id" to a call of "show" has incompatible type "str"; expected "int"
        await awaited.call(show)  # E: 15 [call-arg] Missing named argument "id" for a call of "show"
