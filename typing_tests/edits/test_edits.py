"""A random walk through edits: cold, warm, parallel and the daemon agree after each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from typing_tests.edits.modes import MODES, Program
from typing_tests.edits.project import Project

STEPS = int(os.environ.get("EDITS", "5"))
SEED = int(os.environ.get("SEED", "1"))


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """An empty program."""
    program = Program(tmp_path)
    yield program
    program.stop()


def test_every_way_to_run_mypy_says_the_same_after_every_edit(program: Program) -> None:
    project = Project(SEED)
    edit = "begin"
    findings = 0
    for step in range(STEPS + 1):
        program.write(project.files())
        cold = program.cold()
        findings += sum("[responder-" in line for line in cold)
        for mode in MODES:
            said = program.say(mode)
            assert sorted(set(said) ^ set(cold)) == [], f"step {step} ({edit}), {mode}"
        edit = "+".join(project.change() for _ in range(project.random.choice((1, 1, 2))))
    assert findings > STEPS, "the walk should be through mistakes, too"


def test_metadata_of_an_alias_is_seen_with_a_cache(program: Program) -> None:
    project = Project(SEED + 1)
    for _ in range(3):
        program.write(project.files())
        cold = program.cold()
        for mode in ("warm", "parallel"):
            assert sorted(set(program.say(mode)) ^ set(cold)) == [], mode
        project.change_alias()
