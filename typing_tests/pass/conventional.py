"""The loose style of small programs: few types, hooks, sessions, one file."""

from __future__ import annotations

from typing import Any

import responder
from responder import API, Request, Response

api = responder.API(secret_key="not a secret, but long enough for a test")
todos: dict[int, Any] = {}


@api.before_request
def count(req: Request, resp: Response) -> None:
    req.state.seen = True


@api.after_request
async def stamp(req: Request, resp: Response) -> None:
    resp.headers["x-by"] = "responder"


@api.route("/")
def index(req: Request, resp: Response) -> None:
    resp.html = "<h1>Hello</h1>"


@api.route("/todos", methods=["GET", "POST"])
async def listed(req: Request, resp: Response) -> None:
    if req.method == "POST":
        todos[len(todos)] = await req.media()
        resp.status_code = 201
    resp.media = todos


@api.route("/todos/{id:int}")
class Todo:
    def on_get(self, req: Request, resp: Response, *, id: int) -> None:
        resp.media = todos.get(id) or {"error": "none"}

    async def on_put(self, req: Request, resp: Response, *, id: int) -> None:
        todos[id] = await req.media()

    def on_delete(self, req: Request, resp: Response, *, id: int) -> None:
        todos.pop(id, None)
        resp.status_code = 204


@api.exception_handler(KeyError)
async def missing(req: Request, resp: Response, exc: KeyError) -> None:
    resp.status_code = 404


class Sub(API):
    def extra(self, path: str) -> None:
        @self.get(path)
        def anything(db: object) -> str:
            return str(db)


if __name__ == "__main__":
    api.run()
