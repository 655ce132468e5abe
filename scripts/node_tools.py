"""Install the tools that run on Node and that tests of OpenAPI documents use; print the folder they are in.

    python scripts/node_tools.py

They are those of tests/openapi/node/package-lock.json, and the programs of all documentation pages.  The
folder is in the user's cache ($XDG_CACHE_HOME) and named for what it holds; a complete one is left alone.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WANTED = ROOT / "tests" / "openapi" / "node"
PINNED = ROOT / "responder" / "ext" / "openapi" / "pages_pinned.py"
PATIENCE = 300


def folder() -> Path:
    """Where they belong."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    held = b"".join(path.read_bytes() for path in (WANTED / "package-lock.json", PINNED))
    return cache / "responder-tests" / hashlib.sha256(held).hexdigest()[:16]


def install(target: Path) -> str | None:
    """Fill the folder; gives what went wrong."""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    for name in ("package.json", "package-lock.json"):
        shutil.copy(WANTED / name, target / name)
    commands = [
        [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"],
        [sys.executable, str(ROOT / "scripts" / "pack_assets.py"), "--all", str(target / "pages")],
    ]
    for command in commands:
        try:
            run = subprocess.run(
                command, cwd=target, capture_output=True, text=True, timeout=PATIENCE, check=False
            )
        except subprocess.TimeoutExpired:
            return f"{command[1]} took more than {PATIENCE} seconds"
        if run.returncode:
            return f"{' '.join(command[:2])}: {(run.stderr or run.stdout).strip()[-1000:]}"
    return None


def main() -> int:
    """Install once, however many ask at the same time."""
    target = folder()
    target.mkdir(parents=True, exist_ok=True)
    done = target / "complete"
    with (target / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            wrong = install(target)
            if wrong is not None:
                print(f"scripts/node_tools.py: {wrong}", file=sys.stderr)
                return 1
            done.touch()
    print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
