"""The rules page tells the truth: each wrong example is told as its section says, each right one is accepted.

A block marked `wrong static` is one that only a type checker with the plugin can refuse.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from mypy import api as mypy

from responder import API, RouteError
from responder._contract.findings import RULES, Finding
from responder._contract.rules import NOTES
from responder._routing.errors import Located, Site
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "rules.md"
BLOCK = re.compile(r"^```python (wrong|wrong static|right)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """One block of the page."""

    rule: str
    kind: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.rule}-{self.kind}".replace("-", "_").replace(" ", "_")


def examples() -> Iterator[Example]:
    """Every example of every section."""
    for section in re.split(r"^### ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        rule = section.partition("\n")[0]
        for match in BLOCK.finditer(section):
            yield Example(rule, match.group(1), match.group(2))


EXAMPLES = tuple(examples())
WRONG = [example for example in EXAMPLES if example.kind == "wrong"]
AT_RUN_TIME = {"dependency-unknown", "provider-value", "signature-unreadable"}
"""Told when something is called; no declaration shows them."""

RIGHT = [example for example in EXAMPLES if example.kind == "right"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("rules")
    for example in EXAMPLES:
        (made / f"{example.name}.py").write_text(example.text, encoding="utf-8")
    return made


def told(
    example: Example, folder: Path, monkeypatch: pytest.MonkeyPatch, *, notes: bool = False
) -> list[tuple[Finding, Site | None]]:
    """Everything that running the example tells, and where."""
    path = folder / f"{example.name}.py"
    spec = importlib.util.spec_from_file_location(example.name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, example.name, module)
    located: list[Located] = []
    try:
        spec.loader.exec_module(module)
    except RouteError as error:
        located += error.findings
    for value in list(vars(module).values()):
        if isinstance(value, API):
            located += value.check(notes=notes)
    return [(one.finding, one.site) for one in located]


@pytest.mark.parametrize("example", WRONG, ids=lambda example: example.rule)
def test_a_wrong_declaration_is_told_with_code_sentence_and_line(
    example: Example, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = RULES[example.rule]
    pieces = re.split(r"\{\w+\}", rule.text.replace("{{", "\0").replace("}}", "\1"))
    sentence = ".*".join(re.escape(piece.replace("\0", "{").replace("\1", "}")) for piece in pieces)
    findings = told(example, folder, monkeypatch, notes=example.rule in NOTES)
    assert example.rule in {finding.rule.name for finding, _ in findings}, findings
    finding, site = next(pair for pair in findings if pair[0].rule.name == example.rule)
    assert finding.code == rule.code
    assert re.match(sentence, finding.message), finding.message
    assert site is not None
    assert Path(site.file).name == f"{example.name}.py"
    assert 1 <= site.line <= example.text.count("\n")


@pytest.mark.parametrize("example", RIGHT, ids=lambda example: example.rule)
def test_a_right_declaration_is_accepted(
    example: Example, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(example, folder, monkeypatch) == []


def test_right_declarations_are_accepted_by_mypy(folder: Path) -> None:
    files = [str(folder / f"{example.name}.py") for example in RIGHT]
    config = ["--config-file", str(ROOT / "mypy.ini"), "--cache-dir", str(folder / "cache")]
    # Some examples are in the tour's manner, without annotations.
    loose = [
        "--allow-untyped-defs",
        "--allow-incomplete-defs",
        "--allow-untyped-decorators",
        "--no-error-summary",
    ]
    output, trouble, _ = mypy.run([*config, *loose, *files])
    assert not trouble
    assert output == ""


def test_the_page_holds_sixty_wrong_declarations() -> None:
    assert len(WRONG) >= 60


def test_what_only_a_checker_can_tell_is_told_by_mypy(folder: Path) -> None:
    examples = [
        example for example in EXAMPLES if example.kind == "wrong static" and example.rule not in AT_RUN_TIME
    ]
    files = [str(folder / f"{example.name}.py") for example in examples]
    config = ["--config-file", str(ROOT / "mypy.ini"), "--cache-dir", str(folder / "cache")]
    said, trouble, _ = mypy.run([*config, "--enable-error-code", "responder-dynamic", *files])
    assert trouble == ""
    told = [
        example.rule
        for example in examples
        if re.search(rf"/{example.name}\.py:.*\[{RULES[example.rule].code}\]", said)
    ]
    assert [example.rule for example in examples if example.rule not in told] == []
