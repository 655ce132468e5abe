"""The type of an expression, where it can be seen without checking the function that it stands in.

mypy looks at decorators before it looks into functions, or after, as its version and mode will have it; so
the types of local variables are not to be had.  What is written out, declared, or returned by something
declared is the same in every mode.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mypy.checker import TypeChecker
from mypy.nodes import (
    AwaitExpr,
    BytesExpr,
    CallExpr,
    ConditionalExpr,
    DictExpr,
    DictionaryComprehension,
    Expression,
    FloatExpr,
    FuncDef,
    IntExpr,
    ListComprehension,
    ListExpr,
    MemberExpr,
    NameExpr,
    RefExpr,
    StrExpr,
    TypeInfo,
    Var,
)
from mypy.types import AnyType, CallableType, Instance, NoneType, ProperType, Type, TypeOfAny, UnionType
from mypy.types import get_proper_type as proper

from responder_mypy.bindings import index_of, key_of
from responder_mypy.constants import text_of
from responder_mypy.reading import is_unannotated

_LITERALS: Final[Mapping[type[Expression], str]] = {
    StrExpr: "builtins.str",
    IntExpr: "builtins.int",
    FloatExpr: "builtins.float",
    BytesExpr: "builtins.bytes",
}
_DEPTH: Final = 6


def evident(chk: TypeChecker, node: Expression, depth: int = 0) -> ProperType | None:
    """The type of an expression; None where it is not evident."""
    if depth > _DEPTH:
        return None
    literal = _LITERALS.get(type(node))
    if literal is not None or text_of(node) is not None:
        return chk.named_generic_type(literal or "builtins.str", [])
    if isinstance(node, DictExpr | DictionaryComprehension):
        anything = AnyType(TypeOfAny.special_form)
        return chk.named_generic_type("builtins.dict", [anything, anything])
    if isinstance(node, ListComprehension):
        return _listed(chk, evident(chk, node.generator.left_expr, depth + 1))
    if isinstance(node, ListExpr):
        items = [evident(chk, item, depth + 1) for item in node.items]
        return _listed(chk, items[0] if items and all(item == items[0] for item in items) else None)
    if isinstance(node, ConditionalExpr):
        return _either(evident(chk, node.if_expr, depth + 1), evident(chk, node.else_expr, depth + 1))
    if isinstance(node, AwaitExpr):
        return _awaited(evident(chk, node.expr, depth + 1))
    if isinstance(node, CallExpr):
        return _result(chk, node, depth)
    return _named(chk, node, depth) if isinstance(node, NameExpr) else None


def _listed(chk: TypeChecker, item: ProperType | None) -> ProperType:
    return chk.named_generic_type(
        "builtins.list", [AnyType(TypeOfAny.special_form) if item is None else item]
    )


def _either(one: ProperType | None, other: ProperType | None) -> ProperType | None:
    return None if one is None or other is None else proper(UnionType.make_union([one, other]))


def _awaited(typ: ProperType | None) -> ProperType | None:
    if isinstance(typ, Instance) and typ.type.fullname in ("typing.Coroutine", "typing.Awaitable"):
        return _plain(typ.args[-1])
    return None


def _named(chk: TypeChecker, node: NameExpr, depth: int) -> ProperType | None:
    """The declared type of a variable, or that of the one value it is ever given.  What mypy inferred may not
    be known yet.
    """
    if node.fullname == "builtins.None":
        return NoneType()
    var = node.node
    if not isinstance(var, Var) or node.fullname in ("builtins.True", "builtins.False"):
        return None
    if not var.is_inferred:
        return None if var.type is None else _plain(var.type)
    variable = index_of(chk.tree).get(key_of(var))
    if variable is None or variable.rebound or len(variable.values) != 1:
        return None
    value = variable.values[0]
    # A list or a mapping that grows may come to hold something else than it began with.
    return None if isinstance(value, ListExpr) else evident(chk, value, depth + 1)


def _result(chk: TypeChecker, call: CallExpr, depth: int) -> ProperType | None:
    """What a call gives: of a class an instance, of a function what it is declared to return."""
    callee = call.callee
    if isinstance(callee, RefExpr) and isinstance(callee.node, TypeInfo):
        return _made(callee.node)
    if isinstance(callee, RefExpr) and isinstance(callee.node, FuncDef):
        return _returned(callee.node)
    if isinstance(callee, MemberExpr) and callee.node is None:
        holder = evident(chk, callee.expr, depth + 1)
        if isinstance(holder, Instance) and not holder.args:
            method = holder.type.get(callee.name)
            if method is not None and isinstance(method.node, FuncDef):
                return _returned(method.node)
    return None


def _made(info: TypeInfo) -> ProperType | None:
    """An instance, unless the class says otherwise or has type arguments."""
    if info.type_vars or info.fallback_to_any or info.is_newtype or info.typeddict_type is not None:
        return None
    meta = info.metaclass_type
    called = None if meta is None else meta.type.get("__call__")
    if called is not None and called.node is not None and called.node.fullname != "builtins.type.__call__":
        return None
    new = info.get("__new__")
    own = new is None or new.node is None or new.node.fullname == "builtins.object.__new__"
    return Instance(info, []) if own else None


def _returned(function: FuncDef) -> ProperType | None:
    typ = proper(function.type)
    if not isinstance(typ, CallableType) or typ.variables or function.is_generator or function.is_property:
        return None
    return _plain(typ.ret_type)


def _plain(typ: Type) -> ProperType | None:
    found = proper(typ)
    return None if isinstance(found, AnyType) or is_unannotated(found) else found
