"""What a handler returns against what its route promises."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from mypy.nodes import CallExpr, Expression, FuncDef, MemberExpr, RefExpr, TypeInfo
from mypy.subtypes import is_subtype
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    ProperType,
    TupleType,
    Type,
    TypedDictType,
    UnionType,
    get_proper_type,
)

from responder._contract.answers import item_finding, query_model_finding, returned_finding
from responder._contract.findings import Finding, found
from responder_mypy import compat
from responder_mypy.answers import check_body
from responder_mypy.classes import Verb
from responder_mypy.constants import value_of
from responder_mypy.fields import fields_of
from responder_mypy.made import may_rewrite
from responder_mypy.names import RESPONSE, SSE, STREAMS
from responder_mypy.promises import promises_of, reads_itself, response_findings
from responder_mypy.reading import is_unannotated
from responder_mypy.routes import receiver_of
from responder_mypy.shapes import is_model, shape_of, unwrapped
from responder_mypy.telling import Site
from responder_mypy.unreadable import unreadable
from responder_mypy.worlds import ITERATORS

_BODILESS: Final = (204, 205, 304)
_BODIES: Final = frozenset({"builtins.str", "builtins.bytes", "builtins.list", "builtins.dict"})


def check_response(
    site: Site, promised: Type, view: CallableType, function: FuncDef | None, call: CallExpr | None
) -> None:
    """Tell what can not be true of a handler's answer."""
    if call is None or compat.has_stars(call):
        return
    if len(call.args) > 1:
        check_options(site, call)
    _check_answer(site, promised, view, function, call, function.name if function is not None else "handler")


def _check_answer(
    site: Site,
    promised: Type,
    view: CallableType,
    function: FuncDef | None,
    call: CallExpr,
    name: str,
    drop: int = 0,
) -> None:
    if len(call.args) > 1 and _declared(site, promised, view, name, call):
        return
    own = function if function is not None and compat.is_own(site.chk, function) else None
    promises = None if own is None else promises_of(site.chk, call, promised, view, own)
    if own is not None and promises:
        rewritten = partial(may_rewrite, site.chk, receiver_of(call))
        check_body(site, promises, own, _response_of(own, view, drop), rewritten, name)


def check_responses(site: Site, promised: Type, verbs: Sequence[Verb], call: CallExpr | None) -> None:
    """The same for what the methods of a class answer."""
    if call is None or compat.has_stars(call):
        return
    if len(call.args) > 1:
        check_options(site, call)
    before = any(verb.method is None for verb in verbs)
    for verb in verbs:
        if verb.method is None and len(verbs) > 1:
            continue  # it has the first word, not the last
        # What comes before a method may have set the status, which is why its body is left alone.
        function = None if before and len(verbs) > 1 else verb.function
        _check_answer(site, promised, verb.type, function, call, verb.name, verb.drop)


def check_options(site: Site, call: CallExpr) -> None:
    """Tell what is wrong with `responses=` and `params_model=`."""
    for finding, place in response_findings(site.chk, compat.keyword(call, "responses")):
        compat.tell(site.chk, finding, place, origin=site.whole)
    model = compat.keyword(call, "params_model")
    info = model.node if isinstance(model, RefExpr) else None
    if model is not None and isinstance(info, TypeInfo) and not info.type_vars:
        shape = shape_of(Instance(info, []))
        wrong = query_model_finding(shape, info.name)
        why = unreadable(site.chk, info) if wrong is None else None
        if why is not None:
            wrong = found("params-model", model=info.name, why=why)
        if wrong is not None:
            compat.tell(site.chk, wrong, model, origin=site.whole)


def _response_of(function: FuncDef, view: CallableType, drop: int) -> str | None:
    """The name of the parameter that is the response."""
    for argument, typ in zip(function.arguments, view.arg_types, strict=False):
        proper = get_proper_type(typ)
        name = argument.variable.name
        if isinstance(proper, Instance) and proper.type.has_base(RESPONSE):
            return name
        if is_unannotated(proper) and name in ("resp", "response"):
            return name
    at = 1 + drop
    second = function.arguments[at : at + 1]
    return second[0].variable.name if second and is_unannotated(view.arg_types[at]) else None


def _declared(site: Site, promised: Type, view: CallableType, name: str, call: CallExpr) -> bool:
    """Tell what is wrong between annotation and options; whether anything is."""
    returned = unwrapped(view.ret_type)
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
        return True
    if given is None or returned is None:
        return False
    target = get_proper_type(promised)
    why = unreadable(site.chk, target.type) if isinstance(target, Instance) else None
    if why is not None:
        compat.tell(site.chk, found("response-unsupported", handler=name, why=why), given, origin=site.whole)
        return True
    wrong = _returned(site, target, returned, name, call)
    if wrong is not None and may_rewrite(site.chk, receiver_of(call)):
        return False
    if wrong is None:
        return _check_fields(site, given, target, returned, name)
    compat.tell(site.chk, wrong, given, origin=site.whole)
    return True


