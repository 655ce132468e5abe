"""Which format a client gets: the best of ours by its `Accept`, the first one when it has no wish or none fits."""

from __future__ import annotations

from responder._http.media import Format, Formats


def choose(formats: Formats, accept: bytes | None) -> Format:
    """The format to answer in.  Full media types decide; structured suffixes count as their format."""
    first = next(iter(formats.values()))
    if accept is None or accept in (b"*/*", b"application/json") and first.name == "json":
        return first
    ranges = _ranges(accept.decode("latin-1").lower())
    best, best_quality = first, 0.0
    for format in formats.values():
        quality = max(_quality(ranges, kind, format.name) for kind in format.media_types)
        if quality > best_quality:
            best, best_quality = format, quality
    return best


def _ranges(accept: str) -> dict[str, float]:
    """Each range with its quality; the larger one when a range comes twice."""
    ranges: dict[str, float] = {}
    for part in accept.split(","):
        kind, _, parameters = part.partition(";")
        kind = kind.strip()
        if kind:
            ranges[kind] = max(ranges.get(kind, 0.0), _parameter_quality(parameters))
    return ranges


def _parameter_quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                return 1.0
            return quality if 0.0 <= quality <= 1.0 else 1.0
    return 1.0


def _quality(ranges: dict[str, float], kind: str, name: str) -> float:
    exact = ranges.get(kind)
    if exact is not None:
        return exact
    suffixed = [quality for other, quality in ranges.items() if other.endswith("+" + name)]
    if suffixed:
        return max(suffixed)
    return ranges.get(kind.partition("/")[0] + "/*", ranges.get("*/*", 0.0))
