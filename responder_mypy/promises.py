"""What a route promises to answer: its decorator's type, its options and its handler's annotation say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from mypy.checker import TypeChecker
from mypy.nodes import CallExpr, DictExpr, Expression, FuncDef, RefExpr, TypeInfo
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    NoneType,
    ProperType,
    TupleType,
    Type,
    UnboundType,
    UnionType,
)
from mypy.types import get_proper_type as proper

from responder._contract.answers import PROMISES, STATUSES, is_status, model_finding
from responder._contract.findings import Finding, found
from responder._contract.frozen import record
from responder_mypy import compat
from responder_mypy.constants import UNSEEN, text_of, value_of

_BODILESS: Final = frozenset({204, 205, 304})
_VALIDATED: Final = "PydanticDescriptorProxy"


@record
class Promises:
    """What is promised: for a success, and by status.

    `status` is the one that is sent when the handler sets none; None when it is not known.  A status that is
    in `unseen` promises something that can't be told; `whole` is False when there may be others.
    """

    status: int | None = 200
    default: ProperType | None = None
    is_model: bool = True
    """Whether `response_model` says it, rather than the annotation, which mypy itself holds returns to."""
    by_status: Mapping[int, ProperType] = MappingProxyType({})
    unseen: frozenset[int] = frozenset()
    whole: bool = True

    def __bool__(self) -> bool:
        return self.whole and (self.default is not None or bool(self.by_status))

    def under(self, status: int, *, returned: bool) -> ProperType | None:
        """What is promised for a status; None for nothing, or for what can't be told."""
        if status < 200 or status in _BODILESS or status in self.unseen:
            return None
        promised = self.by_status.get(status)
        if promised is not None or status >= 300:
            return promised
        return None if returned and not self.is_model else self.default


_NONE: Final = Promises(whole=False)


def promises_of(
    chk: TypeChecker, call: CallExpr | None, model: Type, view: CallableType, function: FuncDef | None
) -> Promises:
    """What a route promises; `model` is what its decorator's type says of `response_model`."""
    if call is None or compat.has_stars(call) or compat.keyword(call, "after") is not None:
        return _NONE
    model_at, responses = compat.keyword(call, "response_model"), compat.keyword(call, "responses")
    if model_at is None and responses is None and not _may_set_media(view):
        return _NONE
    status_at = compat.keyword(call, "status_code")
    status = 200 if status_at is None else value_of(status_at)
    status = 200 if status is None else status
    by_status, unseen, whole = _by_status(chk, responses)
    default: ProperType | None = None
    said = None if model_at is None else value_of(model_at)
    if model_at is not None and said is UNSEEN:
        default = _known(chk, proper(model))
        whole = whole and default is not None
    elif said is None and function is not None:
        default = _annotated(chk, view, function)
    return Promises(
        status if isinstance(status, int) else None, default, model_at is not None, by_status, unseen, whole
    )


def _may_set_media(view: CallableType) -> bool:
    """Whether a handler whose annotation is its promise may answer otherwise than by returning, which mypy
    itself looks at.
    """
    typ = proper(view.ret_type)
    if isinstance(typ, Instance) and typ.type.fullname == "typing.Coroutine":
        typ = proper(typ.args[-1])
    return isinstance(typ, UnionType) and any(isinstance(proper(item), NoneType) for item in typ.items)


def _known(chk: TypeChecker, typ: ProperType) -> ProperType | None:
    """A promise that can be judged."""
    if isinstance(typ, AnyType) or (isinstance(typ, Instance) and typ.type.fullname == "builtins.object"):
        return None
    return None if reads_itself(chk, typ) else typ


def _annotated(chk: TypeChecker, view: CallableType, function: FuncDef) -> ProperType | None:
    """What the return annotation promises; of an alias, which may hide what mypy drops, nothing."""
    written = function.unanalyzed_type
    if not isinstance(written, CallableType) or not _is_plain(written.ret_type):
        return None
    typ = proper(view.ret_type)
    if isinstance(typ, Instance) and typ.type.fullname == "typing.Coroutine":
        typ = proper(typ.args[-1])
    items = [proper(item) for item in typ.items] if isinstance(typ, UnionType) else [typ]
    if any(isinstance(item, TupleType | AnyType) for item in items) or isinstance(typ, NoneType):
        return None
    if any(isinstance(item, Instance) and item.type.has_base(_RESPONSE) for item in items):
        return None
    return _known(chk, typ)


