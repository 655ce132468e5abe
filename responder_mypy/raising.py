"""Problems that a handler plainly raises and its route doesn't declare.

Only routes with `raises=` are looked at, only `raise NotFound(...)` in the handler itself, where nothing
around it would catch it, and only where nothing else that the route calls may declare the same problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mypy.nodes import (
    Block,
    CallExpr,
    Expression,
    ForStmt,
    FuncDef,
    IfStmt,
    ListExpr,
    MatchStmt,
    RaiseStmt,
    RefExpr,
    Statement,
    TryStmt,
    TupleExpr,
    TypeInfo,
    WhileStmt,
)

from responder._contract.binding import Bound
from responder._contract.findings import found
from responder._contract.sources import Source
from responder_mypy import compat
from responder_mypy.names import PROBLEM
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
    declared = [_problem(item) for item in given.items]
    if None in declared or any(compat.keyword(call, option) is not None for option in _CARRIERS):
        return
    if bound.pending or any(_may_declare(one, input_.name, input_.source) for input_ in bound.inputs):
        return
    told: set[str] = set()
    for statement in _raises(function.body.body):
        kind = None if statement.expr is None else _raised(statement.expr)
        if (
            kind is None
            or kind.fullname in told
            or any(kind.has_base(one.fullname) for one in declared if one)
        ):
            continue
        told.add(kind.fullname)
        finding = found("raises-undeclared", handler=one.signature.name, problem=kind.name)
        compat.tell(site.chk, finding, statement, origin=site.whole)


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


def _raises(statements: Iterable[Statement]) -> Iterator[RaiseStmt]:
    """Every `raise` that leaves the function: none in inner functions, none that a `try` may catch."""
    for node in statements:
        if isinstance(node, RaiseStmt):
            yield node
        for block in _blocks(node):
            yield from _raises(block.body)


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
