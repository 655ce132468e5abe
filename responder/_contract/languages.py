"""The texts that a template can match, as small automata: is one set inside another, do two meet?

Used to say that a route can never be reached, and where a hook of a prefix applies.  It knows literals and
convertor facts; names, handlers and requests are none of its business.  The patterns of the built-in
convertors are modelled exactly.  The pattern of another convertor is not looked into: it counts as one letter
of its own when sets are compared for containment, and as any text when they are compared for overlap, so that
the answers stay on the safe side.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from responder._contract.convertors import BUILTIN, ConvertorFacts

Piece: TypeAlias = str | ConvertorFacts
Letter: TypeAlias = str | ConvertorFacts
Accepts: TypeAlias = Callable[[Letter], bool]

_MOST_STEPS = 2_000
"""How far a comparison goes before it gives up; templates that people write need a few hundred."""

_DIGITS = frozenset("0123456789")
_HEX = frozenset("0123456789abcdefABCDEF")


def contains(wide: Sequence[Piece], narrow: Sequence[Piece]) -> bool:
    """Whether every text of `narrow` is provably a text of `wide`."""
    if _apart_by_literals(wide, narrow):
        return False
    wide, narrow = _without_common_start(wide, narrow)
    return _contains(_machine(wide), _machine(narrow), wide, narrow)


def lies_under(prefix: Sequence[Piece], pieces: Sequence[Piece]) -> bool | None:
    """Whether all (True), none (False) or some (None) texts of `pieces` are `prefix` or go on after it
    with "/".
    """
    exact = _with_anything_below(_machine(prefix))
    if _contains(exact, _machine(pieces), prefix, pieces):
        return True
    loose = _with_anything_below(_machine(prefix, loose=True))
    return None if _meets(loose, _machine(pieces, loose=True), prefix, pieces) else False


def _apart_by_literals(one: Sequence[Piece], other: Sequence[Piece]) -> bool:
    """Whether the literals that both begin with already tell them apart."""
    first = one[0] if one else ""
    second = other[0] if other else ""
    if not isinstance(first, str) or not isinstance(second, str):
        return False
    return not (first.startswith(second) or second.startswith(first))


def _without_common_start(
    one: Sequence[Piece], other: Sequence[Piece]
) -> tuple[Sequence[Piece], Sequence[Piece]]:
    """Both without the literal text that both begin with, which decides nothing."""
    first = one[0] if one else None
    second = other[0] if other else None
    if not isinstance(first, str) or not isinstance(second, str):
        return one, other
    size = min(len(first), len(second))  # one begins with the other, or they would have been told apart
    return (
        (first[size:], *one[1:]) if len(first) > size else one[1:],
        (second[size:], *other[1:]) if len(second) > size else other[1:],
    )


@dataclass(slots=True)
class _Machine:
    """A nondeterministic automaton that starts in state 0."""

    edges: list[list[tuple[Accepts, int]]] = field(default_factory=lambda: [[]])
    silent: list[list[int]] = field(default_factory=lambda: [[]])
    ends: set[int] = field(default_factory=set[int])

    def state(self) -> int:
        self.edges.append([])
        self.silent.append([])
        return len(self.edges) - 1

    def step(self, source: int, accepts: Accepts) -> int:
        target = self.state()
        self.edges[source].append((accepts, target))
        return target

    def closure(self, states: Iterator[int] | Sequence[int]) -> frozenset[int]:
        seen = set(states)
        waiting = list(seen)
        while waiting:
            for target in self.silent[waiting.pop()]:
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
        return frozenset(seen)

    def after(self, states: frozenset[int], letter: Letter) -> frozenset[int]:
        return self.closure(
            [target for state in states for accepts, target in self.edges[state] if accepts(letter)]
        )


def _machine(pieces: Sequence[Piece], *, loose: bool = False) -> _Machine:
    """The automaton of some pieces.  `loose` widens unknown convertors to any text."""
    machine = _Machine()
    end = 0
    for piece in pieces:
        if isinstance(piece, str):
            for letter in piece:
                end = machine.step(end, _is(letter))
        else:
            build = _BUILDERS.get(piece.pattern)
            if build is not None:
                end = build(machine, end)
            elif loose:
                end = _loop(machine, end, _anything if piece.spans else _no_slash)
            else:
                end = machine.step(end, _is(piece))
    machine.ends.add(end)
    return machine


def _with_anything_below(machine: _Machine) -> _Machine:
    """The machine's texts, and all that go on after a "/"."""
    for end in tuple(machine.ends):
        below = machine.step(end, _is("/"))
        machine.edges[below].append((_anything, below))
        machine.ends.add(below)
    return machine


