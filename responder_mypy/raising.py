"""Problems that handlers and providers plainly raise, or statuses that they abort with, and nobody declares.

Looked at are the handlers of routes that declare some of what they raise, their providers, and providers that
declare some themselves; in these only `raise NotFound(...)` and `abort(409)`, where nothing around it would
catch it.  All of them have to be of this module: what else a route calls may declare something.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

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
from responder._contract.bound import Input
from responder._contract.findings import Finding, found
from responder._contract.providing import bind_provider
from responder._contract.sources import Source
from responder_mypy import compat
from responder_mypy.constants import value_of
from responder_mypy.markers import MarkerCall, marker_call
from responder_mypy.names import ABORT, PROBLEM
from responder_mypy.providers import function_of
from responder_mypy.reading import Read, read
from responder_mypy.telling import Site
from responder_mypy.worlds import World

_CARRIERS = ("auth", "before", "after")
"""Options whose values may declare problems of their own."""
_HANDLER = ("raises-undeclared", "abort-undeclared")
_PROVIDER = ("provider-raises", "provider-aborts")
_PROVIDED = frozenset({Source.NAMED, Source.DEPENDS})


@dataclass(frozen=True, slots=True)
class _Asked:
    """A provider that a route asks for, and what is said of the problems that it raises."""

    function: FuncDef
    raises: tuple[Expression, ...]


class _Unseen(Exception):
    """Something that may declare problems, and can't be looked into."""


def check_raises(site: Site, world: World, call: CallExpr | None, one: Read, bound: Bound) -> None:
    """Tell which problems a handler and its providers raise beside those that are declared."""
    function = one.function
    if call is None or function is None or compat.has_stars(call):
        return
    given = compat.keyword(call, "raises")
    returned = list(_returned(function))
    declares = bool(returned) or (given is not None and not _is_empty(given))
    provided = [input_ for input_ in bound.inputs if input_.source in _PROVIDED]
    if not declares and not any(_says(world, one, input_) for input_ in provided):
        return
    if bound.pending or any(compat.keyword(call, option) is not None for option in _CARRIERS):
        return
    try:
        asked = [*_asked(site, world, one, bound.inputs, frozenset()), *_guards(site, world, call)]
        lists = [*(() if given is None else (given,)), *(given for one in asked for given in one.raises)]
        kinds = [*returned, *(kind for given in lists for kind in _problems(given))]
    except _Unseen:
        return
    statuses = _statuses(kinds, compat.keyword(call, "responses"), site)
    if declares:
        _tell(site, function, one.signature.name, _HANDLER, kinds, statuses)
    for provider in asked:
        if declares or provider.raises:
            inner = Site(site.chk, provider.function)
            _tell(inner, provider.function, provider.function.name, _PROVIDER, kinds, statuses)


def _says(world: World, one: Read, input_: Input) -> bool:
    """Whether something is said of what the provider of a parameter raises."""
    if input_.source is Source.NAMED:
        supply = world.supplies.get(input_.name)
        return supply is not None and supply.raises is not None
    if input_.source is not Source.DEPENDS:
        return False
    marker = one.params[input_.name].marker
    return marker is not None and compat.keyword(marker.call, "raises") is not None


def _asked(
    site: Site, world: World, one: Read, inputs: Iterable[Input], seen: frozenset[str]
) -> Iterator[_Asked]:
    """The providers behind some parameters, and behind theirs."""
    if any(extra.hidden for extra in one.params.values()):
        raise _Unseen
    for input_ in inputs:
        if input_.source is Source.NAMED:
            supply = world.supplies.get(input_.name)
            if supply is None or supply.function is None:
                raise _Unseen
            if supply.scope != "app":
                yield from _with_its_own(site, world, supply.function, supply.raises, seen)
        elif input_.source is Source.DEPENDS:
            marker = one.params[input_.name].marker
            if marker is None:
                raise _Unseen
            yield from _depended(site, world, marker, seen)
        elif input_.source is Source.PRINCIPAL:
            raise _Unseen


