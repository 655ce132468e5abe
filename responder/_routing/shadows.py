"""Rows in each other's way: those that can never answer, and pairs that share some paths.

`api.check()` asks, through the table; no request ever does.  A row is looked for in the tree by an example of
a path that it matches: whoever matches all its paths matches the example.  What is told is proven, by
`covers` or by a path that both rows match; a convertor of which no example is known keeps its rows out of it,
so not everything is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeAlias, TypeVar

from responder._contract.convertors import BUILTIN, ConvertorFacts
from responder._contract.frozen import frozen
from responder._contract.rivals import taken_by
from responder._contract.template import Field, Template, covers
from responder._routing.segments import Mix, Part, Slot, Steps, steps
from responder._routing.tree import Node, Row, Tree

T = TypeVar("T")

#: Texts that convertors are asked about, the unlikely ones first: they tell a field from a literal.
_EXAMPLES = (
    *("\ue000", "7307", "7307.5", "12345678-1234-5678-1234-567812345678", "\ue000/\ue000"),
    *(
        "zq",
        "z-q",
        "z_q",
        "zq.zq",
        "z-q.z-q",
        "zq/zq",
        "ZQ",
        "a",
        "1",
        "2024-02-28",
        "2024-02-28T12:00:00",
        "12:00",
        "",
    ),
)
#: How many steps the search for pairs takes in all.
_STEPS = 200_000

Ready: TypeAlias = Mapping[str, Slot]


@frozen
class Shadow:
    """A row that can never answer, and the earlier rows that answer all it could; both by their place."""

    row: int
    by: tuple[int, ...]


@frozen
class Overlap:
    """Two rows of which neither is the more general, and a path that both match; the first one answers it."""

    first: int
    second: int
    path: str


def shadows(
    rows: Sequence[Row[T]], tree: Tree[T], slots: Ready, known: Mapping[str, ConvertorFacts]
) -> tuple[Shadow, ...]:
    """Find the rows that can never answer."""
    found: list[Shadow] = []
    for index, row in enumerate(rows):
        earlier = [at for at in _who_matches_an_example(row, tree, slots) if at < index]
        open_methods = None if row.methods is None else set(row.methods)
        by: list[int] = []
        for at in earlier:
            other = rows[at].methods
            alike = partial(_surely_covers, row.template, rows[at].template, known)
            taken = taken_by(other, open_methods or (), alike)
            if (taken or other is None) and _surely_covers(rows[at].template, row.template, known):
                by.append(at)
                open_methods = set[str]() if other is None else (open_methods or set()) - taken
                if not open_methods:
                    found.append(Shadow(index, tuple(by)))
                    break
    return tuple(found)


def overlaps(
    rows: Sequence[Row[T]], tree: Tree[T], slots: Ready, known: Mapping[str, ConvertorFacts], limit: int
) -> tuple[Overlap, ...]:
    """Find pairs of rows that share some paths and methods, while neither matches all that the other does."""
    found: dict[tuple[int, int], Overlap] = {}
    steps_left = _STEPS
    for index, row in enumerate(rows):
        if not row.template.fields:
            continue  # whoever shares a path with it covers it
        for path in _paths_shared(steps(row.template, slots), tree.root):
            steps_left -= 1
            places = [place for leaf, _ in tree.every(path) for place, _ in leaf.rows]
            for other in places if index in places else ():
                pair = (min(index, other), max(index, other))
                if other != index and pair not in found and _rivals(rows[pair[0]], rows[pair[1]], known):
                    found[pair] = Overlap(*pair, path)
            if len(found) >= limit or steps_left <= 0:
                return tuple(found[pair] for pair in sorted(found))[:limit]
    return tuple(found[pair] for pair in sorted(found))


def _rivals(first: Row[T], second: Row[T], known: Mapping[str, ConvertorFacts]) -> bool:
    one, other = first.methods, second.methods
    if one is not None and other is not None and not one & other:
        return False
    if _own(first.template, known) != _own(second.template, known):
        return False  # which of two unlike patterns is the more general can't be told
    return not (
        _surely_covers(first.template, second.template, known)
        or _surely_covers(second.template, first.template, known)
    )


def _own(template: Template, known: Mapping[str, ConvertorFacts]) -> set[str]:
    names = {field.convertor for field in template.fields}
    return {name for name in names if known.get(name) != BUILTIN.get(name) or name not in BUILTIN}


def _surely_covers(wide: Template, narrow: Template, known: Mapping[str, ConvertorFacts]) -> bool:
    # The one comparison that large tables are full of, a catch-all against everything below it, at no cost.
    if len(wide.parts) == 2 and isinstance(wide.parts[1], Field) and wide.parts[1].convertor == "path":
        start, first = wide.parts[0], narrow.parts[0]
        if isinstance(start, str) and isinstance(first, str) and first.startswith(start) and first != start:
            return True
    return covers(wide, narrow, known)


def _who_matches_an_example(row: Row[T], tree: Tree[T], slots: Ready) -> list[int]:
    """Get the places of the rows that match one path of this row, in order; none if no path is known."""
    path = ""
    for part in row.template.parts:
        if isinstance(part, str):
            path += part
            continue
        text = _example(slots[part.convertor])
        if text is None:
            return []
        path += text
    return sorted(place for leaf, _ in tree.every(path) for place, _ in leaf.rows)


def _example(slot: Slot) -> str | None:
    return next((text for text in _EXAMPLES if _takes(slot, text)), None)


def _takes(slot: Slot, text: str) -> bool:
    if slot.fullmatch(text) is None or ("/" in text and not slot.spans):
        return False
    try:
        slot.convert(text)
    except (ValueError, OverflowError):
        return False
    return True


def _paths_shared(taken: Steps, root: Node[T]) -> Iterator[str]:
    """Go through paths that a row may share with others: down the tree, by texts that fit both."""
    pending: list[tuple[Node[T], int, str]] = [(root, 0, "")]
    while pending:
        node, at, path = pending.pop()
        for mix, _ in node.resting.values():
            text = _filled(mix.parts)
            if text is not None:
                yield f"{path}/{text}"
        if at < len(taken.pieces):
            piece = taken.pieces[at]
            pending += [(child, at + 1, f"{path}/{text}") for child, text in _shared(node, piece)]
        elif taken.rest is not None:
            text = _filled(taken.rest)
            if text is not None:
                yield f"{path}/{text}"
        elif node.leaf is not None:
            yield path


def _shared(node: Node[T], piece: tuple[Part, ...]) -> Iterator[tuple[Node[T], str]]:
    """Go through the nodes that a piece of a template may share with other rows, with such a text."""
    if all(isinstance(part, str) for part in piece):
        literal = "".join(part for part in piece if isinstance(part, str))
        for child, _ in node.ways(literal):
            yield child, literal
        return
    fits = _fitting(piece)
    for text, child in node.literals.items():
        if fits(text):
            yield child, text
    examples = [text for text in (_filled(piece), *_EXAMPLES) if text is not None and fits(text)]
    for slot, child in node.fields.values():
        for text in examples:
            if _takes(slot, text):
                yield child, text
                break
    for mix, child in node.mixing.values():
        for example in (*examples, _filled(mix.parts)):
            if example is not None and fits(example) and mix.read(example) is not None:
                yield child, example
                break


def _fitting(piece: tuple[Part, ...]) -> Callable[[str], bool]:
    mix = Mix(piece)
    return lambda text: "/" not in text and mix.read(text) is not None


def _filled(parts: Sequence[Part]) -> str | None:
    """Write a text that a mix matches, or nothing when a convertor gives no example."""
    texts = [part if isinstance(part, str) else _example(part) for part in parts]
    return None if None in texts else "".join(text for text in texts if text is not None)
