"""Scopes: which ones a principal has, and how they may be written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias, TypeVar, cast

from responder.errors import ConfigurationError

__all__ = ["Extractor", "checked_scopes", "scopes_of", "texts_of"]

P_co = TypeVar("P_co", covariant=True)

Extractor: TypeAlias = Callable[[P_co], "str | Iterable[str]"]
"""What gives the scopes of a principal."""


def checked_scopes(scopes: Iterable[str], roles: Iterable[str]) -> tuple[str, ...]:
    """Scopes and roles in the order in which they are written, each once."""
    wanted = (*scopes, *((roles,) if isinstance(roles, str) else roles))
    for one in wanted:
        # What RFC 6749 allows: they stand in a header between quotes, with spaces between them.
        if not one or not all("!" <= char <= "~" and char not in '"\\' for char in one):
            raise ConfigurationError(f"A scope has no spaces, quotes, backslashes or controls: {one!r}.")
    return tuple(dict.fromkeys(wanted))


def scopes_of(principal: object) -> frozenset[str]:
    """The scopes of a principal: its `scopes` and `roles`, or itself when it is a collection of texts."""
    held: set[str] = set()
    for name in ("scopes", "roles"):
        if isinstance(principal, Mapping):
            held |= texts_of(cast("Mapping[str, object]", principal).get(name))
        else:
            held |= texts_of(getattr(principal, name, None))
    if isinstance(principal, (list, tuple, set, frozenset)):
        held |= texts_of(cast("object", principal))
    return frozenset(held)


def texts_of(value: object) -> frozenset[str]:
    """The texts that a value is: one text with spaces, or several; nothing for anything else."""
    if isinstance(value, str):
        return frozenset(value.split())
    if isinstance(value, Mapping) or not isinstance(value, Iterable):
        return frozenset()
    return frozenset(one for one in cast("Iterable[object]", value) if isinstance(one, str))
