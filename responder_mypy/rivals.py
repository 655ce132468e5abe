"""Routes of one module that are in each other's way: the same path twice, and what can never match.

Only what surely happens is compared: declarations that are statements of the module itself, or of one
function, on the same variable, which has one value.  One light walk over a module finds them, when the first
of its handlers asks; no types are needed for that.  Called by `views`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from mypy.checker import TypeChecker
from mypy.nodes import (
    ARG_STAR,
    ARG_STAR2,
    AssignmentStmt,
    CallExpr,
    ClassDef,
    Decorator,
    Expression,
    ExpressionStmt,
    FuncDef,
    MemberExpr,
    MypyFile,
    NameExpr,
    RefExpr,
    Statement,
    StrExpr,
    Var,
)
from mypy.types import Instance, get_proper_type

from responder._contract.convertors import BUILTIN
from responder._contract.findings import Finding, found
from responder._contract.rivals import contradict, hidden_by
from responder._contract.template import Template, join, parse
from responder_mypy import compat
from responder_mypy.bindings import index_of, key_of
from responder_mypy.constants import text_of, texts_of, value_of
from responder_mypy.names import ROUTES, STREAM_ROUTES, STREAMS, VERBS
from responder_mypy.specs import methods_of, prefix_of
from responder_mypy.telling import Site
from responder_mypy.worlds import registry_of, world_of

_GET: Final = frozenset({"GET"})
_METHODS: Final = {**{verb: frozenset({verb.upper()}) for verb in VERBS}, **dict.fromkeys(STREAMS, _GET)}
_MANY: Final = frozenset({"route", "add_route"})
_SOCKET: Final = "websocket_route"
_SPANNING: Final = frozenset(name for name, facts in BUILTIN.items() if facts.spans)


@dataclass(frozen=True, slots=True, eq=False)
class _Declared:
    """One declaration, as it is written."""

    call: CallExpr
    root: Var
    """The variable that holds what it is declared on, or what that is a group of."""
    template: Template
    methods: frozenset[str] | None
    kind: str
    is_class: bool
    """Whether the methods are those that a class has."""
    spans: bool
    """Whether some field may hold a slash."""


@dataclass(slots=True)
class _Root:
    """What was declared on one variable, in order."""

    by_path: dict[str, list[_Declared]] = field(default_factory=dict[str, list[_Declared]])
    by_start: dict[str, list[_Declared]] = field(default_factory=dict[str, list[_Declared]])
    """Those with fields, by the text before the first of them."""
    lengths: set[int] = field(default_factory=set[int])
    """The lengths of these texts."""


@dataclass(frozen=True, slots=True)
class _Clash:
    """A declaration, and the earlier ones that are in its way."""

    one: _Declared
    others: tuple[_Declared, ...]
    is_same: bool


_Place = tuple[int, int]
_last: tuple[list[Statement], dict[_Place, _Clash]] | None = None


def check_rivals(site: Site, call: CallExpr) -> None:
    """Tell when a route is declared a second time, or can never match."""
    clash = _clashes(site.chk.tree).get((call.line, call.column))
    if clash is None or not _is_certain(site.chk, clash):
        return
    finding = _finding(clash)
    place = compat.positional(call, 0) or compat.keyword(call, "path")
    compat.tell(site.chk, finding, place or call, origin=site.whole)


def _finding(clash: _Clash) -> Finding:
    root = clash.one.root.type
    prefix = "" if root is None else prefix_of(root).text.rstrip("/")
    text = prefix + clash.one.template.text
    if clash.is_same:
        return found("route-duplicate", template=text)
    others = '" and "'.join(prefix + other.template.text for other in clash.others)
    return found("route-shadowed", template=text, other=others)


def _is_certain(chk: TypeChecker, clash: _Clash) -> bool:
    """Whether all are declared on one object, by the framework's own methods and with its own convertors."""
    root = clash.one.root
    variable = index_of(chk.tree).get(key_of(root))
    typ = get_proper_type(root.type)
    if not isinstance(typ, Instance):
        return False
    every = (clash.one, *clash.others)
    if variable is not None and (variable.rebound or len(variable.values) > 1):
        return False
    if variable is not None and any(value.line > one.call.line for value in variable.values for one in every):
        return False
    for one in every:
        name = one.call.callee.name if isinstance(one.call.callee, MemberExpr) else ""
        owner = typ.type.get_containing_type_info(name)
        # A group is the framework's own.
        direct = isinstance(one.call.callee, MemberExpr) and _var(one.call.callee.expr) is root
        if direct and (owner is None or owner.fullname not in (ROUTES, STREAM_ROUTES)):
            return False
    if clash.is_same or not any(one.template.fields for one in every):
        return True
    known = world_of(chk, registry_of(typ), NameExpr(root.name)).convertors
    names = {one.convertor for other in every for one in other.template.fields}
    return all(known.get(name) is BUILTIN.get(name) for name in names)


