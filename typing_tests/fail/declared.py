"""Mistakes between declarations, in options, in classes, hooks and providers, each told at its own place."""

# Each expectation stands on the line of its diagnostic, however long that gets.
# fmt: off

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Final

from pydantic import BaseModel

from responder import (
    API,
    Depends,
    Problem,
    Request,
    Response,
    Router,
    WebSocket,
    abort,
)

api = API()


class NotFound(Problem):
    status = 404


class Taken(Problem):
    status = 409


class Item(BaseModel):
    name: str


PREFIX: Final = "/v1"


@api.get(f"{PREFIX}/a/{{id:int}}")
def a(ids: int) -> str:  # E: 7 [responder-path] Parameter "ids" of handler "a" is neither a path parameter of "/v1/a/{id:int}", a dependency, a marker nor a request body; did you mean "id"?
    return ""


@api.get(PREFIX + "/a/{id:int}")  # E: 10 [responder-route] Route "/v1/a/{id:int}" already exists
def a2(id: int) -> str:
    return ""


@api.get("/b/{id:int}", status_code=600)  # E: 37 [responder-option] Option "status_code" must be a status from 100 to 599, not 600
def b(id: int) -> str:
    return ""


@api.get(
    "/c",
    tags="users",  # E: 10 [responder-option] Option "tags" must be a list of strings, such as ["users"], not 'users'
    timeout=-0.5,  # E: 13 [responder-option] Option "timeout" must be a number of seconds above 0, or None, not -0.5
)
def c() -> str:
    return ""


def found_out() -> str:
    raise Taken  # E: 5 [responder-response] Provider "found_out" raises Taken, which is neither among its raises= nor among those of a route that asks for it; add it to one of them


@api.get("/d", raises=[NotFound])
def d(who: Annotated[str, Depends(found_out)]) -> str:
    return ""


@api.get("/e", dependencies=[found_out])  # E: 30 [responder-option] Option "dependencies" must be Depends(...) or a list of them, not "found_out"
def e() -> str:
    return ""


@api.get("/e2", dependencies=Item)  # E: 30 [responder-option] Option "dependencies" must be Depends(...) or a list of them, not "Item"
def e2() -> str:
    return ""


class Base:
    def on_get(self) -> list[Item]:
        return []


@api.route("/f", response_model=Item)  # E: 33 [responder-response] response_model "Item" can not be made of "list[Item]", which handler "F.on_get" returns
class F(Base): ...


@api.route("/g", response_model=Item)
class G:
    def on_get(self, req: Request, resp: Response) -> None:
        if req.method:
            resp.media = {"nam": 1}
        else:
            resp.media = {}  # E: 26 [responder-response] Handler "G.on_get" answers 200 without "name", which "Item" requires

    async def on_put(self, resp: Response) -> None:
        resp.text = "x"  # E: 21 [responder-response] Handler "G.on_put" answers 200 with "str", but promises "Item"


def factory() -> API:
    inner = API()

    @inner.get("/x/{a}")
    def x(a: str) -> str:
        return ""

    @inner.get("/x/y")  # E: 16 [responder-route] Route "/x/y" can never match: "/x/{a}" is declared before it and matches every path it does
    def y() -> str:
        return ""

    @inner.post("/x/{b}")
    def z(b: str) -> str:
        return ""

    @inner.post("/x/{b}")  # E: 17 [responder-route] Route "/x/{b}" already exists
    def zz(b: str) -> str:
        return ""

    return inner


router = Router("/r")


@router.get("/a")
def ra() -> str:
    return ""


@router.get("/a")  # E: 13 [responder-route] Route "/r/a" already exists
def rb() -> str:
    return ""


group = router.group("/g/{t}")


@group.get("/a")
def ga(t: str) -> str:
    return ""


@router.get("/g/{u}/a")  # E: 13 [responder-route] Route "/r/g/{u}/a" can never match: "/r/g/{t}/a" is declared before it and matches every path it does
def gb(u: str) -> str:
    return ""


@api.websocket_route("/ws/{x:path}")
async def ws(ws: WebSocket, x: str) -> None: ...
@api.websocket_route("/ws/{x}/y")  # E: 22 [responder-route] Route "/ws/{x}/y" can never match: "/ws/{x:path}" is declared before it and matches every path it does
async def ws2(ws: WebSocket, x: str) -> None: ...
@api.before_request
async def hook(req: Request, resp: Response) -> AsyncIterator[None]:  # E: 1 [responder-hook] Hook "hook" is a generator, whose body would never run; write it without yield
    yield


@api.get("/h", before=[hook])
def h() -> str:
    return ""


api.add_exception_handler(304, lambda req, resp, exc: None)  # E: 27 [responder-hook] An exception handler is for a status from 400 to 599, not 304
router.add_exception_handler(200, lambda req, resp, exc: None)  # E: 30 [responder-hook] An exception handler is for a status from 400 to 599, not 200


@api.dependency(raises=[NotFound])
def account(req: Request) -> str:
    if req.method == "X":
        abort(409)  # E: 9 [responder-response] Provider "account" aborts with 409, which no problem among its raises= has, nor among those of a route that asks for it; add one to one of them
    for _ in range(3):
        raise Taken(detail="a")  # E: 9 [responder-response] Provider "account" raises Taken, which is neither among its raises= nor among those of a route that asks for it; add it to one of them
    raise NotFound


@api.get("/i")
def i(account: str) -> str:
    return ""


@api.get("/j")  # E: 10 [responder-route] Route "/j" already exists
@api.get("/j")
def j() -> str:
    return ""


@api.get("/{anything:path}")
def everything(anything: str) -> str:
    return ""


@api.get("/late")  # E: 10 [responder-route] Route "/late" can never match: "/{anything:path}" is declared before it and matches every path it does
def late() -> str:
    return ""


@api.head("/late2")  # E: 11 [responder-route] Route "/late2" can never match: "/{anything:path}" is declared before it and matches every path it does
def late2() -> None: ...
@api.route("/late3")
def late3() -> str:
    return ""


@api.get("/k/{id:int}", responses={404: Item}, response_model=Item)  # E: 10 [responder-route] Route "/k/{id:int}" can never match: "/{anything:path}" is declared before it and matches every path it does
class K:
    def on_get(self, id: int, resp: Response) -> None:
        resp.status_code = 404
        resp.media = [id]  # E: 22 [responder-response] Handler "K.on_get" answers 404 with "list[int]", but promises "Item"


@api.sse("/l", heartbeat=-3)  # E: 10 [responder-route] Route "/l" can never match: "/{anything:path}" is declared before it and matches every path it does  # E: 26 [responder-option] Option "heartbeat" must be a number of seconds above 0, not -3
async def ell() -> AsyncIterator[int]:
    yield 1


if __name__ == "__main__":
    api.run()
