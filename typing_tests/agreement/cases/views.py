"""Class-based views."""

from __future__ import annotations

from pydantic import BaseModel

import responder
from responder import Request, Response

api = responder.API()


class Item(BaseModel):
    name: str


@api.route("/a/{id:int}")  # E: responder-path
class MisspeltVerb:
    def on_gte(self, id: int) -> str:
        return str(id)

    def on_get(self, id: int) -> str:
        return str(id)


@api.route("/b")  # E: responder-path
class Empty:
    def get(self) -> str:
        return ""


@api.route("/c/{id:int}")  # E: responder-path
class OneVerbForgets:
    def on_get(self, id: int) -> str:
        return str(id)

    def on_post(self) -> str:
        return ""


@api.route("/d/{id:int}")  # E: responder-type
class OneVerbIsWrong:
    def on_get(self, id: str) -> str:
        return id


@api.route("/e")  # E: responder-body
class BodyOnGet:
    def on_get(self, item: Item) -> str:
        return item.name


@api.route("/f")  # E: responder-dependency
class UnknownParameter:
    def on_put(self, what: int) -> str:
        return str(what)


@api.route("/g")  # E: responder-body
class BodyBeforeGet:
    def on_request(self, item: Item) -> None:
        pass

    def on_get(self) -> str:
        return ""

    def on_post(self) -> str:
        return ""


@api.route("/ok/a/{id:int}")
class Usual:
    def on_request(self, req: Request, resp: Response, *, id: int) -> None:
        resp.headers["x-id"] = str(id)

    def on_get(self, req, resp, *, id, limit: int = responder.Query(10)) -> None:
        resp.media = {"id": id, "limit": limit}

    async def on_post(self, id: int, item: Item) -> str:
        return f"{id}{item}"


class Base:
    def on_get(self, id: int) -> str:
        return str(id)


@api.route("/ok/b/{id:int}")
class Inherited(Base):
    def on_delete(self, id: int) -> str:
        return str(id)


@api.route("/ok/c")
class SharedBody:
    def on_request(self, resp: Response, item: Item) -> None:
        resp.headers["x-name"] = item.name

    def on_post(self, item: Item) -> str:
        return item.name


if __name__ == "__main__":
    api.run()
