"""Each numbered defect of docs/defects.md has a test that carries its number, and the reverse."""

from __future__ import annotations

import ast
import re

from tests.house.source import ROOT


def listed() -> set[int]:
    page = (ROOT / "docs" / "defects.md").read_text(encoding="utf-8")
    return {int(number) for number in re.findall(r"^\| (\d+) \|", page, flags=re.MULTILINE)}


def marked() -> set[int]:
    numbers: set[int] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.defect":
                numbers |= {int(ast.unparse(number)) for number in node.args}
    return numbers


def test_every_defect_has_a_test_and_every_number_is_explained() -> None:
    assert listed() == marked()
