"""Counting in this process' memory: exact, and as fast as it gets, for one process."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import ClassVar

from responder.errors import ConfigurationError
from responder.ext.ratelimit.hits import Hit
from responder.ext.ratelimit.windows import MICROSECONDS, Window


class MemoryBackend:
    """A sliding window for each of at most `max_keys` clients; beyond that the one goes that was not seen
    for longest.

    Safe among threads.  `clock` gives seconds; the usual one never jumps.
    """

    in_process: ClassVar[bool] = True
    """It never waits, and needs no thread."""

    def __init__(self, max_keys: int = 100_000, *, clock: Callable[[], float] = time.monotonic) -> None:
        if max_keys < 1:
            raise ConfigurationError(f"max_keys must be at least 1, not {max_keys!r}.")
        self.max_keys = max_keys
        self._clock = clock
        self._windows: OrderedDict[str, Window] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._windows)

    def hit(self, key: str, max_requests: int, period: float) -> Hit:
        """Count one request, unless the client has had as many as it may."""
        with self._lock:
            now = int(self._clock() * MICROSECONDS)
            window = self._windows.get(key)
            if window is None:
                self._sweep(now)
                window = self._windows[key] = Window()
            else:
                self._windows.move_to_end(key)
            allowed, remaining, left = window.hit(max_requests, int(period * MICROSECONDS), now)
        return Hit(allowed, remaining, left / MICROSECONDS)

    def _sweep(self, now: int) -> None:
        """Make room for one more, and drop a few that have nothing left to count."""
        windows = self._windows
        while len(windows) >= self.max_keys:
            windows.popitem(last=False)
        for _ in range(2):
            oldest = next(iter(windows), None)
            if oldest is None or windows[oldest].expires > now:
                return
            del windows[oldest]
