"""Sessions in this process' memory: for one worker, for development and for tests."""

from __future__ import annotations

import copy
import heapq
import threading
import time
from dataclasses import dataclass
from typing import ClassVar

from responder.errors import ConfigurationError
from responder.sessions import Merge, SessionData


@dataclass(slots=True)
class _Entry:
    expires: float
    data: SessionData


class MemorySessionBackend:
    """At most `max_keys` sessions; beyond that the one goes first that would expire first.

    Data is copied in and out, so that no request changes what another one reads.
    """

    in_process: ClassVar[bool] = True
    """It never waits, and needs no thread."""

    def __init__(self, max_keys: int = 100_000) -> None:
        if max_keys < 1:
            raise ConfigurationError(f"max_keys must be at least 1, not {max_keys!r}.")
        self.max_keys = max_keys
        self._entries: dict[str, _Entry] = {}
        # When which session expires.  A session that was prolonged has older entries, which count no more.
        self._queue: list[tuple[float, str]] = []
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, id: str) -> SessionData | None:
        """A copy of what is stored."""
        with self._lock:
            entry = self._live(id)
            return None if entry is None else copy.deepcopy(entry.data)

    def set(self, id: str, data: SessionData, max_age: int) -> None:
        """Store a copy."""
        with self._lock:
            self._put(id, copy.deepcopy(data), max_age)

    def delete(self, id: str) -> None:
        """Forget a session."""
        with self._lock:
            self._entries.pop(id, None)

    def touch(self, id: str, max_age: int) -> None:
        """Let a session live on."""
        with self._lock:
            entry = self._live(id)
            if entry is not None:
                self._put(id, entry.data, max_age)

    def update(self, id: str, merge: Merge, max_age: int, new_id: str | None = None) -> bool:
        """Change a session that exists, in one step."""
        with self._lock:
            entry = self._live(id)
            if entry is None:
                return False
            data = copy.deepcopy(merge(copy.deepcopy(entry.data)))
            if not data or new_id is not None:
                del self._entries[id]
            if data:
                self._put(new_id or id, data, max_age)
            return True

    def _live(self, id: str) -> _Entry | None:
        entry = self._entries.get(id)
        return entry if entry is not None and entry.expires > time.monotonic() else None

    def _put(self, id: str, data: SessionData, max_age: int) -> None:
        now = time.monotonic()
        expires = now + max_age
        self._entries[id] = _Entry(expires, data)
        heapq.heappush(self._queue, (expires, id))
        self._sweep(now)
        if len(self._queue) > 2 * len(self._entries) + 64:
            self._queue = [(entry.expires, key) for key, entry in self._entries.items()]
            heapq.heapify(self._queue)

    def _sweep(self, now: float) -> None:
        """Drop what has expired, and what is too many."""
        queue, entries = self._queue, self._entries
        while queue and (queue[0][0] <= now or len(entries) > self.max_keys):
            expires, key = heapq.heappop(queue)
            entry = entries.get(key)
            if entry is not None and entry.expires == expires:
                del entries[key]
