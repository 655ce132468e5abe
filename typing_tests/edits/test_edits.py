"""A random walk through edits: cold, warm, parallel and the daemon agree after each."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from responder._contract.rules import CODES
from typing_tests.edits.modes import MODES, Program
from typing_tests.edits.project import Project

USUAL_STEPS, USUAL_SEED = 5, 4
STEPS = int(os.environ.get("EDITS", USUAL_STEPS))
SEED = int(os.environ.get("SEED", USUAL_SEED))
AT_START = {"responder-document"}
"""What only the run time tells."""
CODE = re.compile(r"\[(responder-[a-z]+)\]$")


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """An empty program."""
    program = Program(tmp_path)
    yield program
    program.stop()


def test_every_way_to_run_mypy_says_the_same_after_every_edit(program: Program) -> None:
    project = Project(SEED)
    edit = "begin"
    drawn: set[str] = set()
    for step in range(STEPS + 1):
        program.write(project.files())
        cold = program.cold()
        drawn.update(match[1] for match in map(CODE.search, cold) if match is not None)
        for mode in MODES:
            said = program.say(mode)
            assert sorted(set(said) ^ set(cold)) == [], f"step {step} ({edit}), {mode}"
        edit = "+".join(project.change() for _ in range(project.random.choice((1, 1, 2))))
    # Another walk need not come by all of them.
    missed = CODES - AT_START - drawn
    assert not missed or (STEPS, SEED) != (USUAL_STEPS, USUAL_SEED), (
        "the walk should be through every mistake"
    )
    assert drawn, "the walk should be through mistakes, too"


def test_metadata_of_an_alias_is_seen_with_a_cache(program: Program) -> None:
    project = Project(SEED + 1)
    for _ in range(3):
        program.write(project.files())
        cold = program.cold()
        for mode in ("warm", "parallel"):
            assert sorted(set(program.say(mode)) ^ set(cold)) == [], mode
        project.change_alias()


PLAIN = "from pydantic import BaseModel\nclass Item(BaseModel):\n    id: int\n"
FILLED = f"""from typing import Any
from pydantic import model_validator
{PLAIN}    @model_validator(mode="before")
    @classmethod
    def fill(cls, value: Any) -> Any:
        return {{"id": 1}}
"""
ANSWERING = """from pydantic import BaseModel
from responder import API
from app.models import Item
api = API()
class Named(BaseModel):
    name: str
@api.get("/item", response_model=Item)
def show() -> Named:
    return Named(name="a")
"""


def test_validators_that_a_model_of_another_module_gets_and_loses_are_seen_in_every_mode(
    program: Program,
) -> None:
    for models in (PLAIN, FILLED, PLAIN):
        program.write({"app/__init__.py": "", "app/models.py": models, "app/shop.py": ANSWERING})
        cold = program.cold()
        assert ["responder-response" in line for line in cold] == [True] * (models is PLAIN)
        for mode in MODES:
            assert program.say(mode) == cold, mode
