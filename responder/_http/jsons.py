"""JSON, strict on the wire and quick: orjson writes, pydantic-core's parser reads.

Written JSON is compact, has no NaN, keeps big integers exact.  Read JSON has no NaN either, bounded depth and
bounded numbers.  Whatever the quick writer refuses goes through the plain-data walk and the standard library.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final, TypeAlias, cast

import orjson
from pydantic import BaseModel
from pydantic_core import from_json

from responder._http.plain import (
    Decimals,
    Encoder,
    Plainer,
    convert,
    forgiving,
    model_serializer,
)

JSONValue: TypeAlias = "None | bool | int | float | str | list[JSONValue] | dict[str, JSONValue]"
Dumps: TypeAlias = Callable[[object], bytes]


def make_dumps(
    encoder: Encoder | None = None, ascii: bool = False, decimal: Decimals = "string", lenient: bool = False
) -> Dumps:
    """A function from any value to JSON.

    `encoder` is asked first for values JSON has no form for (dates and dataclasses too; UUIDs and enum members
    always have theirs).  `ascii` escapes everything else than ASCII.  `lenient` never fails: for error documents.
    """
    step = convert(encoder, decimal)
    if lenient:
        step = forgiving(step)
    walk = Plainer(step, forgiving=lenient)

    def slow(value: object) -> bytes:
        plain = walk(value)
        try:
            text = json.dumps(plain, ensure_ascii=ascii, allow_nan=False, separators=(",", ":"))
        except ValueError:
            # An integer beyond the interpreter's limit of digits: no client could read it either.
            if not lenient:
                raise
            text = json.dumps(_without_giants(plain), ensure_ascii=ascii, separators=(",", ":"))
        return text.encode()

    if ascii:
        return slow

    default = _with_models(step)
    option = 0 if encoder is None else orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
    quick = orjson.dumps

    def dumps(value: object) -> bytes:
        try:
            return quick(value, default, option)
        except (TypeError, ValueError):
            # Keys that aren't text, integers over 64 bits, lone surrogates, great depth: all have an answer.
            return slow(value)

    return dumps


def _with_models(step: Encoder) -> Encoder:
    """Models are spliced in as the JSON that pydantic writes, everything else goes the usual way."""

    def default(value: object) -> object:
        converted = step(value) if not isinstance(value, BaseModel) else value
        if isinstance(converted, BaseModel):
            written = model_serializer(converted).to_json(converted, by_alias=True)
            if b"NaN" in written or b"Infinity" in written:
                return step(converted)
            return orjson.Fragment(written)
        return converted

    return default


def _without_giants(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_giants(item) for key, item in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_without_giants(item) for item in cast("list[object]", value)]
    return None if isinstance(value, int) and value.bit_length() > 4096 else value


safe_dumps: Final[Dumps] = make_dumps(lenient=True)
"""JSON of anything at all, for error documents where no application's encoder is known."""


def loads(data: bytes) -> JSONValue:
    """The value of a JSON text; `ValueError` for anything that is not strict JSON."""
    try:
        return cast("JSONValue", from_json(data, allow_inf_nan=False))
    except ValueError:
        encoding = json.detect_encoding(data)
        if encoding == "utf-8":
            raise
        return cast("JSONValue", from_json(data.decode(encoding), allow_inf_nan=False))
