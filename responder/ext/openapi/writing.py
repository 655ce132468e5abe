"""A document as text: JSON, and YAML written by ourselves.

A document has many thousand nodes and a general YAML emitter takes longer for them than all the rest
together. Ours knows plain data only: texts that YAML could take for something else are quoted as JSON quotes
them, which YAML reads the same.  Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from responder.ext.openapi.objects import is_array, is_object

__all__ = ["to_json", "to_yaml"]

_PLAIN: Final = re.compile(r"[A-Za-z_$/][A-Za-z0-9_./()+ -]*")
_MEANING: Final = re.compile(r"(?:y|n|yes|no|on|off|true|false|null|nan|inf)\.?", re.IGNORECASE)
_BLOCK: Final = re.compile(r"[\x21-\x7e\xa1-\u2027\u202a-\ud7ff][\x20-\x7e\n\xa1-\u2027\u202a-\ud7ff]*")


def to_json(document: Mapping[str, object]) -> str:
    """The document as JSON, in the order of its keys."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def to_yaml(document: Mapping[str, object]) -> str:
    """The document as YAML, in the order of its keys."""
    return "".join(_lines(document, ""))


def _lines(value: object, indent: str) -> Iterator[str]:
    """The lines of a mapping or list that is not empty; the first begins where it stands."""
    if is_object(value):
        for key, one in value.items():
            yield f"{indent}{_text(key)}:"
            yield from _after(one, indent, indent + "  ")
    elif is_array(value):
        for one in value:
            if is_object(one) and one:
                # The first key stands on the line of the dash.
                inner = _lines(one, indent + "  ")
                yield f"{indent}- {next(inner)[len(indent) + 2 :]}"
                yield from inner
            else:
                yield f"{indent}-"
                yield from _after(one, indent, indent + "  ")


def _after(value: object, indent: str, deeper: str) -> Iterator[str]:
    """What follows a key or a dash: on the same line, or below."""
    if (is_object(value) or is_array(value)) and value:
        yield "\n"
        yield from _lines(value, deeper)
    elif isinstance(value, str) and "\n" in value and _is_block(value):
        body = "\n".join(deeper + line if line else "" for line in value.removesuffix("\n").split("\n"))
        yield f" {'|' if value.endswith(chr(10)) else '|-'}\n{body}\n"
    else:
        yield f" {_scalar(value)}\n"


def _is_block(text: str) -> bool:
    """Whether a text of several lines can stand as it is."""
    return _BLOCK.fullmatch(text) is not None and not text.endswith("\n\n") and " \n" not in text


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return _number(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _number(value: float) -> str:
    """A number as both readers of YAML take it: with a point before the exponent."""
    text = json.dumps(value, allow_nan=False)
    mantissa, exponent, rest = text.partition("e")
    if not exponent:
        return text
    sign = "" if rest.startswith(("-", "+")) else "+"
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}e{sign}{rest}"


def _text(text: str) -> str:
    """A text, quoted unless it can only be taken for itself."""
    if _PLAIN.fullmatch(text) and not text.endswith(" ") and not _MEANING.fullmatch(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return quoted if quoted.isprintable() else "".join(map(_escaped, quoted))


def _escaped(character: str) -> str:
    """A character that JSON leaves as it is, as YAML takes it."""
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
