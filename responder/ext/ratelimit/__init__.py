"""Rate limits: so many requests of a client within any so many seconds.

- `limiter`: `RateLimiter`, to be installed, put on handlers, or asked.
- `middleware`: counts what matches no route, too.
- `memory`, `redis`: where requests are counted; `windows` is how.
- `stores`: a backend of either kind, bounded in time.
- `clients`: whose budget it is; `names`: what it is called;
  `answers`: headers and problems; `hits`: what counting says.
"""

from __future__ import annotations

from responder.ext.ratelimit.answers import RateLimitUnavailable, TooManyRequests
from responder.ext.ratelimit.hits import AsyncRateLimitBackend, Hit, RateLimitBackend
from responder.ext.ratelimit.limiter import RateLimiter
from responder.ext.ratelimit.memory import MemoryBackend
from responder.ext.ratelimit.middleware import RateLimitMiddleware
from responder.ext.ratelimit.redis import AsyncRedisBackend, RedisBackend

__all__ = [
    "AsyncRateLimitBackend",
    "AsyncRedisBackend",
    "Hit",
    "MemoryBackend",
    "RateLimitBackend",
    "RateLimitMiddleware",
    "RateLimitUnavailable",
    "RateLimiter",
    "RedisBackend",
    "TooManyRequests",
]
