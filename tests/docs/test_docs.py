"""The pages tell the truth: every Python block runs, and is strictly typed.

A block that starts with `from __future__ import annotations` starts a program; any other continues the
program above it on the page.  Programs keep the line numbers of their page, so that a failure points into it.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from mypy import api as mypy

from responder import API
from tests.house.source import ROOT

PAGES = (
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "tour").glob("*.md")),
)
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FIRST_LINE = "from __future__ import annotations\n"


@dataclass(frozen=True)
class Program:
    """Blocks of one page that belong together, padded to the page's line numbers."""

    page: Path
    line: int
    text: str

    @property
    def name(self) -> str:
        return f"{self.page.stem.lower()}_line_{self.line}"


def programs() -> Iterator[Program]:
    """Every program of every page."""
    for page in PAGES:
        content = page.read_text(encoding="utf-8")
        started: Program | None = None
        for match in BLOCK.finditer(content):
            line = content.count("\n", 0, match.start(1))
            block = match.group(1)
            if block.startswith(FIRST_LINE) or started is None:
                if started is not None:
                    yield started
                started = Program(page, line + 1, "\n" * line + block)
            else:
                padding = "\n" * (line - started.text.count("\n"))
                started = Program(page, started.line, started.text + padding + block)
        if started is not None:
            yield started


CHOICES = ("strawberry", "graphene")
"""Packages of which one environment can hold only one: pages about the others are read where they are."""


def can_run(program: Program) -> bool:
    """Whether what the program imports may be missing, and is."""
    for package in CHOICES:
        used = re.search(rf"^(import|from) {package}\b", program.text, re.MULTILINE)
        if used and f"REQUIRE_{package.upper()}" not in os.environ:
            return importlib.util.find_spec(package) is not None
    return True


PROGRAMS = tuple(filter(can_run, programs()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pages")
    for program in PROGRAMS:
        (made / f"{program.name}.py").write_text(program.text, encoding="utf-8")
    return made


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_program_runs_and_every_application_in_it_is_sound(
    program: Program, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert program.text.lstrip("\n").startswith(FIRST_LINE), (
        "start the first block of a page with the future import"
    )
    spec = importlib.util.spec_from_file_location(program.name, folder / f"{program.name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, program.name, module)
    spec.loader.exec_module(module)
    for value in vars(module).values():
        if isinstance(value, API):
            assert [str(finding) for finding in value.check()] == []


def test_every_program_is_strictly_typed(folder: Path) -> None:
    files = [str(folder / f"{program.name}.py") for program in PROGRAMS]
    output, trouble, status = mypy.run(
        [
            "--config-file",
            str(ROOT / "mypy.ini"),
            "--cache-dir",
            str(folder / "cache"),
            "--no-error-summary",
            "--hide-error-context",
            *files,
        ]
    )
    assert not trouble
    assert output == ""
    assert status == 0


@pytest.mark.parametrize(
    "page", [*PAGES, *sorted((ROOT / "docs" / "decisions").glob("*.md"))], ids=lambda page: page.stem
)
def test_links_inside_the_repository_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    broken = [
        target
        for target in targets
        if "://" not in target and not (page.parent / target.partition("#")[0]).exists()
    ]
    assert broken == []
