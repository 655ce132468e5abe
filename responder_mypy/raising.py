"""Problems that a handler plainly raises, or statuses that it aborts with, and its route doesn't declare.

Only routes with `raises=` are looked at, only `raise NotFound(...)` and `abort(409)` in the handler itself,
where nothing around it would catch it, and only where nothing else that the route calls may declare the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mypy.nodes import (
    AssignmentStmt,
    Block,
    CallExpr,
    DictExpr,
    Expression,
    ExpressionStmt,
    ForStmt,
    FuncDef,
    IfStmt,
    ListExpr,
    MatchStmt,
    NameExpr,
    RaiseStmt,
    RefExpr,
    ReturnStmt,
    Statement,
    TryStmt,
    TupleExpr,
    TypeInfo,
    WhileStmt,
)
from mypy.types import CallableType, Instance, Type, UnionType
from mypy.types import get_proper_type as proper

from responder._contract.answers import is_declared
from responder._contract.binding import Bound
from responder._contract.findings import Finding, found
from responder._contract.sources import Source
from responder_mypy import compat
from responder_mypy.constants import value_of
from responder_mypy.names import ABORT, PROBLEM
from responder_mypy.reading import Read
from responder_mypy.telling import Site

_CARRIERS = ("auth", "before", "after", "dependencies")
"""Options whose values may declare problems of their own."""
_PROVIDED = frozenset({Source.NAMED, Source.PRINCIPAL})


def check_raises(site: Site, call: CallExpr | None, one: Read, bound: Bound) -> None:
    """Tell which problems a handler raises beside those that its route declares."""
    function = one.function
    given = None if call is None or compat.has_stars(call) else compat.keyword(call, "raises")
    if call is None or function is None or not isinstance(given, ListExpr | TupleExpr):
        return
    declared = [_problem(item) for item in given.items] + list(_returned(function))
    if None in declared or any(compat.keyword(call, option) is not None for option in _CARRIERS):
        return
    if bound.pending or any(_may_declare(one, input_.name, input_.source) for input_ in bound.inputs):
        return
    kinds = [kind for kind in declared if kind is not None]
    statuses = _statuses(kinds, compat.keyword(call, "responses"), site)
    told: set[str | int] = set()
    for statement in _ends(function.body.body):
        finding, key = _undeclared(statement, one.signature.name, kinds, statuses)
        if finding is not None and key not in told:
            told.add(key)
            compat.tell(site.chk, finding, statement, origin=site.whole)


def _undeclared(
    statement: Statement, handler: str, declared: Sequence[TypeInfo], statuses: frozenset[str] | None
) -> tuple[Finding | None, str | int]:
    """What a statement raises beside what is declared, and what stands for it."""
    if isinstance(statement, RaiseStmt):
        kind = None if statement.expr is None else _raised(statement.expr)
        if kind is None or any(kind.has_base(one.fullname) for one in declared):
            return None, ""
        return found("raises-undeclared", handler=handler, problem=kind.name), kind.fullname
    call = statement.expr if isinstance(statement, ExpressionStmt | ReturnStmt) else None
    if statuses is None or not isinstance(call, CallExpr) or not isinstance(call.callee, RefExpr):
        return None, ""
    given = compat.positional(call, 0) or compat.keyword(call, "status")
    status = None if call.callee.fullname != ABORT or given is None else value_of(given)
    if not isinstance(status, int) or isinstance(status, bool) or is_declared(status, statuses):
        return None, ""
    return found("abort-undeclared", handler=handler, status=status), status


def _returned(function: FuncDef) -> Iterator[TypeInfo]:
    """The problems that the return annotation declares."""
    typ = proper(function.type)
    result: Type | None = typ.ret_type if isinstance(typ, CallableType) else None
    result = proper(result)
    if isinstance(result, Instance) and result.type.fullname == "typing.Coroutine":
        result = proper(result.args[-1])
    for item in result.items if isinstance(result, UnionType) else [result]:
        item = proper(item)
        if isinstance(item, Instance) and item.type.has_base(PROBLEM):
            yield item.type


def _statuses(kinds: Sequence[TypeInfo], responses: Expression | None, site: Site) -> frozenset[str] | None:
    """The statuses that are declared; None when some of them can't be seen."""
    declared = {_status_of(kind, site) for kind in kinds}
    if responses is not None and value_of(responses) is not None:
        keys = responses.items if isinstance(responses, DictExpr) else [(None, responses)]
        declared |= {None if key is None else value_of(key) for key, _ in keys}
    known = [one for one in declared if isinstance(one, int | str)]
    return frozenset(map(str, known)) if len(known) == len(declared) else None


def _status_of(kind: TypeInfo, site: Site) -> object:
    """The status of a problem whose class, and that of the base that says it, are of this module."""
    for base in kind.mro:
        if base.module_name != site.chk.tree.fullname:
            return None
        for statement in base.defn.defs.body if "status" in base.names else ():
            if isinstance(statement, AssignmentStmt):
                targets = [target.name for target in statement.lvalues if isinstance(target, NameExpr)]
                if targets == ["status"]:
                    return value_of(statement.rvalue)
    return None


def _may_declare(one: Read, name: str, source: Source) -> bool:
    """Whether what gives a parameter its value may declare problems."""
    if source in _PROVIDED:
        return True
    marker = one.params[name].marker if name in one.params else None
    if source is not Source.DEPENDS:
        return False
    provider = None if marker is None else marker.provider
    plain = isinstance(provider, RefExpr) and isinstance(provider.node, FuncDef)
    return marker is None or not plain or compat.keyword(marker.call, "raises") is not None


def _problem(item: Expression) -> TypeInfo | None:
    info = item.node if isinstance(item, RefExpr) else None
    return info if isinstance(info, TypeInfo) and info.has_base(PROBLEM) else None


def _raised(expression: Expression) -> TypeInfo | None:
    """The user's own class that is raised."""
    info = _problem(expression.callee if isinstance(expression, CallExpr) else expression)
    return None if info is None or info.fullname.startswith("responder.") else info


def _ends(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Everything that may leave the function: nothing of inner functions, nothing that a `try` may catch."""
    for node in statements:
        if isinstance(node, RaiseStmt | ExpressionStmt | ReturnStmt):
            yield node
        for block in _blocks(node):
            yield from _ends(block.body)


def _blocks(node: Statement) -> Iterator[Block]:
    if isinstance(node, Block):
        yield node
    elif isinstance(node, IfStmt):
        yield from node.body
        if node.else_body is not None:
            yield node.else_body
    elif isinstance(node, ForStmt | WhileStmt):
        yield node.body
        if node.else_body is not None:
            yield node.else_body
    elif isinstance(node, TryStmt):
        if not node.handlers:
            yield node.body
        yield from node.handlers
        for block in (node.else_body, node.finally_body):
            if block is not None:
                yield block
    elif isinstance(node, MatchStmt):
        yield from node.bodies
