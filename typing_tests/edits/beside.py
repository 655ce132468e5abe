"""What stands beside the routes of a module: answers, streams, principals, problems, convertors, sockets.

Each piece is written from a few choices, right ones and wrong ones; some depend on what the module of shared
types says at the moment, so that an edit there changes the verdict here.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Final

Choices = Mapping[str, tuple[str, ...]]

SHARED: Final[Choices] = {
    "field": ("", "    size: int\n", "    size: int = 0\n"),
    "validator": ("", "    @field_validator('name')\n    def check(cls, value: str) -> str: return value\n"),
    "conflict": ("Problem", "Missing"),
    "guard": ("A", "B", "C"),
    "loaded": ("M", "int", "list[M]", "dict[str, int]"),
}
"""What the module of shared types may say."""

OWN: Final[Choices] = {
    "auth": ("", "auth=[guard]", "auth=None", "auth=guard"),
    "user": ("A", "B", "C", "Principal[A]", "Principal[C]"),
    "name": ("user", "principal", "me"),
    "model": ("M", "list[M]", "int"),
    "media": ("{'name': 'a'}", "{'other': 1}", "M(name='a')", "loaded()", "[M(name='a')]", "5", "known"),
    "status": ("resp.status_code = 404", "pass", "resp.status_code = code"),
    "responses": ("", ", responses={404: M}", ", responses={404: A, 200: 'fine'}"),
    "item": ("AsyncIterator[M]", "AsyncIterator[SSE[M]]", "AsyncIterator[int]", "None", "AsyncIterator[A]"),
    "event": ("M", "A", "int"),
    "raised": ("raise Conflict", "raise Missing", "abort(409)", "abort(404)", "abort(451)", "pass"),
    "raises": ("Missing", "Conflict", "Missing, Conflict"),
    "or": ("str", "str | Conflict"),
    "added": ("odd", "even"),
    "convertor": ("odd", "even", "hexa", "int"),
    "number": ("int", "str", "A"),
    "step": ("on_receive", "on_disconnect", "on_receiv"),
    "took": ("ws: WebSocket, data: str", "data: str", "a: str, b: str", "ws: WebSocket, *, data: str"),
    "sync": ("async def", "def"),
    "option": (
        "",
        ", status_code=99",
        ", tags='one'",
        ", timeout=0",
        ", params_model=int",
        ", status_code=201",
    ),
    "again": ("/own", "/media/{id:int}", "/media/{number}", "/gone/{id}", "/free", "/hooked"),
    "hooked": ("return None", "yield"),
    "taken": ("req: Request", "ws: WebSocket", "req: Request, limit: int = Query(0, ge=1)"),
    "from": ("'/plain'", "'/plain' + name", "'plain'", "'/plain/{id'"),
    "stock": ("raise Conflict", "raise Gone", "abort(404)", "pass"),
}
"""What one module may say beside its routes."""


def chosen(choices: Choices, random: Random) -> dict[str, str]:
    """One of each."""
    return {name: random.choice(options) for name, options in choices.items()}


def another(now: dict[str, str], choices: Choices, random: Random) -> str:
    """Choose one thing anew; its name."""
    name = random.choice(list(choices))
    now[name] = random.choice(choices[name])
    return name


def shared(now: Mapping[str, str]) -> str:
    """What the module of shared types ends with."""
    return f"""from responder import Problem
class M(BaseModel):
    name: str
{now["field"]}{now["validator"]}
class Missing(Problem):
    status = 404
class Conflict({now["conflict"]}):
    status = 409
def guard(token: str) -> {now["guard"]} | None:
    return None
def loaded() -> {now["loaded"]}:
    raise ValueError
"""


def beside(index: int, now: Mapping[str, str]) -> str:
    """A module with an application of its own."""
    auth = now["auth"] and f", {now['auth']}"
    fields = {"/media/{id:int}": "id: int", "/media/{number}": "number: str", "/gone/{id}": "id: str"}
    now = {**now, "fields": fields.get(now["again"], "")}
    return f"""from collections.abc import AsyncIterator
from collections.abc import Iterator
from responder import API, Convertor, Problem, Query, Request, Response, SSE, WebSocket, abort
from responder.ext.auth import BearerAuth, Principal
from app.types import A, B, C, Conflict, M, Missing, loaded
from app.types import guard as check
guard = BearerAuth(verify=check)
known: M = M(name="known")
code = 404
app = API()
inner = app.group("/x{index}"{auth})
class Odd(Convertor[int], name="odd"):
    pattern = "[13579]"
    def convert(self, text: str, /) -> int:
        return int(text)
app.add_convertor(Odd(), name="{now["added"]}")
class Gone(Problem):
    status = 451
@inner.get("/principal")
def of_group({now["name"]}: {now["user"]}) -> str: raise ValueError
@app.get("/own", auth=[guard])
def of_route({now["name"]}: {now["user"]}) -> str: raise ValueError
@app.get("/media/{{id:int}}", response_model={now["model"]}{now["responses"]})
def media(resp: Response, id: int) -> None:
    if id:
        {now["status"]}
        resp.media = {now["media"]}
@app.get("/returned", response_model={now["model"]})
def returned() -> {now["model"]}:
    return {now["media"]}
@app.sse("/events", event_model={now["event"]})
async def events() -> {now["item"]}:
    raise ValueError
@app.ndjson("/items")
async def items() -> {now["item"]}:
    raise ValueError
@app.get("/problems/{{id:int}}", raises=[{now["raises"]}])
def problems(id: int) -> {now["or"]}:
    if id:
        {now["raised"]}
    raise Missing
@app.get("/gone", raises=[Gone])
def gone() -> {now["or"]}:
    {now["raised"]}
    raise Gone
name = "dynamic"
def hooked(req: Request, resp: Response) -> Iterator[None] | None:
    {now["hooked"]}
@app.get("/hooked", before=hooked{now["option"]})
def around() -> str: raise ValueError
@app.get("/free/{{id}}", auth=None)
def open_to_all(id: str, {now["name"]}: {now["user"]}) -> str: raise ValueError
@app.get({now["from"]})
def plain({now["taken"]}) -> str: raise ValueError
@app.dependency(raises=[Gone])
def stock() -> int:
    {now["stock"]}
    raise Gone
@app.get("/stock")
def stocked(stock: int) -> str: raise ValueError
@app.get("{now["again"]}")
def again({now["fields"]}) -> str: raise ValueError
@app.route("/view", response_model={now["model"]})
class View:
    def on_get(self) -> {now["model"]}: raise ValueError
    def on_post(self, resp: Response) -> None:
        resp.media = {now["media"]}
@app.get("/number/{{id:{now["convertor"]}}}")
def number(id: {now["number"]}) -> str: raise ValueError
@app.websocket_route("/ws/{{room}}")
class Room:
    async def on_connect(self, ws: WebSocket, *, room: {now["number"]}) -> None: ...
    {now["sync"]} {now["step"]}(self, {now["took"]}) -> None: ...
if __name__ == "__main__":
    app.run()
"""
