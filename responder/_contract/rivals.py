"""Routes in each other's way, as far as their paths, methods and kinds say.

Of one path there is one route for each method.  A route that every earlier one together answers for can never
match.  Called by the journal and by the mypy plugin; the run time's table looks for the latter by its tree,
and asks here who answers what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeAlias

from responder._contract.template import Template, covers

Methods: TypeAlias = "frozenset[str] | None"
"""None stands for every method."""


def contradict(kind: str, methods: Methods, other_kind: str, others: Methods) -> bool:
    """Whether two routes of one path contradict: only HTTP routes with methods that differ don't."""
    if kind != "http" or other_kind != "http" or methods is None or others is None:
        return True
    return not methods.isdisjoint(others)


def hidden_by(
    template: Template, methods: Methods, earlier: Iterable[tuple[Template, Methods]]
) -> tuple[Template, ...]:
    """The earlier routes of the same kind that leave nothing to this one; none when something is left."""
    left = None if methods is None else set(methods)
    by: list[Template] = []
    for other, others in earlier:
        taken = taken_by(others, left or (), partial(covers, template, other))
        if (taken or others is None) and covers(other, template):
            by.append(other)
            left = set[str]() if others is None else (left or set()) - taken
            if not left:
                return tuple(by)
    return ()


def taken_by(others: Methods, left: Iterable[str], alike: Callable[[], bool]) -> set[str]:
    """The methods that an earlier route answers for a later one; `alike` says whether their paths are the
    same, of which whoever names HEAD answers it, wherever it stands.
    """
    taken = {method for method in left if answers(others, method)}
    if "HEAD" in taken and others is not None and "HEAD" not in others and alike():
        taken.remove("HEAD")
    return taken


def answers(methods: Methods, method: str) -> bool:
    """Whether a route with these methods answers this one; who answers GET answers HEAD."""
    return methods is None or method in methods or (method == "HEAD" and "GET" in methods)
