"""What the front page shows of mypy is what mypy says."""

from __future__ import annotations

import re
from pathlib import Path

from mypy import api as mypy

from tests.house.source import ROOT

WRONG = re.compile(r"^```py\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_errors_of_the_wrong_routes_are_those_that_mypy_gives(tmp_path: Path) -> None:
    shown = WRONG.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert shown is not None
    (tmp_path / "shop.py").write_text(shown.group(1), encoding="utf-8")
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = True\nplugins = responder_mypy\n")
    said, trouble, _ = mypy.run(
        [
            "--config-file",
            str(tmp_path / "mypy.ini"),
            "--cache-dir",
            str(tmp_path / "cache"),
            "--no-error-summary",
            "--hide-error-context",
            str(tmp_path / "shop.py"),
        ]
    )
    assert not trouble
    errors = [line for line in said.splitlines() if ": error:" in line]
    assert [line[line.index("shop.py") :] for line in errors] == shown.group(2).splitlines()
