"""`Annotated[T, Query(ge=1)]`: the marker of an annotation, whatever way it is written.

An annotation is looked at before mypy analysed it, where the names are still those of the source.  Metadata
is found by its place in the file, and an alias by its name in the module that defines it; it is then written
again as an expression of mypy's, with names resolved where they stand.  When something can't be read, the
answer is `HIDDEN`, and nothing is concluded about the parameter.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from mypy.checker import TypeChecker
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import (
    ARG_NAMED,
    ARG_POS,
    GDEF,
    CallExpr,
    EllipsisExpr,
    Expression,
    FloatExpr,
    FuncDef,
    IntExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    RefExpr,
    StrExpr,
    SymbolNode,
    TypeInfo,
    UnaryExpr,
    Var,
)
from mypy.nodes import TypeAlias as AliasNode
from mypy.types import Instance, RawExpressionType, Type, UnboundType, UnionType, get_proper_type

from responder_mypy import compat
from responder_mypy.memory import Memory
from responder_mypy.names import AUTH, MARKERS, PRINCIPAL
from responder_mypy.sources import holds_annotated, source_of


class Hidden(Enum):
    """The type of `HIDDEN`."""

    HIDDEN = "hidden"


HIDDEN: Final = Hidden.HIDDEN


@dataclass(frozen=True, slots=True)
class PrincipalFound:
    """A parameter that is a principal: of the guard of this name, or of the route's own."""

    guard: str | None = None
    gives: Type | None = None


Found: TypeAlias = CallExpr | PrincipalFound | Hidden | None
"""A marker's call, a guard, or `HIDDEN`, or None for certainly no marker."""

_DEPTH: Final = 8
_aliases: Final[Memory[AliasNode, tuple[Found]]] = Memory()
_BUILTINS: Final = frozenset({"None", "int", "str", "float", "bool", "bytes", "object", "type"})


def marker_in(chk: TypeChecker, annotation: Type | None, analysed: Type) -> Found:
    """The marker that an annotation of the module being checked holds."""
    if annotation is None:
        return None
    if isinstance(annotation, UnboundType) and not annotation.args:
        # Most annotations are the plain name of a class.
        entry = chk.tree.names.get(annotation.name)
        if entry is not None and isinstance(entry.node, TypeInfo):
            return None
        if entry is None and annotation.name in _BUILTINS:
            return None
    return _last(_in_annotation(chk, annotation, analysed))


def _last(found: Iterator[Found]) -> Found:
    """The last marker counts, as at run time."""
    result: Found = None
    for one in found:
        if one is HIDDEN:
            return HIDDEN
        result = one or result
    return result


def _in_annotation(chk: TypeChecker, annotation: Type, analysed: Type) -> Iterator[Found]:
    if isinstance(annotation, UnionType):
        for item in annotation.items:
            yield from _in_annotation(chk, item, analysed)
        return
    if not isinstance(annotation, UnboundType):
        yield None
        return
    name = annotation.name.rpartition(".")[2]
    if name == "Annotated" and annotation.args:
        for item in annotation.args[1:]:
            yield _metadata(chk, item)
        return
    if name in ("Optional", "Union"):
        for item in annotation.args:
            yield from _in_annotation(chk, item, analysed)
        return
    node = _resolved(chk.tree, annotation.name)
    if isinstance(node, AliasNode) and node.fullname == PRINCIPAL:
        yield PrincipalFound()
    elif isinstance(node, AliasNode):
        known = _aliases.get(node) or _aliases.keep(node, (_last(_in_alias(chk, node, annotation)),))
        yield known[0]
    elif node is None and not _is_written_out(name, analysed):
        yield HIDDEN


def _is_written_out(name: str, analysed: Type) -> bool:
    """Whether a name that the module does not hold is just the name of the type: a builtin, a local class."""
    proper = get_proper_type(analysed)
    items = proper.items if isinstance(proper, UnionType) else [proper]
    names = {item.type.name for item in map(get_proper_type, items) if isinstance(item, Instance)}
    return name in names or name in _BUILTINS


def _metadata(chk: TypeChecker, item: Type) -> Found:
    if isinstance(item, UnboundType):
        return _bare(_resolved(chk.tree, item.name))
    if not isinstance(item, RawExpressionType):
        return None
    if item.literal_value is not None:
        return None
    call = source_of(chk.path).calls.get((item.line, item.column))
    if call is None:
        return HIDDEN
    found = _marker(chk, call, chk.tree, item.line, item.column)
    if isinstance(found, CallExpr):
        found.end_line, found.end_column = item.end_line, item.end_column
    return found


def _bare(node: SymbolNode | None) -> Found:
    """What a bare name in metadata is: a class is no marker, a variable may be one, or a guard."""
    if isinstance(node, TypeInfo):
        return None
    gives = principal_type(node.type) if isinstance(node, Var) else None
    return HIDDEN if gives is None or node is None else PrincipalFound(node.name, gives)


def principal_type(typ: Type | None) -> Type | None:
    """Whom an `Auth[P]` lets in; None for what is none."""
    proper = get_proper_type(typ)
    base = None
    if isinstance(proper, Instance):
        base = next((base for base in proper.type.mro if base.fullname == AUTH), None)
    if not isinstance(proper, Instance) or base is None:
        return None
    return map_instance_to_supertype(proper, base).args[0]


