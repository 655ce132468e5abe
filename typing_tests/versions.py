"""The cases under other versions of mypy: `python -m typing_tests.versions 1.20.2 2.0.0 2.4.1`.

Each version gets an environment of its own, with nothing but what type checking needs.  What is compared is
the code and the statement of each finding; mypy's own wording is not looked at.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from typing_tests.agreement.expected import cases
from typing_tests.agreement.plugin import differences, run

NEEDED = ("pydantic", "starlette", "typing_extensions", "anyio")


def check(version: str, folder: Path) -> list[str]:
    """Where this version of mypy says another thing than expected."""
    home = folder / version
    venv.create(home / "venv", with_pip=True)
    python = str(home / "venv" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", f"mypy=={version}", *NEEDED], check=True)
    return judge(python, home)


def judge(python: str, home: Path) -> list[str]:
    """The same for an interpreter that has mypy already."""
    home.mkdir(parents=True, exist_ok=True)
    said = run(home, python=python)
    wrong = [line for case in cases() for line in differences(case, said.get(case.path.stem, []))]
    again = run(home, python=python)
    return wrong + [
        f"{name}: another thing with a cache" for name in said if str(said[name]) != str(again.get(name))
    ]


def main() -> int:
    """Check the versions given, or the interpreters given by their paths."""
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        for given in sys.argv[1:]:
            is_path = "/" in given
            home = Path(name) / given.replace("/", "_")
            wrong = judge(given, home) if is_path else check(given, Path(name))
            sys.stdout.write(f"mypy {given}: {'all as expected' if not wrong else ''}\n")
            sys.stdout.writelines(f"  {line}\n" for line in wrong)
            failed += bool(wrong)
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
