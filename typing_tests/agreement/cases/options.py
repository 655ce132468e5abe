"""Options of routes.  Their names and types are checked by every type checker, so no plugin repeats it."""

from __future__ import annotations

from pydantic import BaseModel

import responder

api = responder.API()


class Item(BaseModel):
    name: str


@api.get("/a", statuscode=201)  # R: responder-option (mypy: call-arg)
def misspelt() -> str:
    return ""


@api.get("/b", status_code=99)  # R: responder-option (a value, not a type)
def no_status() -> str:
    return ""


@api.get("/c", status_code="201")  # R: responder-option (mypy: arg-type)
def status_as_text() -> str:
    return ""


@api.route("/d", methods="GET")  # R: responder-option (a str is a sequence of str)
def methods_as_text() -> str:
    return ""


@api.get("/e", methods=["POST"])  # R: responder-option (mypy: call-arg)
def methods_on_a_verb() -> str:
    return ""


@api.get("/f", response_model=Item, status_code=204)  # E: responder-response
def model_without_a_body() -> None:
    return None


@api.get("/g", dependencies=[Item])  # R: responder-option (mypy: list-item)
def no_depends() -> str:
    return ""


@api.get("/h", tags="one")  # R: responder-option (a str is a sequence of str)
def tags_as_text() -> str:
    return ""


@api.get("/i", responses=["404"])  # R: responder-option (mypy: arg-type)
def responses_as_list() -> str:
    return ""


@api.route("/j", websocket=True, methods=["GET"])  # R: responder-option (mypy: call-overload)
async def socket_with_methods(ws) -> None:
    await ws.accept()


@api.get(
    "/ok", status_code=201, tags=["one"], summary="s", responses={404: "No such thing"}, response_model=Item
)
def usual() -> Item:
    return Item(name="a")


if __name__ == "__main__":
    api.run()
