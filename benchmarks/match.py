"""What it costs to find a route: our table alone, with 10 routes to 5,000, on each kind of path.

`python -m benchmarks.match [--rounds 9]`

The regular expressions in a row are what most frameworks do.  The last column must not depend on the first.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable
from functools import partial

from responder._contract.findings import Finding
from responder._contract.template import parse
from responder._routing.table import Row, Table
from responder.convertors import CONVERTORS

COUNTS = (10, 100, 1_000, 5_000)
#: What the routes look like, and a path for one of them.
FAMILIES = {
    "static": ("/resource{n}/items", "/resource{n}/items"),
    "field in the middle": ("/resource{n}/{{id:int}}/items", "/resource{n}/42/items"),
    "field first": ("/{{tenant}}/resource{n}", "/acme/resource{n}"),
    "two fields in a segment": ("/resource{n}-{{a}}-{{b:int}}", "/resource{n}-x-7"),
    "rest of the path": ("/resource{n}/{{rest:path}}", "/resource{n}/a/b/c"),
}


def row(text: str, target: int) -> Row[int]:
    template = parse(text)
    if isinstance(template, Finding):
        raise TypeError(template.message)
    return Row(template, frozenset({"GET"}), target)


def table(template: str, count: int) -> Table[int]:
    return Table([row(template.format(n=number), number) for number in range(count)], CONVERTORS)


def nanoseconds(action: Callable[[], object], rounds: int, count: int = 5_000) -> float:
    """CPU time of one call, the fastest of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        begin = time.process_time_ns()
        for _ in range(count):
            action()
        best = min(best, (time.process_time_ns() - begin) / count)
    return best


def main() -> int:
    parser = argparse.ArgumentParser(description="What it costs to find a route, in ns.")
    parser.add_argument("--rounds", type=int, default=9)
    rounds: int = parser.parse_args().rounds
    print("| routes | count | first | last | miss | 405 |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for family, (template, path) in FAMILIES.items():
        for count in COUNTS:
            match = table(template, count).match
            asked = (("GET", 0), ("GET", count - 1), ("GET", 99_999), ("PUT", 0))
            times = [nanoseconds(partial(match, verb, path.format(n=n)), rounds) for verb, n in asked]
            print(f"| {family} | {count} | " + " | ".join(f"{took:.0f}" for took in times) + " |")
    expressions = [re.compile(f"/resource{number}/([0-9]+)/items") for number in range(COUNTS[-1])]
    path = f"/resource{COUNTS[-1] - 1}/42/items"

    def one_after_the_other() -> object:
        return next(found for one in expressions if (found := one.fullmatch(path)))

    took = nanoseconds(one_after_the_other, 3, 10)
    print(f"| regular expressions, one after the other | {COUNTS[-1]} | | {took:.0f} | | |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
