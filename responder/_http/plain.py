"""Values as plain data: what every format can write, however rich the value an application hands over.

Models, dataclasses, dates, decimals, sets, enums, paths become what contract and clients expect; lone
surrogates become U+FFFD; depth is bounded.  The formats use it for what their encoder doesn't take natively.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import ipaddress
import pathlib
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Final, Literal, TypeAlias, cast

from pydantic import BaseModel
from pydantic_core import SchemaSerializer

Encoder: TypeAlias = Callable[[object], object]
Decimals: TypeAlias = Literal["string", "float"]

MAX_DEPTH: Final = 300

_SURROGATE = re.compile("[\ud800-\udfff]")

_TEXTS: Final = (
    uuid.UUID,
    pathlib.PurePath,
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
    ipaddress.IPv4Network,
    ipaddress.IPv6Network,
    ipaddress.IPv4Interface,
    ipaddress.IPv6Interface,
)


def whole_text(value: str) -> str:
    """The text without lone surrogates, which no encoding of Unicode can carry."""
    return value if value.isascii() else _SURROGATE.sub("\ufffd", value)


def serializer_of(value: object) -> SchemaSerializer | None:
    """The ready-made serializer of a pydantic model or pydantic dataclass."""
    if isinstance(value, BaseModel):
        return type(value).__pydantic_serializer__
    if is_dataclass(value) and not isinstance(value, type):
        found: object = getattr(type(value), "__pydantic_serializer__", None)
        return found if isinstance(found, SchemaSerializer) else None
    return None


def json_writer(value: object) -> Callable[[object], bytes] | None:
    """A function that writes such a value as JSON by itself, by alias; `None` when there is none."""
    serializer = serializer_of(value)
    return None if serializer is None else lambda model: serializer.to_json(model, by_alias=True)


def builtin(value: object, decimals: Decimals) -> object:
    """One step towards plain data; `TypeError` when the type is not known."""
    serializer = serializer_of(value)
    if serializer is not None:
        return _parts(value, serializer)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return float(value) if decimals == "float" else str(value)
    if isinstance(value, set | frozenset):
        return list(cast("set[object]", value))
    if isinstance(value, bytes | bytearray):
        return value.decode("utf-8", "replace")
    if isinstance(value, memoryview):
        return value.tobytes().decode("utf-8", "replace")
    if isinstance(value, _TEXTS):
        return str(value)
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: cast("object", getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return dict(cast("Mapping[object, object]", value))
    raise TypeError(f"A {type(value).__qualname__} cannot be sent; give API(encoder=...) a rule for it")


def _parts(model: object, serializer: SchemaSerializer) -> object:
    try:
        return cast("object", serializer.to_python(model, mode="json", by_alias=True))
    except ValueError:
        # Bytes that are no UTF-8: pydantic refuses to write them as JSON, the walk over the parts mends them.
        return cast("object", serializer.to_python(model, by_alias=True))


def convert(encoder: Encoder | None, decimals: Decimals) -> Encoder:
    """The conversion of one value: the application's encoder first, then what we know."""
    if encoder is None:
        return lambda value: builtin(value, decimals)
    first = encoder

    def both(value: object) -> object:
        try:
            return first(value)
        except (TypeError, NotImplementedError):
            return builtin(value, decimals)

    return both


def forgiving(step: Encoder) -> Encoder:
    """The same, but a value that cannot be converted is named instead of raising: for error documents."""

    def never_fails(value: object) -> object:
        try:
            return step(value)
        except Exception:  # whatever the value does when looked at, the document is still sent
            return _name(value)

    return never_fails


def _name(value: object) -> str:
    """A short text for a value that has no plain form: an exception's text, else the name of its type."""
    if isinstance(value, BaseException):
        try:
            return whole_text(str(value))[:500]
        except Exception:  # a user's __str__ may do anything
            return type(value).__name__
    return type(value).__name__


class Plainer:
    """Turns whole values into plain data: dicts with text keys, lists, texts, numbers, booleans and None."""

    __slots__ = ("_finite", "_forgiving", "_step")

    def __init__(self, step: Encoder, *, finite: bool = True, forgiving: bool = False) -> None:
        """`finite`: NaN and the infinities become None.  `forgiving`: too deep is cut, not refused."""
        self._step = step
        self._finite = finite
        self._forgiving = forgiving

    def __call__(self, value: object, depth: int = 0) -> object:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, enum.Enum):
            return self(value.value, depth + 1)
        if isinstance(value, str):
            return whole_text(str.__str__(value))
        if isinstance(value, int):
            return int(value)
        if isinstance(value, float):
            return None if self._finite and value - value != 0 else float(value)
        if depth > MAX_DEPTH:
            if self._forgiving:
                return None
            raise ValueError(f"A value nested over {MAX_DEPTH} levels deep, or within itself, cannot be sent")
        if isinstance(value, dict):
            items = cast("dict[object, object]", value)
            return {self._key(key): self(item, depth + 1) for key, item in items.items()}
        if isinstance(value, list | tuple):
            return [self(item, depth + 1) for item in cast("list[object]", value)]
        return self(self._step(value), depth + 1)

    def _key(self, key: object) -> str:
        if isinstance(key, enum.Enum):
            key = cast("object", key.value)
        if isinstance(key, str):
            return whole_text(str.__str__(key))
        if key is None:
            return "null"
        if isinstance(key, bool):
            return "true" if key else "false"
        if isinstance(key, int | float):
            return "null" if isinstance(key, float) and key - key != 0 else repr(key)
        converted = self(self._step(key), MAX_DEPTH)
        return converted if isinstance(converted, str) else str(converted)
