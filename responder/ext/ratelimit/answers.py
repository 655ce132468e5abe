"""What clients are told: the headers of every answer, and the two problems."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar, Final

from typing_extensions import override

from responder.errors import Problem
from responder.ext.ratelimit.hits import Hit, Policy

LIMIT: Final = "X-RateLimit-Limit"
REMAINING: Final = "X-RateLimit-Remaining"
RESET: Final = "X-RateLimit-Reset"
RETRY: Final = "Retry-After"
_WHOLE: Final = {"type": "integer", "minimum": 0}
SHOWN: Final[Mapping[str, object]] = {
    LIMIT: {"description": "How many requests there may be in a period.", "schema": _WHOLE},
    REMAINING: {"description": "How many of them are left.", "schema": _WHOLE},
    RESET: {"description": "Seconds until more are allowed.", "schema": _WHOLE},
}
"""What an OpenAPI document says of the headers of a limited operation."""
_PAUSE: Final = "2"
"""Seconds that clients are asked to wait while the store is down."""


class TooManyRequests(Problem):
    """429: the budget is used up; `Retry-After` says when it is worth coming back."""

    status: ClassVar[int] = 429
    title: ClassVar[str] = "Too Many Requests"
    answer_headers: ClassVar[Mapping[str, object]] = SHOWN

    def __init__(self, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(429, "Rate limit exceeded.", headers=headers)

    @override
    def short_payload(self) -> Mapping[str, object]:
        return {"error": "rate limit exceeded"}


class RateLimitUnavailable(Problem):
    """503: the store did not say whether the request is within its budget."""

    status: ClassVar[int] = 503
    title: ClassVar[str] = "Service Unavailable"

    def __init__(self) -> None:
        super().__init__(503, "Rate limit backend unavailable.", headers={RETRY: _PAUSE})

    @override
    def short_payload(self) -> Mapping[str, object]:
        return {"error": "rate limit backend unavailable"}


def headers_of(policy: Policy, hit: Hit) -> dict[str, str]:
    """The headers that tell of one budget."""
    headers = {LIMIT: str(policy.requests), REMAINING: str(max(0, hit.remaining))}
    if hit.reset_after is not None:
        headers[RESET] = str(_seconds(hit.reset_after))
    if not hit.allowed:
        headers[RETRY] = str(max(1, _seconds(policy.period if hit.reset_after is None else hit.reset_after)))
    return headers


def is_stricter(new: Mapping[str, str], shown: Mapping[str, str]) -> bool:
    """Whether a budget leaves less than the one that is shown already, or as little for longer."""
    if RETRY in new or REMAINING not in shown or not shown[REMAINING].isdigit():
        return True
    return _strictness(new) > _strictness(shown)


def _strictness(headers: Mapping[str, str]) -> tuple[int, int]:
    reset = headers.get(RESET, "")
    return -int(headers[REMAINING]), int(reset) if reset.isdigit() else 0


def _seconds(time: float) -> int:
    return max(0, math.ceil(time))
