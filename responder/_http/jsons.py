"""JSON, strict on the wire and quick: orjson writes, pydantic-core's parser reads.

Written JSON is compact, has no NaN, keeps big integers exact.  Read JSON has no NaN either, bounded depth and
bounded numbers.  Whatever the quick writer refuses goes through the plain-data walk and the standard library.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias, cast

import orjson
from pydantic_core import from_json

from responder._http.plain import Decimals, Encoder, Plainer, builtin, convert, forgiving, json_writer

JSONValue: TypeAlias = "bool | int | float | str | list[JSONValue] | dict[str, JSONValue] | None"
Dumps: TypeAlias = Callable[[object], bytes]

_NON_ASCII = re.compile(r"[^\x00-\x7f]+")


def make_dumps(
    encoder: Encoder | None = None, ascii: bool = False, decimal: Decimals = "string", lenient: bool = False
) -> Dumps:
    """A function from any value to JSON.

    `encoder` is asked first about values that JSON has no form for, dates and dataclasses included; UUIDs and
    enum members always have theirs.  `ascii` escapes everything else than ASCII.  `lenient` never fails: for
    error documents.
    """
    step = convert(encoder, decimal)
    if lenient:
        step = forgiving(step)
    slow = _slow_dumps(step, lenient)
    quick = _quick_dumps(encoder, step)

    def dumps(value: object, /) -> bytes:
        try:
            return quick(value)
        except (TypeError, ValueError):
            # Keys that aren't text, integers over 64 bits, lone surrogates, great depth: all have an answer.
            return slow(value)

    if ascii:
        return lambda value: _escaped(dumps(value))
    return dumps


def make_quick_dumps(encoder: Encoder | None = None, decimal: Decimals = "string") -> Dumps:
    """The writer without a Python call around it, for generated code.

    Where it raises `TypeError` or `ValueError`, the one of `make_dumps` has the answer.
    """
    return _quick_dumps(encoder, convert(encoder, decimal))


def _quick_dumps(encoder: Encoder | None, step: Encoder) -> Dumps:
    option = orjson.OPT_PASSTHROUGH_DATACLASS
    if encoder is not None:
        option |= orjson.OPT_PASSTHROUGH_DATETIME
    return partial(orjson.dumps, default=_with_models(encoder, step), option=option)


def _slow_dumps(step: Encoder, lenient: bool) -> Dumps:
    """The same JSON by way of plain data and the standard library, for what the quick writer refuses."""
    walk = Plainer(step, forgiving=lenient)

    def slow(value: object, /) -> bytes:
        plain = walk(value)
        try:
            text = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        except ValueError:
            # An integer beyond the interpreter's limit of digits: no client could read it either.
            if not lenient:
                raise
            text = json.dumps(_without_giants(plain), ensure_ascii=False, separators=(",", ":"))
        return text.encode()

    return slow


def _with_models(encoder: Encoder | None, step: Encoder) -> Encoder:
    """Models are spliced in as the JSON that pydantic writes, everything else goes the usual way."""

    def default(value: object) -> object:
        if encoder is not None:
            value = step(value)
        write = json_writer(value)
        if write is None:
            return step(value) if encoder is None else value
        written = write(value)
        if b"NaN" in written or b"Infinity" in written:
            # Perhaps only text, perhaps a model that writes constants which JSON doesn't have.
            return builtin(value, "string")
        return orjson.Fragment(written)

    return default


def _escaped(data: bytes) -> bytes:
    """JSON in ASCII: whatever else it holds stands inside texts, where an escape means the same."""
    if data.isascii():
        return data
    return _NON_ASCII.sub(_escape, data.decode()).encode("ascii")


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


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
