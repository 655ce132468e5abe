"""What is known of the names around a handler, and what the settings and codes change about it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
from __future__ import annotations
import responder


class Deps(responder.Registry):
    size: int


made = responder.API()
typed = responder.API(registry=Deps)
path = "/" + str(1)


@made.get("/a")
def first(nobody: str) -> str:
    return nobody


@typed.get("/b")
def second(nobody: str) -> str:
    return nobody


@made.get(path)
def third(nobody: str) -> str:
    return nobody


router = responder.Router(path)
made.include_router(router, prefix=path)
made.group(path)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program, and a cache for all of these tests."""
    folder = tmp_path_factory.mktemp("worlds")
    (folder / "case.py").write_text(PROGRAM, encoding="utf-8")
    return folder


def check(folder: Path, mypy: str = "", plugin: str = "") -> list[str]:
    """The lines and codes of what mypy says."""
    (folder / "mypy.ini").write_text(
        f"[mypy]\nplugins = responder_mypy\nmypy_path = {ROOT}\nfollow_imports = silent\n{mypy}\n"
        f"[responder-mypy]\n{plugin}\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "case.py"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "RESPONDER_MYPY_DEBUG": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    lines = [line.split(":", 3) for line in done.stdout.splitlines() if ": error: " in line]
    return [f"{line[1]} {line[3].rpartition('[')[2][:-1]}" for line in lines]


def test_names_of_an_application_that_is_made_here_are_known(folder: Path) -> None:
    assert check(folder) == ["16 responder-dependency", "21 responder-dependency"]


def test_nothing_but_registries_may_be_relied_on(folder: Path) -> None:
    assert check(folder, plugin="named_dependencies = registry") == ["21 responder-dependency"]


def test_paths_that_are_not_known_are_told_when_asked_for(folder: Path) -> None:
    told = check(folder, mypy="enable_error_code = responder-dynamic")
    assert [line for line in told if line.endswith("dynamic")] == [
        f"{number} responder-dynamic" for number in (25, 30, 31, 32)
    ]


@pytest.mark.parametrize("code", ["responder", "responder-dependency"])
def test_a_code_and_the_family_can_be_disabled(code: str, folder: Path) -> None:
    assert check(folder, mypy=f"disable_error_code = {code}") == []
