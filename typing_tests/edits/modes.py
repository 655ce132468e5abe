"""The ways to run mypy over the same files.

All start from one cache that holds the framework and the libraries, but nothing of the program.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
INI: Final = """
[mypy]
strict = True
plugins = responder_mypy
python_version = 3.11
mypy_path = {root}
show_column_numbers = True
pretty = False

# Among the settings of all modules the daemon knows no code of a plugin.
[mypy-app.*]
enable_error_code = responder-dynamic

[mypy-responder.*]
ignore_errors = True
"""
MODES: Final = ("warm", "parallel", "daemon")
_DEFINED: Final = re.compile(r'" defined in "')
_UNREACHED: Final = "Failed to establish connection with worker"
"""What mypy says where a busy machine starts its processes too slowly."""
_NOISE: Final = ("Found ", "Success", "Daemon", "Restarting")


class Program:
    """A program in a folder, and the caches of each way to check it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.base = folder / ".base"
        (folder / "mypy.ini").write_text(INI.format(root=ROOT), encoding="utf-8")
        seed = folder / "seed.py"
        seed.write_text("import datetime, uuid\nimport pydantic\nimport responder\n", encoding="utf-8")
        self._run("mypy", "--cache-dir", str(self.base), "seed.py")
        seed.unlink()
        for mode in MODES:
            shutil.copytree(self.base, folder / f".{mode}")

    def write(self, files: Mapping[str, str]) -> None:
        """Make the folder hold just these files, and touch no file that stays as it is."""
        for path in self.folder.glob("app/**/*.py"):
            if str(path.relative_to(self.folder)) not in files:
                path.unlink()
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")

    def cold(self) -> list[str]:
        """What is said by a run that knows nothing of the program."""
        cache = self.folder / ".cold"
        shutil.rmtree(cache, ignore_errors=True)
        shutil.copytree(self.base, cache)
        return self._run("mypy", "--cache-dir", str(cache), "app")

    def say(self, mode: str) -> list[str]:
        """What is said in another way."""
        cache = str(self.folder / f".{mode}")
        if mode == "daemon":
            return self._run("mypy.dmypy", "run", "--", "--cache-dir", cache, "app")
        if mode == "warm":
            return self._run("mypy", "--cache-dir", cache, "app")
        said: list[str] = []
        for _ in range(3):
            said = self._run("mypy", "--cache-dir", cache, "-n", "2", "app")
            if not any(_UNREACHED in line for line in said):
                break
        return said

    def stop(self) -> None:
        """End the daemon."""
        self._run("mypy.dmypy", "stop")

    def _run(self, module: str, *arguments: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "RESPONDER_MYPY_DEBUG": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        return _lines(done.stdout.splitlines() + done.stderr.splitlines())


def _lines(output: Sequence[str]) -> list[str]:
    """What is said; where mypy itself adds in which module something is defined depends on its cache."""
    said = {line for line in output if line.strip() and not line.startswith(_NOISE)}
    return sorted(line for line in said if " note: " not in line or not _DEFINED.search(line))
