"""What counting says, and what counts: `Hit`, and the protocols of backends.  Pure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import ClassVar, Final, Protocol, TypeAlias, cast, runtime_checkable

from responder.errors import ConfigurationError

NAME: Final = re.compile(r"[A-Za-z0-9._/@-]{1,100}")


@dataclass(frozen=True, slots=True)
class Hit:
    """What became of one request.

    `remaining` is how many more are allowed now.  `reset_after` is in how many seconds the oldest counted
    request is forgotten: when one that was refused may come again.  None where the backend cannot tell.
    """

    allowed: bool
    remaining: int
    reset_after: float | None = None


Counted: TypeAlias = Hit | tuple[bool, int] | tuple[bool, int, float | None]
"""What a backend may answer."""


@runtime_checkable
class RateLimitBackend(Protocol):
    """Counts requests by plain functions, which run in threads.

    With `in_process = True` it never waits, and is called at once.
    """

    def hit(self, key: str, max_requests: int, period: float, /) -> Counted:
        """Count one request, unless `max_requests` were counted within the last `period` seconds."""
        ...


@runtime_checkable
class AsyncRateLimitBackend(Protocol):
    """Counts requests by coroutine functions."""

    async def ahit(self, key: str, max_requests: int, period: float, /) -> Counted:
        """Count one request, unless `max_requests` were counted within the last `period` seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Policy:
    """How many requests in how many seconds, and what the budget is called."""

    requests: int
    period: float
    name: str

    WRONG: ClassVar[str] = "RateLimiter({}) must be {}, not {!r}."

    def text(self) -> str:
        """For people: `100 in 60 s`."""
        return f"{self.requests} in {self.period:g} s"


def checked_policy(requests: object, period: object, name: object) -> Policy:
    """A policy; `ConfigurationError` for what cannot be one."""
    if not isinstance(requests, int) or isinstance(requests, bool) or requests < 1:
        raise ConfigurationError(Policy.WRONG.format("requests=", "a whole number from 1", requests))
    number = isinstance(period, int | float) and not isinstance(period, bool)
    seconds = cast("float", period)
    if not number or not math.isfinite(seconds) or not 0.001 <= seconds <= 31_622_400:
        raise ConfigurationError(Policy.WRONG.format("period=", "seconds, at most a year of them", period))
    if name is None:
        name = f"{requests}/{seconds:g}"
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ConfigurationError(
            Policy.WRONG.format("name=", "up to 100 letters, digits and . _ / @ -", name)
        )
    return Policy(requests, seconds, name)


def as_hit(answer: object) -> Hit:
    """What a backend answered, as a `Hit`; `TypeError` for what is none."""
    if isinstance(answer, Hit):
        return answer
    if isinstance(answer, tuple):
        parts = cast("tuple[object, ...]", answer)
        if len(parts) in (2, 3) and isinstance(parts[1], int):
            after = parts[2] if len(parts) == 3 else None
            if after is None or isinstance(after, int | float):
                return Hit(bool(parts[0]), parts[1], after)
    raise TypeError(
        f"A rate limit backend answers a Hit or (allowed, remaining, reset_after), not {answer!r}"
    )
