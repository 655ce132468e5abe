"""mypy runs with the plugin, refuses to run where it can't, and forgets its cache when the rules change."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from mypy.options import Options
from mypy.plugin import Plugin, ReportConfigContext
from mypy.version import __version__ as mypy_version

import responder_mypy
from responder._contract.version import __version__
from responder_mypy import plugin as entry
from responder_mypy.plugin import ResponderPlugin, digest, sources

ROOT = Path(__file__).resolve().parents[2]


def check(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """What mypy says about a file, with the plugin and no other configuration."""
    (folder / "mypy.ini").write_text("[mypy]\nplugins = responder_mypy\nstrict = True\n", encoding="utf-8")
    (folder / "case.py").write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "mypy", "case.py"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_mypy_runs_with_the_plugin(tmp_path: Path) -> None:
    good = check(tmp_path, "number: int = 1\n")
    assert (good.returncode, good.stdout) == (0, "Success: no issues found in 1 source file\n"), good
    bad = check(tmp_path, "number: int = ''\n")
    assert bad.returncode == 1
    assert "[assignment]" in bad.stdout


def test_the_plugin_knows_its_version() -> None:
    assert responder_mypy.__version__ == __version__


@pytest.mark.parametrize("version", ["1.20.0", "1.20", "2.4.1", "3.0.0+dev", mypy_version, "unheard-of"])
def test_supported_versions_get_the_plugin(version: str) -> None:
    assert entry(version) is ResponderPlugin
    assert issubclass(entry(version), Plugin)


@pytest.mark.parametrize("version", ["1.19.1", "1.9.0", "0.991", "1.19.0+dev.abc"])
def test_an_older_mypy_is_refused_in_one_sentence(version: str) -> None:
    with pytest.raises(RuntimeError) as refusal:
        entry(version)
    assert str(refusal.value) == f"responder_mypy needs mypy 1.20 or newer, but this is mypy {version}"


def test_the_cache_depends_on_the_rules_and_on_the_plugin() -> None:
    names = {(source.parent.name, source.name) for source in sources()}
    assert {("_contract", "binding.py"), ("_contract", "rules.py"), ("responder_mypy", "plugin.py")} <= names
    context = ReportConfigContext("case", "case.py", is_check=False)
    assert ResponderPlugin(Options()).report_config_data(context) == [digest(), "certain", False]


def test_a_changed_rule_changes_the_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest()
    changed = tmp_path / "rules.py"
    changed.write_text("# another rule\n", encoding="utf-8")
    digest.cache_clear()
    monkeypatch.setattr(sys.modules["responder_mypy.plugin"], "sources", lambda: iter([*sources(), changed]))
    assert digest() != before
    digest.cache_clear()


def test_the_plugin_loads_neither_starlette_nor_pydantic() -> None:
    script = (
        "import sys, responder_mypy\n"
        "heavy = {'starlette', 'pydantic', 'anyio'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
