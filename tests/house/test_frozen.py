"""Classes that `frozen` and `record` make ask for nothing that these would do wrong in silence."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import modules, tree

DECORATORS = frozenset({"frozen", "record"})
MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
MAKERS = frozenset({"field", "list", "dict", "set"})
DUNDERS = frozenset({"__post_init__", "__init__", "__eq__", "__slots__"})


def decorated(source: ast.Module) -> Iterator[ast.ClassDef]:
    for node in ast.walk(source):
        if isinstance(node, ast.ClassDef):
            if any(isinstance(one, ast.Name) and one.id in DECORATORS for one in node.decorator_list):
                yield node


def wrong_with(node: ast.ClassDef) -> list[str]:
    """What of a class would be lost, shared or fail."""
    wrong = [f"a base, {ast.unparse(base)}" for base in node.bases if not is_generic(base)]
    for part in node.body:
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and part.name in DUNDERS:
            wrong.append(part.name)
        if isinstance(part, ast.AnnAssign):
            if "ClassVar" in ast.unparse(part.annotation):
                wrong.append(f"no field, {ast.unparse(part)}")
            if isinstance(part.value, MUTABLE) or called(part.value) in MAKERS:
                wrong.append(f"a default that is shared or none, {ast.unparse(part)}")
    return wrong + ["super()" for part in ast.walk(node) if called(part) == "super"]


def is_generic(base: ast.expr) -> bool:
    return isinstance(base, ast.Subscript) and ast.unparse(base.value) == "Generic"


def called(node: ast.AST | None) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


@pytest.mark.parametrize("module", sorted(modules()))
def test_frozen_classes_ask_for_names_and_defaults_only(module: str) -> None:
    assert {node.name: wrong for node in decorated(tree(module)) if (wrong := wrong_with(node))} == {}


@pytest.mark.parametrize(
    "line",
    [
        "held: list[int] = []",
        "held: Mapping[int, str] = field(default_factory=dict)",
        "held: dict[int, str] = dict()",
        "KINDS: ClassVar[int] = 1",
        "def __post_init__(self): ...",
        "def __eq__(self, other): return True",
        "def text(self): return super().__repr__()",
    ],
)
def test_what_it_does_not_do_is_told(line: str) -> None:
    (node,) = decorated(ast.parse(f"@frozen\nclass Held:\n    {line}\n"))
    assert len(wrong_with(node)) == 1


def test_a_base_with_fields_is_told_and_a_generic_one_is_not() -> None:
    first, second = decorated(ast.parse("@record\nclass A(Base): ...\n@frozen\nclass B(Generic[T]): ...\n"))
    assert (wrong_with(first), wrong_with(second)) == (["a base, Base"], [])