def _clashes(tree: MypyFile) -> dict[_Place, _Clash]:
    """Everything in a module that is in the way of something else, by the place of the later declaration."""
    global _last
    if _last is None or _last[0] is not tree.defs:
        found_ones: dict[_Place, _Clash] = {}
        for body in _bodies(tree.defs):
            _compare(_declared_in(body), found_ones)
        _last = (tree.defs, found_ones)
    return _last[1]


def _bodies(statements: Sequence[Statement]) -> Iterator[Sequence[Statement]]:
    yield statements
    for statement in statements:
        if isinstance(statement, FuncDef):
            yield from _bodies(statement.body.body)


def _compare(declared: Iterable[tuple[_Declared, _Root]], clashes: dict[_Place, _Clash]) -> None:
    for one, root in declared:
        call = one.call
        same = root.by_path.get(one.template.text)
        if same is not None and _is_checked(call):
            rivals = [other for other in same if contradict(one.kind, one.methods, other.kind, other.methods)]
            if rivals:
                clashes[(call.line, call.column)] = _Clash(one, tuple(rivals), True)
                continue  # and so it is not declared
        others = _that_may_hide(one, root, same or ())
        by = hidden_by(one.template, one.methods, [(other.template, other.methods) for other in others])
        if by:
            chosen = [next(other for other in others if other.template is template) for template in by]
            clashes[(call.line, call.column)] = _Clash(one, tuple(chosen), False)
        if "gives_way" in call.arg_names:
            continue
        root.by_path.setdefault(one.template.text, []).append(one)
        if one.template.fields and not one.is_class:
            start = one.template.parts[0]
            if isinstance(start, str):
                root.by_start.setdefault(start, []).append(one)
                root.lengths.add(len(start))


def _that_may_hide(one: _Declared, root: _Root, same: Sequence[_Declared]) -> list[_Declared]:
    """The earlier declarations that may match every path of this one, at a glance."""
    start = one.template.parts[0] if one.template.parts else None
    if one.is_class or not isinstance(start, str):
        return []
    slashes = one.template.text.count("/")
    others = [] if one.template.fields else [other for other in same if _competes(one, other)]
    for length in root.lengths:
        if length > len(start):
            continue
        for other in root.by_start.get(start[:length], ()):
            fits = other.spans or (not one.spans and other.template.text.count("/") == slashes)
            if fits and _competes(one, other):
                others.append(other)
    if len(others) > 1:
        others.sort(key=lambda other: (other.call.line, other.call.column))
    return others


def _competes(one: _Declared, other: _Declared) -> bool:
    if one.kind != other.kind or other.is_class:
        return False
    return one.methods is None or other.methods is None or not _disjoint(one.methods, other.methods)


def _disjoint(methods: frozenset[str], others: frozenset[str]) -> bool:
    return methods.isdisjoint(others) and not ("HEAD" in methods and "GET" in others)


def _is_checked(call: CallExpr) -> bool:
    if "check_existing" not in call.arg_names:
        return True
    given = compat.keyword(call, "check_existing")
    return given is not None and value_of(given) is True


