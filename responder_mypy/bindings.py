"""Which applications a module makes, which names and convertors it binds on them, and whether it runs them.

One walk over the module's tree, made when the first handler asks.  The index holds places in the tree and no
conclusions, so that it is valid as long as the tree is.  Called by `worlds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

from mypy.nodes import (
    AssignmentExpr,
    AssignmentStmt,
    CallExpr,
    ClassDef,
    ComparisonExpr,
    Context,
    Decorator,
    Expression,
    ForStmt,
    FuncDef,
    IfStmt,
    ListExpr,
    MatchStmt,
    MemberExpr,
    MypyFile,
    NameExpr,
    Node,
    OperatorAssignmentStmt,
    RefExpr,
    StarExpr,
    Statement,
    TupleExpr,
    Var,
    WithStmt,
)

from responder_mypy.compat import has_stars, keyword, positional
from responder_mypy.constants import text_of

Key: TypeAlias = tuple[str, int, int]
"""A variable: its name and where it is defined.  Analysing a function again makes new nodes for its own."""

_SERVERS: Final = frozenset({"uvicorn", "granian", "hypercorn"})
_HARMLESS: Final = _SERVERS | {"starlette", "httpx", "httpx2", "responder"}
"""Packages whose functions may be given an application without binding names on it."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One name that is bound; `name` and `scope` are None when they are not known."""

    name: str | None
    scope: str | None
    provider: FuncDef | Expression | None
    certain: bool
    """Whether the provider is the function as it is written, without other decorators."""
    place: Context
    raises: Expression | None = None
    """What is said of the problems that it raises."""


@dataclass(slots=True)
class Variable:
    """What a module does with one variable."""

    values: list[Expression] = field(default_factory=list[Expression])
    bindings: list[Binding] = field(default_factory=list[Binding])
    convertors: list[CallExpr] = field(default_factory=list[CallExpr])
    """Each call of `add_convertor`."""
    escapes: bool = False
    runs: bool = False
    """Whether the module serves it, so that it is the program and nobody else's."""
    rebound: bool = False
    """Whether it gets values that are not written as such: of a loop, a `with`, a pattern."""
    after: bool = False
    """Whether hooks run after its handlers."""


Index: TypeAlias = dict[Key, Variable]


def key_of(node: Var) -> Key:
    """The variable's key."""
    return (node.name, node.line, node.column)


_CHILDREN: Final = (
    "defs body else_body finally_body expr lvalues rvalue func args callee base index items left right cond "
    "if_expr else_expr left_expr sequences condlists indices generator key value operands target handlers "
    "types vars subject patterns pattern guards bodies msg from_expr arguments initializer begin_index "
    "end_index stride name lvalue"
).split()


_attributes: Final[dict[str, tuple[str, ...]]] = {}
"""Which of them a kind of node has; by its name, which never changes."""


