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


@api.route("/h", response_model=Item)  # E: responder-response
class ListForAModel:
    def on_get(self) -> list[Item]:
        return []

    def on_post(self) -> Item:
        return Item(name="a")


@api.route("/i", response_model=Item)  # P: responder-response (what a body sets is seen by reading it)
class MediaOfAnotherKind:
    def on_get(self, req, resp) -> None:
        resp.media = [1]

    def on_post(self, req: Request, resp: Response) -> None:
        resp.media = {"name": "a"}


@api.route("/j", responses={404: Item})  # P: responder-response (what a body sets is seen by reading it)
class AnotherFault:
    async def on_delete(self, one, two):
        two.status_code = 404
        two.media = 5


@api.get("/k", status_code=204)  # P: responder-response (a body is left out when it is sent)
class BodyOfNothing:
    def on_get(self) -> str:
        return ""


@api.get("/l", response_model=Item, responses={"40": "none"})  # E: responder-option
class OptionsOfAClass:
    def on_get(self) -> Item:
        return Item(name="a")


@api.route("/ok/kept", response_model=Item, responses={404: Item})
class Kept:
    def on_request(self, req: Request, resp: Response) -> None:
        resp.status_code = 400

    def on_get(self, req: Request, resp: Response) -> None:
        resp.media = [1]


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
