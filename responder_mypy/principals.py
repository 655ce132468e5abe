"""Who may call a route, as far as it is written where the route is: `auth=` of the route, its group, its
router or its application.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mypy.checker import TypeChecker
from mypy.nodes import CallExpr, Expression, FuncDef, ListExpr, MemberExpr, NameExpr, RefExpr, TupleExpr, Var
from mypy.types import AnyType, CallableType, NoneType, Type, UnionType, get_proper_type

from responder._contract.binding import Bound
from responder._contract.principals import mismatch as principal_mismatch
from responder._contract.shapes import UNKNOWN, Many, Shape
from responder._contract.sources import Source
from responder_mypy import compat
from responder_mypy.annotated import principal_type
from responder_mypy.bindings import index_of, key_of
from responder_mypy.constants import value_of
from responder_mypy.names import API, ROUTER
from responder_mypy.providers import mismatch
from responder_mypy.reading import Read, is_unannotated
from responder_mypy.shapes import shape_of
from responder_mypy.telling import Site
from responder_mypy.worlds import Supply, provided

_DEPTH: Final = 8


def guards_of(chk: TypeChecker, call: CallExpr | None) -> Sequence[Expression] | None:
    """The guards of a route, by the call that declares it; None when there may be others."""
    if call is None or compat.has_stars(call):
        return None
    given = compat.keyword(call, "auth")
    if given is None:
        return _inherited(chk, call.callee.expr if isinstance(call.callee, MemberExpr) else None, 0)
    return _listed(given)


def _listed(given: Expression) -> Sequence[Expression] | None:
    if value_of(given) is None:
        return ()
    if isinstance(given, ListExpr | TupleExpr):
        return given.items
    return (given,)


def _inherited(chk: TypeChecker, receiver: Expression | None, depth: int) -> Sequence[Expression] | None:
    """The guards that a group, router or application has for its routes."""
    if isinstance(receiver, NameExpr) and isinstance(receiver.node, Var):
        if receiver.node.fullname.rpartition(".")[0] not in ("", chk.tree.fullname):
            return None
        variable = index_of(chk.tree).get(key_of(receiver.node))
        if variable is None or len(variable.values) != 1 or variable.rebound:
            return None
        receiver = variable.values[0]
    if not isinstance(receiver, CallExpr) or compat.has_stars(receiver) or depth > _DEPTH:
        return None
    given = compat.keyword(receiver, "auth")
    callee = receiver.callee
    if isinstance(callee, MemberExpr) and callee.name == "group":
        return _inherited(chk, callee.expr, depth + 1) if given is None else _listed(given)
    made = callee.fullname if isinstance(callee, RefExpr) else ""
    if made == API:
        return () if given is None else _listed(given)
    # Whoever includes a router may guard its routes.
    return None if made != ROUTER or given is None else _listed(given)


def given_by(chk: TypeChecker, guards: Sequence[Expression] | None) -> Type | None:
    """Whom the one guard of a route lets in; None when that is not known, or when there are several."""
    if guards is None or len(guards) != 1:
        return None
    typ = compat.type_of(chk, guards[0])
    known = principal_type(typ)
    if known is not None:
        return known
    if not isinstance(typ, CallableType) or typ.is_type_obj():
        return None
    node = guards[0].node if isinstance(guards[0], RefExpr) else None
    result = get_proper_type(provided(typ, node if isinstance(node, FuncDef) else None))
    if isinstance(result, UnionType):
        # A function that names nobody lets nobody in.
        result = get_proper_type(
            UnionType.make_union(
                [one for one in result.items if not isinstance(get_proper_type(one), NoneType)]
            )
        )
    return None if result is None or isinstance(result, AnyType | NoneType) else result


def shape_given(guards: Sequence[Expression] | None, gives: Type | None) -> Shape:
    """What handlers see of their guards."""
    if guards is not None and len(guards) > 1:
        return Many(UNKNOWN)
    return UNKNOWN if gives is None else shape_of(gives)


def check_principals(site: Site, one: Read, bound: Bound, told: set[str | None], gives: Type | None) -> None:
    """Tell where a principal's class is not what the handler declares."""
    for input_ in bound.inputs:
        if input_.source is not Source.PRINCIPAL or input_.name in told:
            continue
        extra = one.params[input_.name]
        marker = input_.param.marker
        have = gives if marker is None or marker.provider is None else extra.gives
        if have is None or is_unannotated(extra.type) or extra.hidden:
            continue
        wrong = mismatch(site.chk, Supply(input_.name, have), extra.type)
        if wrong is not None:
            finding = principal_mismatch(input_.param, one.signature.name, wrong)
            compat.tell(site.chk, finding, extra.place or site.whole, origin=site.whole)
