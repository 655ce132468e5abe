"""Read the cases: which codes are expected at which statement.

    # E: responder-path       both readers tell it
    # R: responder-option (why)   only the run time does, and why
    # P: responder-dynamic (why)  only the plugin does, and why

A comment belongs to the whole statement that it stands in, so that a decorator and its handler are one place.
"""

from __future__ import annotations

import ast
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

CASES = Path(__file__).parent / "cases"
COMMENT = re.compile(r"# ([ERP]): (responder-[a-z]+)(?: \(([^)]+)\))?")

Reader = Literal["runtime", "plugin"]
_WHO = {"E": ("runtime", "plugin"), "R": ("runtime",), "P": ("plugin",)}


@dataclass(frozen=True)
class Expectation:
    """One code at one statement, for the readers that tell it; `reason` is why the other one does not."""

    code: str
    readers: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Statement:
    """One top-level statement of a case."""

    node: ast.stmt
    first: int
    last: int
    expected: tuple[Expectation, ...]

    def codes(self, reader: Reader) -> list[str]:
        """The codes that a reader is expected to tell here."""
        return sorted(one.code for one in self.expected if reader in one.readers)


@dataclass(frozen=True)
class Case:
    """One module of routes."""

    path: Path
    statements: tuple[Statement, ...]

    def at(self, line: int) -> Statement:
        """The statement that a line belongs to."""
        return next(one for one in self.statements if one.first <= line <= one.last)


def cases() -> list[Case]:
    """All of them, by name."""
    return [read(path) for path in sorted(CASES.glob("*.py"))]


def read(path: Path) -> Case:
    """One case: its statements and what is expected of each."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    comments = _comments(path)
    statements: list[Statement] = []
    for node in tree.body:
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
        last = node.end_lineno or node.lineno
        expected = tuple(one for line in range(first, last + 1) for one in comments.pop(line, ()))
        statements.append(Statement(node, first, last, expected))
    if comments:
        raise ValueError(f"{path}: expectations outside of a statement, in lines {sorted(comments)}")
    return Case(path, tuple(statements))


def _comments(path: Path) -> dict[int, list[Expectation]]:
    found: dict[int, list[Expectation]] = {}
    with tokenize.open(path) as source:
        for token in tokenize.generate_tokens(source.readline):
            if token.type == tokenize.COMMENT:
                for mark, code, reason in COMMENT.findall(token.string):
                    one = Expectation(code, _WHO[mark], reason)
                    found.setdefault(token.start[0], []).append(one)
    return found
