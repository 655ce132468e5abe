"""The rules for principals: which parameters are whom the route's guard let in, and of which type.

The run time and the mypy plugin both judge by shapes here; both see more than shapes (classes, types) and say
what they find by `mismatch`, in the same words.
"""

from __future__ import annotations

from typing import Final

from responder._contract.bound import OPEN, Answer, Facts, marked, plain
from responder._contract.findings import Finding, found
from responder._contract.places import assignable, spelling
from responder._contract.shapes import Shape
from responder._contract.signature import MarkerFacts, Param
from responder._contract.sources import Source

PRINCIPALS: Final = frozenset({"user", "principal", "auth"})
"""The names of parameters that are the principal, on routes that have a guard."""


def mismatch(param: Param, handler: str, gives: str) -> Finding:
    """Say that a principal of the type `gives`, as it is spelled, does not fit what a parameter declares."""
    return found(
        "principal-type",
        parameter=param.name,
        handler=handler,
        type=gives,
        annotation=param.annotation or spelling(param.shape),
    )


def by_name(param: Param, handler: str, facts: Facts) -> Answer | None:
    """A parameter called `user`, `principal` or `auth` on a route with a guard."""
    if param.name not in facts.principals:
        return None
    return Answer(plain(param, Source.PRINCIPAL), findings=_judged(param, handler, facts.principal))


def by_marker(param: Param, marker: MarkerFacts, handler: str, facts: Facts) -> Answer:
    """A parameter that is annotated `Annotated[P, guard]`, or `Principal[P]`: then of the route's own."""
    if marker.provider is not None:
        gives = marker.provides
    elif facts.dependencies is None:
        return OPEN
    elif not facts.principals:
        return Answer(findings=(found("principal-public", parameter=param.name, handler=handler),))
    else:
        gives = facts.principal
    return Answer(marked(param, Source.PRINCIPAL), findings=_judged(param, handler, gives))


def _judged(param: Param, handler: str, gives: Shape) -> tuple[Finding, ...]:
    return () if assignable(gives, param.shape) else (mismatch(param, handler, spelling(gives)),)
