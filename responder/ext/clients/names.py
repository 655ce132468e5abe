"""Names for what a client has, from the names of a document: legal, stable, and each given once."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection

__all__ = ["Names", "pascal", "public"]


def words(text: str) -> list[str]:
    """The words of a name, whatever sets them apart."""
    return re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", re.sub(r"[^0-9A-Za-z]+", " ", text))


def snake(text: str) -> str:
    """`get_item`: for methods and their parameters."""
    if re.fullmatch(r"[a-z_][a-z0-9_]*", text):
        return text
    return "_".join(word.lower() for word in words(text)) or "value"


def public(text: str) -> str:
    """The same without what Python makes of leading underscores."""
    return snake(text).lstrip("_") or "value"


def pascal(text: str) -> str:
    """`GetItem`: for types."""
    if re.fullmatch(r"[A-Z][A-Za-z0-9_]*", text):
        return text
    return "".join(word[0].upper() + word[1:] for word in words(text)) or "Value"


class Names:
    """Gives each name once: a word of the language gets an underscore, a second one of a kind a number."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def give(self, wanted: str) -> str:
        """The name itself, or the nearest one that is free."""
        name = wanted if wanted.isidentifier() else f"_{wanted}"
        if keyword.iskeyword(name) or name in self._taken:
            name = f"{name}_"
        free, number = name, self._next.get(name, 2)
        while free in self._taken:
            free = f"{name.rstrip('_')}_{number}"
            number += 1
        self._next[name] = number
        self._taken.add(free)
        return free
