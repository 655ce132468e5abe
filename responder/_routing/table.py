"""The route table: from a method and a path to what was declared for them.

Rows are tried in the order of their declaration and the first that answers wins, where of the same paths the
row that names HEAD answers it before one that answers GET; that is the whole rule, and the table only finds
the winner without trying.  A path without fields is one look-up in a dictionary that was
worked out beforehand against all rows, earlier ones with fields too; every other path goes down the segment
tree.  Nothing is remembered between requests, so nothing can be filled up from outside.

The table doesn't know what its targets are.  The dispatcher asks it, `api.check()` asks it for rows that are
in each other's way (`shadows.py`).
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from responder._contract.convertors import BUILTIN, ConvertorFacts
from responder._routing.segments import Reading, slot
from responder._routing.shadows import Overlap, Shadow, overlaps, shadows
from responder._routing.tree import Leaf, Row, Tree, Values

__all__ = ["Overlap", "Row", "Shadow", "Table", "Values"]

T = TypeVar("T")

#: Values that two requests may share.
_SHAREABLE = frozenset(
    {
        *(str, int, float, bool, bytes, complex, type(None)),
        *(uuid.UUID, decimal.Decimal),
        *(datetime.date, datetime.datetime, datetime.time, datetime.timedelta),
    }
)
#: The key of `statics[path]` that holds the answer to every method without a key of its own.
OTHERS = ""


class Table(Generic[T]):
    """Rows, compiled."""

    __slots__ = ("_slots", "_tree", "rows", "statics")

    def __init__(self, rows: Sequence[Row[T]], convertors: Mapping[str, Reading]) -> None:
        self.rows = tuple(rows)
        self._slots = {name: slot(name, convertor) for name, convertor in convertors.items()}
        self._tree: Tree[T] = Tree(self.rows, self._slots)
        #: For a path without fields: the answer for each method, complete.  A path found here that has
        #: neither the method nor `OTHERS` is answered by no row.
        self.statics: dict[str, dict[str, tuple[T, Values]]] = {}
        for row in self.rows:
            text = row.template.text
            if not row.template.fields and text not in self.statics:
                answers = self._answers(text)
                if answers is not None:
                    self.statics[text] = answers

    def match(self, method: str, path: str) -> tuple[T, Values] | None:
        """Find the first row that answers, and the values of its fields in the template's order."""
        answers = self.statics.get(path)
        if answers is None:
            return self._tree.match(method, path)
        return answers.get(method) or answers.get(OTHERS)

    def allowed(self, path: str) -> frozenset[str] | None:
        """Collect the methods of all method-restricted rows that match a path.

        `None` means that no row at all matches.  The set is as declared: that GET brings HEAD, and that
        OPTIONS is always allowed, is for the caller to add.
        """
        leaves = self._tree.every(path)
        if not leaves:
            return None
        rows = [row for leaf, _ in leaves for _, row in leaf.rows]
        return frozenset[str]().union(*(row.methods for row in rows if row.methods is not None))

    def matches(self, path: str) -> T | None:
        """Find the first row that matches a path, whatever methods it answers."""
        leaves = [leaf for leaf, _ in self._tree.every(path)]
        return min(leaves, key=_first).rows[0][1].target if leaves else None

    def near(self, path: str) -> bool:
        """Say whether any row matches a path, whatever methods it answers."""
        return bool(self._tree.every(path))

    def shadowed(self, known: Mapping[str, ConvertorFacts] = BUILTIN) -> tuple[Shadow, ...]:
        """Find the rows that can never answer, because earlier ones answer all that they could."""
        return shadows(self.rows, self._tree, self._slots, known)

    def overlapping(
        self, known: Mapping[str, ConvertorFacts] = BUILTIN, limit: int = 100
    ) -> tuple[Overlap, ...]:
        """Find pairs of rows that share some paths while neither is the more general; `limit` of them."""
        return overlaps(self.rows, self._tree, self._slots, known, limit)

    def _answers(self, path: str) -> dict[str, tuple[T, Values]] | None:
        """Work out all answers for a path, or `None` where they must be worked out anew for each request."""
        leaves = self._tree.every(path)
        if not all(type(value) in _SHAREABLE for _, values in leaves for value in values):
            return None
        answers: dict[str, tuple[T, Values]] = {}
        for method in {OTHERS}.union(*(leaf.verbs for leaf, _ in leaves)):
            hits = [(leaf.verbs.get(method, leaf.others), values) for leaf, values in leaves]
            known = [(hit, values) for hit, values in hits if hit is not None]
            if known:
                (_, target), values = min(known, key=_declared)
                answers[method] = (target, values)
        return answers


def _first(leaf: Leaf[T]) -> int:
    return leaf.first


def _declared(answer: tuple[tuple[int, T], Values]) -> int:
    return answer[0][0]
