"""The source of the two packages as data: modules, and every import they make, wherever it stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from typing_extensions import override

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("responder", "responder_mypy")


@dataclass(frozen=True)
class Import:
    """One imported name: `from target import name`, or `import target` when `name` is empty."""

    importer: str
    target: str
    name: str
    line: int
    late: bool
    """Inside a function."""
    static: bool
    """Only under `if TYPE_CHECKING`."""

    @override
    def __str__(self) -> str:
        spelled = f"from {self.target} import {self.name}" if self.name else f"import {self.target}"
        return f"{self.importer}:{self.line}: {spelled}"


@cache
def modules() -> dict[str, Path]:
    """Every module of the two packages by dotted name."""
    found: dict[str, Path] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(module: str) -> ast.Module:
    """The syntax tree of a module."""
    path = modules()[module]
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def imports(module: str) -> tuple[Import, ...]:
    """Every import of a module: at the top, in functions, and under `TYPE_CHECKING`."""
    return tuple(_walk(module, tree(module), late=False, static=False))


def own(module: str) -> tuple[Import, ...]:
    """The imports of a module that stay in the two packages."""
    return tuple(found for found in imports(module) if found.target.split(".")[0] in PACKAGES)


def _walk(module: str, node: ast.AST, *, late: bool, static: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(module, alias.name, "", child.lineno, late, static)
        elif isinstance(child, ast.ImportFrom):
            yield from _from(module, child, late, static)
        elif isinstance(child, ast.Call) and _is_import_call(child):
            yield Import(module, _literal(child), "", child.lineno, late, static)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            for inner in child.body:
                yield from _walk(module, ast.Module([inner], []), late=late, static=True)
            for inner in child.orelse:
                yield from _walk(module, ast.Module([inner], []), late=late, static=static)
            continue
        inside = late or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _walk(module, child, late=inside, static=static)


def _from(module: str, node: ast.ImportFrom, late: bool, static: bool) -> Iterator[Import]:
    target = node.module or ""
    if node.level:  # relative: spelled out, so that the laws see through it
        package = module.split(".") if modules()[module].name == "__init__.py" else module.split(".")[:-1]
        base = package[: len(package) - node.level + 1]
        target = ".".join([*base, target] if target else base)
    for alias in node.names:
        inner = f"{target}.{alias.name}"
        if inner in modules():  # `from package import module` imports the module
            yield Import(module, inner, "", node.lineno, late, static)
        else:
            yield Import(module, target, alias.name, node.lineno, late, static)


def _is_import_call(node: ast.Call) -> bool:
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in ("import_module", "__import__") and bool(node.args)


def _literal(node: ast.Call) -> str:
    first = node.args[0]
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else "?"
