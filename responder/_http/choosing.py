"""Which format a client gets: the best of ours by its `Accept`, the first one when it has no wish."""

from __future__ import annotations

from collections.abc import Mapping

from responder._http.media import Format
from responder._http.negotiate import Range, parse_accept, quality


def choose(formats: Mapping[str, Format], accept: bytes | None) -> Format:
    """The format to answer in.  Full media types decide; the first format when nothing is acceptable."""
    first = next(iter(formats.values()))
    if accept is None or accept == b"*/*":
        return first
    ranges = parse_accept(accept.decode("latin-1"))
    best, highest = first, 0.0
    for name, one in formats.items():
        liked = _liked(ranges, name, one.media_types)
        if liked > highest:
            best, highest = one, liked
    return best


def _liked(ranges: tuple[Range, ...], name: str, media_types: tuple[str, ...]) -> float:
    """How much a client wants a format: by any of its types when one is named, by the first for wildcards.

    A structured suffix (`application/vnd.shop+yaml`) names its format too.
    """
    named = [
        one.quality
        for one in ranges
        if f"{one.kind}/{one.subtype}" in media_types or one.subtype.endswith("+" + name)
    ]
    return max(named) if named else quality(ranges, media_types[0])
