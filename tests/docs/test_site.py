"""The pages and the reference become a site, and a warning on the way is an error."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT


@pytest.mark.skipif(
    importlib.util.find_spec("sphinx") is None and "REQUIRE_SPHINX" not in os.environ,
    reason="sphinx is not installed",
)
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "docs", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": ""},
    )
    assert run.stderr == ""
    assert run.returncode == 0
    page = (tmp_path / "reference" / "application.html").read_text(encoding="utf-8")
    assert 'id="responder.api.API"' in page
    assert (tmp_path / "rules.html").is_file()