_RESPONSE: Final = "starlette.responses.Response"


def _is_plain(written: Type) -> bool:
    if isinstance(written, UnionType):
        return all(_is_plain(item) for item in written.items)
    if isinstance(written, UnboundType):
        return written.name[:1].isupper() and written.name != "Annotated" and not written.args
    return isinstance(written, NoneType)


def _by_status(
    chk: TypeChecker, given: Expression | None
) -> tuple[Mapping[int, ProperType], frozenset[int], bool]:
    """The models by status, the statuses whose promise can't be told, and whether these are all."""
    if given is None:
        return {}, frozenset(), True
    if not isinstance(given, DictExpr):
        return {}, frozenset(), value_of(given) is None
    models: dict[int, ProperType] = {}
    unseen: set[int] = set()
    for key, value in given.items:
        status = None if key is None else value_of(key)
        if not is_status(status):
            return {}, frozenset(), False
        if not str(status).isdecimal():
            continue
        model = _model(chk, value)
        if isinstance(model, ProperType):
            models[int(status)] = model
        elif model is UNSEEN:
            unseen.add(int(status))
    return models, frozenset(unseen), True


def _model(chk: TypeChecker, value: Expression) -> object:
    """The model that a value of `responses` promises; None for none, `UNSEEN` for one that can't be told."""
    if text_of(value) is not None:
        return None
    if isinstance(value, DictExpr):
        for key, inner in value.items:
            name = text_of(key)
            if name is None:
                return UNSEEN
            if name == "model":
                return _model(chk, inner)
        return None
    info = value.node if isinstance(value, RefExpr) else None
    if isinstance(info, TypeInfo) and not info.type_vars:
        return _known(chk, Instance(info, [])) or UNSEEN
    return UNSEEN


def reads_itself(chk: TypeChecker, typ: ProperType) -> bool:
    """Whether validation may make a type out of values that its shape does not tell."""
    if isinstance(typ, UnionType):
        return any(reads_itself(chk, proper(item)) for item in typ.items)
    if not isinstance(typ, Instance):
        return False
    info = typ.type
    if info.has_base("pydantic.root_model.RootModel") or info.fallback_to_any:
        return True
    if info.tuple_type is not None or info.has_base("builtins.tuple"):
        return info.fullname != "builtins.tuple"
    if info.has_base("pydantic.main.BaseModel") and any(_validates(chk, base) for base in info.mro):
        return True
    return any(reads_itself(chk, proper(argument)) for argument in typ.args)


def _validates(chk: TypeChecker, info: TypeInfo) -> bool:
    """Whether a model has validators of its own, or says itself how it is read."""
    if info.fullname.startswith(("pydantic.", "builtins.")):
        return False
    compat.depend_on_members(chk, info)
    if "__get_pydantic_core_schema__" in info.names:
        return True
    for entry in info.names.values():
        typ = proper(entry.type)
        if isinstance(typ, Instance) and typ.type.name == _VALIDATED:
            return True
        if typ is None and type(entry.node).__name__ == "Decorator":
            return True  # not looked at yet
    return False


def response_findings(chk: TypeChecker, given: Expression | None) -> Iterator[tuple[Finding, Expression]]:
    """What is wrong with `responses=` as it is written out, each with its place."""
    if not isinstance(given, DictExpr):
        return
    for key, value in given.items:
        status = UNSEEN if key is None else value_of(key)
        if key is None or status is UNSEEN:
            continue
        if not is_status(status):
            yield found("option-value", option="responses", expected=STATUSES, value=repr(status)), key
            return
        promise = value_of(value)
        if isinstance(promise, bool | int | float):
            yield found("option-value", option="responses", expected=PROMISES, value=repr(promise)), value
        elif _model(chk, value) not in (None, UNSEEN):
            wrong = model_finding(status, repr(status))
            if wrong is not None:
                yield wrong, key
