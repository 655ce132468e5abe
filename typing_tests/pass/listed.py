"""Routes in lists: what a path below an unknown prefix may fill is not called unknown."""

from __future__ import annotations

from uuid import UUID

from responder import API, Router, WebSocket
from responder.routes import RouteSpec


def home(*, tenant: str) -> str:
    return tenant


def show(*, id: int, tenant: str) -> int:
    return id


def user(*, id: UUID) -> str:
    return str(id)


async def chat(ws: WebSocket, *, room: str) -> None:
    await ws.accept()


def options() -> dict[str, object]:
    return {}


routes = [RouteSpec("/{id:int}", show), RouteSpec("", home, methods=["GET"])]
router = Router("/{tenant}", routes=routes)
api = API(
    routes=[
        router,
        RouteSpec("/users/{id:uuid}", user, methods=["GET"], status_code=200),
        RouteSpec("/chat/{room}", chat, websocket=True),
        RouteSpec("/nothing", lambda req, resp: None),
    ]
)
