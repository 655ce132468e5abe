"""Values that are known without running anything: literals, `Final` names, `Literal` types, sums, f-strings.

`UNSEEN` stands for a value that is there but not known.  Nothing is guessed.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from mypy.nodes import (
    BytesExpr,
    CallExpr,
    Context,
    EllipsisExpr,
    Expression,
    FloatExpr,
    IntExpr,
    ListExpr,
    MemberExpr,
    NameExpr,
    OpExpr,
    RefExpr,
    SetExpr,
    StrExpr,
    TupleExpr,
    UnaryExpr,
    Var,
)
from mypy.types import Instance, LiteralType, Type, get_proper_type


class Unseen(Enum):
    """The type of `UNSEEN`."""

    UNSEEN = "unseen"


UNSEEN: Final = Unseen.UNSEEN

_SINGLETONS: Final = {"builtins.None": None, "builtins.True": True, "builtins.False": False}


def value_of(expression: Expression) -> object:
    """The value of an expression: a text, number, bool, None, ... or `UNSEEN`."""
    if isinstance(expression, StrExpr | IntExpr | FloatExpr):
        return expression.value
    if isinstance(expression, BytesExpr):
        return UNSEEN  # mypy keeps the source text only
    if isinstance(expression, EllipsisExpr):
        return ...
    if isinstance(expression, NameExpr) and expression.fullname in _SINGLETONS:
        return _SINGLETONS[expression.fullname]
    if isinstance(expression, UnaryExpr) and expression.op == "-":
        number = value_of(expression.expr)
        is_number = isinstance(number, int | float) and not isinstance(number, bool)
        return -number if is_number and isinstance(number, int | float) else UNSEEN
    if isinstance(expression, RefExpr):
        return _of_name(expression)
    text = _text_of(expression)
    return UNSEEN if text is None else text


def is_plain(expression: Expression) -> bool:
    """Whether the expression is certainly an ordinary value, and not a marker by another name."""
    if isinstance(expression, StrExpr | IntExpr | FloatExpr | BytesExpr | EllipsisExpr):
        return True
    if isinstance(expression, ListExpr | TupleExpr | SetExpr):
        return True
    if isinstance(expression, RefExpr) and isinstance(expression.node, Var):
        # The members of an enumeration are values, too.
        info = expression.node.info
        if expression.node.is_initialized_in_class and bool(info) and info.is_enum:
            return True
    return value_of(expression) is not UNSEEN


def text_of(expression: Expression | None) -> str | None:
    """The text that an expression stands for, when it is known."""
    value = UNSEEN if expression is None else value_of(expression)
    return value if isinstance(value, str) else None


def texts_of(expression: Expression) -> list[str] | None:
    """The texts of a list, tuple or set display."""
    if not isinstance(expression, ListExpr | TupleExpr | SetExpr):
        return None
    texts = [text_of(item) for item in expression.items]
    known = [text for text in texts if text is not None]
    return known if len(known) == len(texts) else None


def literal_text(typ: Type | None) -> str | None:
    """The text that a type stands for: `Literal["..."]`, or the type of a `Final` text."""
    proper = get_proper_type(typ)
    if isinstance(proper, Instance) and proper.last_known_value is not None:
        proper = proper.last_known_value
    return proper.value if isinstance(proper, LiteralType) and isinstance(proper.value, str) else None


def _of_name(expression: RefExpr) -> object:
    node = expression.node
    if not isinstance(node, Var):
        return UNSEEN
    if node.is_final and node.final_value is not None:
        return node.final_value
    text = literal_text(node.type) if node.is_final else _declared_literal(node)
    return UNSEEN if text is None else text


def _declared_literal(node: Var) -> str | None:
    proper = get_proper_type(node.type)
    return literal_text(proper) if isinstance(proper, LiteralType) else None


def _text_of(expression: Expression) -> str | None:
    if isinstance(expression, OpExpr) and expression.op == "+":
        left, right = text_of(expression.left), text_of(expression.right)
        return None if left is None or right is None else left + right
    if not isinstance(expression, CallExpr) or not isinstance(expression.callee, MemberExpr):
        return None
    # An f-string arrives as "".join([..., "{:{}}".format(value, "")]).
    callee = expression.callee
    if not isinstance(callee.expr, StrExpr):
        return None
    if callee.name == "join" and callee.expr.value == "" and len(expression.args) == 1:
        parts = texts_of(expression.args[0])
        return None if parts is None else "".join(parts)
    if callee.name == "format" and callee.expr.value == "{:{}}" and len(expression.args) == 2:
        return text_of(expression.args[0]) if text_of(expression.args[1]) == "" else None
    return None


def inside(expression: Expression, value: str, offset: int, length: int) -> Context:
    """A place inside of a text literal that is written plainly and on one line; else the whole expression."""
    width = None if expression.end_column is None else expression.end_column - expression.column
    plain = isinstance(expression, StrExpr) and expression.end_line == expression.line
    if not plain or width != len(value) + 2:
        return expression
    place = Context(expression.line, expression.column + 1 + offset)
    place.end_line = expression.line
    place.end_column = place.column + max(length, 1)
    return place
