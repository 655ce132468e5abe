"""Options of routes that are written out and can't be what they have to be, though their types are right."""

from __future__ import annotations

from typing import Final

from mypy.checker import TypeChecker
from mypy.nodes import CallExpr, Expression, FuncDef, ListExpr, RefExpr, TupleExpr, TypeInfo

from responder._contract.findings import found
from responder._contract.options import DEPENDENCIES, WRITTEN, is_texts, written_finding
from responder_mypy import compat
from responder_mypy.constants import UNSEEN, value_of
from responder_mypy.hooks import hook_findings

_NUMBERS: Final = frozenset({"status_code", "timeout", "heartbeat", "max_body_size"})
_HOOKS: Final = frozenset({"before", "after"})


def check_options(chk: TypeChecker, call: CallExpr) -> None:
    """Tell what is wrong with the options of one declaration."""
    for name, given in zip(call.arg_names, call.args, strict=True):
        if name in WRITTEN:
            value = _written(given)
            finding = written_finding(name, value) if _has_its_type(name, value) else None
            if finding is not None:
                compat.tell(chk, finding, given, origin=call)
        elif name == "dependencies":
            _check_dependencies(chk, given)
        elif name in _HOOKS:
            for item in given.items if isinstance(given, ListExpr | TupleExpr) else (given,):
                for finding in hook_findings(item):
                    compat.tell(chk, finding, item, origin=call)


def _written(given: Expression) -> object:
    """A value as it is written; a list of which something is not known is not known."""
    if not isinstance(given, ListExpr | TupleExpr):
        return value_of(given)
    items = [value_of(item) for item in given.items]
    if UNSEEN in items:
        return UNSEEN
    return items if isinstance(given, ListExpr) else tuple(items)


def _has_its_type(name: str, value: object) -> bool:
    """Whether type checkers have nothing to say of a value, which is known."""
    if name in _NUMBERS:
        return isinstance(value, int | float)
    if isinstance(value, str):
        return name != "methods"
    return is_texts(value)


def _check_dependencies(chk: TypeChecker, given: Expression) -> None:
    """`dependencies=[get_user]` lacks its `Depends`; the option's type can't say so."""
    for item in given.items if isinstance(given, ListExpr | TupleExpr) else (given,):
        node = item.node if isinstance(item, RefExpr) else None
        value = value_of(item)
        if isinstance(node, FuncDef | TypeInfo):
            text = f'"{node.name}"'
        elif value is UNSEEN or value is None:
            continue
        else:
            text = repr(value)
        finding = found("option-value", option="dependencies", expected=DEPENDENCIES, value=text)
        compat.tell(chk, finding, item)
        return
