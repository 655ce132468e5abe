"""`client.call(view, ...)`: arguments that no client could send, or of another type than the view takes.

What comes back is told by the overloads of `call`; only the names and types of arguments are judged here, and
only those that are surely wrong.  Which parameters a provider fills is often known at run time only, so a
parameter that is left out is told when it is a field of the path.
"""

from __future__ import annotations

from typing import Final

from mypy.checker import TypeChecker
from mypy.errorcodes import ARG_TYPE, CALL_ARG
from mypy.messages import format_type
from mypy.nodes import CallExpr, Decorator, Expression, MemberExpr, NameExpr, RefExpr, TypeInfo
from mypy.plugin import MethodSigContext
from mypy.subtypes import is_subtype
from mypy.types import CallableType, FunctionLike, Instance, Type, UnionType, get_proper_type

from responder._contract.template import Template
from responder_mypy import compat
from responder_mypy.names import REQUEST, RESPONSE, SOCKET, UPLOAD
from responder_mypy.urls import template_of

_OURS: Final = (REQUEST, RESPONSE, SOCKET)
_LAXER: Final = "validated_params"
"""What `params_model=` makes is an argument that no parameter need name."""


def judge_call(ctx: MethodSigContext) -> FunctionLike:
    """Judge the arguments of a call; its signature stays as it is.

    mypy asks once for each overload, so all but one of the questions are left alone.
    """
    default = ctx.default_signature
    call = ctx.context
    if isinstance(call, CallExpr) and _is_first(default) and call.args and not compat.has_stars(call):
        chk = compat.checker(ctx.api)
        handler = compat.type_of(chk, call.args[0])
        if isinstance(handler, CallableType) and not handler.variables and not handler.is_type_obj():
            _judge(chk, call, handler)
    return default


def _is_first(signature: CallableType) -> bool:
    """Whether this is the overload of streams, of which there is one."""
    result = get_proper_type(signature.ret_type)
    while isinstance(result, Instance) and result.args and result.type.name != "list":
        result = get_proper_type(result.args[-1])
    return isinstance(result, Instance) and result.type.name == "list"


def _judge(chk: TypeChecker, call: CallExpr, handler: CallableType) -> None:
    view = call.args[0]
    spelt = view.name if isinstance(view, NameExpr | MemberExpr) else "handler"
    types: dict[str, Type] = {}
    needed: set[str] = set()
    for name, kind, typ in zip(handler.arg_names, handler.arg_kinds, handler.arg_types, strict=True):
        if name is not None and not kind.is_star() and not _is_ours(typ):
            types[name] = typ
            if kind.is_required():
                needed.add(name)
    takes_more = any(kind.is_star() for kind in handler.arg_kinds)
    given = [name for name in call.arg_names if name is not None]
    for name, argument in zip(call.arg_names, call.args, strict=True):
        if name in types:
            _judge_argument(chk, spelt, name, argument, types[name])
        elif name is not None and name != _LAXER and not takes_more:
            text = f'Unexpected keyword argument "{name}" for a call of "{spelt}"'
            chk.msg.fail(text, argument, code=CALL_ARG)
    template = _template(chk, view)
    for name in () if template is None else template.names:
        if name in needed and name not in given:
            text = f'Missing named argument "{name}" for a call of "{spelt}"'
            chk.msg.fail(text, call, code=CALL_ARG)


def _judge_argument(chk: TypeChecker, spelt: str, name: str, argument: Expression, wanted: Type) -> None:
    if _holds_files(wanted):
        return  # bytes will do as well
    with chk.msg.filter_errors() as faults, chk.local_type_map:
        given = chk.expr_checker.accept(argument, wanted)
    if faults.has_new_errors():
        given = compat.type_of(chk, argument)
    if not is_subtype(given, wanted, options=chk.options):
        shown, expected = format_type(given, chk.options), format_type(wanted, chk.options)
        text = f'Argument "{name}" to a call of "{spelt}" has incompatible type {shown}; expected {expected}'
        chk.msg.fail(text, argument, code=ARG_TYPE)


def _is_ours(typ: Type) -> bool:
    proper = get_proper_type(typ)
    return isinstance(proper, Instance) and any(proper.type.has_base(name) for name in _OURS)


def _holds_files(typ: Type) -> bool:
    proper = get_proper_type(typ)
    if isinstance(proper, UnionType):
        return any(map(_holds_files, proper.items))
    return isinstance(proper, Instance) and (
        proper.type.has_base(UPLOAD) or any(map(_holds_files, proper.args))
    )


def _template(chk: TypeChecker, view: Expression) -> Template | None:
    """The path of the one route that leads to a function of a module."""
    if not isinstance(view, RefExpr) or "." not in view.fullname:
        return None
    return template_of(chk, view) if isinstance(view.node, Decorator | TypeInfo) else None
