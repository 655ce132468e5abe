"""What each battery costs a request, alone and all together: Python calls, and CPU time.

`python -m benchmarks.batteries [--rounds 9] [--markdown]`
`valgrind --tool=cachegrind --cache-sim=no python -m benchmarks.batteries --run "rate limit" --requests 600`

Ours only: peers put these things together in ways that have no common measure.  Each application has the one
route of the workload "small JSON", asked from another origin and with a token; calls are counted by the
profiler, so that they are the same in every run.  For instructions run one battery twice, with 100 requests
and with 600, and divide the difference by 500.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import cProfile
import logging
import os
import pstats
from collections.abc import AsyncIterator, Callable
from typing import Final, cast

from benchmarks.driving import ASGIApp, ask, batch, start
from benchmarks.models import small
from benchmarks.workloads import COMMON, Call
from responder import API, Request, Response
from responder.ext.auth import BearerAuth
from responder.ext.ratelimit import RateLimiter

_TOKEN: Final = "a-token"
_HEADERS: Final = (
    *COMMON,
    (b"origin", b"https://app.example"),
    (b"authorization", b"Bearer " + _TOKEN.encode()),
)
CALLS: Final = (Call("GET", "/json", b"", _HEADERS),)
EVENTS: Final = 101
_SECRET: Final = "0123456789abcdef0123456789abcdef"
_HOSTS: Final = [value.decode().partition(":")[0] for name, value in COMMON if name == b"host"]


def _routed(api: API, *, guarded: bool = False, limited: bool = False) -> API:
    if limited:
        RateLimiter(1_000_000_000, 3600, name="benchmark").install(api)

    async def answer(req: Request, resp: Response) -> dict[str, object]:
        return small()

    api.get("/json", auth=BearerAuth(tokens=_TOKEN) if guarded else None)(answer)
    return api


def _events(count: int) -> API:
    api = API()

    @api.get("/json")
    async def events(req: Request, resp: Response) -> None:
        async def made() -> AsyncIterator[dict[str, object]]:
            for number in range(count):
                yield {"data": {"number": number, "name": "event"}}

        resp.sse(made)

    return api


def _everything() -> API:
    api = API(
        request_id=True,
        security_headers=True,
        cors=True,
        cors_params={"allow_origins": ["https://app.example"]},
        allowed_hosts=_HOSTS,
        sessions=True,
        secret_key=_SECRET,
        metrics_route="/metrics",
        enable_logging=True,
    )
    return _routed(api, guarded=True, limited=True)


BATTERIES: Final[dict[str, Callable[[], API]]] = {
    "none": lambda: _routed(API()),
    "request ids": lambda: _routed(API(request_id=True)),
    "security headers": lambda: _routed(API(security_headers=True)),
    "CORS": lambda: _routed(API(cors=True, cors_params={"allow_origins": ["https://app.example"]})),
    "trusted hosts": lambda: _routed(API(allowed_hosts=_HOSTS)),
    "sessions in a cookie, not looked at": lambda: _routed(API(sessions=True, secret_key=_SECRET)),
    "metrics": lambda: _routed(API(metrics_route="/metrics")),
    "access log": lambda: _routed(API(enable_logging=True)),
    "rate limit": lambda: _routed(API(), limited=True),
    "bearer token": lambda: _routed(API(), guarded=True),
    "all of these": _everything,
    "a stream of one event": lambda: _events(1),
    f"a stream of {EVENTS} events": lambda: _events(EVENTS),
}


async def serve(make: Callable[[], API], requests: int) -> tuple[float, ASGIApp]:
    """Start an application, see that it answers, and serve so many requests; CPU seconds for one of them."""
    api = cast("ASGIApp", make())
    started = await start(api)
    answer = await ask(api, CALLS[0])
    assert answer.status == 200, answer
    took = await batch(api, CALLS, requests)
    started.cancel()
    return took, api


async def counted(api: ASGIApp, requests: int = 200) -> float:
    """How many functions a request calls."""
    profile = cProfile.Profile()
    profile.enable()
    await batch(api, CALLS, requests)
    profile.disable()
    # The statistics of the standard library say this without a type.
    return cast("int", vars(pstats.Stats(profile))["total_calls"]) // requests


async def table(rounds: int, markdown: bool) -> None:
    """Print what every battery costs."""
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, make in BATTERIES.items():
            took, _ = await serve(make, 200)
            best[name] = min(best.get(name, took), took)
    row = "| {:<35} | {:>7} | {:>7} |" if markdown else "{:<35} {:>7} {:>7}"
    print(row.format("battery", "calls", "µs"))
    if markdown:
        print("| --- | ---: | ---: |")
    for name, make in BATTERIES.items():
        _, api = await serve(make, 20)
        print(row.format(name, f"{await counted(api):.0f}", f"{best[name] * 1e6:.1f}"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--run", choices=BATTERIES, help="serve this one alone, to be counted from outside")
    parser.add_argument("--requests", type=int, default=600)
    given = parser.parse_args()
    logging.raiseExceptions = False
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
        # Where the access log goes: writing a line is part of it, showing it is not.
        if given.run is None:
            asyncio.run(table(given.rounds, given.markdown))
        else:
            asyncio.run(serve(BATTERIES[given.run], given.requests))


if __name__ == "__main__":
    main()
