"""Counting in Redis or Valkey: processes and machines share one budget, to the request.

One script does the whole of it, so it is atomic.  Time is the server's: the clocks of several machines
differ, and a window that each of them cuts elsewhere is no shared one.  A key is a list of "time:total" of
the counted requests, oldest first, behind one that has left already, which is where the total began; all of
it takes constant time however large the limit is.  The server has to be Redis 5 or later.
"""

from __future__ import annotations

from typing import Final, cast

from responder.ext.ratelimit.hits import Hit
from responder.ext.ratelimit.windows import MICROSECONDS, grain_of
from responder.ext.redis import AsyncScriptClient, Connections, ScriptClient, checked_url, connect

DEFAULT_PREFIX: Final = "responder:ratelimit:"

SCRIPT: Final = """
local key, limit, period, grain = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local now = tonumber(ARGV[4])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local function entry(index)
  local text = redis.call('LINDEX', key, index)
  if not text then return nil end
  local time, total = string.match(text, '^(%d+):(%d+)$')
  return tonumber(time), tonumber(total)
end
local function add(time, total)
  redis.call('RPUSH', key, string.format('%.0f:%.0f', time, total))
end
if redis.call('LLEN', key) == 0 then add(0, 0) end
-- A clock that was set back: what lies in the future happened now.
local ahead
while redis.call('LLEN', key) > 1 do
  local time, total = entry(-1)
  if time <= now then break end
  ahead = ahead or total
  redis.call('RPOP', key)
end
if ahead then add(now, ahead) end
local oldest = entry(1)
while oldest and oldest <= now - period do
  redis.call('LPOP', key)
  oldest = entry(1)
end
local _, gone = entry(0)
local last, total = entry(-1)
if total - gone >= limit then return {0, 0, oldest + period - now} end
if grain > 0 and oldest and math.floor(last / grain) == math.floor(now / grain) then
  redis.call('RPOP', key)
end
add(now, total + 1)
redis.call('PEXPIRE', key, math.ceil(period / 1000) + 1)
return {1, limit - (total - gone) - 1, (entry(1)) + period - now}
"""


def arguments(max_requests: int, period: float, now: int | None = None) -> tuple[str, ...]:
    """What the script is told.  `now`, in microseconds, stands for the server's clock in tests."""
    span = int(period * MICROSECONDS)
    grain = grain_of(max_requests, span)
    return (str(max_requests), str(span), str(grain), "" if now is None else str(now))


def read(answer: object) -> Hit:
    """What the script answered."""
    allowed, remaining, left = cast("list[int]", answer)
    return Hit(bool(allowed), int(remaining), int(left) / MICROSECONDS)


class RedisBackend:
    """Counts in Redis, for a client of plain functions: it runs in threads."""

    def __init__(
        self, client: ScriptClient | None = None, *, url: str | None = None, prefix: str = DEFAULT_PREFIX
    ) -> None:
        address = checked_url(client, url)
        self.client = cast("ScriptClient", connect(address)) if client is None else client
        self.prefix = prefix

    def hit(self, key: str, max_requests: int, period: float) -> Hit:
        """Count one request, unless the client has had as many as it may."""
        return read(self.client.eval(SCRIPT, 1, self.prefix + key, *arguments(max_requests, period)))


class AsyncRedisBackend:
    """Counts in Redis without threads, for a client of coroutine functions.

    A client that it makes itself belongs to the event loop it is used on.  `RateLimiter.install` closes it
    with the application; elsewhere `api.add_event_handler("shutdown", backend.aclose)` does.
    """

    def __init__(
        self, client: AsyncScriptClient | None = None, *, url: str | None = None, prefix: str = DEFAULT_PREFIX
    ) -> None:
        address = checked_url(client, url)
        self._given = client
        self._connections = Connections(address) if client is None else None
        self.prefix = prefix

    @property
    def client(self) -> AsyncScriptClient:
        """The client of this event loop."""
        if self._connections is None:
            return cast("AsyncScriptClient", self._given)
        return cast("AsyncScriptClient", self._connections.client())

    async def ahit(self, key: str, max_requests: int, period: float) -> Hit:
        """Count one request, unless the client has had as many as it may."""
        return read(await self.client.eval(SCRIPT, 1, self.prefix + key, *arguments(max_requests, period)))

    async def aclose(self) -> None:
        """Close the client that was made for this event loop."""
        if self._connections is not None:
            await self._connections.aclose()
