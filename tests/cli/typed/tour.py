"""The tour's style: no types at all."""

import responder
from responder import Depends, Query
from collections.abc import Iterator
from responder.middleware.functions import CallNext
from starlette.exceptions import HTTPException
from typing import Any
from uuid import UUID

api = responder.API()


class Database:
    """Stands for one."""

    def count(self) -> int:
        return 3


# what handlers ask for by name
@api.dependency()
def database() -> Iterator[Database]:
    yield Database()


@api.dependency(name="greeting")
def make_greeting() -> str:
    return "hello"


def current_user(req: responder.Request) -> str:
    return f"user of {req.method}"


def guard(req: responder.Request) -> None:
    """Lets everybody in."""


@api.route("/")
def index(req: responder.Request, resp: responder.Response) -> None:  # the first route
    resp.text = "hello, world!"


@api.route("/greet/{who}")
def greet(req: responder.Request, resp: responder.Response, *, who: str, greeting: str) -> None:
    resp.text = f"{greeting}, {who}!"


@api.route("/add/{a:int}/{b:float}")
async def add(
    req: responder.Request,
    resp: responder.Response,
    *,
    a: int,  # a whole number
    b: float,
) -> None:
    resp.media = {"sum": a + b}


@api.get("/tokens/{token:uuid}/{rest:path}")
def token(req: responder.Request, resp: responder.Response, *, token: UUID, rest: str = "nothing") -> None:
    resp.text = f"{token} {rest}"


@api.get("/search")
def search(req: responder.Request, resp: responder.Response, *, q: str = Query("everything"), sort: str = Query(...), limit: int = Query(10), verbose: bool = False) -> Any:
    return {"q": q, "sort": sort, "limit": limit, "verbose": verbose}


@api.get("/me", dependencies=[Depends(guard)])
def me(req: responder.Request, resp: responder.Response, *, user: str = Depends(current_user), database: Database) -> Any:
    if database.count() > 3:
        return "many"
    resp.text = user


@api.route("/ws", websocket=True)
async def talk(ws: responder.WebSocket) -> None:
    await ws.accept()
    await ws.close()


@api.before_request
def before(req: responder.Request, resp: responder.Response) -> None:
    resp.headers["X-Before"] = "1"


@api.after_request()
async def after(req: responder.Request, resp: responder.Response) -> None: ...


@api.exception_handler(ZeroDivisionError)
def divided(req: responder.Request, resp: responder.Response, exc: ZeroDivisionError) -> None:
    resp.status_code = 400


@api.exception_handler(404)
def missing(req: responder.Request, resp: responder.Response, exc: HTTPException) -> None: resp.status_code = 404


@api.on_event("startup")
async def start() -> None:
    pass


@api.middleware("http")
async def timing(request: responder.Request, call_next: CallNext) -> object:
    return await call_next(request)


@api.route("/items/{name}")
class Item:
    def on_get(self, req: responder.Request, resp: responder.Response, *, name: str) -> None:
        resp.text = name

    async def on_delete(self, req: responder.Request, resp: responder.Response, **fields: Any) -> None:
        resp.status_code = 204


def bye(r: responder.Request, s: responder.Response) -> None:
    s.text = "bye"


api.add_route("/bye", bye)
