"""Rooms and who is in them.  Knows no WebSocket: members are queues of events."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from examples.chat.messages import Event, Moved, Said

REMEMBERED = 50
"""How much of what was said a newcomer is told."""
MOST_BEHIND = 100
"""How many events a member may not have read yet before the room goes on without them."""


class Member:
    """One person in one room."""

    def __init__(self, name: str, room: Room) -> None:
        self.name = name
        self._room = room
        self._send: MemoryObjectSendStream[Event]
        self._receive: MemoryObjectReceiveStream[Event]
        self._send, self._receive = anyio.create_memory_object_stream[Event](MOST_BEHIND)

    async def events(self) -> AsyncIterator[Event]:
        """What happens in the room, until this member leaves or falls too far behind."""
        async for event in self._receive:
            yield event

    def say(self, text: str) -> None:
        """Tell everybody in the room."""
        self._room.happened(Said(by=self.name, text=text))

    def tell(self, event: Event) -> None:
        """Let this member know; one who doesn't read is not waited for."""
        try:
            self._send.send_nowait(event)
        except anyio.WouldBlock:
            self.stop()
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass  # on their way out

    def stop(self) -> None:
        """End what `events` gives, after what is waiting already."""
        self._send.close()

    def leave(self) -> None:
        """End it, whatever is waiting."""
        self._send.close()
        self._receive.close()


class Room:
    """Everybody who talks with each other."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self._said: deque[Said] = deque(maxlen=REMEMBERED)

    def happened(self, event: Event) -> None:
        """Tell everybody, and remember what was said."""
        if isinstance(event, Said):
            self._said.append(event)
        for member in list(self.members.values()):
            member.tell(event)

    def enter(self, name: str) -> Member:
        """Let somebody in, who hears first what was said before."""
        member = Member(name, self)
        for said in self._said:
            member.tell(said)
        self.members[name] = member
        self.happened(Moved(kind="came", who=name, present=sorted(self.members)))
        return member

    def leave(self, member: Member) -> None:
        """Let somebody out."""
        del self.members[member.name]
        member.leave()
        self.happened(Moved(kind="left", who=member.name, present=sorted(self.members)))


class Lobby:
    """All rooms that anybody is in."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}

    def taken(self, room: str, name: str) -> bool:
        """Whether somebody of that name is in the room."""
        return room in self._rooms and name in self._rooms[room].members

    @contextmanager
    def join(self, room: str, name: str) -> Generator[Member, None, None]:
        """Be in a room, which exists for as long as anybody is in it."""
        here = self._rooms.setdefault(room, Room())
        member = here.enter(name)
        try:
            yield member
        finally:
            here.leave(member)
            if not here.members:
                del self._rooms[room]
