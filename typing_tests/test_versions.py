"""The plugin says the same under every version of mypy that it works with.

With `REQUIRE_MYPY_VERSIONS=1`, as in continuous integration, a version that can't be installed is a failure;
elsewhere it is skipped, and so are those that nobody has installed yet.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from typing_tests import versions

REQUIRED = os.environ.get("REQUIRE_MYPY_VERSIONS") == "1"


@pytest.mark.parametrize("version", versions.VERSIONS)
def test_each_case_is_told_as_expected(version: str, tmp_path: Path) -> None:
    if not REQUIRED and not (versions.KEPT / version).exists():
        pytest.skip(f"python -m typing_tests.versions {version} installs it")
    try:
        python = versions.environment(version)
    except versions.Unavailable as why:
        if REQUIRED:
            raise
        pytest.skip(str(why))
    assert versions.judge(python, tmp_path) == []
