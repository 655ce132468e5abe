"""Route templates: parse, join, print and compare `/users/{id:int}`.

A template is literal text and fields; a field is `{name}` or `{name:convertor}`.  This file knows the grammar
and nothing about requests: matching is the route table's business, and what a convertor accepts is told by
its facts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from functools import lru_cache

from responder._contract.convertors import BUILTIN, DEFAULT, ConvertorFacts
from responder._contract.findings import Finding, found
from responder._contract.frozen import frozen
from responder._contract.hints import resemblance
from responder._contract.languages import Piece, contains, lies_under

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@frozen
class Field:
    """One `{name:convertor}`; the convertor is "str" when it is not written."""

    name: str
    convertor: str = DEFAULT

    def __str__(self) -> str:
        return f"{{{self.name}}}" if self.convertor == DEFAULT else f"{{{self.name}:{self.convertor}}}"


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template.  `text` is the user's spelling; `parts` are its literals (never empty) and
    fields.
    """

    text: str
    parts: tuple[str | Field, ...]
    fields: tuple[Field, ...] = made(init=False, repr=False, compare=False)
    """The fields from left to right; kept, because every rule asks for them."""
    names: tuple[str, ...] = made(init=False, repr=False, compare=False)
    """The names of the fields from left to right."""

    def __post_init__(self) -> None:
        fields = tuple(part for part in self.parts if isinstance(part, Field))
        object.__setattr__(self, "fields", fields)
        object.__setattr__(self, "names", tuple(one.name for one in fields))

    @property
    def public(self) -> str:
        """The template without convertors, as documents, metrics and logs show it."""
        return "".join(f"{{{part.name}}}" if isinstance(part, Field) else part for part in self.parts)

    def field(self, name: str) -> Field | None:
        """The field of this name, or None."""
        for one in self.fields:
            if one.name == name:
                return one
        return None

    def __str__(self) -> str:
        return self.text


EMPTY = Template("", ())
"""No path at all: the prefix of what has none."""


@lru_cache(maxsize=4096)
def parse(text: str, *, allow_empty: bool = False) -> Template | Finding:
    """The template that `text` spells, or its first fault.

    `allow_empty` is for the tail of a router's own prefix, where "" means the prefix itself.
    """
    if not text:
        return EMPTY if allow_empty else found("path-missing", offset=0)
    if not text.startswith("/"):
        return found("template-slash", offset=0, template=text)
    parts: list[str | Field] = []
    names: set[str] = set()
    position = 0
    while position < len(text):
        literal = _literal_end(text, position)
        if literal > position:
            parts.append(text[position:literal])
        if literal == len(text):
            break
        field = _field_at(text, literal)
        if isinstance(field, Finding):
            return field
        if field.name in names:
            return found("template-duplicate", parameter=field.name, offset=literal + 1, template=text)
        names.add(field.name)
        parts.append(field)
        position = text.index("}", literal) + 1
    return Template(text, tuple(parts))


def _literal_end(text: str, start: int) -> int:
    """Where the literal that begins at `start` ends: at a brace of either kind, or at the end."""
    ends = [end for end in (text.find("{", start), text.find("}", start)) if end >= 0]
    return min(ends, default=len(text))


def _field_at(text: str, start: int) -> Field | Finding:
    """The field whose brace is at `start`."""
    if text[start] == "}":
        return found("template-close", offset=start, template=text)
    end = text.find("}", start)
    nested = text.find("{", start + 1)
    if end < 0 or 0 <= nested < end:
        return found("template-open", offset=start, template=text)
    name, colon, convertor = text[start + 1 : end].partition(":")
    if not _NAME.fullmatch(name):
        return found("template-name", offset=start + 1, name=name, template=text)
    if colon and not _NAME.fullmatch(convertor):
        return found("template-convertor", offset=start + 2 + len(name), name=convertor, template=text)
    return Field(name, convertor or DEFAULT)


def spell(template: Template) -> str:
    """The template in canonical spelling: a convertor is written only where it says something."""
    return "".join(str(part) for part in template.parts)


def join(prefix: str | Template, tail: Template) -> Template | Finding:
    """`tail` under `prefix`; the slashes that end a prefix are dropped, as in `/users/` and `/{id}`."""
    outer = parse(prefix, allow_empty=True) if isinstance(prefix, str) else prefix
    if isinstance(outer, Finding):
        return outer
    if not tail.text:
        return outer
    for name in tail.names:
        if outer.field(name) is not None:
            return found("path-bound-by-prefix", parameter=name, prefix=outer.text)
    return Template(outer.text.rstrip("/") + tail.text, _parts_joined(outer, tail))


def _parts_joined(outer: Template, tail: Template) -> tuple[str | Field, ...]:
    """The parts of both, with the literals that meet in the middle as one."""
    first, last = tail.parts[0], outer.parts[-1] if outer.parts else ""
    if not isinstance(first, str) or not isinstance(last, str):
        return (*outer.parts, *tail.parts)
    return (*outer.parts[:-1], last.rstrip("/") + first, *tail.parts[1:])


def unknown_convertors(template: Template, known: Mapping[str, ConvertorFacts]) -> tuple[Finding, ...]:
    """A finding for each field whose convertor nobody knows."""
    return tuple(
        _unknown_convertor(template, field, known)
        for field in template.fields
        if field.convertor not in known
    )


def _unknown_convertor(template: Template, field: Field, known: Mapping[str, ConvertorFacts]) -> Finding:
    hint = resemblance(field.convertor, known)
    return found(
        "convertor-unknown",
        parameter=field.name,
        offset=template.text.find(f"{{{field.name}:") + len(field.name) + 2,
        hint=hint,
        convertor=field.convertor,
        note=None if hint else f"known are {', '.join(sorted(known))}",
    )


def same(one: Template, other: Template) -> bool:
    """Whether both are the same text but for the names of their fields, so that they match exactly the
    same paths.
    """
    return _nameless(one) == _nameless(other)


def _nameless(template: Template) -> list[tuple[str, str]]:
    return [
        ("field", part.convertor) if isinstance(part, Field) else ("text", part) for part in template.parts
    ]


def covers(one: Template, other: Template, known: Mapping[str, ConvertorFacts] = BUILTIN) -> bool:
    """Whether `one` provably matches every path that `other` matches.

    False also means "not sure".  Only the text counts: a value that its convertor refuses later (a number
    that overflows) is left aside.
    """
    if same(one, other):
        return True
    wide, narrow = _pieces(one, known), _pieces(other, known)
    return wide is not None and narrow is not None and contains(wide, narrow)


def prefixes(
    prefix: Template, template: Template, known: Mapping[str, ConvertorFacts] = BUILTIN
) -> bool | None:
    """Whether the paths of `template` lie under `prefix`, which ends at a "/" or at the end of the path.

    True: all of them do.  False: none does.  None: it depends on the path.
    """
    trimmed = parse(prefix.text.rstrip("/"), allow_empty=True)
    if trimmed == EMPTY:
        return True
    outer = None if isinstance(trimmed, Finding) else _pieces(trimmed, known)
    inner = _pieces(template, known)
    return None if outer is None or inner is None else lies_under(outer, inner)


def _pieces(template: Template, known: Mapping[str, ConvertorFacts]) -> tuple[Piece, ...] | None:
    """The template with facts for fields, or None when a convertor is not known."""
    pieces: list[Piece] = []
    for part in template.parts:
        if isinstance(part, str):
            pieces.append(part)
        elif part.convertor in known:
            pieces.append(known[part.convertor])
        else:
            return None
    return tuple(pieces)
