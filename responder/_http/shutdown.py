"""`Shutdown`: whether the application is going down, for whatever would otherwise never end.

An event that may be set from any thread and heard on any loop: the application sets it when its server was
told to stop, streams end on it, handlers ask `req.shutting_down`.  Knows nothing of servers and requests.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import anyio


class Shutdown:
    """Set once the server was told to stop.  `if req.shutting_down:`, `await req.shutting_down.wait()`."""

    __slots__ = ("_begun", "_lock", "_told")

    def __init__(self) -> None:
        self._begun = False
        self._lock = threading.RLock()  # a signal's handler may find its own thread holding it
        self._told: dict[object, Callable[[], None]] = {}

    def __bool__(self) -> bool:
        return self._begun

    def is_set(self) -> bool:
        """Whether the application is going down."""
        return self._begun

    async def wait(self) -> None:
        """Wait until the application goes down."""
        event = anyio.Event()
        forget = self.tell(event.set)
        try:
            await event.wait()
        finally:
            forget()

    def begin(self) -> None:
        """Tell everybody; from whatever thread."""
        with self._lock:
            self._begun = True
            told, self._told = list(self._told.values()), {}
        for tell in told:
            tell()

    def reset(self) -> None:
        """The application starts anew."""
        self._begun = False

    def tell(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back on this loop when it begins, soon if it has; gives what takes that back."""
        soon = _soon()
        key = object()
        wanted = True

        def heard() -> None:
            if wanted:
                callback()

        def forget() -> None:
            nonlocal wanted
            wanted = False
            with self._lock:
                self._told.pop(key, None)

        with self._lock:
            if not self._begun:
                self._told[key] = lambda: soon(heard)
                return forget
        soon(heard)
        return forget


NEVER = Shutdown()
"""For requests that no application serves."""


def _soon() -> Callable[[Callable[[], None]], None]:
    """What makes the running loop call something, from any thread."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        import trio

        return trio.lowlevel.current_trio_token().run_sync_soon

    def call(callback: Callable[[], None]) -> None:
        try:
            loop.call_soon_threadsafe(callback)
        except RuntimeError:
            # The loop was closed, and with it everybody who waited there.
            pass

    return call
