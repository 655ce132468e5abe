"""What tests need that a machine may lack: skipped there, failed where a variable says that it must be there.

Nothing here is imported from the tools themselves; `scripts/node_tools.py` installs those that run on Node.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

from responder.ext.openapi.pages_files import packed_files
from responder.ext.openapi.pages_pinned import PROGRAMS
from tests.house.source import ROOT

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def lacking(variable: str, what: str) -> NoReturn:
    """Skip the test, or fail it where its absence is a failure."""
    if os.environ.get(variable):
        pytest.fail(f"{variable} is set, and {what}")
    pytest.skip(what, allow_module_level=True)


def need_packages(*modules: str) -> None:
    """Packages of the dependency group `tools`."""
    for module in modules:
        if importlib.util.find_spec(module) is None:
            lacking("REQUIRE_TOOLS", f"{module} is not installed: it is in the dependency group `tools`")


def need_browser() -> str:
    """The program of a Chromium that is installed."""
    need_packages("playwright")
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    return program or lacking("REQUIRE_BROWSER", "there is no Chromium on this machine")


def need_packed_files() -> None:
    """The files of documentation pages that the build packs."""
    if not all(packed_files(program) for program in PROGRAMS.values() if program.packed):
        lacking("REQUIRE_NODE", "the files of the pages are not packed: python scripts/pack_assets.py")


@cache
def _node_tools() -> Path | str:
    run = subprocess.run(
        [sys.executable, ROOT / "scripts" / "node_tools.py"], capture_output=True, text=True, check=False
    )
    return Path(run.stdout.strip()) if run.returncode == 0 else run.stderr.strip()


def need_node_tools() -> Path:
    """The folder that holds the tools that run on Node."""
    need_packages("openapi_python_client")  # where the other tools are not wanted, these are not either
    found = _node_tools()
    return found if isinstance(found, Path) else lacking("REQUIRE_NODE", found)
