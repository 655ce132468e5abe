"""pydantic adapters for bound inputs and response models, shared between routes.

An adapter is made once for a type and its constraints.  What the generated endpoint calls is the bound method
of the pydantic-core validator or serializer beneath it; nothing here runs per request.
"""

from __future__ import annotations

import enum
import functools
import typing
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Final, TypeAlias, cast

import typing_extensions
from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError
from pydantic_core import SchemaError
from typing_extensions import override

from responder._http.jsons import make_dumps
from responder._routing.shaping import CLASSES, annotated, union_of
from responder.params import MISSING

Coercer: TypeAlias = Callable[[object], object]
ToJson: TypeAlias = Callable[[object], bytes]
Adapter: TypeAlias = "TypeAdapter[object]"

_SEQUENCES: Final = (list, tuple, set, frozenset)
_DUMPS: Final = make_dumps()
_ANY_CLASS: Final = ConfigDict(arbitrary_types_allowed=True)


class UnsupportedType(Exception):
    """Pydantic cannot make a schema for a type; the text says why, in one line."""


def adapter_for(annotation: object, constraints: Mapping[str, object] | None = None) -> Adapter:
    """Give the shared adapter of a type with its constraints; raise `UnsupportedType` when there can be
    none.
    """
    wanted = str if annotation is MISSING else annotation
    if not constraints and type(wanted) in CLASSES:
        return _of_class(wanted)
    frozen = tuple(sorted(constraints.items())) if constraints else ()
    try:
        hash((wanted, frozen))
    except TypeError:
        return _make(wanted, frozen)
    return _shared(_Typed(wanted), frozen)


def text_adapter(annotation: object, constraints: Mapping[str, object] | None = None) -> Adapter:
    """Give the adapter for a value that arrives as text, where `Literal[1]` and plain enums must accept
    "1".
    """
    wanted = str if annotation is MISSING else annotation
    if type(wanted) in CLASSES:
        return adapter_for(wanted, constraints)
    try:
        hash(wanted)
    except TypeError:
        return adapter_for(_readable(wanted), constraints)
    return adapter_for(_readable_once(_Typed(wanted)), constraints)


def upload_adapter(annotation: object, constraints: Mapping[str, object]) -> Adapter:
    """Give the adapter of uploaded files: that of anything, unless a marker or an `Annotated` asks for more
    than the type.
    """
    if annotation is MISSING or not (constraints or _says_more(annotation)):
        return adapter_for(object)
    return _make(annotation, tuple(sorted(constraints.items())), _ANY_CLASS)


def _says_more(annotation: object) -> bool:
    if isinstance(annotation, typing_extensions.TypeAliasType):
        return _says_more(annotation.__value__)
    inner = typing_extensions.get_args(annotation)
    return typing_extensions.get_origin(annotation) is typing.Annotated or any(map(_says_more, inner))


def is_text(annotation: object, constraints: Mapping[str, object] | None = None) -> bool:
    """Whether any text will do."""
    return not constraints and (annotation is MISSING or annotation is str)


def coercer_for(annotation: object, constraints: Mapping[str, object] | None = None) -> Coercer | None:
    """Give the function that turns text (or a list of texts) into the type; None where text is already
    right.
    """
    if is_text(annotation, constraints) or (annotation == list[str] and not constraints):
        return None
    return text_adapter(annotation, constraints).validator.validate_python


def to_json_of(adapter: Adapter) -> ToJson:
    """Give the writer of an adapter: aliases used, a value that no longer fits its model refused."""
    if _writes_constants(adapter.core_schema):
        to_data = to_data_of(adapter)
        return lambda value: _DUMPS(to_data(value))
    return functools.partial(adapter.serializer.to_json, by_alias=True, warnings="error")


def to_data_of(adapter: Adapter) -> Coercer:
    """Give the adapter's way to plain JSON data, for the formats that are not JSON."""
    return functools.partial(adapter.serializer.to_python, mode="json", by_alias=True, warnings="error")


def _writes_constants(schema: object) -> bool:
    """Whether a model was told to write NaN and Infinity as themselves, which JSON does not have."""
    if isinstance(schema, (list, tuple)):
        return any(map(_writes_constants, cast("Iterable[object]", schema)))
    if not isinstance(schema, dict):
        return False
    parts = cast("dict[str, object]", schema)
    return parts.get("ser_json_inf_nan") == "constants" or any(map(_writes_constants, parts.values()))