def _is(wanted: Letter) -> Accepts:
    return lambda letter: letter == wanted


def _anything(letter: Letter) -> bool:
    return isinstance(letter, str) or not _may_be_empty(letter)


def _no_slash(letter: Letter) -> bool:
    return letter != "/" if isinstance(letter, str) else not letter.spans and not _may_be_empty(letter)


def _digit(letter: Letter) -> bool:
    return letter in _DIGITS


def _hex(letter: Letter) -> bool:
    return letter in _HEX


def _may_be_empty(facts: ConvertorFacts) -> bool:
    try:
        return re.fullmatch(facts.pattern, "") is not None
    except re.error:
        return True


def _loop(machine: _Machine, source: int, accepts: Accepts) -> int:
    """Any number of letters, none included."""
    target = machine.state()
    machine.silent[source].append(target)
    machine.edges[target].append((accepts, target))
    return target


def _some(machine: _Machine, source: int, accepts: Accepts) -> int:
    """At least one letter."""
    target = machine.step(source, accepts)
    machine.edges[target].append((accepts, target))
    return target


def _str(machine: _Machine, source: int) -> int:
    return _some(machine, source, _no_slash)


def _path(machine: _Machine, source: int) -> int:
    return _some(machine, source, _anything)


def _int(machine: _Machine, source: int) -> int:
    return _some(machine, source, _digit)


def _float(machine: _Machine, source: int) -> int:
    whole = _int(machine, source)
    end = _some(machine, machine.step(whole, _is(".")), _digit)
    machine.silent[whole].append(end_of := machine.state())
    machine.silent[end].append(end_of)
    return end_of


def _uuid(machine: _Machine, source: int) -> int:
    end = source
    for index, length in enumerate((8, 4, 4, 4, 12)):
        if index:
            end = machine.step(end, _is("-"))
        for _ in range(length):
            end = machine.step(end, _hex)
    return end


_BUILDERS: dict[str, Callable[[_Machine, int], int]] = {
    BUILTIN["str"].pattern: _str,
    BUILTIN["int"].pattern: _int,
    BUILTIN["float"].pattern: _float,
    BUILTIN["uuid"].pattern: _uuid,
    BUILTIN["path"].pattern: _path,
}


def _alphabet(*templates: Sequence[Piece]) -> tuple[Letter, ...]:
    """Enough letters to tell any two texts apart: those of the literals, one of each class, and the
    unknowns.
    """
    letters: set[Letter] = {"/", ".", "-"}
    for piece in (piece for template in templates for piece in template):
        letters.update(piece if isinstance(piece, str) else (piece,))
    for group in ("0123456789", "abcdefABCDEF", "\u00e9\u00e8\u00ea"):
        letters.update(next(((spare,) for spare in group if spare not in letters), ()))
    used = {letter for letter in letters if isinstance(letter, str)}
    letters.add(next(spare for code in range(0xE000, 0xF8FF) if (spare := chr(code)) not in used))
    return tuple(letters)


def _contains(wide: _Machine, narrow: _Machine, *templates: Sequence[Piece]) -> bool:
    letters = _alphabet(*templates)
    start = (wide.closure([0]), narrow.closure([0]))
    seen = {start}
    waiting = deque([start])
    while waiting:
        outer, inner = waiting.popleft()
        if inner & narrow.ends and not outer & wide.ends:
            return False
        for letter in letters:
            target = (wide.after(outer, letter), narrow.after(inner, letter))
            if target[1] and target not in seen:
                if not target[0] or len(seen) >= _MOST_STEPS:
                    return False
                seen.add(target)
                waiting.append(target)
    return True


def _meets(one: _Machine, other: _Machine, *templates: Sequence[Piece]) -> bool:
    letters = [letter for letter in _alphabet(*templates) if isinstance(letter, str)]
    start = (one.closure([0]), other.closure([0]))
    seen = {start}
    waiting = deque([start])
    while waiting:
        first, second = waiting.popleft()
        if first & one.ends and second & other.ends:
            return True
        for letter in letters:
            target = (one.after(first, letter), other.after(second, letter))
            if target[0] and target[1] and target not in seen:
                if len(seen) >= _MOST_STEPS:
                    return True
                seen.add(target)
                waiting.append(target)
    return False
