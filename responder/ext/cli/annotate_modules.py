"""For `responder annotate`: what the files of a project say, read without importing them.

A `Module` is one file with the names it binds; a `Project` finds modules by their dotted names, also those
beside the files that are annotated.  Nothing here knows routes or writes anything.
"""

from __future__ import annotations

import ast
import builtins
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final, TypeAlias

Function: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"
BUILTINS: Final = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """One file: its text, its tree, and where its names come from.

    `origins` are the imported names of the top level, `bound` the line that binds each name there first.
    """

    path: Path
    name: str
    text: str
    encoding: str
    tree: ast.Module
    origins: dict[str, str] = field(default_factory=dict[str, str])
    bound: dict[str, int] = field(default_factory=dict[str, int])
    functions: dict[str, Function | None] = field(default_factory=dict[str, "Function | None"])
    classes: dict[str, ast.ClassDef] = field(default_factory=dict[str, ast.ClassDef])

    def full(self, node: ast.expr | None) -> str:
        """The dotted name that an expression stands for; "" when it stands for none that is known."""
        if isinstance(node, ast.Name):
            if node.id in self.origins:
                return self.origins[node.id]
            return f"{self.name}.{node.id}" if node.id in self.bound else ""
        if isinstance(node, ast.Attribute):
            owner = self.full(node.value)
            return f"{owner}.{node.attr}" if owner else ""
        if isinstance(node, ast.Subscript):
            return self.full(node.value)
        return ""

    def nodes(self) -> Iterator[ast.AST]:
        """Everything in the file."""
        return ast.walk(self.tree)


def read_module(path: Path) -> Module | None:
    """Read a file; None when it is not Python that this version reads."""
    try:
        data = path.read_bytes()
        encoding = tokenize.detect_encoding(BytesIO(data).readline)[0]
        text = data.decode(encoding)
        tree = ast.parse(text, str(path))
    except (SyntaxError, ValueError, RecursionError, MemoryError, OSError):
        return None
    module = Module(path, ".".join(_dotted(path)), text, encoding, tree)
    _bind(module, tree.body)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            # Two functions of one name can't be told apart by it.
            module.functions[node.name] = None if node.name in module.functions else node
        elif isinstance(node, ast.ClassDef):
            module.classes.setdefault(node.name, node)
    return module


def _dotted(path: Path) -> list[str]:
    names = [] if path.stem == "__init__" else [path.stem]
    folder = path.resolve().parent
    while (folder / "__init__.py").is_file() and folder != folder.parent:
        names.insert(0, folder.name)
        folder = folder.parent
    return names or [folder.name]


def root_of(module: Module) -> Path:
    """The folder that a module's dotted name is seen from."""
    folder = module.path.resolve().parent
    for _ in range(module.name.count(".") + (module.path.stem == "__init__")):
        folder = folder.parent
    return folder


def _bind(module: Module, body: list[ast.stmt]) -> None:
    """Note what the top level binds; what only type checkers see is not bound when it runs."""
    for node in body:
        for name, origin in _names(module, node):
            module.bound.setdefault(name, node.lineno)
            if origin:
                module.origins.setdefault(name, origin)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            _bind(module, node.orelse)
        elif isinstance(node, ast.If | ast.For | ast.While):
            _bind(module, [*node.body, *node.orelse])
        elif isinstance(node, ast.With):
            _bind(module, node.body)
        elif isinstance(node, ast.Try):
            _bind(module, [*node.body, *node.orelse, *node.finalbody])
            for handler in node.handlers:
                _bind(module, handler.body)


def _names(module: Module, node: ast.stmt) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            first = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (first, first)
    elif isinstance(node, ast.ImportFrom):
        source = _source(module, node)
        for alias in node.names:
            if alias.name != "*":
                yield alias.asname or alias.name, f"{source}.{alias.name}"
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name, ""
    elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            for one in ast.walk(target):
                if isinstance(one, ast.Name):
                    yield one.id, ""


def _source(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.name.split(".")
    if module.path.stem != "__init__":
        package = package[:-1]
    base = package[: len(package) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


class Project:
    """The modules that are annotated, and those beside them that they import, each read once."""

    def __init__(self, paths: list[Path]) -> None:
        self._by_name: dict[str, Module | None] = {}
        self.unread: list[Path] = []
        self.modules: list[Module] = []
        for path in paths:
            module = read_module(path)
            if module is None:
                self.unread.append(path)
            else:
                self.modules.append(module)
                self._by_name[module.name] = module
        self._roots = list(dict.fromkeys(root_of(module) for module in self.modules))

    def find(self, name: str) -> Module | None:
        """The module of a dotted name, if it is one of the project's."""
        if name.partition(".")[0] == "responder":
            return None  # known without reading it
        if name not in self._by_name:
            self._by_name[name] = None
            for root in self._roots:
                stem = root.joinpath(*name.split("."))
                for path in (stem.with_suffix(".py"), stem / "__init__.py"):
                    if self._by_name[name] is None and path.is_file():
                        self._by_name[name] = read_module(path)
        return self._by_name[name]

    def home(self, full: str) -> tuple[Module, str] | None:
        """The module that a dotted name is written in, and its name there; imports are followed."""
        for _ in range(10):
            owner, _, name = full.rpartition(".")
            module = self.find(owner) if owner else None
            if module is None:
                return None
            if name not in module.origins:
                return (module, name) if name in module.bound else None
            full = module.origins[name]
        return None

    def everything(self) -> Iterator[Module]:
        """Every module that was read by now, the annotated ones and what they import."""
        seen: set[str] = set()
        pending = list(self.modules)
        while pending:
            module = pending.pop(0)
            if module.name in seen:
                continue
            seen.add(module.name)
            yield module
            for origin in module.origins.values():
                for name in (origin, origin.rpartition(".")[0]):
                    found = self.find(name) if name else None
                    if found is not None and found.name not in seen:
                        pending.append(found)

    def reaches(self, start: Module, goal: Module) -> bool:
        """Whether importing a module imports another one, in the end."""
        seen: set[str] = set()
        pending = [start]
        while pending:
            module = pending.pop()
            if module is goal:
                return True
            if module.name in seen:
                continue
            seen.add(module.name)
            for origin in module.origins.values():
                for name in (origin, origin.rpartition(".")[0]):
                    found = self.find(name) if name else None
                    if found is not None:
                        pending.append(found)
        return False
