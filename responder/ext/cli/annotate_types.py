"""For `responder annotate`: a type that is known in one file, spelled in another.

A type may only be written where its names are bound by the time the function is read; what has to be
imported for it is collected.  A type that can't be spelled without harm is not spelled.
"""

from __future__ import annotations

import ast
from copy import deepcopy
from dataclasses import dataclass, field

from typing_extensions import override

from responder.ext.cli.annotate_modules import BUILTINS, Module, Project


@dataclass(frozen=True, slots=True, eq=False)
class Type:
    """An annotation, and the module whose names it is written with; `around` is what is put around it."""

    expr: ast.expr
    home: Module | None
    """None: its one name is a dotted one, such as `responder.Request`."""

    @property
    def key(self) -> str:
        """What two spellings of one type have in common, as far as that can be seen."""
        return f"{self.home.name if self.home else ''}:{ast.unparse(self.expr)}"


def known(full: str) -> Type:
    """A type by its dotted name."""
    return Type(ast.Name(full), None)


def wrapped(full: str, inner: Type) -> Type:
    """A generic type of the standard library around another one."""
    return Type(ast.Subscript(ast.Name(f"<{full}>"), inner.expr), inner.home)


@dataclass(slots=True)
class Imports:
    """What a module has to import for the types that were spelled in it."""

    modules: set[str] = field(default_factory=set[str])
    names: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def __bool__(self) -> bool:
        return bool(self.modules or self.names)

    def add(self, other: Imports) -> None:
        """Take over what others need."""
        self.modules |= other.modules
        self.names |= other.names


class Unspelled(Exception):
    """A type can't be written here."""


class Speller:
    """Spells types in one module, and remembers what it has to import."""

    def __init__(self, project: Project, into: Module) -> None:
        self._project = project
        self._into = into
        self.imports = Imports()
        self._scratch = Imports()
        self._line = 0

    def spell(self, typ: Type, line: int) -> str | None:
        """Spell a type for a function that is read at a line; None when that can't be done without harm."""
        self._line = line
        self._scratch = Imports()
        try:
            if typ.home is None and isinstance(typ.expr, ast.Name):
                text = self._dotted(typ.expr.id)
            else:
                text = ast.unparse(_Renamer(self, typ.home).visit(_opened(deepcopy(typ.expr))))
        except Unspelled:
            return None
        self.imports.add(self._scratch)
        return text

    def name(self, name: str, home: Module | None) -> str:
        """The text for a name of another module, or of this one."""
        if name.startswith("<"):
            return self._dotted(name.strip("<>"))
        if home is None:
            return self._dotted(name)
        if name not in home.bound and name in BUILTINS:
            if name in self._into.bound:
                raise Unspelled
            return name
        if name in home.origins:
            return self._dotted(home.origins[name]) if home is not self._into else self._here(name)
        if name not in home.bound:
            raise Unspelled
        if home is self._into:
            return self._here(name)
        return self._dotted(f"{home.name}.{name}")

    def _here(self, name: str) -> str:
        if self._into.bound.get(name, self._line) >= self._line:
            raise Unspelled
        return name

    def _dotted(self, full: str) -> str:
        if full in BUILTINS and full not in self._into.bound:
            return full
        for name, origin in self._into.origins.items():
            if self._into.bound[name] < self._line:
                if origin == full or _same(origin, full):
                    return name
                if full.startswith(origin + ".") and full.count(".") == origin.count(".") + 1:
                    return f"{name}.{full.rpartition('.')[2]}"
        owner, _, name = full.rpartition(".")
        if owner == self._into.name:
            return self._here(name)
        if owner == "responder" and (name in self._into.bound or self._clashes(owner, name)):
            return self._by_module(full)
        if not owner or name in self._into.bound or self._clashes(owner, name):
            raise Unspelled
        found = self._project.find(owner)
        if found is not None and self._project.reaches(found, self._into):
            raise Unspelled  # the two would import each other
        self._scratch.names.add((owner, name))
        return name

    def _by_module(self, full: str) -> str:
        """One of our names whose short form means something else in this file."""
        if "responder" in self._into.bound:
            raise Unspelled
        self._scratch.modules.add("responder")
        return full

    def _clashes(self, owner: str, name: str) -> bool:
        wanted = self.imports.names | self._scratch.names
        return any(other == name and place != owner for place, other in wanted)


def _same(origin: str, full: str) -> bool:
    """Whether both are one name of ours, whichever public module it comes from."""
    mine = ("responder.", "responder.models.", "responder.types.")
    name = full.rpartition(".")[2]
    return full.startswith("responder.") and origin in {f"{place}{name}" for place in mine}


def _opened(expr: ast.expr) -> ast.expr:
    """An annotation that is written as a text, as an expression."""
    if isinstance(expr, ast.Constant) and isinstance(expr.value, str):
        try:
            return ast.parse(expr.value.strip(), mode="eval").body
        except SyntaxError:
            raise Unspelled from None
    return expr


class _Renamer(ast.NodeTransformer):
    """Replaces the names of one module by what they are called in another."""

    def __init__(self, speller: Speller, home: Module | None) -> None:
        self._speller = speller
        self._home = home

    @override
    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.Name):
            return ast.parse(self._speller.name(node.id, self._home), mode="eval").body
        if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("Literal"):
            node.value = self._renamed(node.value)
            return node
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self._renamed(_opened(node))
        if isinstance(node, ast.Call | ast.Lambda | ast.NamedExpr | ast.Await):
            raise Unspelled
        return self.generic_visit(node)

    def _renamed(self, node: ast.expr) -> ast.expr:
        made = self.visit(node)
        if not isinstance(made, ast.expr):
            raise Unspelled
        return made
