"""Guess which name was meant: `resemblance("user", ["user_id", "team"])` is "user_id".

A suffix says more than spelling does (`id` for `user_id`), so it is tried first; `difflib` is only imported
when a mistake was made.
"""

from __future__ import annotations

from collections.abc import Iterable


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


def _related(name: str, other: str) -> bool:
    """Whether one is the other with an owner in front or a kind behind: `id` and `user_id`, `user` and
    `user_id`.
    """
    longer, shorter = (name, other) if len(name) > len(other) else (other, name)
    return longer.endswith(f"_{shorter}") or longer == f"{shorter}_id"
