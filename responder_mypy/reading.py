"""Read mypy's callables into contract `Signature`s: the plugin's twin of the run time's reader.

Two halves are needed: the type says what parameters are, the source says what defaults and markers they have.
mypy keeps types for every module and sources only for what it is checking; a function of another module is
therefore read with its markers hidden, so that a warm cache, the daemon and a cold run say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    TypeAlias,
    TypeInfo,
)
from mypy.types import AnyType, CallableType, Instance, Type, TypeAliasType, TypeOfAny, get_proper_type

from responder._contract.frozen import record
from responder._contract.shapes import UNKNOWN, Shape
from responder._contract.signature import MarkerFacts, Param, ParamKind, Role, Signature
from responder._contract.sources import Source
from responder_mypy.annotated import HIDDEN, PrincipalFound, marker_in
from responder_mypy.compat import is_own, shown
from responder_mypy.constants import is_plain
from responder_mypy.markers import MarkerCall, facts_of, marker_call
from responder_mypy.memory import Memory
from responder_mypy.names import REQUEST, RESPONSE, SOCKET
from responder_mypy.shapes import shape_of

_ROLES: Final[Mapping[str, Role]] = {REQUEST: "request", RESPONSE: "response", SOCKET: "socket"}


@record
class ReadParam:
    """What the checks need beside the rules' view: the type, where it is written, and its marker."""

    type: Type
    place: Context | None
    marker: MarkerCall | None = None
    hidden: bool = False
    """Whether there may be a marker or a default that can't be seen."""
    gives: Type | None = None
    """Whom the guard of its annotation lets in."""


@record
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
        given, argument = typ.arg_names[index], arguments[index]
        name_or_none = given if argument is None else argument.variable.name
        kind = typ.arg_kinds[index]
        word = _word(kind, given)
        spelt = name_or_none or f"__{index}"
        param, read_params[spelt] = _parameter(chk, spelt, kind, word, typ.arg_types[index], argument)
        params.append(param)
    return Read(Signature(name, tuple(params)), read_params, function)


def _word(kind: ArgKind, name: str | None) -> ParamKind:
    """The contract's word for a kind of parameter."""
    if kind is ARG_NAMED or kind is ARG_NAMED_OPT:
        return "keyword"
    if kind is ARG_POS or kind is ARG_OPT:
        return "positional-only" if name is None else "positional"
    return "var-positional" if kind is ARG_STAR else "var-keyword"


def _same_parameters(function: FuncDef, typ: CallableType) -> bool:
    """Whether an inner decorator has left the parameters alone."""
    names = function.arg_names
    if names == typ.arg_names:
        return True
    return len(names) == len(typ.arg_names) and all(
        given in (None, argument.variable.name)
        for given, argument in zip(typ.arg_names, function.arguments, strict=True)
    )


def _parameter(
    chk: TypeChecker, name: str, kind: ArgKind, word: ParamKind, typ: Type, argument: Argument | None
) -> tuple[Param, ReadParam]:
    shape, annotation, role = _declared(chk, typ)
    if kind is ARG_STAR or kind is ARG_STAR2:
        return Param(name, word, shape, annotation, False, None, role), ReadParam(typ, argument)
    if argument is None:
        # A role is certain even so: nobody marks the request.
        default = False if role is not None and kind.is_required() else None
        return Param(name, word, shape, annotation, default, None, role), ReadParam(typ, None, hidden=True)
    has_default, facts, extra = _marked(chk, typ, argument)
    return Param(name, word, shape, annotation, has_default, facts, role), extra


def _marked(
    chk: TypeChecker, typ: Type, argument: Argument
) -> tuple[bool | None, MarkerFacts | None, ReadParam]:
    """Whether there is a default, what a marker says, and what the checks need beside that."""
    default: Expression | None = argument.initializer
    marker = None if default is None else marker_call(default)
    if marker is not None:
        default = None
    else:
        found = marker_in(chk, argument.type_annotation, typ)
        if found is HIDDEN:
            return None, None, ReadParam(typ, argument, hidden=True)
        if isinstance(found, PrincipalFound):
            gives = UNKNOWN if found.gives is None else shape_of(found.gives)
            principal = MarkerFacts(Source.PRINCIPAL, provider=found.guard, provides=gives)
            return default is not None, principal, ReadParam(typ, argument, gives=found.gives)
        marker = None if found is None else marker_call(found)
    if marker is None:
        if default is not None and not is_plain(default):
            return None, None, ReadParam(typ, argument, hidden=True)
        return default is not None, None, ReadParam(typ, argument)
    facts = facts_of(marker, default)
    if facts is None:
        return None, None, ReadParam(typ, argument, marker, hidden=True)
    return facts.has_default or default is not None, facts, ReadParam(typ, argument, marker)


_classes: Final[Memory[TypeInfo | Instance | TypeAlias, tuple[Shape, str, Role | None]]] = Memory()


def _declared(chk: TypeChecker, typ: Type) -> tuple[Shape, str, Role | None]:
    """What an annotation says: the shape, how it is written, and the role."""
    named: TypeInfo | Instance | TypeAlias | None = None
    if isinstance(typ, Instance) and typ.last_known_value is None:
        if not typ.args:
            named = typ.type
        elif all(isinstance(one, Instance) and not one.args for one in typ.args):
            named = typ  # equal ones are written alike, which is not so of unions
    elif isinstance(typ, TypeAliasType) and not typ.args:
        named = typ.alias
    if named is not None:
        known = _classes.get(named)
        return known or _classes.keep(named, (shape_of(typ), shown(chk, typ), _role(typ)))
    if is_unannotated(typ):
        return UNKNOWN, "", None
    return shape_of(typ), shown(chk, typ), _role(typ)


def is_unannotated(typ: Type) -> bool:
    """Whether the user has written no type."""
    proper = get_proper_type(typ)
    return isinstance(proper, AnyType) and proper.type_of_any == TypeOfAny.unannotated


def _role(typ: Type) -> Role | None:
    proper = get_proper_type(typ)
    if isinstance(proper, Instance):
        for base in proper.type.mro:
            role = _ROLES.get(base.fullname)
            if role is not None:
                return role
    return None