def _depended(site: Site, world: World, marker: MarkerCall, seen: frozenset[str]) -> Iterator[_Asked]:
    function = None if marker.provider is None else function_of(marker.provider)
    if function is None or compat.has_stars(marker.call):
        raise _Unseen
    yield from _with_its_own(site, world, function, compat.keyword(marker.call, "raises"), seen)


def _with_its_own(
    site: Site, world: World, function: FuncDef, raises: Expression | None, seen: frozenset[str]
) -> Iterator[_Asked]:
    """A provider, and those that it asks for."""
    yield _Asked(function, () if raises is None or _is_empty(raises) else (raises,))
    if function.fullname in seen:
        return
    typ = proper(function.type) if function.type is not None else site.chk.function_type(function)
    one = read(site.chk, typ, function, function.name) if isinstance(typ, CallableType) else None
    if one is None or (one.function is None and any(param.role is None for param in one.signature.params)):
        raise _Unseen
    if one.function is None:
        return
    bound = bind_provider(one.signature, world.provider_facts())
    if bound.pending:
        raise _Unseen
    yield from _asked(site, world, one, bound.inputs, seen | {function.fullname})


def _guards(site: Site, world: World, call: CallExpr) -> Iterator[_Asked]:
    """The providers of `dependencies=[Depends(f), ...]`."""
    given = compat.keyword(call, "dependencies")
    if given is None or _is_empty(given):
        return
    for item in given.items if isinstance(given, ListExpr | TupleExpr) else (given,):
        marker = marker_call(item)
        if marker is None or marker.source is not Source.DEPENDS:
            raise _Unseen
        yield from _depended(site, world, marker, frozenset())


def _is_empty(given: Expression) -> bool:
    return value_of(given) is None or (isinstance(given, ListExpr | TupleExpr) and not given.items)


def _problems(given: Expression) -> Iterator[TypeInfo]:
    """The problems of a `raises=` as it is written out."""
    if not isinstance(given, ListExpr | TupleExpr):
        if _is_empty(given):
            return
        raise _Unseen
    for item in given.items:
        kind = _problem(item)
        if kind is None:
            raise _Unseen
        yield kind


def _tell(
    site: Site,
    function: FuncDef,
    name: str,
    rules: tuple[str, str],
    declared: Sequence[TypeInfo],
    statuses: frozenset[str] | None,
) -> None:
    """Tell what one function of this module raises beside what is declared, each problem once."""
    if not compat.is_own(site.chk, function):
        return
    told: set[str | int] = set()
    for statement in _ends(function.body.body):
        finding, key = _undeclared(statement, name, rules, declared, statuses)
        if finding is not None and key not in told:
            told.add(key)
            compat.tell(site.chk, finding, statement, origin=site.whole)


def _undeclared(
    statement: Statement,
    name: str,
    rules: tuple[str, str],
    declared: Sequence[TypeInfo],
    statuses: frozenset[str] | None,
) -> tuple[Finding | None, str | int]:
    """What a statement raises beside what is declared, and what stands for it."""
    if isinstance(statement, RaiseStmt):
        kind = None if statement.expr is None else _raised(statement.expr)
        if kind is None or any(kind.has_base(one.fullname) for one in declared):
            return None, ""
        return found(rules[0], handler=name, problem=kind.name), kind.fullname
    call = statement.expr if isinstance(statement, ExpressionStmt | ReturnStmt) else None
    if statuses is None or not isinstance(call, CallExpr) or not isinstance(call.callee, RefExpr):
        return None, ""
    given = compat.positional(call, 0) or compat.keyword(call, "status")
    status = None if call.callee.fullname != ABORT or given is None else value_of(given)
    if not isinstance(status, int) or isinstance(status, bool) or is_declared(status, statuses):
        return None, ""
    return found(rules[1], handler=name, status=status), status


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