def _returned(
    site: Site, promised: ProperType, returned: ProperType, name: str, call: CallExpr
) -> Finding | None:
    """What of a return annotation can not become what is promised."""
    status = compat.keyword(call, "status_code")
    code = 200 if status is None else value_of(status)
    if not isinstance(code, int) or code >= 300 or compat.keyword(call, "after") is not None:
        return None
    if isinstance(promised, Instance) and promised.type.fullname == "builtins.object":
        return None
    if (
        isinstance(returned, TupleType | AnyType)
        or reads_itself(site.chk, returned)
        or reads_itself(site.chk, promised)
    ):
        return None
    model, given = compat.shown(site.chk, promised), compat.shown(site.chk, returned)
    return returned_finding(shape_of(returned), shape_of(promised), model=model, given=given, handler=name)


def _is_body(typ: ProperType) -> bool:
    """Whether a value of the type is certainly sent as a body."""
    if isinstance(typ, TypedDictType):
        return True
    return isinstance(typ, Instance) and (typ.type.fullname in _BODIES or is_model(typ.type))


def _check_fields(
    site: Site, model: Expression, promised: ProperType, returned: ProperType, name: str
) -> bool:
    missing = _missing(site, promised, returned)
    for field in missing:
        finding = found(
            "response-field",
            parameter=None,
            model=compat.shown(site.chk, promised),
            field=field,
            type=compat.shown(site.chk, returned),
            handler=name,
        )
        compat.tell(site.chk, finding, model, origin=site.whole)
    return bool(missing)


def _missing(site: Site, promised: ProperType, returned: ProperType) -> list[str]:
    """The fields that a promised model needs and a returned one does not have, unless a validator may add
    them.
    """
    if isinstance(promised, Instance) and isinstance(returned, Instance):
        both = promised.type.fullname == returned.type.fullname == "builtins.list"
        if both and promised.args and returned.args:
            return _missing(site, get_proper_type(promised.args[0]), get_proper_type(returned.args[0]))
    wanted, has = fields_of(promised), fields_of(returned)
    if wanted is None or has is None or is_subtype(returned, promised):
        return []
    missing = [name for name, required in wanted.items() if required and name not in has]
    return [] if missing and reads_itself(site.chk, promised) else missing


def check_items(site: Site, view: CallableType, name: str, call: CallExpr | None) -> None:
    """Tell what is wrong with what a stream holds."""
    option = None if call is None else STREAMS.get(_method(call))
    if call is None or option is None or compat.has_stars(call):
        return
    check_options(site, call)
    item = _item(get_proper_type(view.ret_type))
    model = compat.keyword(call, option)
    if model is None or value_of(model) is None:
        if item is None and not _may_hold_items(view):
            site.tell([found("stream-items", handler=name, option=option)])
        return
    info = model.node if isinstance(model, RefExpr) else None
    if not isinstance(info, TypeInfo) or info.type_vars or item is None or isinstance(item, AnyType):
        return
    promised = Instance(info, [])
    if reads_itself(site.chk, item) or reads_itself(site.chk, promised):
        return
    model_shown, shown = compat.shown(site.chk, promised), compat.shown(site.chk, item)
    wrong = item_finding(
        shape_of(item), shape_of(promised), model=model_shown, given=shown, handler=name, option=option
    )
    if wrong is not None:
        compat.tell(site.chk, wrong, model, origin=site.whole)


def _method(call: CallExpr) -> str:
    return call.callee.name if isinstance(call.callee, MemberExpr) else ""


def _item(typ: ProperType) -> ProperType | None:
    """What an iterator's annotation holds; `SSE[Item]` is about `Item`."""
    if isinstance(typ, UnionType):
        items = [item for item in map(_item, map(get_proper_type, typ.items)) if item is not None]
        return get_proper_type(UnionType.make_union(items)) if items else None
    if not isinstance(typ, Instance):
        return None
    if typ.type.fullname == "typing.Coroutine":
        return _item(get_proper_type(typ.args[-1]))
    if typ.type.fullname not in ITERATORS or not typ.args:
        return None
    return _data(get_proper_type(typ.args[0]))


def _data(item: ProperType) -> ProperType | None:
    if isinstance(item, UnionType):
        known = [one for one in map(_data, map(get_proper_type, item.items)) if one is not None]
        return get_proper_type(UnionType.make_union(known)) if known else None
    if isinstance(item, Instance) and item.type.fullname == SSE:
        data = get_proper_type(item.args[0]) if item.args else None
        return None if isinstance(data, AnyType) else data
    return item


def _may_hold_items(view: CallableType) -> bool:
    """Whether an annotation that is not an iterator's may be one all the same: `Any` by another name."""
    typ = get_proper_type(view.ret_type)
    if isinstance(typ, Instance) and typ.type.fullname == "typing.Coroutine":
        typ = get_proper_type(typ.args[-1])
    return isinstance(typ, AnyType) and not is_unannotated(typ)
