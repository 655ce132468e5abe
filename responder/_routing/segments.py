"""Texts between slashes: what a piece of a path must look like, and which values are cut out of it.

A template is taken apart into steps, one for each piece between two slashes: a literal, one field, or a mix
such as `v{major:int}.{minor:int}`.  From the first field on that may hold a slash itself, the rest of the
template is one mix that reads the rest of the path.  This file knows texts and convertors only; rows, methods
and order belong to `tree.py`, which is the one that calls it.

Two fields in one mix can share a text in several ways.  The first field takes as much as it can, then the
second, and so on; that choice is the only one, and when its values don't convert, the mix doesn't match.  It
is found without trying the ways one after the other: one pass from the end marks where each part may begin.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Generic, Protocol, TypeAlias, TypeVar

from responder._contract.frozen import frozen
from responder._contract.template import Field, Template
from responder.convertors import IntConvertor, PathConvertor, StrConvertor

T = TypeVar("T")

#: What one look at a mix may cost, in characters.  Only patterns that are more than a run of characters draw
#: on it, and only when several fields share one text; past it the mix doesn't match.
EFFORT = 1 << 20
#: What an attempt costs on top of its characters.
ATTEMPT = 16

#: Patterns that accept any text of one or more characters of a kind: `[^/]+`, `[a-z0-9-]+`, `\d+`, `(?s:.+)`.
_RUN = re.compile(r"(?P<kind>\[\^?[^\[\]\\^]+\]|\\[dDsSwW]|\.)\+|\(\?s:\.\+\)")


class Reading(Protocol):
    """The part of a convertor that matching needs."""

    pattern: ClassVar[str]
    spans: ClassVar[bool]

    def convert(self, text: str, /) -> object: ...


@frozen
class Slot:
    """What one convertor lets through, ready to be asked."""

    convertor: str
    pattern: str
    spans: bool
    fullmatch: Callable[[str], object | None]
    runs: re.Pattern[str] | None
    convert: Callable[[str], object]

    @property
    def any_text(self) -> bool:
        """Whether every text without a slash passes, save the empty one."""
        return self.pattern == "[^/]+"


#: Ours, without the step through a method of our own; a subclass keeps its method.
_DIRECT: Mapping[type, Callable[[str], object]] = {StrConvertor: str, PathConvertor: str, IntConvertor: int}

Part: TypeAlias = str | Slot
Key: TypeAlias = tuple[str | tuple[str], ...]


def slot(name: str, convertor: Reading) -> Slot:
    """Get a convertor ready; its pattern judges the text of the value alone, never what stands around it."""
    run = _RUN.fullmatch(convertor.pattern)
    runs = None
    if run is not None:
        kind = run["kind"] or "(?s:.)"
        runs = re.compile(convertor.pattern if convertor.spans else f"(?:(?!/){kind})+")
    return Slot(
        convertor=name,
        pattern=convertor.pattern,
        spans=convertor.spans,
        fullmatch=re.compile(convertor.pattern).fullmatch,
        runs=runs,
        convert=_DIRECT.get(type(convertor), convertor.convert),
    )


@frozen
class Steps:
    """A template taken apart: the pieces between slashes, then perhaps one mix for all the rest."""

    pieces: tuple[tuple[Part, ...], ...]
    rest: tuple[Part, ...] | None
    converts: tuple[Callable[[str], object], ...]


def steps(template: Template, slots: Mapping[str, Slot]) -> Steps:
    """Take a template apart.  The empty piece before the first slash is left out."""
    pieces: list[list[Part]] = [[]]
    converts: list[Callable[[str], object]] = []
    for part in template.parts:
        if isinstance(part, Field):
            found = slots[part.convertor]
            pieces[-1].append(found)
            converts.append(found.convert)
            continue
        first, *others = part.split("/")
        if first:
            pieces[-1].append(first)
        pieces.extend([text] if text else [] for text in others)
    del pieces[0]
    regular: list[tuple[Part, ...]] = []
    for at, piece in enumerate(pieces):
        if any(isinstance(part, Slot) and part.spans for part in piece):
            return Steps(tuple(regular), _joined(pieces[at:]), tuple(converts))
        regular.append(tuple(piece))
    return Steps(tuple(regular), None, tuple(converts))


def _joined(pieces: Sequence[Sequence[Part]]) -> tuple[Part, ...]:
    """Put pieces together again, with the slashes between them as part of the literals."""
    parts: list[Part] = []
    for at, piece in enumerate(pieces):
        for part in ["/", *piece] if at else piece:
            if parts and isinstance(part, str) and isinstance(parts[-1], str):
                parts[-1] += part
            else:
                parts.append(part)
    return tuple(parts)


def key(parts: Sequence[Part]) -> Key:
    """Name a mix by what it matches: its literals and convertors."""
    return tuple(part if isinstance(part, str) else (part.convertor,) for part in parts)


class Mix:
    """Literals and fields that share one text."""

    __slots__ = ("_only", "_pair", "parts", "prefix", "suffix")

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = tuple(parts)
        first, last = parts[0], parts[-1]
        self.prefix = first if isinstance(first, str) else ""
        self.suffix = last if isinstance(last, str) else ""
        fields = [part for part in parts if isinstance(part, Slot)]
        self._only = fields[0] if len(fields) == 1 else None
        self._pair = _pair(parts)

    def read(self, text: str) -> tuple[str, ...] | None:
        """Cut the values out of a text, or say that it doesn't match."""
        if not (text.startswith(self.prefix) and text.endswith(self.suffix)):
            return None
        only = self._only
        if only is None:
            if self._pair is not None:
                texts = _cut_once(self._pair, text, len(self.prefix), len(text) - len(self.suffix))
                if texts is not None:
                    return texts
            return _share(self.parts, text)
        end = len(text) - len(self.suffix)
        if end < len(self.prefix):
            return None
        value = text[len(self.prefix) : end]
        if only.fullmatch(value) is None or ("/" in value and not only.spans):
            return None
        return (value,)


