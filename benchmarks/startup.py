"""What it costs to start: registering routes, planning and compiling them, and the import.

`python -m benchmarks.startup [--counts 10,100,1000,5000] [--only responder,fastapi] [--rounds 3]`

A route has a typed path, a query and a header input, a body and a response model (where the framework has
a word for them).  Two times are taken for each number of routes, in a process of its own each: *ready* is
declaring all routes, starting up and answering one request; *warm* is that, and one answer from every route,
so that whatever is put off until a route is used is paid too.  Both are CPU time, divided by the number of
routes.  The import is the CPU time of a process that imports the framework and makes an empty application,
less that of one that does nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import subprocess
import sys
import time

from benchmarks.apps import NAMES, contestant
from benchmarks.driving import ask, start
from benchmarks.workloads import COMMON, JSON, ORDER, Call

IMPORTS = {
    "responder": "import responder; responder.API()",
    "starlette": "from starlette.applications import Starlette; Starlette()",
    "falcon": "import falcon.asgi; falcon.asgi.App()",
    "blacksheep": "import blacksheep; blacksheep.Application()",
    "litestar": "from litestar import Litestar; Litestar()",
    "fastapi": "import fastapi; fastapi.FastAPI()",
}
CLOCK = "import time; {}; print(time.process_time())"


async def one(name: str, count: int) -> tuple[float, float]:
    """Start one application and answer from every route; CPU seconds until ready and until warm."""
    module = contestant(name)
    body = json.dumps(ORDER).encode()
    headers = (*COMMON, *JSON, (b"content-length", str(len(body)).encode()), (b"x-token", b"secret"))
    calls = [Call("POST", f"/resource{number}/42", b"limit=5", headers, body) for number in range(count)]
    # What is imported late, or made once for all applications, is no route's cost.
    warming = module.resources(1)
    (await start(warming)).cancel()
    await ask(warming, Call("GET", "/resource0/1/items"))
    begin = time.process_time()
    app = module.typed(count)
    task = await start(app)
    first = await ask(app, calls[0])
    ready = time.process_time() - begin
    if first.status not in (200, 201):
        raise AssertionError(f"{name}: {first}")
    for call in calls[1:]:
        await ask(app, call)
    warm = time.process_time() - begin
    task.cancel()
    return ready, warm


def inside(name: str, count: int) -> None:
    """Run in a process of its own: print both times."""
    logging.disable()
    print(json.dumps(asyncio.run(one(name, count))))


def outside(name: str, count: int, rounds: int) -> tuple[float, float]:
    """Start processes and keep the best times."""
    command = [sys.executable, "-m", "benchmarks.startup", "--inside", name, "--counts", str(count)]
    runs = [
        json.loads(
            subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()[-1]
        )
        for _ in range(rounds)
    ]
    return min(ready for ready, _ in runs), min(warm for _, warm in runs)


def imported(statement: str, rounds: int) -> float:
    """CPU seconds of a process that runs a statement."""
    command = [sys.executable, "-c", CLOCK.format(statement)]
    return min(
        float(subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()[-1])
        for _ in range(rounds)
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="What it costs to start.")
    parser.add_argument("--counts", default="10,100,1000,5000")
    parser.add_argument("--only", default=",".join(name for name in NAMES if name in IMPORTS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    counts = [int(count) for count in chosen.counts.split(",")]
    if chosen.inside:
        inside(chosen.inside, counts[0])
        return 0
    names: list[str] = []
    for name in chosen.only.split(","):
        try:
            contestant(name)
        except ImportError as error:
            print(f"{name}: left out, {error}", file=sys.stderr)
        else:
            names.append(name)
    print("| CPU | " + " | ".join(names) + " |")
    print("| --- |" + " ---: |" * len(names))
    empty = imported("pass", max(chosen.rounds, 5))
    row = [f"{(imported(IMPORTS[name], chosen.rounds) - empty) * 1e3:.0f}" for name in names]
    print("| import and an empty application, ms | " + " | ".join(row) + " |", flush=True)
    for count in counts:
        times = [outside(name, count, chosen.rounds) for name in names]
        for at, state in enumerate(("ready", "warm")):
            row = [f"{took[at] / count * 1e6:.0f}" for took in times]
            print(f"| {count} routes, {state}, µs a route | " + " | ".join(row) + " |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
