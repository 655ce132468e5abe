"""Facts about the convertors of a path template: `{id:int}` matches digits and yields an `int`.

Facts only: what a convertor's text looks like and which type comes out of it.  How a value is converted is
the business of the run time; a test keeps its convertors in step with this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from responder._contract.frozen import frozen
from responder._contract.shapes import FLOAT, INT, STR, UUID, Shape

DEFAULT = "str"
"""The convertor of a field that names none."""


@frozen
class ConvertorFacts:
    """One convertor.

    `pattern` is a regular expression without capturing groups, meant for a full match.  `yields` is the shape
    of the value that the handler gets.  `spans` says that the text may hold a "/".
    """

    name: str
    pattern: str
    yields: Shape
    spans: bool = False


_HEX = "[0-9a-fA-F]"

BUILTIN: Mapping[str, ConvertorFacts] = MappingProxyType(
    {
        facts.name: facts
        for facts in (
            ConvertorFacts("str", r"[^/]+", STR),
            ConvertorFacts("int", r"[0-9]+", INT),
            ConvertorFacts("float", r"[0-9]+(?:\.[0-9]+)?", FLOAT),
            ConvertorFacts("uuid", f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}", UUID),
            ConvertorFacts("path", r"(?s:.+)", STR, spans=True),
        )
    }
)
"""The convertors that every application has.  Digits are ASCII; a uuid may be written in either case."""

CARRIES_TEXT = frozenset({"str", "path"})
"""The convertors that hand text on as it is, so that an annotation may still say what to make of it."""