def children_of(node: Node) -> Iterator[Node]:
    """Everything that is written directly inside of a node."""
    kind = type(node).__name__
    names = _attributes.get(kind)
    if names is None:
        names = _attributes[kind] = tuple(name for name in _CHILDREN if hasattr(node, name))
    for name in names:
        yield from _nodes(getattr(node, name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, list | tuple):
        for item in cast("Iterable[object]", value):
            yield from _nodes(item)


def _package_of(call: CallExpr) -> str:
    """The package of the function that is called, when it can be told."""
    return call.callee.fullname.partition(".")[0] if isinstance(call.callee, RefExpr) else ""


_last: tuple[list[Statement], Index] | None = None


def index_of(tree: MypyFile) -> Index:
    """The index of the module being checked."""
    global _last
    if _last is None or _last[0] is not tree.defs:
        walk = _Walk()
        script = any(map(_is_main_block, tree.defs))
        for statement in tree.defs:
            walk.serving = script or not isinstance(statement, FuncDef | Decorator | ClassDef)
            walk.look(statement)
        _last = (tree.defs, walk.index)
    return _last[1]


def _targets(node: Node) -> Iterable[Node]:
    """What gets values here, otherwise than by an assignment."""
    if isinstance(node, ForStmt):
        return (node.index,)
    if isinstance(node, WithStmt):
        return [target for target in node.target if target is not None]
    if isinstance(node, AssignmentExpr):
        return (node.target,)
    if isinstance(node, OperatorAssignmentStmt):
        return (node.lvalue,)
    return node.patterns if isinstance(node, MatchStmt) else ()


def _is_main_block(statement: Statement) -> bool:
    """Whether this is `if __name__ == "__main__":`."""
    if not isinstance(statement, IfStmt) or not isinstance(statement.expr[0], ComparisonExpr):
        return False
    return any(isinstance(one, NameExpr) and one.name == "__name__" for one in statement.expr[0].operands)


class _Walk:
    """Looks at everything that is done with variables.  (mypy's own visitors are compiled, and no base.)"""

    def __init__(self) -> None:
        self.index: Index = {}
        self.serving = False
        """Whether an application that is served here is served by the program that this module is."""

    def _variable(self, node: Expression) -> Variable | None:
        if isinstance(node, NameExpr) and isinstance(node.node, Var):
            return self.index.setdefault(key_of(node.node), Variable())
        return None

    def _rebind(self, node: Node) -> None:
        variable = self._variable(node) if isinstance(node, NameExpr) else None
        if variable is not None:
            variable.rebound = True
        for child in children_of(node):
            self._rebind(child)

    def look(self, node: Node) -> None:
        """Look at a node and all below it."""
        for target in _targets(node):
            self._rebind(target)
        if isinstance(node, AssignmentStmt):
            self._assignment(node)
        elif isinstance(node, Decorator):
            self._decorator(node)
        elif isinstance(node, NameExpr):
            variable = self._variable(node)
            if variable is not None:
                variable.escapes = True
        elif isinstance(node, MemberExpr):
            self._member(node)
        elif not isinstance(node, CallExpr) or not self._binds(node):
            package = _package_of(node) if isinstance(node, CallExpr) else ""
            for child in children_of(node):
                known = package in _HARMLESS and isinstance(child, NameExpr)
                variable = self._variable(child) if known and isinstance(child, NameExpr) else None
                if variable is None:
                    self.look(child)
                elif package in _SERVERS and self.serving:
                    variable.runs = True

    def _assignment(self, node: AssignmentStmt) -> None:
        for target in node.lvalues:
            variable = self._variable(target)
            if variable is not None:
                variable.values.append(node.rvalue)
            else:
                if isinstance(target, TupleExpr | ListExpr | StarExpr):
                    self._rebind(target)
                self.look(target)
        self.look(node.rvalue)

    def _member(self, node: MemberExpr) -> None:
        variable = self._variable(node.expr)
        if variable is None:
            self.look(node.expr)
        elif node.name in ("dependency", "add_dependency", "add_convertor"):
            variable.escapes = True  # not called here, so by whom and with what?
        elif node.name == "after_request":
            variable.after = True
        elif node.name in ("run", "serve") and self.serving:
            variable.runs = True

    def _decorator(self, node: Decorator) -> None:
        self.look(node.func)
        for decorator in node.original_decorators:
            binding = self._decorated(decorator, node)
            if binding is None:
                self.look(decorator)
            else:
                binding[0].bindings.append(binding[1])

    def _decorated(self, decorator: Expression, node: Decorator) -> tuple[Variable, Binding] | None:
        call = decorator if isinstance(decorator, CallExpr) else None
        variable = self._receiver(decorator if call is None else call.callee, "dependency")
        if variable is None:
            return None
        certain = len(node.original_decorators) == 1
        if call is None:
            return variable, Binding(node.func.name, "request", node.func, certain, node.func)
        name, scope = _named(call, node.func.name)
        return variable, Binding(name, scope, node.func, certain, node.func, keyword(call, "raises"))

    def _binds(self, call: CallExpr) -> bool:
        """`api.add_dependency("name", f)`, `api.dependency(f)`, `api.dependency(...)(f)`; and
        `api.add_convertor(...)`.
        """
        variable = self._receiver(call.callee, "add_convertor")
        if variable is not None:
            variable.convertors.append(call)
            return True
        variable = self._receiver(call.callee, "add_dependency")
        if variable is not None:
            given = positional(call, 0) or keyword(call, "name")
            provider = positional(call, 1) or keyword(call, "provider")
            scope = keyword(call, "scope")
            binding = Binding(
                None if has_stars(call) else text_of(given),
                "request" if scope is None else text_of(scope),
                provider,
                True,
                call,
                keyword(call, "raises"),
            )
            variable.bindings.append(binding)
            return True
        options = call.callee if isinstance(call.callee, CallExpr) else None
        variable = self._receiver(call.callee if options is None else options.callee, "dependency")
        if variable is None:
            return False
        provider = positional(call, 0)
        known = provider.name if isinstance(provider, NameExpr | MemberExpr) else None
        name, scope_text = (known, "request") if options is None else _named(options, known)
        raises = None if options is None else keyword(options, "raises")
        variable.bindings.append(Binding(name, scope_text, provider, True, call, raises))
        return True

    def _receiver(self, callee: Expression, method: str) -> Variable | None:
        if isinstance(callee, MemberExpr) and callee.name == method:
            return self._variable(callee.expr)
        return None


def _named(call: CallExpr, otherwise: str | None) -> tuple[str | None, str | None]:
    """The name and the scope that `dependency(...)` was told."""
    if has_stars(call):
        return None, None
    name, scope = positional(call, 0) or keyword(call, "name"), keyword(call, "scope")
    return (
        otherwise if name is None else text_of(name),
        "request" if scope is None else text_of(scope),
    )
