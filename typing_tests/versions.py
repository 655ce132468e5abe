"""The cases under other versions of mypy: `python -m typing_tests.versions [1.20.2 2.0.0 ...]`.

Each version has an environment of its own, with nothing but what type checking needs; it is kept beside the
environment that runs this, and made again only when what it holds changes.  What is compared is the code and
the statement of each finding; mypy's own wording is not looked at.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from importlib.metadata import version
from pathlib import Path
from typing import Final

from typing_tests.agreement.expected import cases
from typing_tests.agreement.plugin import differences, run

VERSIONS: Final = ("1.20.2", "2.0.0", "2.2.0", "2.4.1")
"""The oldest that the plugin works with, two between, and the newest."""

NEEDED: Final = ("pydantic", "starlette", "typing_extensions", "anyio")
KEPT: Final = Path(sys.prefix) / "share" / "responder-mypy-versions"


class Unavailable(Exception):
    """A version that could not be installed; the text says why."""


def environment(wanted: str) -> str:
    """The interpreter of the environment that has this version of mypy."""
    contents = [f"mypy=={wanted}", *(f"{name}=={version(name)}" for name in NEEDED)]
    home = KEPT / wanted
    python = home / "bin" / "python"
    mark = home / "contents.txt"
    if python.exists() and mark.exists() and mark.read_text(encoding="utf-8").split() == contents:
        return str(python)
    venv.create(home, with_pip=True, clear=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *contents]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"mypy {wanted}: {done.stderr.strip()}")
    mark.write_text("\n".join(contents), encoding="utf-8")
    return str(python)


def judge(python: str, home: Path) -> list[str]:
    """Where the mypy of this interpreter says another thing than expected, or says it with a cache only."""
    home.mkdir(parents=True, exist_ok=True)
    said = run(home, python=python)
    wrong = [line for case in cases() for line in differences(case, said.get(case.path.stem, []))]
    again = run(home, python=python)
    return wrong + [
        f"{name}: another thing with a cache" for name in said if str(said[name]) != str(again.get(name))
    ]


def main() -> int:
    """Check the versions given, or the interpreters given by their paths; all of ours when none is."""
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        for given in sys.argv[1:] or VERSIONS:
            python = given if "/" in given else environment(given)
            wrong = judge(python, Path(name) / given.replace("/", "_"))
            sys.stdout.write(f"mypy {given}: {'all as expected' if not wrong else ''}\n")
            sys.stdout.writelines(f"  {line}\n" for line in wrong)
            failed += bool(wrong)
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
