"""From a live Python type to a contract `Shape`: the run-time twin of the plugin's translation.

Only `reader` and `returns` call this.  It may not validate anything; what pydantic makes of a type is
`adapters`' business.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import datetime
import decimal
import enum
import ipaddress
import operator
import pathlib
import re
import types
import typing
import uuid
from abc import ABCMeta
from collections.abc import Callable, Iterable, Mapping
from typing import Final, cast

import typing_extensions
from pydantic import BaseModel
from starlette.datastructures import UploadFile

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

_SCALARS: Mapping[object, Scalar] = {
    str: STR,
    int: INT,
    float: FLOAT,
    bool: BOOL,
    uuid.UUID: UUID,
    bytes: Scalar("bytes"),
    decimal.Decimal: Scalar("decimal.Decimal"),
    datetime.datetime: Scalar("datetime.datetime", ("datetime.date",)),
    datetime.date: Scalar("datetime.date"),
    datetime.time: Scalar("datetime.time"),
    datetime.timedelta: Scalar("datetime.timedelta"),
    pathlib.Path: Scalar("pathlib.Path", ("pathlib.PurePath",)),
    pathlib.PurePath: Scalar("pathlib.PurePath"),
    re.Pattern: Scalar("re.Pattern"),
    ipaddress.IPv4Address: Scalar("ipaddress.IPv4Address"),
    ipaddress.IPv6Address: Scalar("ipaddress.IPv6Address"),
}
_SEQUENCES = (list, tuple, set, frozenset, collections.deque)
_ABSTRACT_SEQUENCES = frozenset(
    {
        collections.abc.Sequence,
        collections.abc.MutableSequence,
        collections.abc.Set,
        collections.abc.MutableSet,
        collections.abc.Collection,
        collections.abc.Iterable,
    }
)
_UNIONS = (typing.Union, types.UnionType)
CLASSES: Final = frozenset({type, ABCMeta, type(BaseModel)})
"""The types of classes that are told apart by identity and read as they are: no enums, no aliases."""


# Special forms are classes on one Python and instances on another; `operator` finds the way into either.
_getitem: Callable[[object, object], object] = vars(operator)["getitem"]


def annotated(inner: object, metadata: Iterable[object]) -> object:
    """Spell `Annotated[inner, *metadata]` of values that are only known at run time."""
    return _getitem(vars(typing)["Annotated"], (inner, *metadata))


def union_of(options: Iterable[object]) -> object:
    """Spell the union of types that are only known at run time."""
    return _getitem(vars(typing)["Union"], tuple(options))


def shape_of(annotation: object) -> Shape:
    """Name what an annotation means to the rules; `Unknown` where nothing may be concluded."""
    if annotation is None or annotation is type(None):
        return NOTHING
    if type(annotation) in CLASSES:
        return _of_class(cast("type[object]", annotation))
    if annotation is typing.Any:
        return UNKNOWN
    if type(annotation) is not types.GenericAlias and isinstance(annotation, type):
        return _of_class(annotation)
    origin = typing_extensions.get_origin(annotation)
    if origin is None:
        return _of_special(annotation)
    arguments = typing_extensions.get_args(annotation)
    if origin is typing.Annotated:
        return shape_of(arguments[0])
    if origin in _UNIONS:
        return Choice(tuple(shape_of(option) for option in arguments))
    if origin is typing.Literal or origin is typing_extensions.Literal:
        return _of_literal(arguments)
    if isinstance(origin, typing_extensions.TypeAliasType):
        return shape_of(origin.__value__)
    if origin in _SEQUENCES or origin in _ABSTRACT_SEQUENCES:
        return _many(origin, arguments)
    if isinstance(origin, type):
        return _of_class(origin)
    return UNKNOWN


def is_model(kind: type[object]) -> bool:
    """Whether a class describes a structured value that pydantic can build from an object."""
    # Pydantic's own come first: asking those for an attribute that they lack is slow.
    if BaseModel in kind.__mro__ or dataclasses.is_dataclass(kind) or typing_extensions.is_typeddict(kind):
        return True
    if tuple in kind.__mro__ and hasattr(kind, "_fields"):
        return True
    return hasattr(kind, "__attrs_attrs__") or hasattr(kind, "__struct_fields__")


def _of_class(kind: type[object]) -> Shape:
    scalar = _SCALARS.get(kind)
    if scalar is not None:
        return scalar
    if kind is object:
        return Other("object")
    if UploadFile in kind.__mro__:
        return Upload()
    if enum.Enum in kind.__mro__:
        return Scalar(_qualified(kind), _scalar_bases(kind))
    if is_model(kind):
        return Model(kind.__name__)
    if kind in _SEQUENCES:
        return Many(UNKNOWN)
    # Pydantic's own classes (URLs, secrets, colours, file paths) all read themselves from text.
    if _scalar_bases(kind) or kind.__module__.startswith("pydantic"):
        return Scalar(_qualified(kind), _scalar_bases(kind))
    return Other(kind.__qualname__)


def _scalar_bases(kind: type[object]) -> tuple[str, ...]:
    names = [_SCALARS[base].name for base in kind.__mro__[1:] if base in _SCALARS]
    return tuple(names)


def _qualified(kind: type[object]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _of_literal(values: tuple[object, ...]) -> Shape:
    bases = {_SCALARS[type(value)].name for value in values if type(value) in _SCALARS}
    literal = Scalar("typing.Literal", tuple(sorted(bases)) if len(bases) == 1 else ())
    return Choice((literal, NOTHING)) if None in values else literal


def _many(origin: object, arguments: tuple[object, ...]) -> Shape:
    items = [argument for argument in arguments if argument is not Ellipsis]
    if not items:
        return Many(UNKNOWN)
    shapes = [shape_of(item) for item in items]
    if origin is tuple and len(set(shapes)) > 1:
        return Many(Choice(tuple(shapes)))
    return Many(shapes[0])


def _of_special(annotation: object) -> Shape:
    if isinstance(annotation, (typing.TypeVar, typing_extensions.TypeVar)):
        return UNKNOWN
    supertype = getattr(annotation, "__supertype__", None)
    if supertype is not None:
        return shape_of(supertype)
    if isinstance(annotation, typing_extensions.TypeAliasType):
        return shape_of(annotation.__value__)
    return UNKNOWN
