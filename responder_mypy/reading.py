"""Read mypy's callables into contract `Signature`s: the plugin's twin of the run time's reader.

Two halves are needed: the type says what parameters are, the source says what defaults and markers they have.
mypy keeps types for every module and sources only for what it is checking; a function of another module is
therefore read with its markers hidden, so that a warm cache, the daemon and a cold run say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mypy.checker import TypeChecker
from mypy.nodes import (
    ARG_NAMED,
    ARG_NAMED_OPT,
    ARG_OPT,
    ARG_POS,
    ARG_STAR,
    ARG_STAR2,
    ArgKind,
    Argument,
    Context,
    Expression,
    FuncDef,
)
from mypy.types import AnyType, CallableType, Instance, Type, TypeOfAny, get_proper_type

from responder._contract.shapes import UNKNOWN
from responder._contract.signature import Param, ParamKind, Role, Signature
from responder_mypy.annotated import HIDDEN, marker_in
from responder_mypy.compat import is_own, shown
from responder_mypy.constants import is_plain
from responder_mypy.markers import MarkerCall, facts_of, marker_call
from responder_mypy.names import REQUEST, RESPONSE, SOCKET
from responder_mypy.shapes import shape_of

_KINDS: Final[Mapping[ArgKind, ParamKind]] = {
    ARG_POS: "positional",
    ARG_OPT: "positional",
    ARG_NAMED: "keyword",
    ARG_NAMED_OPT: "keyword",
    ARG_STAR: "var-positional",
    ARG_STAR2: "var-keyword",
}
_ROLES: Final[tuple[tuple[str, Role], ...]] = (
    (REQUEST, "request"),
    (RESPONSE, "response"),
    (SOCKET, "socket"),
)


@dataclass(frozen=True, slots=True)
class ReadParam:
    """What the checks need beside the rules' view: the type, where it is written, and its marker."""

    type: Type
    place: Context | None
    marker: MarkerCall | None = None
    hidden: bool = False
    """Whether there may be a marker or a default that can't be seen."""


@dataclass(frozen=True, slots=True)
class Read:
    """A callable, read."""

    signature: Signature
    params: Mapping[str, ReadParam]
    function: FuncDef | None
    """The source, when it is of the module being checked."""


def read(
    chk: TypeChecker, typ: CallableType, function: FuncDef | None, name: str, *, drop: int = 0
) -> Read | None:
    """Read a callable, without its first `drop` parameters; None when its type is not that of its source."""
    arguments: list[Argument | None] = [None] * len(typ.arg_types)
    if function is not None and is_own(chk, function):
        if not _same_parameters(function, typ):
            return None
        arguments = list(function.arguments)
    else:
        function = None
    params: list[Param] = []
    read_params: dict[str, ReadParam] = {}
    for index in range(drop, len(typ.arg_types)):
        argument = arguments[index]
        spelt = typ.arg_names[index] if argument is None else argument.variable.name
        if spelt is None:
            spelt = f"__{index}"
        param, extra = _parameter(chk, spelt, typ.arg_kinds[index], typ.arg_types[index], argument)
        if typ.arg_names[index] is None and typ.arg_kinds[index] in (ARG_POS, ARG_OPT):
            param = Param(
                param.name,
                "positional-only",
                param.shape,
                param.annotation,
                param.has_default,
                param.marker,
                param.role,
            )
        params.append(param)
        read_params[param.name] = extra
    returns = shape_of(typ.ret_type)
    return Read(Signature(name, tuple(params), returns, shown(chk, typ.ret_type)), read_params, function)


def _same_parameters(function: FuncDef, typ: CallableType) -> bool:
    """Whether an inner decorator has left the parameters alone."""
    if len(function.arguments) != len(typ.arg_names):
        return False
    return all(
        given in (None, argument.variable.name)
        for given, argument in zip(typ.arg_names, function.arguments, strict=True)
    )


def _parameter(
    chk: TypeChecker, name: str, kind: ArgKind, typ: Type, argument: Argument | None
) -> tuple[Param, ReadParam]:
    unannotated = is_unannotated(typ)
    role = _role(typ)
    base = Param(
        name,
        _KINDS[kind],
        UNKNOWN if unannotated else shape_of(typ),
        "" if unannotated else shown(chk, typ),
        False,
        role=role,
    )
    if kind.is_star():
        return base, ReadParam(typ, argument)
    if argument is None:
        # A role is certain even so: nobody marks the request.
        default = False if role is not None and kind.is_required() else None
        return _with(base, default), ReadParam(typ, None, hidden=True)
    return _marked(chk, base, typ, argument)


def _marked(chk: TypeChecker, base: Param, typ: Type, argument: Argument) -> tuple[Param, ReadParam]:
    default: Expression | None = argument.initializer
    marker = marker_call(default)
    if marker is not None:
        default = None
    else:
        found = marker_in(chk, argument.type_annotation, typ)
        if found is HIDDEN:
            return _with(base, None), ReadParam(typ, argument, hidden=True)
        marker = marker_call(found)
    if marker is None:
        if default is not None and not is_plain(default):
            return _with(base, None), ReadParam(typ, argument, hidden=True)
        return _with(base, default is not None), ReadParam(typ, argument)
    facts = facts_of(marker, default)
    if facts is None:
        return _with(base, None), ReadParam(typ, argument, marker, hidden=True)
    has_default = facts.has_default or default is not None
    param = Param(base.name, base.kind, base.shape, base.annotation, has_default, facts, base.role)
    return param, ReadParam(typ, argument, marker)


def _with(param: Param, has_default: bool | None) -> Param:
    return Param(param.name, param.kind, param.shape, param.annotation, has_default, None, param.role)


def is_unannotated(typ: Type) -> bool:
    """Whether the user has written no type."""
    proper = get_proper_type(typ)
    return isinstance(proper, AnyType) and proper.type_of_any == TypeOfAny.unannotated


def _role(typ: Type) -> Role | None:
    proper = get_proper_type(typ)
    if isinstance(proper, Instance):
        for base, role in _ROLES:
            if proper.type.has_base(base):
                return role
    return None
