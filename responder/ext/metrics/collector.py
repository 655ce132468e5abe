"""Counting what was answered, in this process's memory, and telling it in Prometheus' text format.

`MetricsCollector` is what is counted with; where `PROMETHEUS_MULTIPROC_DIR` is set it counts for all workers
of a server together (`ext.metrics.shared`).  Knows nothing of requests; the middleware calls it.
"""

from __future__ import annotations

import os
import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from responder.ext.metrics.shared import VARIABLE, shared_store
from responder.ext.metrics.words import (
    BUCKETS,
    DURATION,
    DURATION_HELP,
    IN_FLIGHT,
    IN_FLIGHT_HELP,
    METHODS,
    OTHER,
    REQUESTS,
    REQUESTS_HELP,
    bounds,
)


class _Histogram:
    """How many observations fell into each bucket, and their sum."""

    __slots__ = ("filled", "sum")

    def __init__(self, size: int) -> None:
        self.filled = [0] * size
        self.sum = 0.0


class MetricsCollector:
    """Counts requests by method, path and status, how long they took, and those being served at the moment.

    `buckets` are the upper bounds of the duration histogram in seconds, ascending.  With `per_route` the
    histogram too is kept for each method and path, at the price of as many series.
    """

    def __init__(self, buckets: Sequence[float] = BUCKETS, *, per_route: bool = False) -> None:
        self.buckets = bounds(buckets)
        self.per_route = per_route
        self._shared = shared_store(self.buckets, per_route) if os.environ.get(VARIABLE) else None
        # Requests of one process may be served by several loops in several threads.
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str, int], int] = {}
        self._durations: dict[tuple[str, str] | None, _Histogram] = {}
        self._in_flight = 0
        if not per_route:
            self._durations[None] = _Histogram(len(self.buckets) + 1)

    @property
    def is_shared(self) -> bool:
        """Whether the numbers are those of all workers, and are read from files."""
        return self._shared is not None

    def record(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count one request that has ended.  `path` is a pattern, so that there is a bounded number of them;
        a method that HTTP does not know is counted as `OTHER`.
        """
        if method not in METHODS:
            method = OTHER
        if self._shared is not None:
            self._shared.record(method, path, status, seconds)
            return
        place = bisect_left(self.buckets, seconds)
        key = (method, path, status)
        series = (method, path) if self.per_route else None
        with self._lock:
            counts = self._counts
            counts[key] = counts.get(key, 0) + 1
            histogram = self._durations.get(series)
            if histogram is None:
                histogram = self._durations[series] = _Histogram(len(self.buckets) + 1)
            histogram.filled[place] += 1
            histogram.sum += seconds

    def track_in_flight(self, change: int) -> None:
        """So many requests more are being served, or fewer."""
        if self._shared is not None:
            self._shared.track_in_flight(change)
            return
        with self._lock:
            self._in_flight += change

    def render(self, *, openmetrics: bool = False) -> str:
        """Everything that was counted, in Prometheus' text format 0.0.4 or as OpenMetrics 1.0."""
        if self._shared is not None:
            return self._shared.render(openmetrics)
        with self._lock:
            counts = sorted(self._counts.items())
            in_flight = self._in_flight
            durations = [(key, [*one.filled], one.sum) for key, one in self._durations.items()]
        # OpenMetrics names a counter without its suffix.
        family = REQUESTS if openmetrics else f"{REQUESTS}_total"
        lines = [*_head(family, "counter", REQUESTS_HELP)]
        for (method, path, status), number in counts:
            lines.append(f'{REQUESTS}_total{{{_labels(method, path)},status="{status}"}} {number}')
        lines += [*_head(IN_FLIGHT, "gauge", IN_FLIGHT_HELP), f"{IN_FLIGHT} {in_flight}"]
        lines += _head(DURATION, "histogram", DURATION_HELP)
        for key, filled, total in sorted(durations, key=lambda one: one[0] or ("", "")):
            lines += self._histogram("" if key is None else _labels(*key), filled, total)
        if openmetrics:
            lines.append("# EOF")
        return "\n".join(lines) + "\n"

    def _histogram(self, labels: str, filled: Sequence[int], total: float) -> Iterator[str]:
        before = f"{labels}," if labels else ""
        around = f"{{{labels}}}" if labels else ""
        texts = [*map(repr, self.buckets), "+Inf"]
        numbers = list(accumulate(filled))
        for bound, number in zip(texts, numbers, strict=True):
            yield f'{DURATION}_bucket{{{before}le="{bound}"}} {number}'
        yield f"{DURATION}_sum{around} {total:.6f}"
        yield f"{DURATION}_count{around} {numbers[-1]}"


_ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _labels(method: str, path: str) -> str:
    return f'method="{_escaped(method)}",path="{_escaped(path)}"'


def _head(name: str, kind: str, words: str) -> tuple[str, str]:
    return f"# HELP {name} {words}", f"# TYPE {name} {kind}"
