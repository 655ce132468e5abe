"""Every way to declare a route keeps the exact type of what it is put on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar, assert_type

from pydantic import BaseModel
from starlette.responses import PlainTextResponse

from responder import API, Query, Request, Response
from responder.types import Handler, Hook, SocketHook, WebSocket

P = ParamSpec("P")
T = TypeVar("T")

api = API()


async def receive() -> MutableMapping[str, Any]:
    return {}


class Item(BaseModel):
    name: str
    price: float = 0


@dataclass
class Receipt:
    total: float


# What the tour writes, and handlers that take only what they need.


@api.get("/items/{id:int}")
async def read(req: Request, resp: Response, *, id: int) -> None:
    assert_type(id, int)


@api.get("/late/{id:int}")
def late(id: int, resp: Response) -> Item:
    return Item(name=str(id))


@api.get("/bare")
def bare() -> str:
    return "bare"


@api.get("/status")
def status() -> tuple[dict[str, str], int]:
    return {"a": "b"}, 201


@api.get("/foreign")
def foreign() -> PlainTextResponse:
    return PlainTextResponse("x")


@api.post("/receipts", status_code=201, response_model=Receipt)
async def buy(item: Item) -> Receipt:
    return Receipt(item.price)


@api.get("/listed", response_model=list[Item])
def listed() -> list[Item]:
    return []


@api.get("/maybe", response_model=Item | None)
def maybe() -> Item | None:
    return None


@api.get("/silent", response_model=False)
def silent() -> Item:
    return Item(name="x")


@api.route("/stream", methods=["GET", "POST"])
async def stream() -> AsyncIterator[bytes]:
    yield b""


assert_type(late(3, Response()), Item)
assert_type(bare(), str)
assert_type(stream(), AsyncIterator[bytes])


buyer: Callable[[Item], Awaitable[Receipt]] = buy


async def bought() -> None:
    assert_type(await buy(Item(name="x")), Receipt)


# Every verb, every form of `methods`.


@api.put("/v")
@api.patch("/v")
@api.delete("/v")
@api.head("/w")
@api.options("/w")
@api.post("/v")
def stacked() -> int:
    return 1


assert_type(stacked(), int)
api.route("/m1", methods=("GET",))(bare)
api.route("/m2", methods={"PURGE"})(bare)
api.route("/m3", methods=frozenset({"get"}))(bare)
VERBS = ["GET", "POST"]
api.route("/m4", methods=VERBS)(bare)
assert_type(api.get("/direct")(bare)(), str)


# Classes, and other callables.


@api.route("/things/{id:int}")
class Things:
    limit = 3

    def on_get(self, req: Request, resp: Response, *, id: int, q: str = Query("")) -> list[Item]:
        return []

    async def on_post(self, *, id: int, item: Item) -> Item:
        return item


assert_type(Things, type[Things])
assert_type(Things().limit, int)
assert_type(Things().on_get(Request({}, receive), Response(), id=1), list[Item])


class Greeter:
    def __call__(self, req: Request) -> str:
        return "hello"


greeter = api.get("/greeter")(Greeter())
assert_type(greeter, Greeter)


def timed(function: Callable[P, T]) -> Callable[P, T]:
    @wraps(function)
    def inner(*args: P.args, **kwargs: P.kwargs) -> T:
        return function(*args, **kwargs)

    return inner


@api.get("/timed/{id:int}")
@timed
def measured(*, id: int) -> str:
    return str(id)


assert_type(measured(id=3), str)
handler: Handler = measured
api.add_route("/added/{id:int}", measured, methods=["GET"], name="added")


# Every option of a route.


def hook(req: Request, resp: Response) -> None: ...


async def short_hook(req: Request) -> None: ...


class Search(BaseModel):
    q: str


@api.get(
    path="/everything",
    name="everything",
    check_existing=False,
    default=False,
    status_code=200,
    params_model=Search,
    before=hook,
    after=[hook, short_hook],
    include_in_schema=True,
    tags=["a", "b"],
    summary="Everything",
    description="All of it",
    operation_id="everything",
    deprecated=True,
    responses={404: "Not there", 409: Receipt, "5XX": {"description": "Ours"}},
    examples=[{"name": "x"}],
    response_examples={404: {"title": "x"}},
    openapi_extra={"x-cost": 3},
)
def everything() -> dict[str, object]:
    return {}


# Hooks.


@api.before_request
def first(req: Request, resp: Response) -> None: ...


@api.before_request()
async def second(req: Request) -> None: ...


@api.route(before_request=True)
def third(req: Request, resp: Response) -> None: ...


@api.after_request
async def fourth(req: Request, resp: Response) -> None: ...


@api.after_request()
def fifth(req: Request, resp: Response) -> str:
    return "x"


assert_type(fifth(Request({}, receive), Response()), str)
hooks: list[Hook] = [first, second, third]


# WebSockets.


@api.websocket_route("/chat/{room}")
async def chat(ws: WebSocket, *, room: str) -> None: ...


@api.route("/chat2", websocket=True, name="chat")
async def chat2(ws: WebSocket) -> None: ...


@api.before_request(websocket=True)
async def greet(ws: WebSocket) -> None: ...


@api.route(before_request=True, websocket=True)
def watch(ws: WebSocket) -> None: ...


api.websocket_route("/chat3", before=greet, after=[watch])(chat2)
socket_hook: SocketHook = greet
