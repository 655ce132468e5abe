"""Strict types where all values come as text: query strings, headers, cookies, forms, fields of a path.

For pydantic `strict` means "of this Python type", and no date is text.  What only comes as text is judged by
pydantic's rules for text instead, strictly: a date has no time of day then, a moment has one.  Knows core
schemas, no inputs and no requests.  Called by the readers of inputs and of forms.
"""

from __future__ import annotations

import datetime
import functools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import CoreConfig, CoreSchema, SchemaError, SchemaValidator

T = TypeVar("T")
_Node: TypeAlias = "Mapping[str, object]"

_COLLECTIONS: Final = frozenset(("list", "set", "frozenset", "tuple"))
_CONFIGURED: Final = frozenset(("model", "dataclass", "typed-dict"))
_WRAPPERS: Final = frozenset(
    (
        *("model-fields", "model-field", "dataclass-args", "dataclass-field", "typed-dict-field"),
        *("default", "nullable", "union", "tagged-union", "chain", "definitions"),
        *("function-before", "function-after", "function-wrap"),
    )
)
_INSIDE: Final = ("schema", "fields", "items_schema", "choices", "steps", "definitions")
_MOMENTS: Final = frozenset(("date", "datetime", "time", "timedelta"))
_NUMBER: Final = re.compile(r"\s*[+-]?[0-9]*[.]?[0-9]*\s*")
"""A number stands for seconds since 1970 where rules are lax; pydantic takes it in strict text as well."""
_LEFT: Final = frozenset(("definition-ref", "function-plain", "any", "is-instance", "custom-error"))


def text_validate(adapter: TypeAdapter[T], *, strict: bool = False) -> Callable[[object], T]:
    """The validation of an adapter for values that come as text, or as lists and mappings of texts.

    `strict` is for all of it; what the type itself says is kept in any case.
    """
    return cast("Callable[[object], T]", _text_validate(cast("TypeAdapter[object]", adapter), strict))


@functools.lru_cache(maxsize=4096)
def is_strict(adapter: TypeAdapter[object]) -> bool:
    """Whether anything in a type is strict."""
    return _is_strict(adapter.core_schema)


def as_json(adapter: TypeAdapter[T], value: object) -> T:
    """The validation of a value out of a format that writes some types as text, as JSON does, and has others
    itself: what is no value of a strict type may be the text of one.
    """
    try:
        return adapter.validate_python(value)
    except ValidationError as fault:
        if not is_strict(cast("TypeAdapter[object]", adapter)):
            raise
        try:
            text = json.dumps(value, default=_iso)
        except (TypeError, ValueError, RecursionError):
            # That it can't be JSON says nothing to the client; what was wrong before does.
            raise fault from None
    return adapter.validate_json(text)


def _iso(value: object) -> str:
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    raise TypeError


@functools.lru_cache(maxsize=4096)
def _text_validate(adapter: TypeAdapter[object], strict: bool) -> Callable[[object], object]:
    schema = cast("_Node", adapter.core_schema)
    if not strict and not _is_strict(schema):
        return adapter.validator.validate_python
    return _validator(_for_text(schema, None, strict=strict)).validate_python


def _validator(schema: _Node) -> SchemaValidator:
    """A validator that goes by this schema for models too; else pydantic-core takes what a model has made for
    itself.  Releases that can't be told so (before pydantic 2.12) keep a model's own rules.
    """
    make = cast("Callable[..., SchemaValidator]", SchemaValidator)
    try:
        return make(schema, _use_prebuilt=False)
    except TypeError:
        return make(schema)


def _is_strict(value: object) -> bool:
    """Whether anything in a schema is strict."""
    if isinstance(value, Mapping):
        node = cast("_Node", value)
        config = node.get("config")
        if node.get("strict") is True or (config and cast("_Node", config).get("strict") is True):
            return True
        return any(_is_strict(node[key]) for key in _INSIDE if key in node) or (
            not isinstance(node.get("type"), str) and any(map(_is_strict, node.values()))
        )
    return isinstance(value, (list, tuple)) and any(map(_is_strict, cast("Sequence[object]", value)))


def _for_text(node: _Node, config: _Node | None, *, strict: bool) -> _Node:
    """The schema with every strict value in it read by the rules for text."""
    kind = node["type"]
    strict = bool(node.get("strict", strict))
    if kind in _CONFIGURED:
        config = cast("_Node | None", node.get("config", config if kind == "typed-dict" else None))
        strict = bool((config or {}).get("strict", strict))
    elif kind in _LEFT or (kind not in _WRAPPERS and kind not in _COLLECTIONS):
        return _text_leaf(node, config) if strict and kind not in _LEFT else node
    made = {key: value for key, value in node.items() if key != "strict"}
    if kind in _COLLECTIONS or kind in _CONFIGURED:
        made["strict"] = False
    for key in _INSIDE:
        if key in node:
            made[key] = _all_for_text(node[key], config, strict=strict)
    return made


def _all_for_text(value: object, config: _Node | None, *, strict: bool) -> object:
    if isinstance(value, Mapping):
        node = cast("_Node", value)
        if isinstance(node.get("type"), str):
            return _for_text(node, config, strict=strict)
        return {key: _all_for_text(one, config, strict=strict) for key, one in node.items()}
    if isinstance(value, (list, tuple)):
        parts = [_all_for_text(one, config, strict=strict) for one in cast("Sequence[object]", value)]
        return tuple(parts) if isinstance(value, tuple) else parts
    return value


def _text_leaf(node: _Node, config: _Node | None) -> _Node:
    """A value by itself: text is read, strictly; what has been made of text already must be of the type."""
    try:
        own = SchemaValidator(cast("CoreSchema", node), cast("CoreConfig | None", config))
    except SchemaError:
        return node  # it refers to what is defined elsewhere

    from_text = cast("Callable[..., object]", own.validate_strings)
    is_moment = node["type"] in _MOMENTS

    def read(value: object) -> object:
        if isinstance(value, str) and not (is_moment and _NUMBER.fullmatch(value)):
            return from_text(value, strict=True)
        return own.validate_python(value, strict=True)

    return {"type": "function-plain", "function": {"type": "no-info", "function": read}}
