"""What a request costs: CPU time in process, we and our peers in one run.

`python -m benchmarks.request [--rounds 9] [--only responder,starlette] [--work json,422] [--markdown]`

Answers are compared before anything is timed.  Then rounds: in each, every contestant does a batch of every
workload in turn, so that a slow moment of the machine hits all of them; the fastest batch of each counts.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.apps import NAMES, contestant
from benchmarks.driving import ASGIApp, ask, batch, idle, start
from benchmarks.models import Connection
from benchmarks.workloads import FEW, MANY, WORKLOADS, Workload

#: How long a batch should take, in CPU seconds.
BATCH = 0.02


@dataclass
class Entry:
    """A contestant, its applications, and its best times."""

    name: str
    apps: dict[str, ASGIApp]
    best: dict[str, float] = field(default_factory=dict[str, float])
    counts: dict[str, int] = field(default_factory=dict[str, int])


def entries(names: Sequence[str], kinds: set[str]) -> list[Entry]:
    """Build the applications of those that are installed."""
    made: list[Entry] = []
    for name in names:
        try:
            module = contestant(name)
        except ImportError as error:
            print(f"{name}: left out, {error}", file=sys.stderr)
            continue
        apps: dict[str, ASGIApp] = {}
        if "small" in kinds:
            apps["small"] = module.small()
        if "few" in kinds:
            apps["few"] = module.resources(FEW)
        if "many" in kinds:
            apps["many"] = module.resources(MANY)
        made.append(Entry(name, apps))
    return made


async def wrong(entry: Entry, workload: Workload) -> str | None:
    """Say what is wrong with an answer, if anything is."""
    closed = Connection.closed
    answer = await ask(entry.apps[workload.app], workload.calls[0])
    if answer.status != workload.status:
        return f"{answer.status} instead of {workload.status}: {answer.body[:200]!r}"
    said = workload.says(answer.body)
    if said != workload.expected:
        return f"{said!r} instead of {workload.expected!r}"
    if workload.name == "three-deep dependencies" and Connection.closed != closed + 1:
        return "the connection was not closed"
    return None


async def measure(made: list[Entry], work: Sequence[Workload], rounds: int) -> None:
    """Fill in the best times."""
    pairs = [(entry, workload) for workload in work for entry in made if workload.name not in entry.best]
    for entry, workload in pairs:
        await batch(entry.apps[workload.app], workload.calls, 20)
        once = await batch(entry.apps[workload.app], workload.calls, 20, first=20)
        entry.counts[workload.name] = max(10, min(2_000, int(BATCH / max(once, 1e-7))))
    for turn in range(rounds):
        for entry, workload in pairs:
            count = entry.counts[workload.name]
            took = await batch(entry.apps[workload.app], workload.calls, count, first=turn * count)
            entry.best[workload.name] = min(took, entry.best.get(workload.name, took))


def shown(made: list[Entry], work: Sequence[Workload], *, markdown: bool) -> str:
    """Write the table: microseconds of the first, then how many times that the others take."""
    names = [entry.name for entry in made]
    rows = [["workload", f"{names[0]} µs", *names[1:]]]
    for workload in work:
        base = made[0].best[workload.name]
        ratios = [
            f"{entry.best[workload.name] / base:.2f}" if workload.name in entry.best else "-"
            for entry in made[1:]
        ]
        rows.append([workload.name, f"{base * 1e6:.2f}", *ratios])
    if markdown:
        rule = ["---", *("---:" for _ in names)]
        return "\n".join("| " + " | ".join(row) + " |" for row in (rows[0], rule, *rows[1:]))
    widths = [max(len(row[at]) for row in rows) + 2 for at in range(len(rows[0]))]
    return "\n".join(
        "".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


async def run(names: Sequence[str], work: Sequence[Workload], rounds: int, *, markdown: bool) -> int:
    """Compare, measure, print."""
    made = entries(names, {workload.app for workload in work})
    failed = False
    tasks: list[asyncio.Task[None]] = []
    for entry in made:
        tasks += [await start(app) for app in entry.apps.values()]
        for workload in work:
            fault = await wrong(entry, workload)
            if fault is not None:
                failed = True
                print(f"{entry.name}, {workload.name}: {fault}", file=sys.stderr)
    if failed:
        return 1
    # Millions of objects that nobody drops: a collection before each batch needn't look at them.
    gc.collect()
    gc.freeze()
    await measure(made, work, rounds)
    print(shown(made, work, markdown=markdown))
    alone = min([await batch(idle, work[0].calls, 2_000) for _ in range(rounds)])
    print(f"\nOf each request, {alone * 1e6:.2f} µs are the driver's: making the scope, taking the answer.")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description="What a request costs, as a multiple of raw ASGI.")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument(
        "--only", default=",".join(NAMES), help="contestants, by commas; the first is the base"
    )
    parser.add_argument("--work", default="", help="parts of the names of workloads, by commas")
    parser.add_argument("--markdown", action="store_true")
    chosen = parser.parse_args()
    logging.disable()  # one contestant sets up the logging of all
    wanted = [part for part in chosen.work.split(",") if part]
    work = [one for one in WORKLOADS if not wanted or any(part in one.name for part in wanted)]
    return asyncio.run(run(chosen.only.split(","), work, chosen.rounds, markdown=chosen.markdown))


if __name__ == "__main__":
    raise SystemExit(main())
