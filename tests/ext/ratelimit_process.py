"""A process of its own that sends many requests at once to a limited application, and tells what it got.

`python -m tests.ext.ratelimit_process URL KIND REQUESTS BUDGET` waits for a line, so that several begin
together, and prints how many were allowed and how many refused.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter

from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from starlette.types import Message

from responder import API
from responder.ext.ratelimit import AsyncRedisBackend, RateLimiter, RedisBackend


def application(url: str, kind: str, budget: int) -> API:
    """One limited route; its store may take its time, because here only the count is looked at."""
    api = API()
    backend: AsyncRedisBackend | RedisBackend
    if kind == "async":
        made = AsyncRedis.from_url(url, socket_timeout=60)  # pyright: ignore[reportUnknownMemberType]  # untyped
        backend = AsyncRedisBackend(made)
        api.add_event_handler("shutdown", made.aclose)
    else:
        client = Redis.from_url(url, socket_timeout=60)  # pyright: ignore[reportUnknownMemberType]  # untyped
        backend = RedisBackend(client)
    limiter = RateLimiter(requests=budget, period=300, backend=backend)

    @api.get("/")
    @limiter.limit
    async def index() -> str:
        return "served"

    return api


async def ask(api: API) -> int:
    """The status of one request."""
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost")],
        "client": ("192.0.2.1", 5000),
        "server": ("localhost", 80),
    }
    await api(scope, receive, send)
    return statuses[0]


async def main(url: str, kind: str, requests: int, budget: int) -> Counter[int]:
    """Send them, twenty at a time."""
    api = application(url, kind, budget)
    seen: Counter[int] = Counter()
    async with api.async_requests:
        for _ in range(0, requests, 20):
            seen.update(await asyncio.gather(*(ask(api) for _ in range(20))))
    return seen


if __name__ == "__main__":
    address, sort, count, most = sys.argv[1:]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    found = asyncio.run(main(address, sort, int(count), int(most)))
    sys.stdout.write(f"{found.pop(200, 0)} {found.pop(429, 0)} {sum(found.values())}\n")
