"""The page, and the socket that it opens."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import anyio
from pydantic import StringConstraints

from examples.chat.lobby import Lobby, Member
from examples.chat.messages import Event, Say
from responder import API, Problem, Query, Registry, Response, WebSocket, provider
from responder.errors import WebSocketDisconnect

STATIC = Path(__file__).parent / "static"


class Deps(Registry):
    """What handlers ask for by name."""

    lobby = provider(Lobby, scope="app")


api = API(registry=Deps, static_dir=STATIC, security_headers=True)


class NameTaken(Problem):
    """Somebody of that name is in the room already."""

    status = 409
    type = "/problems/name-taken"
    title = "Name taken"
    name: str


@api.get("/")
async def page(resp: Response) -> None:
    """Show the page."""
    resp.file(STATIC / "index.html")


@api.websocket_route("/rooms/{room}", allowed_origins=["self"], on_invalid="report")
async def talk(
    ws: WebSocket[Say, Event],
    *,
    room: str,
    name: Annotated[str, StringConstraints(pattern=r"^[\w-]{1,20}$"), Query()],
    lobby: Lobby,
) -> None:
    """Be in a room until the connection ends."""
    if lobby.taken(room, name):
        raise NameTaken(detail=f"There is a {name} in this room already.", name=name)
    await ws.accept()
    with lobby.join(room, name) as member:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_deliver, ws, member)
            async for message in ws.iter_messages():
                member.say(message.text)
            tasks.cancel_scope.cancel()


async def _deliver(ws: WebSocket[Say, Event], member: Member) -> None:
    """Send what happens; one who fell too far behind may come again."""
    try:
        async for event in member.events():
            await ws.send(event)
        await ws.close(1013, "Too far behind")
    except WebSocketDisconnect:
        pass  # the loop that reads has heard it too
