"""`responder build`: run `npm run build` for the page that belongs to an application."""

from __future__ import annotations

import shutil
import subprocess
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from responder.ext.cli.commands import Command, Usage

TIME_LIMIT: Final = 300


def build(folder: Path) -> None:
    """Run `npm run build` in a folder."""
    if not folder.is_dir():
        raise Usage(f'There is no folder "{folder}".')
    if not (folder / "package.json").is_file():
        raise Usage(f'There is no package.json in "{folder}".')
    npm = shutil.which("npm")
    if npm is None:
        raise Usage("npm is not installed, or not on PATH.")
    try:
        done = subprocess.run([npm, "run", "build"], cwd=folder, timeout=TIME_LIMIT, check=False)
    except subprocess.TimeoutExpired:
        raise Usage(f"npm run build takes longer than {TIME_LIMIT} seconds.") from None
    if done.returncode != 0:
        raise Usage(f"npm run build fails with status {done.returncode}.")


def _declare(parser: ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", default=".", metavar="FOLDER", help="where package.json is (.)")


def _execute(arguments: Namespace) -> int:
    build(Path(arguments.folder))
    return 0


BUILD = Command(
    "build",
    "run npm run build",
    """\
examples:
  responder build
  responder build frontend""",
    _declare,
    _execute,
)
