"""Which bodies a handler may answer with, and under which statuses: one walk through its statements.

Nothing is evaluated.  A state is the statuses and the bodies that may be set; where paths join, both are
united, so that whatever can happen is among what is told.  What the walk does not understand makes it give
up.  Called by `answers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from mypy.nodes import (
    AssertStmt,
    AssignmentStmt,
    Block,
    BreakStmt,
    CallExpr,
    ContinueStmt,
    Expression,
    ExpressionStmt,
    ForStmt,
    FuncDef,
    IfStmt,
    ImportBase,
    LambdaExpr,
    MatchStmt,
    MemberExpr,
    NameExpr,
    Node,
    PassStmt,
    RaiseStmt,
    RefExpr,
    ReturnStmt,
    Statement,
    TryStmt,
    TupleExpr,
    WhileStmt,
    WithStmt,
)

from responder_mypy.bindings import children_of
from responder_mypy.constants import value_of
from responder_mypy.names import ABORT

ANY: Final = -1
"""A status that is not known."""
DEFAULT: Final = 0
"""The status that the route sends when none is set."""
_HARMLESS: Final = frozenset(
    (
        "headers",
        "cookies",
        "set_cookie",
        "delete_cookie",
        "status_code",
        "mimetype",
        "encoding",
        "session",
        "req",
    )
)
"""What of a response may be used without changing its body or its status."""
How: TypeAlias = Literal["media", "text", "html", "content", "return"]
_BODIES: Final[Mapping[str, How]] = {
    "media": "media",
    "text": "text",
    "html": "html",
    "content": "content",
}


@dataclass(frozen=True, eq=False, slots=True)
class Body:
    """One body as it is written: assigned to an attribute of the response, or returned."""

    how: How
    value: Expression


Statuses: TypeAlias = frozenset[int]
Bodies: TypeAlias = frozenset[Body | None]
"""None stands for no body, or for one that is not known."""


@dataclass(frozen=True, slots=True)
class State:
    """What may have been set by now."""

    statuses: Statuses = frozenset({DEFAULT})
    bodies: Bodies = frozenset({None})

    def joined(self, other: State | None) -> State:
        """What may have been set on either of two ways."""
        if other is None:
            return self
        return State(self.statuses | other.statuses, self.bodies | other.bodies)


class Lost(Exception):
    """Something that the walk does not understand."""


def answers_of(function: FuncDef, response: str | None) -> list[State] | None:
    """The states in which a handler, whose response has this name, may end; None when that can't be told."""
    walk = _Walk(response)
    try:
        end = walk.block(function.body.body, State())
    except Lost:
        return None
    return walk.ends if end is None else [*walk.ends, end]


def _either(one: State | None, other: State | None) -> State | None:
    return other if one is None else one.joined(other)


