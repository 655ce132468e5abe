"""A backend of either kind as one `Store`: awaited, and answered or given up within `DEADLINE`.

Backends of plain functions hang in a pool of their own, so that a store which is down costs those who count
in it a moment, and nobody else anything.  One that keeps hanging is left alone for a while at a time.
"""

from __future__ import annotations

import functools
import os
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, runtime_checkable

import anyio
from typing_extensions import override

from responder.errors import ConfigurationError
from responder.ext.ratelimit.hits import AsyncRateLimitBackend, Policy, RateLimitBackend
from responder.threads import Breaker, Pool

DEADLINE: Final = 1.0
"""Seconds that counting one request may take."""

THREADS: Final = Pool("responder-ratelimit", 16)
"""The threads of backends whose functions are plain."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=THREADS.reset)


class StoreFailed(Exception):
    """A backend raised, or did not answer in time."""


class Store(ABC):
    """Where requests are counted."""

    at_once: Callable[[str, Policy], object] | None = None
    """Counts without waiting, where the backend never does."""
    close: Callable[[], Awaitable[object]] | None = None
    """Lets go of connections, where there are any of its own."""

    def __init__(self) -> None:
        self._breaker = Breaker()

    async def hit(self, key: str, policy: Policy) -> object:
        """Count one request; `StoreFailed` for whatever goes wrong."""
        try:
            if self.at_once is not None:
                return self.at_once(key, policy)
            return await self._bounded(key, policy)
        except Exception as exc:
            raise StoreFailed(f"{type(exc).__name__}: {exc}") from exc

    async def _bounded(self, key: str, policy: Policy) -> object:
        began = self._breaker.begin()
        try:
            with anyio.fail_after(DEADLINE):
                answer = await self._hit(key, policy)
        except BaseException:
            # Also when the request was given up meanwhile.
            self._breaker.failed(began)
            raise
        self._breaker.answered()
        return answer

    @abstractmethod
    async def _hit(self, key: str, policy: Policy) -> object: ...


@runtime_checkable
class _Closing(Protocol):
    async def aclose(self) -> object: ...


class _Called(Store):
    def __init__(self, backend: RateLimitBackend) -> None:
        super().__init__()
        self._backend = backend
        if getattr(backend, "in_process", False) is True:
            self.at_once = self._now

    def _now(self, key: str, policy: Policy) -> object:
        return self._backend.hit(key, policy.requests, policy.period)

    @override
    async def _hit(self, key: str, policy: Policy) -> object:
        return await THREADS.run(functools.partial(self._now, key, policy), abandon=True)


class _Awaited(Store):
    def __init__(self, backend: AsyncRateLimitBackend) -> None:
        super().__init__()
        self._backend = backend
        if isinstance(backend, _Closing):
            self.close = backend.aclose

    @override
    async def _hit(self, key: str, policy: Policy) -> object:
        return await self._backend.ahit(key, policy.requests, policy.period)


def store_of(backend: object) -> Store:
    """A backend as a store; `ConfigurationError` for what is neither kind."""
    if isinstance(backend, AsyncRateLimitBackend):
        return _Awaited(backend)
    if isinstance(backend, RateLimitBackend):
        return _Called(backend)
    raise ConfigurationError(
        f"A rate limit backend has hit(), or ahit() to be awaited; {type(backend).__name__} has neither."
    )
