"""A backend of either kind as one `Store`: awaited, bounded in time, and with a way to change what is there.

A store that hangs costs the requests that use it a moment and a 503; sync ones hang in a pool of their own,
so that nothing else waits for them.  A store that keeps hanging is left alone for a while at a time.  Called
by the keepers of `responder.ext.sessions`.
"""

from __future__ import annotations

import functools
import logging
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Mapping
from typing import Final, Protocol, TypeVar, cast, runtime_checkable

import anyio
from typing_extensions import override

from responder._http.breaker import Breaker, LeftAlone
from responder._http.problems import ConfigurationError, Problem
from responder._http.threads import Pool
from responder.sessions.backends import (
    AsyncSessionBackend,
    AsyncUpdatingBackend,
    Merge,
    SessionBackend,
    SessionData,
    UpdatingBackend,
)

T = TypeVar("T")

_log = logging.getLogger("responder")

DEADLINE: Final = 1.5
"""Seconds that one call of a store may take."""
RETRY_AFTER: Final = "2"

THREADS: Final = Pool("responder-sessions", 16)
"""The threads of stores whose functions are plain."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=THREADS.reset)


def unavailable() -> Problem:
    """What a request is told that needs a session while the store is down."""
    return Problem(503, "The session store is not available", headers={"Retry-After": RETRY_AFTER})


class Store(ABC):
    """A store of sessions; every call ends in time, and every failure is a 503."""

    def __init__(self, deadline: float = DEADLINE) -> None:
        self.deadline = deadline
        self._breaker = Breaker()

    async def load(self, id: str) -> SessionData | None:
        """What is stored under an id."""
        found = await self._bounded(self._get(id))
        return None if found is None else dict(found)

    async def create(self, id: str, data: SessionData, max_age: int) -> None:
        """Store a session that is new."""
        await self._bounded(self._set(id, data, max_age))

    async def update(self, id: str, merge: Merge, max_age: int, new_id: str | None = None) -> bool:
        """Change a session that exists; False, and nothing is stored, when it does not exist any more."""
        return await self._bounded(self._update(id, merge, max_age, new_id))

    async def touch(self, id: str, max_age: int) -> None:
        """Let a session live on."""
        await self._bounded(self._touch(id, max_age))

    async def forget(self, id: str) -> None:
        """End a session."""
        await self._bounded(self._delete(id))

    async def close(self) -> None:
        """Let go of connections."""
        return

    async def _bounded(self, call: Coroutine[object, object, T]) -> T:
        try:
            began = self._breaker.begin()
        except LeftAlone as exc:
            call.close()
            _log.error("The session store was not asked: %s", exc)
            raise unavailable() from exc
        try:
            with anyio.fail_after(self.deadline):
                answer = await call
        except BaseException as exc:
            self._breaker.failed(began)
            if not isinstance(exc, Exception):
                raise
            _log.error("The session store failed: %s", type(exc).__name__, exc_info=True)
            raise unavailable() from exc
        self._breaker.answered()
        return answer

    async def _update_plainly(self, id: str, merge: Merge, max_age: int, new_id: str | None) -> bool:
        """For stores that cannot do it in one step: close to it."""
        stored = await self._get(id)
        if stored is None:
            return False
        data = merge(dict(stored))
        if data:
            await self._set(new_id or id, data, max_age)
        if not data or new_id is not None:
            await self._delete(id)
        return True

    async def _touch_plainly(self, id: str, max_age: int) -> None:
        await self._update(id, lambda stored: stored, max_age, None)

    @abstractmethod
    async def _get(self, id: str) -> Mapping[str, object] | None: ...
    @abstractmethod
    async def _set(self, id: str, data: SessionData, max_age: int) -> None: ...
    @abstractmethod
    async def _delete(self, id: str) -> None: ...
    @abstractmethod
    async def _update(self, id: str, merge: Merge, max_age: int, new_id: str | None) -> bool: ...
    @abstractmethod
    async def _touch(self, id: str, max_age: int) -> None: ...


@runtime_checkable
class _Touching(Protocol):
    def touch(self, id: str, max_age: int, /) -> object: ...


@runtime_checkable
class _AsyncTouching(Protocol):
    async def atouch(self, id: str, max_age: int, /) -> object: ...


@runtime_checkable
class _Closing(Protocol):
    async def aclose(self) -> object: ...


class _Called(Store):
    """A backend of plain functions: in threads, or at once when it says that it never waits."""

    def __init__(self, backend: SessionBackend, deadline: float = DEADLINE) -> None:
        super().__init__(deadline)
        self._backend = backend
        self._at_once = getattr(backend, "in_process", False) is True

    async def _call(self, call: Callable[[], T]) -> T:
        return call() if self._at_once else cast("T", await THREADS.run(call, abandon=True))

    @override
    async def _get(self, id: str) -> Mapping[str, object] | None:
        return await self._call(functools.partial(self._backend.get, id))

    @override
    async def _set(self, id: str, data: SessionData, max_age: int) -> None:
        await self._call(functools.partial(self._backend.set, id, data, max_age))

    @override
    async def _delete(self, id: str) -> None:
        await self._call(functools.partial(self._backend.delete, id))

    @override
    async def _update(self, id: str, merge: Merge, max_age: int, new_id: str | None) -> bool:
        if not isinstance(self._backend, UpdatingBackend):
            return await self._update_plainly(id, merge, max_age, new_id)
        return await self._call(functools.partial(self._backend.update, id, merge, max_age, new_id))

    @override
    async def _touch(self, id: str, max_age: int) -> None:
        if isinstance(self._backend, _Touching):
            await self._call(functools.partial(self._backend.touch, id, max_age))
        else:
            await self._touch_plainly(id, max_age)


class _Awaited(Store):
    """A backend of coroutine functions."""

    def __init__(self, backend: AsyncSessionBackend, deadline: float = DEADLINE) -> None:
        super().__init__(deadline)
        self._backend = backend

    @override
    async def _get(self, id: str) -> Mapping[str, object] | None:
        return await self._backend.aget(id)

    @override
    async def _set(self, id: str, data: SessionData, max_age: int) -> None:
        await self._backend.aset(id, data, max_age)

    @override
    async def _delete(self, id: str) -> None:
        await self._backend.adelete(id)

    @override
    async def _update(self, id: str, merge: Merge, max_age: int, new_id: str | None) -> bool:
        if not isinstance(self._backend, AsyncUpdatingBackend):
            return await self._update_plainly(id, merge, max_age, new_id)
        return await self._backend.aupdate(id, merge, max_age, new_id)

    @override
    async def _touch(self, id: str, max_age: int) -> None:
        if isinstance(self._backend, _AsyncTouching):
            await self._backend.atouch(id, max_age)
        else:
            await self._touch_plainly(id, max_age)

    @override
    async def close(self) -> None:
        if isinstance(self._backend, _Closing):
            await self._backend.aclose()


def store_of(backend: object, deadline: float = DEADLINE) -> Store:
    """A backend as a store; `ConfigurationError` for what is neither kind."""
    if isinstance(backend, AsyncSessionBackend):
        return _Awaited(backend, deadline)
    if isinstance(backend, SessionBackend):
        return _Called(backend, deadline)
    raise ConfigurationError(
        "A session backend has get, set and delete, or aget, aset and adelete;"
        f" {type(backend).__name__} has neither."
    )
