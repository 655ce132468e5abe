"""Run mypy with the plugin over a small program.

The framework itself is read once for each set of settings; the caches are kept for all tests of a process.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_CACHES = tempfile.TemporaryDirectory()


def prepared(folder: Path, mypy: str = "", plugin: str = "") -> Path:
    """Write these settings of both into a folder; the cache that belongs to them."""
    (folder / "mypy.ini").write_text(
        f"[mypy]\nplugins = responder_mypy\nmypy_path = {ROOT}\nfollow_imports = silent\n{mypy}\n"
        f"[responder-mypy]\n{plugin}\n",
        encoding="utf-8",
    )
    return Path(_CACHES.name) / hashlib.sha256(f"{mypy}|{plugin}".encode()).hexdigest()[:16]


def said(folder: Path, mypy: str = "", plugin: str = "") -> list[str]:
    """Every line that mypy says about `case.py` in a folder, with these settings of both."""
    cache = prepared(folder, mypy, plugin)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(cache), "case.py"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "RESPONDER_MYPY_DEBUG": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == "", done.stdout
    return done.stdout.splitlines()


def codes(folder: Path, mypy: str = "", plugin: str = "") -> list[str]:
    """The line and the code of each error."""
    lines = [line.split(":", 3) for line in said(folder, mypy, plugin) if ": error: " in line]
    return [f"{line[1]} {line[3].rpartition('[')[2][:-1]}" for line in lines]
