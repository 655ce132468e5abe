"""The last resort: a thread that ends the process when it hasn't ended by itself in time.

A thread of the user's that never returns, or a task that swallows its cancellation, would keep a process that
was told to stop for ever.  The thread is there from the start, because a signal's handler can't safely make
one; orders reach it through a queue that may be used in a handler.  Knows no server.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from typing import Final, TypeAlias

LEFT_BEHIND: Final = 1
"""The exit status of a process that had to leave something behind."""

_Order: TypeAlias = "tuple[float, int, str] | None"


class LastResort:
    """Ends the process at a deadline, unless it is called off."""

    def __init__(self) -> None:
        self._orders: queue.SimpleQueue[_Order] = queue.SimpleQueue()
        threading.Thread(target=self._watch, name="responder-last-resort", daemon=True).start()

    def end_after(self, seconds: float, status: int, reason: str) -> None:
        """End the process so many seconds from now; a later order replaces an earlier one."""
        self._orders.put((time.monotonic() + seconds, status, reason))

    def call_off(self) -> None:
        """The process ends by itself."""
        self._orders.put(None)

    def _watch(self) -> None:
        order = self._orders.get()
        while order is not None:
            deadline, status, reason = order
            try:
                order = self._orders.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                # Not by logging: whoever is stuck may hold its lock.
                os.write(2, f"{reason}\n".encode())
                os._exit(status)
