"""One module for each contestant.

Each offers the same three functions: `small()`, the application of the single workloads; `resources(count)`,
one with that many routes `/resource{n}/{id}/items`; and `typed(count)`, one with that many routes of several
typed inputs, for the start-up benchmark.  Each is written the way its documentation teaches; where a
framework has no word for something (types, dependencies), the plain Python for it stands there.
"""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from benchmarks.driving import ASGIApp

#: In the order in which they are printed; the first is what the others are divided by.
NAMES = ("raw", "responder", "starlette", "falcon", "blacksheep", "litestar", "fastapi")


class Contestant(Protocol):
    """What each module offers."""

    def small(self) -> ASGIApp: ...
    def resources(self, count: int) -> ASGIApp: ...
    def typed(self, count: int) -> ASGIApp: ...


def contestant(name: str) -> Contestant:
    """Import a contestant; `ImportError` when it isn't installed."""
    return cast("Contestant", import_module(f"benchmarks.apps.{name}_app"))