class Mixes(Generic[T]):
    """Mixes found by the literal that they begin or end with, so that many of them cost what a few do."""

    __slots__ = ("_lengths_after", "_lengths_before", "_loose", "_prefixes", "_suffixes")

    def __init__(self, entries: Sequence[tuple[Mix, T]]) -> None:
        self._prefixes: dict[str, list[tuple[Mix, T]]] = {}
        self._suffixes: dict[str, list[tuple[Mix, T]]] = {}
        self._loose: list[tuple[Mix, T]] = []
        for mix, value in entries:
            if not mix.prefix and not mix.suffix:
                self._loose.append((mix, value))
            elif len(mix.prefix) >= len(mix.suffix):
                self._prefixes.setdefault(mix.prefix, []).append((mix, value))
            else:
                self._suffixes.setdefault(mix.suffix, []).append((mix, value))
        self._lengths_before = tuple(sorted({len(text) for text in self._prefixes}))
        self._lengths_after = tuple(sorted({len(text) for text in self._suffixes}))

    def read(self, text: str) -> list[tuple[T, tuple[str, ...]]]:
        """Get all mixes that match, with the values that they cut out."""
        likely = list(self._loose)
        for length in self._lengths_before:
            likely += self._prefixes.get(text[:length], ())
        for length in self._lengths_after:
            likely += self._suffixes.get(text[-length:], ())
        found: list[tuple[T, tuple[str, ...]]] = []
        for mix, value in likely:
            texts = mix.read(text)
            if texts is not None:
                found.append((value, texts))
        return found

    def values(self) -> list[T]:
        """Get everything that is kept here."""
        groups = [self._loose, *self._prefixes.values(), *self._suffixes.values()]
        return [value for group in groups for _, value in group]


# Several fields in one text.
#
# `marks[p]` is 1 when everything from a part on matches the text from position p to its end.  Runs and
# literals are marked by searches from C, in time linear in the text; other patterns are tried, within EFFORT.


