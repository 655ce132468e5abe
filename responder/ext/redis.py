"""The door to the `redis` package: clients of both kinds that never keep anybody waiting for long.

Sessions and rate limits connect here.  Every wait has a limit, and a call is tried again once, on a fresh
connection, when its own was cut: so a Redis that was restarted is found again by itself.  What timed out is
not tried again: it would take twice as long, and may have been done.  Knows neither sessions nor limits.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeAlias, cast

from responder.errors import ConfigurationError, MissingPackage

__all__ = ["DEFAULT_URL", "AsyncScriptClient", "Connections", "ScriptClient", "checked_url", "connect"]

DEFAULT_URL: Final = "redis://localhost:6379/0"
_TIMEOUT: Final = 1.0
"""Seconds to wait for a connection, and for an answer."""
_CONNECTIONS: Final = 50
"""Connections of one event loop; when all are busy, others wait for their turn."""

_Make: TypeAlias = Callable[..., object]


class ScriptClient(Protocol):
    """What of a `redis.Redis` runs a script."""

    def eval(self, script: str, numkeys: int, /, *keys_and_args: str | bytes) -> object:
        """Run a script."""
        ...


class AsyncScriptClient(Protocol):
    """What of a `redis.asyncio.Redis` runs a script and ends."""

    def eval(self, script: str, numkeys: int, /, *keys_and_args: str | bytes) -> Awaitable[object]:
        """Run a script."""
        ...

    def aclose(self) -> Awaitable[object]:
        """Close the connections."""
        ...


def checked_url(client: object, url: str | None) -> str:
    """The address to connect to; `ConfigurationError` when there is a client already."""
    if client is not None and url is not None:
        raise ConfigurationError("Give a Redis backend a client or a url, not both.")
    return DEFAULT_URL if url is None else url


def connect(url: str) -> object:
    """A `redis.Redis`; nothing is sent before its first call."""
    need_package()
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.exceptions import ConnectionError as Cut
    from redis.retry import Retry

    # Its keywords have no types.
    made: _Make = Redis.from_url  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    retry = Retry(NoBackoff(), 1, (Cut,))
    return made(url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT, retry=retry)


def need_package() -> None:
    """`ImportError` in the user's terms where the package is missing."""
    try:
        import redis as redis
    except ImportError as exc:
        raise MissingPackage("What is kept in Redis", "redis", extra="redis") from exc


class Connections:
    """A `redis.asyncio.Redis` for each event loop: its connections belong to the one they were made on."""

    def __init__(self, url: str) -> None:
        need_package()
        self._url = url
        self._made: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, object] = weakref.WeakKeyDictionary()

    def client(self) -> object:
        """The client of this event loop."""
        loop = asyncio.get_running_loop()
        found = self._made.get(loop)
        if found is None:
            found = self._made[loop] = _connect_async(self._url)
        return found

    async def aclose(self) -> None:
        """Close the client of this event loop; the next call makes another."""
        made = self._made.pop(asyncio.get_running_loop(), None)
        if made is not None:
            await cast("AsyncScriptClient", made).aclose()


def _connect_async(url: str) -> object:
    from redis.asyncio import BlockingConnectionPool, Redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff
    from redis.exceptions import ConnectionError as Cut

    # Their keywords have no types.
    pool: _Make = BlockingConnectionPool.from_url  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    client: _Make = Redis.from_pool  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    retry = Retry(NoBackoff(), 1, (Cut,))
    return client(
        pool(
            url,
            max_connections=_CONNECTIONS,
            timeout=_TIMEOUT,
            socket_timeout=_TIMEOUT,
            socket_connect_timeout=_TIMEOUT,
            retry=retry,
        )
    )
