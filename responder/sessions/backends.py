"""What a server-side session store has to offer; one of two protocols, and two methods that make it better.

The stores themselves are in `responder.ext.sessions`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias, runtime_checkable

SessionData: TypeAlias = "dict[str, object]"
Merge: TypeAlias = Callable[[SessionData], SessionData]
"""From what is stored to what shall be; nothing left means that the session ends."""


@runtime_checkable
class SessionBackend(Protocol):
    """A store of plain functions; they are called in threads.

    `touch(id, max_age)`, if there is one, prolongs a session without writing it.  `update(id, merge, max_age,
    new_id)`, if there is one, changes a session that exists in one step that nobody can come between: see
    `UpdatingBackend`.
    """

    def get(self, id: str, /) -> Mapping[str, object] | None:
        """What is stored under an id; None for nothing."""
        ...

    def set(self, id: str, data: SessionData, max_age: int, /) -> None:
        """Store under an id for so many seconds."""
        ...

    def delete(self, id: str, /) -> None:
        """Forget an id; one that is not there is no error."""
        ...


@runtime_checkable
class UpdatingBackend(SessionBackend, Protocol):
    """A store that loses nothing when requests of one session overlap."""

    def update(self, id: str, merge: Merge, max_age: int, new_id: str | None = None, /) -> bool:
        """Replace what is stored by `merge` of it, in one step; False when nothing is stored any more.

        With `new_id` it moves there.  When `merge` leaves nothing, the session is forgotten.
        """
        ...


@runtime_checkable
class AsyncSessionBackend(Protocol):
    """A store of coroutine functions.  `atouch` and `aupdate` may stand beside them."""

    async def aget(self, id: str, /) -> Mapping[str, object] | None:
        """What is stored under an id; None for nothing."""
        ...

    async def aset(self, id: str, data: SessionData, max_age: int, /) -> None:
        """Store under an id for so many seconds."""
        ...

    async def adelete(self, id: str, /) -> None:
        """Forget an id; one that is not there is no error."""
        ...


@runtime_checkable
class AsyncUpdatingBackend(AsyncSessionBackend, Protocol):
    """A store that loses nothing when requests of one session overlap."""

    async def aupdate(self, id: str, merge: Merge, max_age: int, new_id: str | None = None, /) -> bool:
        """The same as `UpdatingBackend.update`."""
        ...