def _in_alias(chk: TypeChecker, alias: AliasNode, at: UnboundType, depth: int = 0) -> Iterator[Found]:
    module, _, name = alias.fullname.rpartition(".")
    tree = compat.module(chk, module)
    if tree is None or depth > _DEPTH:
        yield HIDDEN
        return
    value = source_of(tree.path).assigned.get(name)
    if value is None:
        # No assignment at the top level: an alias inside of `if`, a class or a function.
        yield HIDDEN
        return
    compat.depend_on(chk, alias.fullname)
    yield from _in_value(chk, value, tree, at, depth)


def _in_value(
    chk: TypeChecker, value: ast.expr, tree: MypyFile, at: UnboundType, depth: int
) -> Iterator[Found]:
    if isinstance(value, ast.Subscript) and _is_annotated(value.value):
        items = value.slice.elts[1:] if isinstance(value.slice, ast.Tuple) else []
        for item in items:
            if isinstance(item, ast.Call):
                yield _marker(chk, item, tree, at.line, at.column)
            elif not isinstance(item, ast.Constant):
                yield _bare(_resolved(tree, ast.unparse(item)))
        return
    if holds_annotated(value) or isinstance(value, ast.Constant):
        yield HIDDEN
        return
    for node in ast.walk(value):
        if isinstance(node, ast.Name | ast.Attribute):
            inner = _resolved(tree, ast.unparse(node))
            if isinstance(inner, AliasNode):
                found = _last(_in_alias(chk, inner, at, depth + 1))
                # Only an alias that stands for the other one hands its marker on.
                yield found if found is None or value is node else HIDDEN


def _is_annotated(node: ast.expr) -> bool:
    return ast.unparse(node).rpartition(".")[2] == "Annotated"


def _marker(chk: TypeChecker, call: ast.Call, tree: MypyFile, line: int, column: int) -> Found:
    target = _resolved(tree, ast.unparse(call.func))
    if isinstance(target, TypeInfo):
        return HIDDEN if target.has_base(AUTH) else None
    fullname = "" if target is None else target.fullname
    if fullname not in MARKERS:
        # Another library's function makes no marker of ours; one of the user's own may.
        foreign = isinstance(target, FuncDef) and not target.fullname.startswith("responder.")
        known = foreign and fullname.partition(".")[0] in ("pydantic", "annotated_types", "typing")
        return None if known or _is_library(chk, fullname) else HIDDEN
    rebuilt = _rebuilt(call, tree, line, column)
    return rebuilt if isinstance(rebuilt, CallExpr) else HIDDEN


def _is_library(chk: TypeChecker, fullname: str) -> bool:
    """Whether the function comes from a package that is installed, not from the program."""
    tree = compat.module(chk, fullname.rpartition(".")[0])
    return tree is not None and "site-packages" in tree.path and not fullname.startswith("responder")


def _resolved(tree: MypyFile, dotted: str) -> SymbolNode | None:
    """What a dotted name of a module stands for."""
    first, *rest = dotted.split(".")
    node = compat.symbol(tree, first)
    for part in rest:
        node = compat.symbol(node, part) if isinstance(node, MypyFile) else None
    return node


def _rebuilt(node: ast.expr, tree: MypyFile, line: int, column: int) -> Expression | None:
    """The expression as mypy has it, or None for what does not occur in markers."""
    result = _rebuilt_node(node, tree, line, column)
    if result is not None:
        result.line, result.column = line, column
    return result


def _rebuilt_node(node: ast.expr, tree: MypyFile, line: int, column: int) -> Expression | None:
    if isinstance(node, ast.Constant):
        return _constant(node.value)
    if isinstance(node, ast.Name | ast.Attribute):
        return _reference(node, tree, line, column)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        operand = _rebuilt(node.operand, tree, line, column)
        return None if operand is None else UnaryExpr("-", operand)
    if isinstance(node, ast.Call):
        return _call(node, tree, line, column)
    return None


def _constant(value: object) -> Expression | None:
    if isinstance(value, bool) or value is None:
        name = NameExpr(repr(value))
        name.fullname = f"builtins.{value!r}"
        return name
    if isinstance(value, str):
        return StrExpr(value)
    if isinstance(value, int):
        return IntExpr(value)
    if isinstance(value, float):
        return FloatExpr(value)
    return EllipsisExpr() if value is ... else None


def _reference(node: ast.Name | ast.Attribute, tree: MypyFile, line: int, column: int) -> Expression | None:
    target = _resolved(tree, ast.unparse(node))
    name: RefExpr
    if isinstance(node, ast.Name):
        if target is None:
            return None
        name = NameExpr(node.id)
    else:
        base = _rebuilt(node.value, tree, line, column)
        if base is None:
            return None
        name = MemberExpr(base, node.attr)
    if target is not None:
        name.node, name.fullname, name.kind = target, target.fullname, GDEF
    return name


def _call(node: ast.Call, tree: MypyFile, line: int, column: int) -> CallExpr | None:
    """A call; arguments that can't be written again are left out of what is known, but not forgotten."""
    callee = _rebuilt(node.func, tree, line, column)
    if callee is None or any(isinstance(argument, ast.Starred) for argument in node.args):
        return None
    arguments: list[Expression] = []
    names: list[str | None] = []
    for name, value in [(None, value) for value in node.args] + [
        (one.arg, one.value) for one in node.keywords
    ]:
        rebuilt = _rebuilt(value, tree, line, column)
        if name is None and value not in node.args:
            return None  # **options
        arguments.append(_unreadable(line, column) if rebuilt is None else rebuilt)
        names.append(name)
    kinds = [ARG_POS if name is None else ARG_NAMED for name in names]
    return CallExpr(callee, arguments, kinds, names)


def _unreadable(line: int, column: int) -> Expression:
    """Stands for an argument whose value is not known."""
    name = NameExpr("...")
    name.line, name.column = line, column
    return name
