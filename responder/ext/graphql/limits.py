"""How much a document may ask for, counted before anything is validated or run.

Counts selections as they will be run, fragments included, each fragment once.  Knows the syntax tree and no
schema; the engine calls it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from graphql import (
        DocumentNode,
        FieldNode,
        FragmentDefinitionNode,
        FragmentSpreadNode,
        InlineFragmentNode,
        OperationDefinitionNode,
        SelectionSetNode,
    )

__all__ = ["Amount", "Limits", "amount", "excess", "too_many_values"]

CHARACTERS_PER_TOKEN: Final = 50
COPY_OF_THE_SCHEMA: Final = 20
"""How many aliases one within `__schema` is worth: each may be an answer as large as the whole schema."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that a document may ask for; None means no limit.

    `depth` counts nested fields, `aliases` the fields that rename what they read or are written again,
    `tokens` the words and signs of the text, `fields` what is left to run when every fragment stands where it
    is spread, and `values` what the variables hold.
    """

    depth: int | None = None
    aliases: int | None = 100
    tokens: int | None = 2000
    fields: int | None = 2000
    values: int | None = 50_000

    @property
    def characters(self) -> int | None:
        """How long the text may be: blanks and comments are no tokens, but have to be read."""
        return None if self.tokens is None else max(100_000, self.tokens * CHARACTERS_PER_TOKEN)


@dataclass(frozen=True, slots=True)
class Amount:
    """What a document, or a part of it, asks for."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0

    def beside(self, other: Amount) -> Amount:
        """Both of them, next to each other."""
        return Amount(max(self.depth, other.depth), self.aliases + other.aliases, self.fields + other.fields)

    def most(self, other: Amount) -> Amount:
        """The larger of each."""
        return Amount(
            max(self.depth, other.depth), max(self.aliases, other.aliases), max(self.fields, other.fields)
        )


NOTHING: Final = Amount()


def amount(document: DocumentNode) -> Amount:
    """What the operation of a document asks for that asks for the most."""
    fragments: dict[str, tuple[SelectionSetNode, bool]] = {}
    for node in document.definitions:
        if node.kind == "fragment_definition":
            one = cast("FragmentDefinitionNode", node)
            # The types that describe a schema have names that begin like this, and no others do.
            inside = one.type_condition.name.value.startswith("__")
            fragments[one.name.value] = one.selection_set, inside
    counter = _Counter(fragments)
    total = NOTHING
    for node in document.definitions:
        if node.kind == "operation_definition":
            total = total.most(counter.selections(cast("OperationDefinitionNode", node).selection_set))
    return total


def excess(asked: Amount, limits: Limits) -> str | None:
    """Which limit was passed, in a sentence; None when none was."""
    if limits.depth is not None and asked.depth > limits.depth:
        return f"The query is nested {_shown(asked.depth)} deep; at most {limits.depth} levels are allowed."
    if limits.aliases is not None and asked.aliases > limits.aliases:
        return (
            f"The query has {_shown(asked.aliases)} aliases and repeated fields;"
            f" at most {limits.aliases} are allowed."
        )
    if limits.fields is not None and asked.fields > limits.fields:
        return (
            f"The query has {_shown(asked.fields)} fields, fragments included;"
            f" at most {limits.fields} are allowed."
        )
    return None


def too_many_values(variables: Mapping[str, object], limits: Limits) -> str | None:
    """That the variables hold more than they may, in a sentence; None when they don't."""
    if limits.values is None:
        return None
    found = 0
    waiting: list[object] = [variables]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            inner: Collection[object] = cast("dict[str, object]", one).values()
        elif isinstance(one, list):
            inner = cast("list[object]", one)
        else:
            continue
        found += len(inner)
        if found > limits.values:
            return f"The variables hold more than {limits.values} values."
        waiting.extend(inner)
    return None


def _shown(number: int) -> str:
    # Fragments that hold fragments multiply; nobody needs all the digits.
    return str(number) if number < 1_000_000 else "more than a million"


class _Counter:
    """Counts each fragment once, however often it is spread; one inside itself is validation's to refuse."""

    def __init__(self, fragments: Mapping[str, tuple[SelectionSetNode, bool]]) -> None:
        self._fragments = fragments
        self._known: dict[str, Amount] = {}

    def selections(self, node: SelectionSetNode, inside: bool = False) -> Amount:
        """What a set asks for; `inside` is what describes the schema."""
        return self._set(node, inside, "", {})

    def _set(self, node: SelectionSetNode, inside: bool, kind: str, answered: dict[str, set[str]]) -> Amount:
        """The same for a set, or for a part of one that is for objects of some kind."""
        total = NOTHING
        names = answered.setdefault(kind, set())
        for one in node.selections:
            if one.kind == "field":
                total = total.beside(self._field(cast("FieldNode", one), inside, names))
            elif one.kind == "fragment_spread":
                total = total.beside(self._fragment(cast("FragmentSpreadNode", one).name.value))
            else:
                part = cast("InlineFragmentNode", one)
                condition = part.type_condition
                of = condition.name.value if condition else kind
                total = total.beside(self._set(part.selection_set, inside, of, answered))
        return total

    def _field(self, node: FieldNode, inside: bool, answered: set[str]) -> Amount:
        name = node.name.value
        key = node.alias.value if node.alias else name
        again = 1 if node.alias or key in answered else 0
        answered.add(key)
        inside = inside or name == "__schema"
        inner = NOTHING if node.selection_set is None else self.selections(node.selection_set, inside)
        # How deep these go is bounded by a rule of graphql-core's own, for every schema alike.
        depth = 1 if name in ("__schema", "__type") else inner.depth + 1
        weight = COPY_OF_THE_SCHEMA if inside else 1
        return Amount(depth, inner.aliases + again * weight, inner.fields + 1)

    def _fragment(self, name: str) -> Amount:
        known = self._known.get(name)
        if known is None:
            self._known[name] = NOTHING
            body = self._fragments.get(name)
            known = self._known[name] = NOTHING if body is None else self.selections(*body)
        return known
