"""What is worked out once in a run: facts about classes and registries that are analysed to their end.

A run from an empty or a full cache checks each module once, and a class does not change after mypy has read
the modules that are checked together with it.  The daemon changes classes in place, and a run that writes a
cache for it has to note all that was looked at; there nothing is kept.  Each run begins with nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from mypy.options import Options

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memory(Generic[K, V]):
    """What was worked out of some nodes; `get` gives None for what was not."""

    def __init__(self) -> None:
        self._known: dict[K, V] = {}
        self._keeps = False
        self.get = self._known.get
        _begins.append(self._begin)

    def keep(self, node: K, value: V) -> V:
        """Remember what was worked out, if anything may be."""
        if self._keeps:
            self._known[node] = value
        return value

    def _begin(self, keeps: bool, /) -> None:
        self._known.clear()
        self._keeps = keeps


_begins: list[Callable[[bool], None]] = []


def begin(options: Options) -> None:
    """A run begins: everything is forgotten."""
    for one in _begins:
        one(not (options.fine_grained_incremental or options.cache_fine_grained))
