"""The repository holds what it says it holds, and nothing of the machine it was written on."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.house.source import ROOT

TOP = frozenset(
    "responder responder_mypy tests typing_tests docs examples benchmarks scripts pyproject.toml mypy.ini "
    "README.md CHANGELOG.md LICENSE".split()
)
MACHINE = re.compile(r"(?<![\w.{}:/-])/(?:(?:work|home|tmp|Users)/[\w.]|root/\.)")
LARGEST = 200_000


@cache
def tracked() -> tuple[Path, ...]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).exists())


def test_the_top_level_holds_the_agreed_names() -> None:
    names = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert sorted(name for name in names - TOP if not name.startswith(".")) == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    found: list[str] = []
    for path in tracked():
        if path == Path(__file__).resolve():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in MACHINE.finditer(text)]
    assert found == []


def test_no_file_is_huge() -> None:
    assert {str(path): size for path in tracked() if (size := path.stat().st_size) > LARGEST} == {}


def test_nothing_generated_is_kept() -> None:
    suffixes = {".pyc", ".so", ".log", ".orig", ".rej", ".swp", ".whl"}
    assert [str(path) for path in tracked() if path.suffix in suffixes] == []


def test_scripts_can_be_run() -> None:
    scripts = [path for path in tracked() if path.read_bytes()[:2] == b"#!"]
    assert [str(path) for path in scripts if not path.stat().st_mode & 0o100] == []
