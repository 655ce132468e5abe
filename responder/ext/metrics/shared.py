"""One count for all workers of a server: prometheus-client's multi-process mode, and the one door to it.

Each worker writes to files of its own in the directory that `PROMETHEUS_MULTIPROC_DIR` names, and whoever is
asked adds them all up; workers that are gone no longer count as busy, what they have served still counts.
The collector chooses it; it knows nothing of requests.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from responder.errors import ConfigurationError, MissingPackage
from responder.ext.metrics.words import (
    DURATION,
    DURATION_HELP,
    IN_FLIGHT,
    IN_FLIGHT_HELP,
    REQUESTS,
    REQUESTS_HELP,
)

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"

_stores: dict[str, tuple[tuple[float, ...], bool, SharedStore]] = {}


def shared_store(buckets: tuple[float, ...], per_route: bool) -> SharedStore:
    """The store of this process: the files hold one number for each name, so there is one for everybody."""
    known = _stores.get(VARIABLE)
    if known is None:
        known = _stores[VARIABLE] = buckets, per_route, SharedStore(buckets, per_route)
    if known[:2] != (buckets, per_route):
        raise ConfigurationError(
            f"With {VARIABLE} all metrics of a program are kept together: they need the same buckets."
        )
    return known[2]


class SharedStore:
    """The numbers of all workers."""

    def __init__(self, buckets: tuple[float, ...], per_route: bool) -> None:
        directory = os.environ.get(VARIABLE, "")
        try:
            from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values
        except ImportError as exc:
            what = f"{VARIABLE}, which asks for metrics of all workers together,"
            raise MissingPackage(what, "prometheus_client", extra="metrics") from exc
        if not getattr(values.ValueClass, "_multiprocess", True):
            raise ConfigurationError(f"Set {VARIABLE} before prometheus_client is imported.")
        self._directory = Path(directory)
        self._directory.mkdir(parents=True, exist_ok=True)
        # Nothing is collected from it: what counts is in the files.
        own = CollectorRegistry()
        self._requests = Counter(REQUESTS, REQUESTS_HELP, ["method", "path", "status"], registry=own)
        self._in_flight = Gauge(IN_FLIGHT, IN_FLIGHT_HELP, registry=own, multiprocess_mode="livesum")
        labels = ["method", "path"] if per_route else []
        self._durations = Histogram(DURATION, DURATION_HELP, labels, registry=own, buckets=buckets)
        self._per_route = per_route

    def record(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count one request that has ended."""
        self._requests.labels(method, path, str(status)).inc()
        durations = self._durations.labels(method, path) if self._per_route else self._durations
        durations.observe(seconds)

    def track_in_flight(self, change: int) -> None:
        """Requests have begun, or ended."""
        self._in_flight.inc(change)

    def render(self, openmetrics: bool) -> str:
        """Everything in the directory; a program's own metrics are there too."""
        from prometheus_client import CollectorRegistry, exposition
        from prometheus_client import multiprocess as files
        from prometheus_client.openmetrics import exposition as openmetrics_exposition

        registry = CollectorRegistry()
        self._bury()
        files.MultiProcessCollector(registry, str(self._directory))  # type: ignore[no-untyped-call]  # theirs
        module = openmetrics_exposition if openmetrics else exposition
        write = cast("Callable[[CollectorRegistry], bytes]", getattr(module, "generate_latest"))  # noqa: B009
        return write(registry).decode("utf-8")

    def _bury(self) -> None:
        """Take away what dead workers were serving; nobody else tells that they died."""
        from prometheus_client import multiprocess as files

        bury = cast("Callable[[int, str], None]", getattr(files, "mark_process_dead"))  # noqa: B009
        for path in self._directory.glob("gauge_live*_*.db"):
            number = path.stem.rpartition("_")[2]
            if number.isdecimal() and not _is_alive(int(number)):
                bury(int(number), str(self._directory))


def _is_alive(process: int) -> bool:
    if os.name == "nt":
        return True  # asking would end it
    try:
        os.kill(process, 0)
    except OSError as exc:
        return exc.errno != errno.ESRCH
    return True
