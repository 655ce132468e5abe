"""What mypy with the plugin says about the cases: one build for all of them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from typing_extensions import override

from typing_tests.agreement.expected import CASES, Case

ROOT: Final = Path(__file__).parents[2]
LINE: Final = re.compile(
    r"(?P<file>.+?):(?P<line>\d+):(?P<column>\d+): error: (?P<text>.*?)  \[(?P<code>[a-z-]+)\]$"
)
INI: Final = """
[mypy]
strict = True
plugins = responder_mypy
python_version = 3.11
mypy_path = {root}
explicit_package_bases = True
namespace_packages = True
local_partial_types = True
follow_imports = silent
show_column_numbers = True
pretty = False
"""


class Said:
    """One diagnostic of the plugin."""

    def __init__(self, match: re.Match[str]) -> None:
        self.line = int(match["line"])
        self.column = int(match["column"])
        self.code = match["code"]
        self.sentence = match["text"]

    @override
    def __repr__(self) -> str:
        return f"{self.line}:{self.column}: [{self.code}] {self.sentence}"


def run(directory: Path, *options: str, python: str = sys.executable) -> Mapping[str, list[Said]]:
    """Every finding of the plugin, by case; mypy's own are left out.  The cache is in the directory."""
    ini = directory / "mypy.ini"
    ini.write_text(INI.format(root=ROOT), encoding="utf-8")
    given = [str(path) for path in sorted(CASES.glob("*.py"))]
    command = [
        python,
        "-m",
        "mypy",
        "--config-file",
        str(ini),
        "--cache-dir",
        str(directory / "cache"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RESPONDER_MYPY_DEBUG": "1"}
    done = subprocess.run(
        [*command, *options, *given],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1) or done.stderr:
        raise AssertionError(done.stdout + done.stderr)
    said: dict[str, list[Said]] = {}
    for line in done.stdout.splitlines():
        match = LINE.match(line)
        if match is not None and match["code"].startswith("responder"):
            said.setdefault(Path(match["file"]).stem, []).append(Said(match))
    return said


def differences(case: Case, said: Sequence[Said]) -> list[str]:
    """Where what was said is not what the comments expect."""
    told: dict[int, list[str]] = {}
    for one in said:
        told.setdefault(case.at(one.line).first, []).append(one.code)
    expected = {one.first: one.codes("plugin") for one in case.statements if one.codes("plugin")}
    return [
        f"{case.path.name}:{line}: expected {expected.get(line, [])}, said {sorted(told.get(line, []))}"
        for line in sorted({*told, *expected})
        if sorted(told.get(line, [])) != expected.get(line, [])
    ]
