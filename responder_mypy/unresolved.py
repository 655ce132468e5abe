"""Annotations that name what is imported for type checkers only, so that nobody can read them at run time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mypy.nodes import (
    AssignmentStmt,
    Block,
    ClassDef,
    FuncDef,
    IfStmt,
    Import,
    ImportBase,
    ImportFrom,
    MypyFile,
    NameExpr,
    Statement,
)
from mypy.types import CallableType, Type, UnboundType, UnionType

from responder._contract.findings import Finding, found
from responder_mypy import compat
from responder_mypy.reading import Read
from responder_mypy.telling import Site

_last: tuple[list[Statement], frozenset[str]] | None = None


def check_names(site: Site, one: Read) -> None:
    """Tell which annotations of a handler can't be read when the program runs."""
    names = _hidden(site.chk.tree)
    function = one.function
    written = None if not names or function is None else function.unanalyzed_type
    if function is None or not isinstance(written, CallableType):
        return
    for argument, typ in zip(function.arguments, written.arg_types, strict=False):
        finding = _unreadable(typ, names, one.signature.name, argument.variable.name)
        if finding is not None:
            compat.tell(site.chk, finding, argument, origin=site.whole)
    finding = _unreadable(written.ret_type, names, one.signature.name, None)
    if finding is not None:
        site.tell([finding])


def _unreadable(typ: Type, names: frozenset[str], handler: str, parameter: str | None) -> Finding | None:
    missing = next((name for name in _names(typ) if name in names), None)
    if missing is None:
        return None
    why = f"NameError: name '{missing}' is not defined"
    if parameter is None:
        return found("return-unresolvable", annotation=_spelt(typ), handler=handler, why=why)
    return found(
        "annotation-unresolvable", parameter=parameter, annotation=_spelt(typ), handler=handler, why=why
    )


def _names(typ: Type) -> Iterator[str]:
    """The names that an annotation begins with, its arguments' own included."""
    if isinstance(typ, UnboundType):
        yield typ.name.partition(".")[0]
        for argument in (
            typ.args if typ.name.rpartition(".")[2] not in ("Annotated", "Literal") else typ.args[:1]
        ):
            yield from _names(argument)
    elif isinstance(typ, UnionType):
        for item in typ.items:
            yield from _names(item)


def _spelt(typ: Type) -> str:
    if isinstance(typ, UnboundType):
        return f"{typ.name}[{', '.join(map(_spelt, typ.args))}]" if typ.args else typ.name
    return " | ".join(map(_spelt, typ.items)) if isinstance(typ, UnionType) else "..."


def _hidden(tree: MypyFile) -> frozenset[str]:
    """The names of a module that only type checkers have."""
    global _last
    if _last is None or _last[0] is not tree.defs:
        for_checkers = {name for block in _blocks(tree.defs) for name in _imported(block.body)}
        _last = (tree.defs, frozenset(for_checkers - _bound(tree)) if for_checkers else frozenset())
    return _last[1]


def _blocks(statements: Sequence[Statement]) -> Iterator[Block]:
    """The bodies of each `if TYPE_CHECKING:` that nothing stands in for."""
    for statement in statements:
        if isinstance(statement, IfStmt) and len(statement.body) == 1:
            # mypy itself gives a condition that it knows an empty `else`.
            if statement.else_body is None or not statement.else_body.body:
                yield statement.body[0]


def _imported(statements: Sequence[Statement]) -> Iterator[str]:
    for statement in statements:
        if isinstance(statement, ImportBase) and statement.is_mypy_only:
            yield from _bound_by(statement)


def _bound_by(statement: ImportBase) -> Iterator[str]:
    if isinstance(statement, ImportFrom):
        for name, alias in statement.names:
            yield alias or name
    elif isinstance(statement, Import):
        for name, alias in statement.ids:
            yield alias or name.partition(".")[0]


def _bound(tree: MypyFile) -> set[str]:
    """The names that the module has at run time, too."""
    names = {name for one in tree.imports if not one.is_mypy_only for name in _bound_by(one)}
    for statement in tree.defs:
        if isinstance(statement, ClassDef | FuncDef):
            names.add(statement.name)
        elif isinstance(statement, AssignmentStmt):
            names.update(target.name for target in statement.lvalues if isinstance(target, NameExpr))
    return names
