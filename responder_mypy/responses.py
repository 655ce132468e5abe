"""What a handler returns against what its route promises."""

from __future__ import annotations

from typing import Final

from mypy.nodes import CallExpr, Expression, FuncDef, Var
from mypy.subtypes import is_subtype
from mypy.types import (
    CallableType,
    Instance,
    ProperType,
    Type,
    TypedDictType,
    get_proper_type,
)

from responder._contract.findings import found
from responder_mypy import compat
from responder_mypy.constants import value_of
from responder_mypy.shapes import is_model, unwrapped
from responder_mypy.telling import Site

_BODILESS: Final = (204, 205, 304)
_BODIES: Final = frozenset({"builtins.str", "builtins.bytes", "builtins.list", "builtins.dict"})


def check_response(
    site: Site, promised: Type, view: CallableType, function: FuncDef | None, call: CallExpr | None
) -> None:
    """Tell what can not be true of a handler's answer."""
    if call is None or len(call.args) < 2 or compat.has_stars(call):
        return  # nothing but a path is given
    returned = unwrapped(view.ret_type)
    name = function.name if function is not None else "handler"
    status = compat.keyword(call, "status_code")
    code = None if status is None else value_of(status)
    model = compat.keyword(call, "response_model")
    given = None if model is None or value_of(model) in (None, False) else model
    if code in _BODILESS:
        if given is not None:
            site.tell([found("response-status-model", status=code)])
        elif returned is not None and _is_body(returned):
            shown = compat.shown(site.chk, returned)
            site.tell([found("response-status", status=code, handler=name, type=shown)])
    elif given is not None and returned is not None:
        _check_fields(site, given, get_proper_type(promised), returned, name)


def _is_body(typ: ProperType) -> bool:
    """Whether a value of the type is certainly sent as a body."""
    if isinstance(typ, TypedDictType):
        return True
    return isinstance(typ, Instance) and (typ.type.fullname in _BODIES or is_model(typ.type))


def _check_fields(
    site: Site, model: Expression, promised: ProperType, returned: ProperType, name: str
) -> None:
    for field in _missing(promised, returned):
        finding = found(
            "response-field",
            parameter=None,
            model=compat.shown(site.chk, promised),
            field=field,
            type=compat.shown(site.chk, returned),
            handler=name,
        )
        compat.tell(site.chk, finding, model, origin=site.whole)


def _missing(promised: ProperType, returned: ProperType) -> list[str]:
    """The fields that a promised model needs and a returned one does not have."""
    if isinstance(promised, Instance) and isinstance(returned, Instance):
        both = promised.type.fullname == returned.type.fullname == "builtins.list"
        if both and promised.args and returned.args:
            return _missing(get_proper_type(promised.args[0]), get_proper_type(returned.args[0]))
    wanted, has = _fields(promised), _fields(returned)
    if wanted is None or has is None or is_subtype(returned, promised):
        return []
    return [name for name, required in wanted.items() if required and name not in has]


def _fields(typ: ProperType) -> dict[str, bool] | None:
    """The fields of a structured type, and whether each is required; None when they can't be told.

    A pydantic model is only told by what is plainly written in it: aliases, computed fields, properties and
    bases that are not seen make the answer None.
    """
    if isinstance(typ, TypedDictType):
        return {name: name in typ.required_keys for name in typ.items}
    if not isinstance(typ, Instance) or typ.type.fullname != _plain_model(typ):
        return None
    fields: dict[str, bool] = {}
    for base in reversed(typ.type.mro):
        if base.fullname.startswith(("pydantic.", "builtins.", "typing.")):
            continue
        for name, entry in base.names.items():
            node = entry.node
            if not isinstance(node, Var):
                if entry.node is not None and not name.startswith("_"):
                    fields[name] = False  # a method or property: there, but nothing is required of it
                continue
            if name == "model_config" or name.startswith("_") or node.is_classvar:
                continue
            fields[name] = not node.has_explicit_value
    return fields


def _plain_model(typ: Instance) -> str:
    """The name of the class if it is a pydantic model with all its bases known, else nothing."""
    info = typ.type
    known = info.has_base("pydantic.main.BaseModel") and not info.fallback_to_any
    rooted = info.has_base("pydantic.root_model.RootModel")
    return info.fullname if known and not rooted and not typ.args else ""
