"""What each tool finds of the mistakes in the agreement cases, as the table of docs/typing.md.

`python -m typing_tests.table` writes it; a test holds the page to it.  A mistake counts as found when the
tool says anything about its statement, other than that types are missing.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from typing_tests.agreement import plugin, runtime
from typing_tests.agreement.expected import CASES, Case, cases

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "typing.md"
BEGIN, END = "<!-- table: what is found -->\n", "<!-- end of the table -->"
TITLES = {
    "templates": "path templates and convertors",
    "paths": "path parameters: names and types",
    "routers": "prefixes of groups and routers",
    "views": "class-based views",
    "sockets": "WebSocket handlers",
    "dependencies": "dependencies by name and by `Depends`",
    "registries": "typed registries",
    "scopes": "scopes and cycles",
    "markers": "markers: places, constraints, defaults",
    "bodies": "request bodies",
    "answers": "answers against what is promised",
    "streams": "typed streams",
    "principals": "guards and principals",
    "raising": "problems that are not declared",
    "options": "options of routes",
    "hooks": "hooks and things that are no handlers",
    "annotations": "annotations that mean nothing",
    "routes": "routes that contradict each other",
}
MISSING = re.compile(r"no-untyped|var-annotated|reportMissing|reportUnknown|reportUnused|reportUntyped")
LINE = re.compile(r"(.+?):(\d+):(?:\d+:)? error: .*\[([a-z-]+)\]$")

Lines: TypeAlias = Mapping[str, set[int]]
"""The lines that a tool says something about, by case."""


def by_mypy() -> Lines:
    """mypy without the plugin."""
    found: dict[str, set[int]] = defaultdict(set)
    with tempfile.TemporaryDirectory() as folder:
        ini = Path(folder) / "mypy.ini"
        ini.write_text(plugin.INI.format(root=ROOT).replace("plugins = responder_mypy\n", ""))
        paths = [str(path) for path in sorted(CASES.glob("*.py"))]
        command = [sys.executable, "-m", "mypy", "--config-file", str(ini), "--cache-dir", folder]
        done = subprocess.run([*command, *paths], cwd=ROOT, capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        match = LINE.match(line)
        if match is not None and not MISSING.search(match[3]):
            found[Path(match[1]).stem].add(int(match[2]))
    return found


def by_pyright() -> Lines:
    """pyright, strict as the project is."""
    found: dict[str, set[int]] = defaultdict(set)
    paths = [str(path) for path in sorted(CASES.glob("*.py"))]
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run([*command, *paths], cwd=ROOT, capture_output=True, text=True, check=False)
    for told in json.loads(done.stdout)["generalDiagnostics"]:
        if told["severity"] == "error" and not MISSING.search(str(told.get("rule", ""))):
            found[Path(told["file"]).stem].add(told["range"]["start"]["line"] + 1)
    return found


def by_plugin() -> Lines:
    """mypy with the plugin, beyond what it says without."""
    with tempfile.TemporaryDirectory() as folder:
        said = plugin.run(Path(folder))
    return {name: {one.line for one in told} for name, told in said.items()}


def by_runtime() -> Lines:
    """Registration and `api.check()`."""
    return {case.path.stem: {one.line for one in runtime.run(case)} for case in cases()}


def table() -> str:
    """The table, in Markdown."""
    mypy, with_plugin = by_mypy(), by_plugin()
    both = {name: mypy.get(name, set()) | with_plugin.get(name, set()) for name in TITLES}
    tools = (mypy, by_pyright(), both, by_runtime())
    rows = [
        "| mistakes | | mypy | pyright | mypy with the plugin | at start-up |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    total = [0] * (len(tools) + 1)
    known = {case.path.stem: case for case in cases()}
    for name, title in TITLES.items():
        case = known[name]
        wrong = [one.first for one in case.statements if one.expected]
        counts = [len(wrong), *(_count(case, wrong, tool.get(name, set())) for tool in tools)]
        total = [one + more for one, more in zip(total, counts, strict=True)]
        rows.append(f"| {title} | {' | '.join(map(str, counts))} |")
    rows.append(f"| **all** | {' | '.join(f'**{count}**' for count in total)} |")
    return "\n".join(rows) + "\n"


def _count(case: Case, wrong: list[int], lines: set[int]) -> int:
    spoken = {case.at(line).first for line in lines}
    return sum(first in spoken for first in wrong)


def written() -> str:
    """The table as the page has it."""
    return PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


if __name__ == "__main__":
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}{table()}{END}{rest.partition(END)[2]}", encoding="utf-8")
