"""The programs that nothing is said about are right when they run, too: they are imported, and checked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
MAYBE = {
    "silence": "is about what can't be known, wrong calls of url_for among it",
}
CHECK = """
import importlib
import sys

import responder

for name in sys.argv[1:]:
    for value in list(vars(importlib.import_module(name)).values()):
        if isinstance(value, responder.API):
            print(*[f"{name}: {located}" for located in value.check()], sep="\\n", end="")
"""


def test_programs_without_a_word_from_the_plugin_have_no_finding_at_start_up() -> None:
    names = [path.stem for path in sorted((HERE / "pass").glob("*.py")) if path.stem not in MAYBE]
    done = subprocess.run(
        [sys.executable, "-c", CHECK, *names],
        env={"PYTHONPATH": f"{HERE.parent}:{HERE / 'pass'}", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
