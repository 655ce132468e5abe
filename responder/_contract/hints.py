"""Guess which name was meant: `resemblance("user", ["user_id", "team"])` is "user_id".

A suffix says more than spelling does (`id` for `user_id`), so it is tried first; `difflib` is only imported
when a mistake was made.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_TELLING: Final = 5
"""Letters of a name that is long enough for one of them to be a slip."""


def resemblance(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `name` was probably meant to be, or None."""
    others = [candidate for candidate in candidates if candidate != name]
    if not name or not others:
        return None
    related = [other for other in others if _related(name, other)]
    if len(related) == 1:
        return related[0]
    import difflib

    folded = {other.casefold().replace("-", "_"): other for other in reversed(related or others)}
    close = difflib.get_close_matches(name.casefold().replace("-", "_"), list(folded), n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def misspelt(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `name` is but for its case, its underscores, or one letter; None when there is
    none, or when `name` is a candidate itself.
    """
    others = tuple(candidates)
    if name in others:
        return None
    plain = _plain(name)
    folded = {_plain(other): other for other in others}
    if plain in folded:
        return folded[plain]
    shorter = _shortened(plain)
    for text, other in folded.items():
        if abs(len(text) - len(plain)) < 2 and min(len(text), len(plain)) >= _TELLING:
            less = _shortened(text)
            if plain in less or text in shorter or not less.isdisjoint(shorter):
                return other
    return None


def _plain(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")


def _shortened(text: str) -> frozenset[str]:
    """The text without any one of its letters."""
    return frozenset(text[:at] + text[at + 1 :] for at in range(len(text)))


def _related(name: str, other: str) -> bool:
    """Whether one is the other with an owner in front or a kind behind: `id` and `user_id`, `user` and
    `user_id`.
    """
    longer, shorter = (name, other) if len(name) > len(other) else (other, name)
    return longer.endswith(f"_{shorter}") or longer == f"{shorter}_id"
