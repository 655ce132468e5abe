"""The application that a route is declared on, if this module makes it, and what becomes of it here."""

from __future__ import annotations

from dataclasses import dataclass

from mypy.checker import TypeChecker
from mypy.nodes import CallExpr, Expression, MemberExpr, NameExpr, RefExpr, Var

from responder_mypy.bindings import Binding, index_of, key_of
from responder_mypy.names import API


def may_rewrite(chk: TypeChecker, receiver: Expression | None) -> bool:
    """Whether this module has hooks that run after the handlers of an application, group or router."""
    while isinstance(receiver, CallExpr) and isinstance(receiver.callee, MemberExpr):
        receiver = receiver.callee.expr
    if not isinstance(receiver, NameExpr) or not isinstance(receiver.node, Var):
        return False
    variable = index_of(chk.tree).get(key_of(receiver.node))
    return variable is not None and (
        variable.after or any(may_rewrite(chk, value) for value in variable.values if value is not receiver)
    )


@dataclass(frozen=True, slots=True)
class Made:
    """The call that makes an application, and all that its module does with it.

    `local` says that it never leaves a function, `runs` that this module is the program that serves it.
    """

    call: CallExpr
    bindings: tuple[Binding, ...] = ()
    convertors: tuple[CallExpr, ...] = ()
    local: bool = False
    runs: bool = False


def made_here(chk: TypeChecker, receiver: Expression | None, depth: int = 0) -> Made | None:
    """How this module makes an application; None when other modules may have a part in it, as in a router,
    whose names and convertors come from whoever includes it.
    """
    if isinstance(receiver, CallExpr) and depth < 8:
        callee = receiver.callee
        if isinstance(callee, MemberExpr) and callee.name == "group":
            return made_here(chk, callee.expr, depth + 1)
        return Made(receiver) if isinstance(callee, RefExpr) and callee.fullname == API else None
    if not isinstance(receiver, NameExpr) or not isinstance(receiver.node, Var):
        return None
    node = receiver.node
    local = "." not in node.fullname
    if not local and node.fullname != f"{chk.tree.fullname}.{node.name}":
        return None
    variable = index_of(chk.tree).get(key_of(node))
    if variable is None or variable.escapes or len(variable.values) != 1:
        return None
    made = made_here(chk, variable.values[0], depth + 1)
    if made is None:
        return None
    return Made(
        made.call,
        (*made.bindings, *variable.bindings),
        (*made.convertors, *variable.convertors),
        made.local or local,
        made.runs or variable.runs,
    )
