"""The tools that read documents, each as one call: run it on files, fail with what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.openapi.needs import need_node_tools

PATIENCE = 240


def run(command: list[str | Path], folder: Path, *, path: Path | None = None) -> str:
    """Run a program to its end, and give its output; all that it said is the message when it fails.

    `path` is where it finds modules besides.
    """
    more = {} if path is None else {"PYTHONPATH": str(path)}
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    return done.stdout.strip()


def python(folder: Path, module: str, *arguments: str | Path) -> str:
    """Run a module of this environment."""
    return run([sys.executable, "-m", module, *arguments], folder)


def node(folder: Path, tool: str, *arguments: str | Path) -> str:
    """Run a tool that is installed with npm."""
    return run([need_node_tools() / "node_modules" / ".bin" / tool, *arguments], folder)


def json_objects(text: str) -> Iterator[dict[str, object]]:
    """Every object of a text that holds several."""
    decoder = json.JSONDecoder()
    while "{" in text:
        found, end = decoder.raw_decode(text, text.index("{"))
        yield found
        text = text[end:]
