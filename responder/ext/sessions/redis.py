"""Sessions in Redis or Valkey, by either client of the `redis` package, which `responder.ext.redis` connects.

A change is made by compare-and-set in one script, so that it is atomic across processes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Final, Protocol, TypeAlias, cast

from responder.ext.redis import Connections, checked_url, connect
from responder.sessions import JSONSessionSerializer, Merge, SessionData, SessionSerializer

DEFAULT_PREFIX: Final = "responder:session:"

_SWAP: Final = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' or KEYS[1] ~= KEYS[2] then redis.call('DEL', KEYS[1]) end
if ARGV[2] ~= '' then redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3]) end
return 1
"""
_ATTEMPTS: Final = 50


class RedisClient(Protocol):
    """What is asked of a `redis.Redis`."""

    def get(self, name: str, /) -> object:
        """What is stored; None for nothing."""
        ...

    def set(self, name: str, value: str, *, ex: int) -> object:
        """Store for so many seconds."""
        ...

    def delete(self, name: str, /) -> object:
        """Forget a key."""
        ...

    def expire(self, name: str, time: int, /) -> object:
        """Let a key live for so many seconds."""
        ...

    def eval(self, script: str, numkeys: int, /, *keys_and_args: str | bytes) -> object:
        """Run a script."""
        ...


class AsyncRedisClient(Protocol):
    """What is asked of a `redis.asyncio.Redis`."""

    def get(self, name: str, /) -> Awaitable[object]:
        """What is stored; None for nothing."""
        ...

    def set(self, name: str, value: str, *, ex: int) -> Awaitable[object]:
        """Store for so many seconds."""
        ...

    def delete(self, name: str, /) -> Awaitable[object]:
        """Forget a key."""
        ...

    def expire(self, name: str, time: int, /) -> Awaitable[object]:
        """Let a key live for so many seconds."""
        ...

    def eval(self, script: str, numkeys: int, /, *keys_and_args: str | bytes) -> Awaitable[object]:
        """Run a script."""
        ...

    def aclose(self) -> Awaitable[object]:
        """Close the connections."""
        ...


class _Texts:
    """Keys and values, as Redis has them."""

    def __init__(self, prefix: str, serializer: SessionSerializer | None) -> None:
        self.prefix = prefix
        self.serializer: SessionSerializer = JSONSessionSerializer() if serializer is None else serializer

    def decoded(self, raw: object) -> SessionData | None:
        """The data of a value; None for nothing, and for what was never a session."""
        if not isinstance(raw, (str, bytes)):
            return None
        try:
            data = self.serializer.loads(raw)
        except ValueError:
            return None
        return cast("SessionData", data) if isinstance(data, dict) else None

    def swap(self, id: str, raw: object, merge: Merge, max_age: int, new_id: str | None) -> _Swap | None:
        """The arguments of the script; None when there is nothing to change."""
        data = self.decoded(raw)
        if data is None:
            return None
        changed = merge(data)
        text = self.serializer.dumps(changed) if changed else ""
        old = cast("str | bytes", raw)
        return (self.prefix + id, self.prefix + (new_id or id), old, text, str(max_age))


_Swap: TypeAlias = tuple[str, str, "str | bytes", str, str]


class RedisSessionBackend:
    """Sessions in Redis, for a client of plain functions."""

    def __init__(
        self,
        client: RedisClient | None = None,
        *,
        url: str | None = None,
        prefix: str = DEFAULT_PREFIX,
        serializer: SessionSerializer | None = None,
    ) -> None:
        address = checked_url(client, url)
        self.client: RedisClient = cast("RedisClient", connect(address)) if client is None else client
        self._texts = _Texts(prefix, serializer)

    def get(self, id: str) -> Mapping[str, object] | None:
        """What is stored."""
        return self._texts.decoded(self.client.get(self._texts.prefix + id))

    def set(self, id: str, data: SessionData, max_age: int) -> None:
        """Store for so many seconds."""
        self.client.set(self._texts.prefix + id, self._texts.serializer.dumps(data), ex=max_age)

    def delete(self, id: str) -> None:
        """Forget a session."""
        self.client.delete(self._texts.prefix + id)

    def touch(self, id: str, max_age: int) -> None:
        """Let a session live on."""
        self.client.expire(self._texts.prefix + id, max_age)

    def update(self, id: str, merge: Merge, max_age: int, new_id: str | None = None) -> bool:
        """Change a session that exists, in one step."""
        for _ in range(_ATTEMPTS):
            raw = self.client.get(self._texts.prefix + id)
            swap = self._texts.swap(id, raw, merge, max_age, new_id)
            if swap is None:
                return False
            if self.client.eval(_SWAP, 2, *swap):
                return True
        raise TimeoutError(f"A session was changed by others {_ATTEMPTS} times in a row")


class AsyncRedisSessionBackend:
    """Sessions in Redis, for a client of coroutine functions.

    A client that it makes itself belongs to the event loop it is used on, and is closed with the application.
    """

    def __init__(
        self,
        client: AsyncRedisClient | None = None,
        *,
        url: str | None = None,
        prefix: str = DEFAULT_PREFIX,
        serializer: SessionSerializer | None = None,
    ) -> None:
        address = checked_url(client, url)
        self._given = client
        self._connections = Connections(address) if client is None else None
        self._texts = _Texts(prefix, serializer)

    @property
    def client(self) -> AsyncRedisClient:
        """The client of this event loop."""
        if self._connections is None:
            return cast("AsyncRedisClient", self._given)
        return cast("AsyncRedisClient", self._connections.client())

    async def aget(self, id: str) -> Mapping[str, object] | None:
        """What is stored."""
        return self._texts.decoded(await self.client.get(self._texts.prefix + id))

    async def aset(self, id: str, data: SessionData, max_age: int) -> None:
        """Store for so many seconds."""
        await self.client.set(self._texts.prefix + id, self._texts.serializer.dumps(data), ex=max_age)

    async def adelete(self, id: str) -> None:
        """Forget a session."""
        await self.client.delete(self._texts.prefix + id)

    async def atouch(self, id: str, max_age: int) -> None:
        """Let a session live on."""
        await self.client.expire(self._texts.prefix + id, max_age)

    async def aupdate(self, id: str, merge: Merge, max_age: int, new_id: str | None = None) -> bool:
        """Change a session that exists, in one step."""
        client = self.client
        for _ in range(_ATTEMPTS):
            raw = await client.get(self._texts.prefix + id)
            swap = self._texts.swap(id, raw, merge, max_age, new_id)
            if swap is None:
                return False
            if await client.eval(_SWAP, 2, *swap):
                return True
        raise TimeoutError(f"A session was changed by others {_ATTEMPTS} times in a row")

    async def aclose(self) -> None:
        """Close the client that was made for this event loop."""
        if self._connections is not None:
            await self._connections.aclose()