class _Walk:
    """Goes through statements; what it leaves behind is in `ends`."""

    def __init__(self, response: str | None) -> None:
        self.ends: list[State] = []
        self._response = response
        self._weak = False
        """Whether what is set may as well not have been."""
        self._loops: list[list[State]] = []

    def block(self, statements: Iterable[Statement], state: State) -> State | None:
        """What holds after some statements; None when their end is never reached."""
        now: State | None = state
        for statement in statements:
            if now is None:
                return None
            now = self._statement(statement, now)
        return now

    def _statement(self, node: Statement, state: State) -> State | None:
        if isinstance(node, AssignmentStmt):
            return self._assignment(node, state)
        if isinstance(node, ExpressionStmt):
            state = self._used(node.expr, state)
            return None if _is_abort(node.expr) else state
        if isinstance(node, ReturnStmt):
            self._return(node, state)
            return None
        if isinstance(node, RaiseStmt):
            return None
        if isinstance(node, BreakStmt | ContinueStmt):
            self._loops[-1].append(state)
            return None
        if isinstance(node, Block):
            return self.block(node.body, state)
        if isinstance(node, PassStmt | ImportBase | AssertStmt):
            return self._used(node, state)
        return self._branching(node, state)

    def _branching(self, node: Statement, state: State) -> State | None:
        if isinstance(node, IfStmt):
            result: State | None = None
            for condition, body in zip(node.expr, node.body, strict=True):
                state = self._used(condition, state)
                result = _either(result, self.block(body.body, state))
            rest = state if node.else_body is None else self.block(node.else_body.body, state)
            return _either(result, rest)
        if isinstance(node, WhileStmt | ForStmt):
            return self._loop(node, state)
        if isinstance(node, WithStmt):
            for expression in node.expr:
                state = self._used(expression, state)
            # A context manager may swallow what is raised inside.
            return state.joined(self.block(node.body.body, state)).joined(self._anywhere(node.body, state))
        if isinstance(node, TryStmt):
            return self._try(node, state)
        if isinstance(node, MatchStmt):
            after = self._used(node.subject, state)
            for body in node.bodies:
                after = after.joined(self.block(body.body, state))
            return after
        return self._used(node, state)

    def _loop(self, node: WhileStmt | ForStmt, state: State) -> State:
        state = self._used(node.expr, state)
        for _ in range(2):
            self._loops.append([])
            state = state.joined(self.block(node.body.body, state))
            for left in self._loops.pop():
                state = state.joined(left)
        return state if node.else_body is None else state.joined(self.block(node.else_body.body, state))

    def _try(self, node: TryStmt, state: State) -> State | None:
        broken = self._anywhere(node.body, state)
        result = self.block(node.body.body, state)
        if node.else_body is not None and result is not None:
            result = self.block(node.else_body.body, result)
        for handler in node.handlers:
            result = _either(result, self.block(handler.body, broken))
        if node.finally_body is not None and self._mentions(node.finally_body):
            raise Lost
        return result

    def _anywhere(self, block: Block, state: State) -> State:
        """What may hold when a block is left at any of its statements."""
        ends, weak = len(self.ends), self._weak
        self._weak = True
        after = state.joined(self.block(block.body, state))
        self._weak = weak
        del self.ends[ends:]
        return after

    def _assignment(self, node: AssignmentStmt, state: State) -> State:
        state = self._used(node.rvalue, state)
        for target in node.lvalues:
            attribute = self._attribute(target)
            if attribute == "status_code":
                status = value_of(node.rvalue)
                known = status if isinstance(status, int) and not isinstance(status, bool) else ANY
                state = self._set(state, State(frozenset({known}), state.bodies))
            elif attribute is not None and attribute in _BODIES:
                body = Body(_BODIES[attribute], node.rvalue)
                state = self._set(state, State(state.statuses, frozenset({body})))
            elif isinstance(target, NameExpr) and target.name == self._response:
                raise Lost
            else:
                state = self._used(target, state)
        return state

    def _set(self, before: State, after: State) -> State:
        return before.joined(after) if self._weak else after

    def _return(self, node: ReturnStmt, state: State) -> None:
        value = node.expr
        if value is None or (isinstance(value, NameExpr) and value.fullname == "builtins.None"):
            self.ends.append(state)
            return
        state = self._used(value, state)
        statuses = state.statuses
        if isinstance(value, TupleExpr):
            if len(value.items) not in (2, 3):
                raise Lost
            status = value_of(value.items[1])
            statuses = frozenset({status if isinstance(status, int) else ANY})
            value = value.items[0]
        self.ends.append(State(statuses, frozenset({Body("return", value)})))

    def _attribute(self, node: Expression) -> str | None:
        """Which attribute of the response this is."""
        is_own = isinstance(node, MemberExpr) and isinstance(node.expr, NameExpr)
        if is_own and isinstance(node, MemberExpr) and isinstance(node.expr, NameExpr):
            return node.name if node.expr.name == self._response else None
        return None

    def _used(self, node: Node, state: State) -> State:
        """What holds after something was evaluated."""
        for found in self._uses(node):
            if found is None:
                raise Lost
            if found not in _HARMLESS:
                state = State(state.statuses | {ANY}, frozenset({None}))
        return state

    def _uses(self, node: Node) -> list[str | None]:
        """The attributes of the response that are used somewhere inside; None for the response itself."""
        if self._response is None:
            return []
        attribute = self._attribute(node) if isinstance(node, MemberExpr) else None
        if attribute is not None:
            return [attribute]
        if isinstance(node, NameExpr):
            return [None] if node.name == self._response else []
        found = [use for child in children_of(node) for use in self._uses(child)]
        # Whoever is defined here may be called anywhere.
        return [None] if found and isinstance(node, FuncDef | LambdaExpr) else found

    def _mentions(self, node: Node) -> bool:
        return bool(self._uses(node))


def _is_abort(node: Expression) -> bool:
    return isinstance(node, CallExpr) and isinstance(node.callee, RefExpr) and node.callee.fullname == ABORT
