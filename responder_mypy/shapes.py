"""From a mypy type to a contract `Shape`: the plugin's twin of the run time's translation.

Where nothing may be concluded the shape is unknown: `Any`, type variables, classes with a base that mypy
could not find.
"""

from __future__ import annotations

from typing import Final

from mypy.nodes import TypeInfo
from mypy.types import (
    CallableType,
    Instance,
    LiteralType,
    NoneType,
    Overloaded,
    ProperType,
    TupleType,
    Type,
    TypedDictType,
    TypeType,
    UnionType,
    get_proper_type,
)

from responder._contract.shapes import (
    BOOL,
    FLOAT,
    INT,
    NOTHING,
    STR,
    UNKNOWN,
    UUID,
    Choice,
    Many,
    Model,
    Other,
    Scalar,
    Shape,
    Upload,
)
from responder_mypy.memory import Memory
from responder_mypy.names import UPLOAD

_SCALARS: Final = {
    "builtins.str": STR,
    "builtins.int": INT,
    "builtins.float": FLOAT,
    "builtins.bool": BOOL,
    "builtins.bytes": Scalar("bytes"),
    "uuid.UUID": UUID,
    "decimal.Decimal": Scalar("decimal.Decimal"),
    "datetime.datetime": Scalar("datetime.datetime", ("datetime.date",)),
    "datetime.date": Scalar("datetime.date"),
    "datetime.time": Scalar("datetime.time"),
    "datetime.timedelta": Scalar("datetime.timedelta"),
    "pathlib.Path": Scalar("pathlib.Path", ("pathlib.PurePath",)),
    "pathlib.PurePath": Scalar("pathlib.PurePath"),
    "re.Pattern": Scalar("re.Pattern"),
    "ipaddress.IPv4Address": Scalar("ipaddress.IPv4Address"),
    "ipaddress.IPv6Address": Scalar("ipaddress.IPv6Address"),
}
_READABLE_BASES: Final = frozenset(
    {
        "builtins.str",
        "builtins.int",
        "builtins.float",
        "builtins.bytes",
        "datetime.date",
        "decimal.Decimal",
        "uuid.UUID",
        "pathlib.PurePath",
    }
)
_SEQUENCES: Final = frozenset(
    {
        "builtins.list",
        "builtins.tuple",
        "builtins.set",
        "builtins.frozenset",
        "collections.deque",
        "typing.Sequence",
        "typing.MutableSequence",
        "typing.AbstractSet",
        "typing.MutableSet",
        "typing.Collection",
        "typing.Iterable",
    }
)
_MODEL_BASES: Final = frozenset({"pydantic.main.BaseModel", "msgspec.Struct"})
_MODEL_MARKS: Final = frozenset({"dataclass", "dataclass_tag", "attrs", "attrs_tag"})


_shapes: Final[Memory[TypeInfo, Shape]] = Memory()


def shape_of(typ: Type | None) -> Shape:
    """What a type means to the rules."""
    proper = get_proper_type(typ)
    if isinstance(proper, Instance):
        if proper.args:
            return _of_instance(proper)
        return _shapes.get(proper.type) or _shapes.keep(proper.type, _of_instance(proper))
    if isinstance(proper, NoneType):
        return NOTHING
    if isinstance(proper, UnionType):
        return _of_union(proper)
    if isinstance(proper, LiteralType):
        return _of_literals([proper])
    if isinstance(proper, TypedDictType):
        return Model(proper.fallback.type.name)
    if isinstance(proper, TupleType):
        return _of_tuple(proper)
    if isinstance(proper, TypeType):
        return Other("type")
    if isinstance(proper, CallableType | Overloaded):
        return Other("type") if proper.is_type_obj() else Other("Callable")
    return UNKNOWN


def is_model(info: TypeInfo) -> bool:
    """Whether a class describes a structured value that pydantic can build from an object."""
    for base in info.mro:
        if base.fullname in _MODEL_BASES:
            return True
        metadata = base.metadata
        if metadata and not _MODEL_MARKS.isdisjoint(metadata):
            return True
    return False


def _of_union(union: UnionType) -> Shape:
    literals: list[LiteralType] = []
    options: list[Shape] = []
    for item in union.items:
        proper = get_proper_type(item)
        if isinstance(proper, LiteralType):
            literals.append(proper)
        else:
            options.append(shape_of(proper))
    if literals:
        options.insert(0, _of_literals(literals))
    return options[0] if len(options) == 1 else Choice(tuple(options))


def _of_literals(literals: list[LiteralType]) -> Shape:
    """mypy has a type for each value, the rules have one for all."""
    names = {literal.fallback.type.fullname for literal in literals}
    scalars = {_SCALARS[name].name for name in names if name in _SCALARS}
    return Scalar("typing.Literal", tuple(scalars) if len(scalars) == 1 else ())


def _of_tuple(typ: TupleType) -> Shape:
    if typ.partial_fallback.type.is_named_tuple:
        return Model(typ.partial_fallback.type.name)
    shapes = [shape_of(item) for item in typ.items]
    if not shapes:
        return Many(UNKNOWN)
    return Many(shapes[0] if len(set(shapes)) == 1 else Choice(tuple(shapes)))


def _of_instance(typ: Instance) -> Shape:
    info = typ.type
    scalar = _SCALARS.get(info.fullname)
    if scalar is not None:
        return scalar
    if info.fullname == "builtins.object":
        return Other("object")
    if info.fullname in _SEQUENCES:
        return Many(shape_of(typ.args[0]) if typ.args else UNKNOWN)
    if info.is_newtype and info.bases:
        return shape_of(info.bases[0])
    if info.is_enum:
        return _named_scalar(info)
    if is_model(info) or info.is_named_tuple:
        return Model(info.name)
    if info.has_base(UPLOAD):
        return Upload()
    for base in info.mro:
        if base.fullname in _READABLE_BASES:
            return _named_scalar(info)
    if info.module_name.startswith("pydantic"):
        # Pydantic's own classes (URLs, secrets, colours, file paths) all read themselves from text.
        return _named_scalar(info)
    if _unfinished(info):
        return UNKNOWN
    return Other(info.name)


def _unfinished(info: TypeInfo) -> bool:
    """Whether a base is something that mypy could not find, so that the class may be anything."""
    return info.fallback_to_any or any(base.fallback_to_any for base in info.mro)


def _named_scalar(info: TypeInfo) -> Scalar:
    bases = [_SCALARS[base.fullname].name for base in info.mro[1:] if base.fullname in _SCALARS]
    return Scalar(info.fullname, tuple(bases))


def unwrapped(typ: Type | None) -> ProperType | None:
    """What awaiting a handler gives."""
    proper = get_proper_type(typ)
    if isinstance(proper, Instance) and proper.type.fullname in ("typing.Coroutine", "typing.Awaitable"):
        return get_proper_type(proper.args[-1])
    return proper