def is_sequence(annotation: object) -> bool:
    """Whether an input collects every value of its key, also behind `| None` and `Annotated`."""
    if type(annotation) in CLASSES:
        return any(annotation is kind for kind in _SEQUENCES)
    origin = typing_extensions.get_origin(annotation)
    if any(annotation is kind or origin is kind for kind in _SEQUENCES):
        return True
    if isinstance(origin, type) and issubclass(origin, (Sequence, typing.AbstractSet)):
        return True
    if origin is typing.Annotated:
        return is_sequence(typing_extensions.get_args(annotation)[0])
    if isinstance(annotation, typing_extensions.TypeAliasType):
        return is_sequence(annotation.__value__)
    if _is_union(annotation):
        return any(is_sequence(option) for option in typing_extensions.get_args(annotation))
    return False


@functools.lru_cache(maxsize=4096)
def _readable_once(wanted: _Typed) -> object:
    return _readable(wanted.annotation)


@functools.lru_cache(maxsize=4096)
def _of_class(kind: Hashable) -> Adapter:
    return _make(kind, ())


@functools.lru_cache(maxsize=4096)
def _shared(wanted: _Typed, constraints: tuple[tuple[str, object], ...]) -> Adapter:
    return _make(wanted.annotation, constraints)


def _make(
    annotation: object, constraints: tuple[tuple[str, object], ...], config: ConfigDict | None = None
) -> Adapter:
    target: object = annotation
    if constraints:
        # The constraint names were checked when the marker was made; pydantic's own signature cannot be
        # spelled here.
        field: Callable[..., object] = Field
        target = annotated(annotation, (field(**dict(constraints)),))
    make = cast("Callable[..., Adapter]", TypeAdapter)
    try:
        adapter = make(target, config=config)
        if not adapter.pydantic_complete:
            adapter.rebuild()
    except (PydanticSchemaGenerationError, PydanticUserError, TypeError, NameError, RuntimeError) as error:
        raise UnsupportedType(str(error).splitlines()[0]) from error
    except SchemaError as error:  # such as of a negative length; the first lines say only what was built
        given = ", ".join(f"{name}={value!r}" for name, value in constraints)
        why = str(error).splitlines()[-1].strip()
        raise UnsupportedType(f"{given}: {why}" if given else why) from error
    return adapter


class _Typed:
    """A cache key that tells `Literal[1]` from `Literal[True]`, which compare equal."""

    __slots__ = ("annotation", "_key")

    def __init__(self, annotation: object) -> None:
        self.annotation = annotation
        self._key = (annotation, repr(annotation))

    @override
    def __hash__(self) -> int:
        return hash(self._key)

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Typed) and other._key == self._key


def _readable(annotation: object) -> object:
    """Let text stand for the members of a literal or enum that are not text themselves."""
    if isinstance(annotation, enum.EnumType) and enum.Flag in annotation.__mro__:
        return annotated(annotation, (BeforeValidator(_number),))
    if isinstance(annotation, enum.EnumType) and not {str, int}.intersection(annotation.__mro__):
        members = cast("Iterable[enum.Enum]", annotation.__members__.values())
        return _with_lookup(annotation, {str(member.value): member for member in members})
    origin = typing_extensions.get_origin(annotation)
    if origin is typing.Literal or origin is typing_extensions.Literal:
        values = typing_extensions.get_args(annotation)
        if all(isinstance(value, str) for value in values):
            return annotation
        return _with_lookup(annotation, {str(value): value for value in values if value is not None})
    if _is_union(annotation):
        return union_of(_readable(option) for option in typing_extensions.get_args(annotation))
    return annotation


def _number(value: object) -> object:
    """Flags are known by their sum."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


def _with_lookup(annotation: object, known: Mapping[str, object]) -> object:
    def look_up(value: object) -> object:
        return known.get(value, value) if isinstance(value, str) else value

    return annotated(annotation, (BeforeValidator(look_up),))


def _is_union(annotation: object) -> bool:
    origin = typing_extensions.get_origin(annotation)
    return origin is typing.Union or type(annotation).__name__ == "UnionType"
