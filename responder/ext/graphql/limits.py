"""How much a document may ask for, counted before anything is validated or run.

Counts selections as they will be run, fragments included, each fragment once.  Knows the syntax tree and no
schema; the engine calls it.
"""

from __future__ import annotations

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

__all__ = ["Amount", "Limits", "amount", "excess"]

CHARACTERS_PER_TOKEN: Final = 50


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that a document may ask for; None means no limit.

    `depth` counts nested fields, `aliases` the fields that rename what they read or are written again, and
    `tokens` the words and signs of the text.
    """

    depth: int | None = None
    aliases: int | None = 100
    tokens: int | None = 2000

    @property
    def characters(self) -> int | None:
        """How long the text may be: blanks and comments are no tokens, but have to be read."""
        return None if self.tokens is None else max(100_000, self.tokens * CHARACTERS_PER_TOKEN)


@dataclass(frozen=True, slots=True)
class Amount:
    """What a document, or a part of it, asks for."""

    depth: int = 0
    aliases: int = 0

    def beside(self, other: Amount) -> Amount:
        """Both of them, next to each other."""
        return Amount(max(self.depth, other.depth), self.aliases + other.aliases)


NOTHING: Final = Amount()


def amount(document: DocumentNode) -> Amount:
    """What the operation of a document asks for that asks for the most."""
    fragments = {
        cast("FragmentDefinitionNode", node).name.value: cast("FragmentDefinitionNode", node).selection_set
        for node in document.definitions
        if node.kind == "fragment_definition"
    }
    counter = _Counter(fragments)
    total = NOTHING
    for node in document.definitions:
        if node.kind == "operation_definition":
            one = counter.selections(cast("OperationDefinitionNode", node).selection_set)
            total = Amount(max(total.depth, one.depth), max(total.aliases, one.aliases))
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
    return None


def _shown(number: int) -> str:
    # Fragments that hold fragments multiply; nobody needs all the digits.
    return str(number) if number < 1_000_000 else "more than a million"


class _Counter:
    """Counts each fragment once, however often it is spread; one inside itself is validation's to refuse."""

    def __init__(self, fragments: dict[str, SelectionSetNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, Amount] = {}

    def selections(self, node: SelectionSetNode) -> Amount:
        total = NOTHING
        answered: set[str] = set()
        for one in node.selections:
            if one.kind == "field":
                total = total.beside(self._field(cast("FieldNode", one), answered))
            elif one.kind == "fragment_spread":
                total = total.beside(self._fragment(cast("FragmentSpreadNode", one).name.value))
            else:
                total = total.beside(self.selections(cast("InlineFragmentNode", one).selection_set))
        return total

    def _field(self, node: FieldNode, answered: set[str]) -> Amount:
        name = node.name.value
        key = node.alias.value if node.alias else name
        again = 1 if node.alias or key in answered else 0
        answered.add(key)
        if name in ("__schema", "__type"):
            # How deep these go is bounded by a rule of graphql-core's own, for every schema alike.
            return Amount(1, again)
        inner = NOTHING if node.selection_set is None else self.selections(node.selection_set)
        return Amount(inner.depth + 1, inner.aliases + again)

    def _fragment(self, name: str) -> Amount:
        known = self._known.get(name)
        if known is None:
            self._known[name] = NOTHING
            body = self._fragments.get(name)
            known = self._known[name] = NOTHING if body is None else self.selections(body)
        return known
