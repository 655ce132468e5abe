"""The names that metrics have on the wire, and the bounds of their labels.  Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from responder.errors import ConfigurationError

BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The usual upper bounds of the duration histogram, in seconds."""

METHODS: Final = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT QUERY".split())
OTHER: Final = "OTHER"
UNMATCHED: Final = "unmatched"

REQUESTS: Final = "responder_requests"
REQUESTS_HELP: Final = "Requests that have ended."
IN_FLIGHT: Final = "responder_requests_in_flight"
IN_FLIGHT_HELP: Final = "Requests that are being served."
DURATION: Final = "responder_request_duration_seconds"
DURATION_HELP: Final = "Seconds from the start of a request to the last byte of its answer."


def bounds(buckets: Sequence[float]) -> tuple[float, ...]:
    """The bounds as floats; refuses what is not ascending and finite."""
    found = tuple(float(one) for one in buckets)
    ascending = all(low < high for low, high in pairwise(found))
    if not found or not ascending or not all(map(math.isfinite, found)):
        raise ConfigurationError("Buckets are numbers of seconds, at least one, each above the one before.")
    return found
