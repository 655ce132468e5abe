"""The programs of the pages under pyright; mypy with the plugin reads them in tests/docs.

What handlers without annotations leave unknown is part of the promise, and so are imports that a page shows.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.test_docs import PROGRAMS
from tests.house.source import ROOT

SETTINGS = {
    "typeCheckingMode": "strict",
    "extraPaths": [str(ROOT)],
    "pythonVersion": "3.11",
    **dict.fromkeys(
        (
            "reportDeprecated",
            "reportMissingParameterType",
            "reportUnknownArgumentType",
            "reportUnknownLambdaType",
            "reportUnknownMemberType",
            "reportUnknownParameterType",
            "reportUnknownVariableType",
            "reportUnusedClass",
            "reportUnusedFunction",
            "reportUnusedImport",
        ),
        "none",
    ),
}


def test_pyright_finds_nothing_wrong_in_the_programs_of_the_pages(tmp_path: Path) -> None:
    pytest.importorskip("pyright")
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    for program in PROGRAMS:
        (tmp_path / f"{program.name}.py").write_text(program.text, encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "-p", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
