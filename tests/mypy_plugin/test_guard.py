"""A fault of the plugin is one diagnostic; settings that mean nothing are an error in words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from responder_mypy.codes import BY_NAME, RESPONDER
from responder_mypy.guard import DEBUG
from responder_mypy.settings import Settings, read_settings

ROOT = Path(__file__).resolve().parents[2]
BROKEN = """
import sys
import responder_mypy.plugin

module = sys.modules["responder_mypy.views"]


def fail(*arguments: object) -> None:
    raise LookupError("on purpose")


module.check_view = fail
from responder_mypy import plugin as plugin
"""
PROGRAM = """
from __future__ import annotations
import responder

api = responder.API()


@api.get("/a/{id}")
def first(id: str) -> str:
    return id


reveal_type(first)
number: int = ""
"""


def check(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run mypy with a plugin that breaks."""
    (folder / "broken.py").write_text(BROKEN, encoding="utf-8")
    (folder / "mypy.ini").write_text(
        f"[mypy]\nplugins = broken.py\nmypy_path = {ROOT}\nfollow_imports = silent\n", encoding="utf-8"
    )
    (folder / "case.py").write_text(PROGRAM, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "mypy", "case.py"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_fault_in_a_hook_is_one_diagnostic_and_mypy_goes_on(tmp_path: Path) -> None:
    told = check(tmp_path, {})
    lines = told.stdout.splitlines()
    faults = [line for line in lines if "[responder]" in line]
    assert len(faults) == 1, told
    assert "Internal error in responder_mypy (LookupError: on purpose)" in faults[0]
    assert any("Revealed type is" in line and "def (id:" in line for line in lines), told
    assert any("[assignment]" in line for line in lines), told


def test_a_fault_is_raised_where_it_is_asked_for(tmp_path: Path) -> None:
    told = check(tmp_path, {DEBUG: "1"})
    assert told.returncode == 2
    assert "INTERNAL ERROR" in told.stdout + told.stderr


def test_every_code_belongs_to_the_family() -> None:
    assert all(code.sub_code_of is RESPONDER for code in BY_NAME.values())
    assert [name for name, code in BY_NAME.items() if not code.default_enabled] == ["responder-dynamic"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mypy.ini", "[mypy]\n[responder-mypy]\nnamed_dependencies = module\n"),
        ("pyproject.toml", '[tool.responder-mypy]\nnamed_dependencies = "module"\n'),
    ],
)
def test_settings_are_read_from_either_kind_of_file(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert read_settings(str(path)) == Settings("module")


def test_settings_have_defaults(tmp_path: Path) -> None:
    path = tmp_path / "mypy.ini"
    path.write_text("[mypy]\nstrict = True\n", encoding="utf-8")
    assert read_settings(None) == read_settings(str(path)) == Settings("certain")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("named_dependencies = all", "must be one of"),
        ("nmaed = registry", "no setting"),
        ("infer_handlers = yes", "must be true or false"),
    ],
)
def test_a_wrong_setting_is_told(line: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "mypy.ini"
    path.write_text(f"[responder-mypy]\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=told):
        read_settings(str(path))
