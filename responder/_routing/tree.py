"""The segment tree: from a path to the rows that match it, without looking at the others.

Every row is a way down from the root, one step for each piece between slashes; rows that begin alike share
their first nodes.  A path is followed down all ways that fit it, and of the rows at the ends the one declared
first wins: each node knows the first row below it, so a way that can only lead to later rows is not followed.
A node has one parent, so a path meets it once at most, and no table or path makes matching cost more than one
look at each node.

The tree knows methods, texts and order.  Templates are taken apart in `segments.py`; `table.py` is the
caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Generic, TypeAlias, TypeVar

from responder._contract.frozen import frozen
from responder._contract.template import Template
from responder._routing.segments import Key, Mix, Mixes, Part, Slot, Steps, key, steps

T = TypeVar("T")
Values: TypeAlias = tuple[object, ...]

_NOTHING: tuple[str, ...] = ()


@frozen
class Row(Generic[T]):
    """One declaration: which paths, which methods (`None`: every method, unknown ones too), and what for."""

    template: Template
    methods: frozenset[str] | None
    target: T


class Leaf(Generic[T]):
    """The end of a way: the rows that match exactly the same paths, in order of declaration."""

    __slots__ = ("_converts", "_verbatim", "first", "others", "own_head", "rows", "verbs")

    def __init__(self, converts: tuple[Callable[[str], object], ...], first: int) -> None:
        self._converts = converts
        self._verbatim = all(convert is str for convert in converts)
        self.rows: list[tuple[int, Row[T]]] = []
        self.first = first
        self.verbs: dict[str, tuple[int, T]] = {}
        self.others: tuple[int, T] | None = None
        #: Whether a row here answers HEAD by name, and not because it answers GET.
        self.own_head = False

    def add(self, index: int, row: Row[T]) -> None:
        """Add a row, declared after all that are here; it answers what they leave."""
        self.rows.append((index, row))
        if self.others is not None:
            return
        if row.methods is None:
            self.others = (index, row.target)
            return
        for method in row.methods:
            self.verbs.setdefault(method, (index, row.target))
        if "HEAD" in row.methods:
            if not self.own_head:
                # A GET before it has answered so far; whose turn it is among other leaves stays as it was.
                self.verbs["HEAD"] = (self.verbs["HEAD"][0], row.target)
            self.own_head = True
        elif "GET" in row.methods:
            self.verbs.setdefault("HEAD", (index, row.target))

    def answer(
        self, method: str, texts: tuple[str, ...], best: tuple[int, T, Values] | None
    ) -> tuple[int, T, Values] | None:
        """Give the row here that answers a method, if it was declared before the best one so far."""
        hit = self.verbs.get(method, self.others)
        if hit is None or (best is not None and best[0] < hit[0]):
            return best
        values = self.values(texts)
        return best if values is None else (hit[0], hit[1], values)

    def values(self, texts: tuple[str, ...]) -> Values | None:
        """Convert the texts of a path; `None` when a convertor refuses its text."""
        if self._verbatim:
            return texts
        converts = self._converts
        try:
            if len(converts) == 1:
                return (converts[0](texts[0]),)
            return tuple([convert(text) for convert, text in zip(converts, texts, strict=True)])
        except (ValueError, OverflowError):
            return None


class Node(Generic[T]):
    """A place in the tree: everything that may come next."""

    __slots__ = (
        "any_text",
        "edges",
        "fields",
        "first",
        "leaf",
        "literals",
        "mixed",
        "mixes",
        "mixing",
        "rests",
        "resting",
    )

    def __init__(self, first: int) -> None:
        #: The first row that goes through here.
        self.first = first
        self.leaf: Leaf[T] | None = None
        self.literals: dict[str, Node[T]] = {}
        #: The next piece is one field that takes any text.
        self.any_text: Node[T] | None = None
        #: The next piece is one field of another kind.
        self.edges: tuple[tuple[Callable[[str], object | None], Node[T]], ...] = ()
        #: The next piece is made of literals and fields.
        self.mixes: Mixes[Node[T]] | None = None
        #: The whole rest of the path is made of literals and fields.
        self.rests: Mixes[Leaf[T]] | None = None
        #: Whether there are any of the last two.
        self.mixed = False
        # What these are made from.
        self.fields: dict[str, tuple[Slot, Node[T]]] = {}
        self.mixing: dict[Key, tuple[Mix, Node[T]]] = {}
        self.resting: dict[Key, tuple[Mix, Leaf[T]]] = {}

    def step(self, piece: tuple[Part, ...], index: int) -> Node[T]:
        """Go one piece down for the row of this index, where nobody has been before too."""
        if len(piece) > 1:
            name = key(piece)
            if name not in self.mixing:
                self.mixing[name] = (Mix(piece), Node(index))
            return self.mixing[name][1]
        only = piece[0] if piece else ""
        if isinstance(only, str):
            ahead = self.literals.get(only)
            if ahead is None:
                ahead = self.literals[only] = Node(index)
            return ahead
        found = self.fields.get(only.convertor)
        if found is None:
            found = self.fields[only.convertor] = (only, Node(index))
            if only.any_text and self.any_text is None:
                self.any_text = found[1]
            else:
                self.edges += ((only.fullmatch, found[1]),)
        return found[1]

    def end(self, taken: Steps, index: int) -> Leaf[T]:
        """Give the leaf that the row of this index ends at."""
        if taken.rest is None:
            if self.leaf is None:
                self.leaf = Leaf(taken.converts, index)
            return self.leaf
        name = key(taken.rest)
        if name not in self.resting:
            self.resting[name] = (Mix(taken.rest), Leaf(taken.converts, index))
        return self.resting[name][1]

    def ways(self, piece: str) -> Iterator[tuple[Node[T], tuple[str, ...]]]:
        """Go through the nodes that a piece of a path leads to, with the texts cut out on the way."""
        ahead = self.literals.get(piece)
        if ahead is not None:
            yield ahead, ()
        for slot, node in self.fields.values():
            if slot.fullmatch(piece) is not None:
                yield node, (piece,)
        yield from self.mix(piece)

    def mix(self, piece: str) -> list[tuple[Node[T], tuple[str, ...]]]:
        """Get the nodes behind the mixes that a piece matches, with the texts cut out."""
        return [] if self.mixes is None else self.mixes.read(piece)

    def rest(self, pieces: list[str], at: int) -> list[tuple[Leaf[T], tuple[str, ...]]]:
        """Get the leaves behind the mixes that the rest of a path matches, with the texts cut out."""
        return [] if self.rests is None else self.rests.read("/".join(pieces[at:]))

    def finish(self) -> None:
        """Make mixes ready to be asked, once all rows are here."""
        self.mixed = True
        if self.mixing:
            self.mixes = Mixes(tuple(self.mixing.values()))
        if self.resting:
            self.rests = Mixes(tuple(self.resting.values()))


class Tree(Generic[T]):
    """All rows, ready to be matched."""

    __slots__ = ("_cuts", "root")

    def __init__(self, rows: Iterable[Row[T]], slots: Mapping[str, Slot]) -> None:
        self.root: Node[T] = Node(0)
        deepest = 0
        mixed: dict[int, Node[T]] = {}
        for index, row in enumerate(rows):
            taken = steps(row.template, slots)
            node = self.root
            for piece in taken.pieces:
                if len(piece) > 1:
                    mixed[id(node)] = node
                node = node.step(piece, index)
            if taken.rest is not None:
                mixed[id(node)] = node
            node.end(taken, index).add(index, row)
            deepest = max(deepest, len(taken.pieces))
        # A path is cut into one piece more than any row asks for; what is left stays whole.
        self._cuts = deepest + 1
        for node in mixed.values():
            node.finish()

    def match(self, method: str, path: str) -> tuple[T, Values] | None:
        """Find the first declared row that answers this method and path, and the values of its fields."""
        pieces = path.split("/", self._cuts)
        if pieces[0]:
            return None
        count = len(pieces)
        best: tuple[int, T, Values] | None = None
        pending: list[tuple[Node[T], int, tuple[str, ...]]] = []
        node, at, texts = self.root, 1, _NOTHING
        while True:
            if at < count:
                piece = pieces[at]
                at += 1
                ahead = node.literals.get(piece)
                carried = texts
                if node.any_text is not None and piece:
                    one = (piece,)
                    if ahead is None:
                        ahead = node.any_text
                        carried = texts + one
                    else:
                        pending.append((node.any_text, at, texts + one))
                for fullmatch, child in node.edges:
                    if fullmatch(piece) is not None:
                        one = (piece,)
                        if ahead is None:
                            ahead = child
                            carried = texts + one
                        else:
                            pending.append((child, at, texts + one))
                if node.mixed:
                    pending += [(child, at, texts + more) for child, more in node.mix(piece)]
                    for leaf, more in node.rest(pieces, at - 1):
                        best = leaf.answer(method, texts + more, best)
                if ahead is not None:
                    node, texts = ahead, carried
                    continue
            elif node.leaf is not None:
                best = node.leaf.answer(method, texts, best)
            while pending:
                node, at, texts = pending.pop()
                if best is None or node.first < best[0]:
                    break
            else:
                return None if best is None else best[1:]

    def every(self, path: str) -> list[tuple[Leaf[T], Values]]:
        """Find the leaves of all rows that match a path, whatever they answer."""
        pieces = path.split("/", self._cuts)
        found: list[tuple[Leaf[T], Values]] = []
        ends: list[tuple[Leaf[T], tuple[str, ...]]] = []
        pending = [] if pieces[0] else [(self.root, 1, _NOTHING)]
        while pending:
            node, at, texts = pending.pop()
            if at < len(pieces):
                if not node.fields and not node.mixed:
                    ahead = node.literals.get(pieces[at])
                    if ahead is not None:
                        pending.append((ahead, at + 1, texts))
                    continue
                pending += [(child, at + 1, texts + more) for child, more in node.ways(pieces[at])]
                ends += [(leaf, texts + more) for leaf, more in node.rest(pieces, at)]
            elif node.leaf is not None:
                ends.append((node.leaf, texts))
        for leaf, texts in ends:
            values = leaf.values(texts)
            if values is not None:
                found.append((leaf, values))
        return found
