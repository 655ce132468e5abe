"""Rank what a client accepts against what we can produce.  Pure.

`Accept` is parsed once into ranges; each range says how good the types are that it covers.  The most specific
range that covers a type decides, and `q=0` excludes it.  Called by `Request` and by whoever chooses a
format.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from responder._contract.frozen import frozen

T = TypeVar("T", bound=str)

_EXACT: Final = 3
_FAMILY: Final = 2
_ANY: Final = 1
_NONE: Final = 0


@frozen
class Range:
    """One media range of an `Accept` header, in lower case."""

    kind: str
    subtype: str
    quality: float

    def covers(self, wanted: str) -> int:
        """How closely this range names `wanted`, a media type or a bare token; 0 for not at all."""
        kind, slash, subtype = wanted.partition("/")
        if not slash:
            return self._covers_token(wanted)
        if self.kind == kind and self.subtype == subtype:
            return _EXACT
        if self.subtype != "*":
            return _NONE
        if self.kind == kind:
            return _FAMILY
        return _ANY if self.kind == "*" else _NONE

    def _covers_token(self, token: str) -> int:
        if token in self.subtype or token in self.kind:
            return _EXACT
        return _ANY if self.subtype == "*" else _NONE


MAX_HEADER: Final = 8192
"""How many characters of an `Accept` header are read; no client wishes for more."""

EVERYTHING: Final = (Range("*", "*", 1.0),)
"""What a request without an `Accept` header asks for."""


def parse_accept(header: str | None) -> tuple[Range, ...]:
    """The ranges of a header; everything at full quality when there is none, or none that can be read."""
    if header is None:
        return EVERYTHING
    ranges: list[Range] = []
    for part in header[:MAX_HEADER].lower().split(","):
        essence, *parameters = part.split(";")
        kind, _, subtype = essence.strip().partition("/")
        if not kind:
            continue
        if kind == "*" and not subtype:
            # Old clients (Java's HttpURLConnection) send a bare `*`.
            subtype = "*"
        ranges.append(Range(kind, subtype, _quality(parameters)))
    return tuple(ranges) or EVERYTHING


def quality(ranges: Iterable[Range], wanted: str) -> float:
    """How good a media type or a bare token (`json`) is for the client: 0 is unacceptable, 1 is best."""
    wanted = wanted.partition(";")[0].strip().lower()
    closest = _NONE
    best = 0.0
    for one in ranges:
        close = one.covers(wanted)
        if close > closest or (close == closest and close and one.quality > best):
            closest, best = close, one.quality
    return best


def ranked(ranges: Sequence[Range], candidates: Iterable[T]) -> list[T]:
    """The acceptable candidates, best first; ties keep their order."""
    rated = [(quality(ranges, candidate), candidate) for candidate in candidates]
    return [candidate for rate, candidate in sorted(rated, key=lambda pair: -pair[0]) if rate > 0]


def best(ranges: Sequence[Range], candidates: Iterable[T]) -> T | None:
    """The candidate that the client likes best, or None when it takes none of them."""
    order = ranked(ranges, candidates)
    return order[0] if order else None


def _quality(parameters: Iterable[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return _number(value.strip())
    return 1.0


def _number(text: str) -> float:
    """A weight from 0 to 1; what is none counts as if nothing had been said."""
    if len(text) > 20 or not text.isascii() or not text.replace(".", "", 1).isdigit():
        return 1.0
    return min(float(text), 1.0)