class _Spent(Exception):
    """The effort that one text may cost is used up."""


class _Purse:
    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = EFFORT

    def pay(self, characters: int) -> None:
        self._left -= characters + ATTEMPT
        if self._left < 0:
            raise _Spent


def _cut_once(pair: tuple[Slot, str, Slot], text: str, start: int, end: int) -> tuple[str, str] | None:
    """Try the likely way for two fields with a literal between them: cut at the last place of the literal."""
    first, between, second = pair
    cut = text.rfind(between, start, end)
    if cut < 0:
        return None
    one, other = text[start:cut], text[cut + len(between) : end]
    if first.fullmatch(one) is None or second.fullmatch(other) is None:
        return None
    if ("/" in one and not first.spans) or ("/" in other and not second.spans):
        return None
    return one, other


def _pair(parts: Sequence[Part]) -> tuple[Slot, str, Slot] | None:
    """Get the two fields and the literal between them, if that is all there is inside."""
    inner = list(parts)
    if isinstance(inner[0], str):
        del inner[0]
    if inner and isinstance(inner[-1], str):
        del inner[-1]
    if len(inner) != 3:
        return None
    first, between, second = inner
    if isinstance(first, Slot) and isinstance(between, str) and isinstance(second, Slot):
        return first, between, second
    return None


def _share(parts: tuple[Part, ...], text: str) -> tuple[str, ...] | None:
    marks = bytearray(len(text) + 1)
    marks[-1] = 1
    after: list[bytearray] = []  # for each part, backwards: where what follows it may begin
    purse = _Purse()
    texts: list[str] = []
    try:
        for at in range(len(parts) - 1, -1, -1):
            after.append(marks)
            before = parts[at - 1] if at else None
            marks = _begins(parts[at], text, marks, before, at == 0, purse)
        if not marks[0]:
            return None
        at = 0
        for part in parts:
            marks = after.pop()
            if isinstance(part, str):
                at += len(part)
                continue
            end = _longest(part, text, at, marks, purse)
            texts.append(text[at:end])
            at = end
    except _Spent:
        return None
    return tuple(texts)


def _begins(
    part: Part, text: str, marks: bytearray, before: Part | None, first: bool, purse: _Purse
) -> bytearray:
    """Mark where `part` may begin so that it ends at a mark."""
    found = bytearray(len(text) + 1)
    if isinstance(part, str):
        for at in _places(part, text):
            found[at] = marks[at + len(part)]
    elif part.runs is not None:
        for run in part.runs.finditer(text):
            start, end = run.span()
            last = marks.rfind(1, start + 1, end + 1)
            if last > 0:
                found[start:last] = b"\x01" * (last - start)
    else:
        # A tried pattern begins where the text begins, or where the literal before it ends.
        starts: Sequence[int] = range(len(text) + 1)
        if first:
            starts = (0,)
        elif isinstance(before, str):
            starts = [at + len(before) for at in _places(before, text)]
        for at in starts:
            if _longest(part, text, at, marks, purse) >= 0:
                found[at] = 1
    return found


def _longest(part: Slot, text: str, at: int, marks: bytearray, purse: _Purse) -> int:
    """Find the last mark that a value beginning at `at` can end at, or -1."""
    if part.runs is not None:
        run = part.runs.match(text, at)
        return -1 if run is None else marks.rfind(1, at + 1, run.end() + 1)
    limit = len(text)
    if not part.spans:
        slash = text.find("/", at)
        limit = slash if slash >= 0 else limit
    purse.pay((limit - at) >> 4)
    end = marks.rfind(1, at, limit + 1)
    while end >= 0:
        purse.pay(end - at)
        if part.fullmatch(text[at:end]) is not None:
            return end
        end = marks.rfind(1, at, end)
    return -1


def _places(literal: str, text: str) -> list[int]:
    """Find every place of a literal, overlapping ones too."""
    found: list[int] = []
    at = text.find(literal)
    while at >= 0:
        found.append(at)
        at = text.find(literal, at + 1)
    return found