def _declared_in(body: Sequence[Statement]) -> Iterator[tuple[_Declared, _Root]]:
    """The declarations among the statements of one body, in the order in which they are made."""
    roots: dict[Var, _Root] = {}
    groups: dict[Var, tuple[Var, Template] | None] = {}
    for statement in body:
        calls: list[CallExpr] = []
        if isinstance(statement, Decorator):
            calls = [one for one in reversed(statement.original_decorators) if isinstance(one, CallExpr)]
        elif isinstance(statement, ClassDef):
            calls = [one for one in reversed(statement.decorators) if isinstance(one, CallExpr)]
        elif isinstance(statement, ExpressionStmt) and isinstance(statement.expr, CallExpr):
            inner = statement.expr.callee
            calls = [inner if isinstance(inner, CallExpr) else statement.expr]
        elif isinstance(statement, AssignmentStmt):
            _group(statement, groups)
        for call in calls:
            callee = call.callee
            if isinstance(callee, MemberExpr) and (
                callee.name in _METHODS or callee.name in _MANY or callee.name == _SOCKET
            ):
                is_class = isinstance(statement, ClassDef) or not isinstance(statement, Decorator)
                one = _read(call, callee, groups, is_class=is_class)
                if one is not None:
                    yield one, roots.setdefault(one.root, _Root())


def _group(statement: AssignmentStmt, groups: dict[Var, tuple[Var, Template] | None]) -> None:
    """Remember `v1 = api.group("/v1")`; a variable that gets another value stands for nothing."""
    call = statement.rvalue
    if not isinstance(call, CallExpr) or not isinstance(call.callee, MemberExpr) or len(call.args) < 1:
        return
    owner = _var(call.callee.expr)
    target = _var(statement.lvalues[0]) if len(statement.lvalues) == 1 else None
    if call.callee.name != "group" or owner is None or target is None:
        return
    text = text_of(call.args[0])
    prefix = None if text is None else parse(text.rstrip("/"), allow_empty=True)
    outer = groups.get(owner, (owner, None))
    if outer is None or not isinstance(prefix, Template) or target in groups:
        groups[target] = None
        return
    whole = prefix if outer[1] is None else join(outer[1], prefix)
    groups[target] = (outer[0], whole) if isinstance(whole, Template) else None


def _var(expression: Expression) -> Var | None:
    return expression.node if isinstance(expression, RefExpr) and isinstance(expression.node, Var) else None


def _read(
    call: CallExpr,
    callee: MemberExpr,
    groups: dict[Var, tuple[Var, Template] | None],
    *,
    is_class: bool,
) -> _Declared | None:
    """One declaration; None when something about it can't be seen."""
    receiver = _var(callee.expr)
    if receiver is None or not call.args or ARG_STAR in call.arg_kinds or ARG_STAR2 in call.arg_kinds:
        return None
    path: Expression | None = call.args[0]
    if call.arg_names[0] is not None:
        path = compat.keyword(call, "path")
    text = path.value if isinstance(path, StrExpr) else text_of(path)
    template = None if text is None else parse(text, allow_empty=True)
    place = groups.get(receiver, (receiver, None)) if groups else (receiver, None)
    if place is None or not isinstance(template, Template) or "before_request" in call.arg_names:
        return None
    if place[1] is not None:
        joined = join(place[1], template)
        if not isinstance(joined, Template):
            return None
        template = joined
    kind, methods = "http", _METHODS.get(callee.name)
    if methods is None:
        several = _several(call, callee.name)
        if several is None:
            return None
        kind, methods = several
    spans = any(one.convertor in _SPANNING for one in template.fields) if template.fields else False
    return _Declared(call, place[0], template, methods, kind, is_class and callee.name in _MANY, spans)


def _several(call: CallExpr, name: str) -> tuple[str, frozenset[str] | None] | None:
    """The kind and the methods of `route` and its like; None when they can't be seen."""
    if name == _SOCKET:
        return "websocket", None
    socket = compat.keyword(call, "websocket")
    is_socket = None if socket is None else value_of(socket)
    if is_socket is True:
        return "websocket", None
    given = compat.keyword(call, "methods")
    if is_socket not in (None, False) or (given is not None and texts_of(given) is None):
        return None
    texts = None if given is None else texts_of(given)
    return "http", methods_of(texts) if texts else None
