"""A sliding window over whole microseconds: what both backends do, here in Python.  Pure.

Never more than `limit` requests are counted within any `period`, and one is allowed again the moment the
oldest leaves the window.  Refused requests do not count, so nobody is kept out by trying.

A window keeps the time of every request that it counts.  A limit over `EXACT` would make that large: there,
requests of the same thousandth of the period are kept together and leave with the last of them.

The script in `redis` does the same in Lua; the tests hold one against the other.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final

EXACT: Final = 1000
MICROSECONDS: Final = 1_000_000


def grain_of(limit: int, period: int) -> int:
    """How long requests are kept together; 0 where each is kept by itself."""
    return 0 if limit <= EXACT else max(1, period // EXACT)


@dataclass(slots=True)
class Window:
    """The requests of one client: when the last of each group came, and how many had come by then."""

    times: array[int] = field(default_factory=lambda: array("q"))
    totals: array[int] = field(default_factory=lambda: array("q"))
    gone: int = 0
    """How many have left, of all that `totals` counts."""
    expires: int = 0
    """When the last of them leaves."""

    def hit(self, limit: int, period: int, now: int) -> tuple[bool, int, int]:
        """Count a request if it is allowed: whether, how many more are, and when the oldest leaves."""
        self._forget(now - period, now)
        counted = (self.totals[-1] if self.totals else self.gone) - self.gone
        if counted >= limit:
            return False, 0, self.times[0] + period - now
        self._add(now, grain_of(limit, period))
        self.expires = now + period
        return True, limit - counted - 1, self.times[0] + period - now

    def _forget(self, start: int, now: int) -> None:
        times, totals = self.times, self.totals
        if not times:
            return
        if times[-1] > now:
            # A clock that was set back: what lies in the future happened now, or it would lock the client
            # out.
            ahead = bisect_right(times, now)
            times[ahead:] = array("q", [now])
            totals[ahead:] = totals[-1:]
        if times[0] <= start:
            old = bisect_right(times, start)
            self.gone = totals[old - 1]
            del times[:old]
            del totals[:old]

    def _add(self, now: int, grain: int) -> None:
        times, totals = self.times, self.totals
        total = (totals[-1] if totals else self.gone) + 1
        if grain and times and times[-1] // grain == now // grain:
            times[-1], totals[-1] = now, total
        else:
            times.append(now)
            totals.append(total)
