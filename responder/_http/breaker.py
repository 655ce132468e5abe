"""Leaving alone what keeps hanging: a circuit breaker for stores that are asked over a network.

A store that hangs costs each caller its whole deadline.  After a few of those in a row nobody else waits:
callers are refused at once, but for one in a while, who finds out whether the store answers again.  Failures
that come quickly cost nobody anything: they count as answers.  Knows no store; stores of sessions and of rate
limits use it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

SLOW: Final = 0.25
"""Seconds from which on a call that fails was one that hung."""


class LeftAlone(Exception):
    """It hung for others a moment ago, and was not asked."""


class Breaker:
    """Counts calls that hung; after `most` in a row only one in `pause` seconds is let through.

    Every call begins with `begin()`, and ends with `answered()` or `failed(...)`.
    """

    __slots__ = ("_clock", "_hung", "_most", "_next", "_pause")

    def __init__(
        self, most: int = 3, pause: float = 1.0, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._pause = pause
        self._clock = clock
        self._hung = 0
        self._next = 0.0

    def begin(self) -> float:
        """When the call began; `LeftAlone` where it must not be made."""
        now = self._clock()
        if self._hung >= self._most:
            if now < self._next:
                raise LeftAlone("it hangs, and is asked again in a moment")
            # This one finds out; the others wait for what it finds.
            self._next = now + self._pause
        return now

    def answered(self) -> None:
        """The call came to an end: nothing hangs."""
        self._hung = 0

    def failed(self, began: float) -> None:
        """The call failed, or was given up."""
        now = self._clock()
        if now - began < SLOW:
            self._hung = 0
            return
        self._hung += 1
        self._next = now + self._pause
