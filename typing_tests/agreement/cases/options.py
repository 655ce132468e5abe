"""Options of routes.  Their names and types are checked by every type checker, so no plugin repeats that."""

from __future__ import annotations

from collections.abc import AsyncIterator

from pydantic import BaseModel

import responder

api = responder.API()


class Item(BaseModel):
    name: str


@api.get("/a", statuscode=201)  # R: responder-option (mypy: call-arg)
def misspelt() -> str:
    return ""


@api.get("/b", status_code=99)  # E: responder-option
def no_status() -> str:
    return ""


@api.get("/c", status_code="201")  # R: responder-option (mypy: arg-type)
def status_as_text() -> str:
    return ""


@api.route("/d", methods="GET")  # R: responder-option (mypy: arg-type)
def methods_as_text() -> str:
    return ""


@api.get("/e", methods=["POST"])  # R: responder-option (mypy: call-arg)
def methods_on_a_verb() -> str:
    return ""


@api.get("/f", response_model=Item, status_code=204)  # E: responder-response
def model_without_a_body() -> None:
    return None


@api.get("/g", dependencies=[Item])  # E: responder-option
def no_depends() -> str:
    return ""


@api.get("/h", tags="one")  # E: responder-option
def tags_as_text() -> str:
    return ""


@api.get("/i", responses=["404"])  # R: responder-option (mypy: arg-type)
def responses_as_list() -> str:
    return ""


@api.route("/j", websocket=True, methods=["GET"])  # R: responder-option (mypy: call-overload)
async def socket_with_methods(ws) -> None:
    await ws.accept()


@api.get("/k", timeout=0)  # E: responder-option
def no_time() -> str:
    return ""


@api.post("/l", max_body_size=-1)  # E: responder-option
def no_size() -> str:
    return ""


@api.route("/m", methods=[])  # E: responder-option
def no_methods() -> str:
    return ""


@api.route("/n", methods=["GE T"])  # E: responder-option
def no_verb() -> str:
    return ""


@api.websocket_route("/o", subprotocols="chat.v1")  # E: responder-option
async def subprotocol_as_text(ws: responder.WebSocket) -> None:
    await ws.accept()


@api.websocket_route("/p", subprotocols=["chat v1"])  # E: responder-option
async def no_subprotocol(ws: responder.WebSocket) -> None:
    await ws.accept()


@api.websocket_route("/q", allowed_origins="https://example.com")  # E: responder-option
async def origin_as_text(ws: responder.WebSocket) -> None:
    await ws.accept()


@api.sse("/r", heartbeat=0)  # E: responder-option
async def no_heartbeat() -> AsyncIterator[int]:
    yield 1


def text() -> str:
    return ""


@api.get("/s", dependencies=[responder.Depends(text), 42])  # E: responder-option
def a_number_as_dependency() -> str:
    return ""


@api.websocket_route("/ok/a", subprotocols=["chat.v1"], allowed_origins=["self"])
async def spoken(ws: responder.WebSocket) -> None:
    await ws.accept()


@api.post("/ok/b", timeout=None, max_body_size=0, methods=None)  # R: responder-option (mypy: call-arg)
def unset() -> str:
    return ""


@api.sse("/ok/c", heartbeat=0.5)
async def heartbeat() -> AsyncIterator[int]:
    yield 1


@api.get(
    "/ok", status_code=201, tags=["one"], summary="s", responses={404: "No such thing"}, response_model=Item
)
def usual() -> Item:
    return Item(name="a")


if __name__ == "__main__":
    api.run()
