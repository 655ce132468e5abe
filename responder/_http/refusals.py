"""How what is declared wrongly is refused: `RouteError`, with every finding and the line it was written on.

A finding says what is wrong; here it gets the place.  This file knows no route and no request.  Raised by
markers, registries and convertors themselves, and by everything that declares.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from typing_extensions import override

from responder._contract.findings import Finding, found
from responder._http.problems import ConfigurationError


@dataclass(frozen=True, slots=True)
class Site:
    """A line of the user's code."""

    file: str
    line: int

    @override
    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def site_of_caller() -> Site:
    """The line outside this package that led here, which is where the decorator or the class stands."""
    frame = sys._getframe(1)
    while _is_on_the_way(frame.f_globals.get("__name__", "")) and frame.f_back is not None:
        frame = frame.f_back
    return Site(frame.f_code.co_filename, frame.f_lineno)


def is_ours(module: str) -> bool:
    """Whether a module belongs to this package."""
    return module == "responder" or module.startswith("responder.")


def _is_on_the_way(module: str) -> bool:
    """Ours, or what makes abstract classes: it stands between a class and our judging it."""
    return module == "abc" or is_ours(module)


@dataclass(frozen=True, slots=True)
class Located:
    """A finding and where it is: the declaration's line, and the route as `GET /items/{id:int}`."""

    finding: Finding
    site: Site | None = None
    route: str | None = None

    @override
    def __str__(self) -> str:
        places = [str(place) for place in (self.site, self.route) if place]
        told = f"[{self.finding.code}] {self.finding.message}  ({self.finding.anchor})"
        return "  ".join((*places, told))


class RouteError(ConfigurationError):
    """One or more declarations are wrong; `findings` are all that could be told at once."""

    def __init__(self, findings: Iterable[Located]) -> None:
        self.findings = tuple(findings)
        first = self.findings[0] if self.findings else None
        super().__init__(
            "\n".join(str(located) for located in self.findings),
            code="responder-option" if first is None else first.finding.code,
            route=None if first is None else first.route,
            parameter=None if first is None else first.finding.parameter,
            hint=None if first is None else first.finding.hint,
        )


def refusal(
    rule_name: str,
    *,
    parameter: str | None = None,
    hint: str | None = None,
    note: str | None = None,
    **values: str,
) -> RouteError:
    """What to raise for one fault, told on the line of the user's code that led here."""
    told: dict[str, object] = {**values}
    finding = found(
        rule_name, parameter=parameter, hint=hint, note=note, offset=None, instead_of=None, **told
    )
    return RouteError([Located(finding, site_of_caller())])
