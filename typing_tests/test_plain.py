"""What every type checker must accept, and what it must refuse, without any plugin.

One build of mypy and one run of pyright read all files; the tests then look at what was said about each.
In `accept` nothing may be said.  In `reject` the comment `# E: code | rule` names mypy's code and pyright's
rule for its line, and no other line may be spoken of; "-" stands for a checker that can't see it.
"""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from responder import API

HERE = Path(__file__).parent
ACCEPT = sorted((HERE / "accept").glob("*.py"))
REJECT = sorted((HERE / "reject").glob("*.py"))
EXPECTED = re.compile(r"# E: (\S+) \| (\S+)$")
MYPY_LINE = re.compile(r"(?P<file>.+?):(?P<line>\d+): error: (?P<text>.*?)(?:  \[(?P<code>[a-z-]+)\])?$")

Said: TypeAlias = Mapping[str, set[tuple[int, str]]]
"""Line and code of everything said, by file."""


@pytest.fixture(scope="module")
def mypy() -> Said:
    """One build, with nobody's plugin."""
    api = pytest.importorskip("mypy.api")
    arguments = ["--config-file", str(HERE / "plain.ini"), "--no-error-summary", *map(str, ACCEPT + REJECT)]
    output, trouble, _ = api.run(arguments)
    assert trouble == ""
    said: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for line in output.splitlines():
        match = MYPY_LINE.match(line)
        if match is not None:
            said[_place(match["file"])].add((int(match["line"]), str(match["code"])))
    return said


@pytest.fixture(scope="module")
def pyright() -> Said:
    """One run, strict as the project is."""
    pytest.importorskip("pyright")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    files = [str(file) for file in ACCEPT + REJECT]
    run = subprocess.run([*command, *files], cwd=HERE.parent, capture_output=True, text=True, check=False)
    said: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for told in json.loads(run.stdout)["generalDiagnostics"]:
        line = told["range"]["start"]["line"] + 1
        said[_place(told["file"])].add((line, str(told.get("rule", "syntax"))))
    return said


def _place(file: str) -> str:
    return str(Path(file).resolve().relative_to(HERE.resolve())) if HERE.name in file else file


def _expected(file: Path) -> list[tuple[int, str, str]]:
    found = [(number, EXPECTED.search(line)) for number, line in enumerate(file.read_text().splitlines(), 1)]
    return [(number, match[1], match[2]) for number, match in found if match is not None]


def _name(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


@pytest.mark.parametrize("file", ACCEPT, ids=_name)
def test_what_is_right_runs_and_is_found_right_at_run_time_too(file: Path) -> None:
    names = runpy.run_path(str(file))
    applications = {id(value): value for value in names.values() if isinstance(value, API)}
    assert applications
    assert [api.check() for api in applications.values() if api.check()] == []


@pytest.mark.parametrize("file", ACCEPT, ids=_name)
def test_mypy_is_silent_about_what_is_right(file: Path, mypy: Said) -> None:
    assert sorted(mypy.get(_name(file), ())) == []


@pytest.mark.parametrize("file", ACCEPT, ids=_name)
def test_pyright_is_silent_about_what_is_right(file: Path, pyright: Said) -> None:
    assert sorted(pyright.get(_name(file), ())) == []


@pytest.mark.parametrize("file", REJECT, ids=_name)
def test_mypy_refuses_each_wrong_line(file: Path, mypy: Said) -> None:
    expected = {line: code for line, code, _ in _expected(file) if code != "-"}
    assert _differences(expected, mypy.get(_name(file), set())) == []


@pytest.mark.parametrize("file", REJECT, ids=_name)
def test_pyright_refuses_each_wrong_line(file: Path, pyright: Said) -> None:
    expected = {line: rule for line, _, rule in _expected(file) if rule != "-"}
    assert _differences(expected, pyright.get(_name(file), set())) == []


def _differences(expected: Mapping[int, str], said: set[tuple[int, str]]) -> list[str]:
    """What is missing and what is too much; a line that is wrong may have more said about it."""
    missing = [f"{line}: {code} was not said" for line, code in expected.items() if (line, code) not in said]
    return [*missing, *(f"{line}: {code} was said" for line, code in sorted(said) if line not in expected)]


@pytest.mark.parametrize("file", REJECT, ids=_name)
def test_each_wrong_line_says_what_is_expected(file: Path) -> None:
    lines = file.read_text().splitlines()
    assert [line for line in lines if "# E:" in line and not EXPECTED.search(line)] == []
    assert all(code != "-" or rule != "-" for _, code, rule in _expected(file))
