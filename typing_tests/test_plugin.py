"""What mypy says with the plugin, about files where each word is expected and about files where none is.

One build reads all files.  In `pass` and `accept` nothing may be said.  In `fail` a comment
`# E: column [code] sentence` stands for each diagnostic of its line.  What every type checker refuses without
the plugin (`reject`) is refused with it, too.  An exception in a hook ends these tests.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LINE = re.compile(
    r"(?P<file>.+?):(?P<line>\d+):(?P<column>\d+): error: (?P<text>.*?)  \[(?P<code>[a-z-]+)\]$"
)
EXPECTED = re.compile(r"# E: (\d+) \[([a-z-]+)\] (.*?)(?=  # E: |$)")
REJECTED = re.compile(r"# E: (\S+) \| (\S+)$")
INI = """
[mypy]
strict = True
warn_unreachable = True
plugins = responder_mypy
python_version = 3.11
mypy_path = {root}:{here}/pass
explicit_package_bases = True
namespace_packages = True
local_partial_types = True
follow_imports = silent
show_column_numbers = True
pretty = False
"""


def files(*folders: str) -> list[Path]:
    """The files of these folders."""
    return [path for folder in folders for path in sorted((HERE / folder).glob("*.py"))]


Said = Mapping[str, list[tuple[int, int, str, str]]]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Said:
    """Everything that is said, by file."""
    return run(tmp_path_factory.mktemp("plugin"), files("accept", "pass", "fail", "reject"))


def run(folder: Path, given: list[Path], settings: str = "") -> Said:
    """Everything that is said about some files, with these settings of the plugin."""
    text = INI.format(root=HERE.parent, here=HERE) + settings
    (folder / "mypy.ini").write_text(text, encoding="utf-8")
    arguments = ["--config-file", str(folder / "mypy.ini"), "--cache-dir", str(folder / "cache")]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *arguments, *map(str, given)],
        cwd=HERE.parent,
        env={**os.environ, "RESPONDER_MYPY_DEBUG": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == "", done.stderr
    result: dict[str, list[tuple[int, int, str, str]]] = defaultdict(list)
    for line in done.stdout.splitlines():
        assert "INTERNAL ERROR" not in line, done.stdout
        match = LINE.match(line)
        if match is not None:
            place = (int(match["line"]), int(match["column"]))
            result[Path(match["file"]).resolve().relative_to(HERE).as_posix()].append(
                (*place, match["code"], match["text"])
            )
    return result


def name(path: Path) -> str:
    """The file as tests are called by it."""
    return path.relative_to(HERE).as_posix()


@pytest.mark.parametrize("path", files("accept", "pass"), ids=name)
def test_nothing_is_said_about_what_is_right(path: Path, said: Said) -> None:
    assert said.get(name(path), []) == []


def test_nothing_is_said_about_programs_with_every_setting_on(tmp_path: Path) -> None:
    settings = "\n[responder-mypy]\nnamed_dependencies = module\ninfer_handlers = true\n"
    # What "silence" is silent about is what the setting is for.
    programs = [path for path in files("pass") if path.stem != "silence"]
    assert run(tmp_path, programs, settings) == {}


@pytest.mark.parametrize("path", files("fail"), ids=name)
def test_each_mistake_is_told_at_its_place(path: Path, said: Said) -> None:
    expected = [
        (number, int(column), code, text)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for column, code, text in EXPECTED.findall(line)
    ]
    assert sorted(said.get(name(path), [])) == sorted(expected)


@pytest.mark.parametrize("path", files("reject"), ids=name)
def test_what_is_refused_without_the_plugin_is_refused_with_it(path: Path, said: Said) -> None:
    told = {(line, code) for line, _, code, _ in said.get(name(path), [])}
    lines = path.read_text(encoding="utf-8").splitlines()
    matches = [(number, REJECTED.search(line)) for number, line in enumerate(lines, 1)]
    expected = {(number, match[1]) for number, match in matches if match is not None and match[1] != "-"}
    assert sorted(expected - told) == []
