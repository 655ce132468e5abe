"""What is raised when a declaration is wrong: `RouteError` and its children, which carry every finding.

A finding says what is wrong; here it gets the place where the user wrote it.  This file knows no handler
and no request.  Raised by `declare`, `groups` and whoever seals the application.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from typing_extensions import override

from responder._contract.findings import Finding
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
    """The line outside this package that led here, which is where the decorator stands."""
    frame = sys._getframe(1)
    while is_ours(frame.f_globals.get("__name__", "")) and frame.f_back is not None:
        frame = frame.f_back
    return Site(frame.f_code.co_filename, frame.f_lineno)


def is_ours(module: str) -> bool:
    """Whether a module belongs to this package."""
    return module == "responder" or module.startswith("responder.")


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


class DependencyError(RouteError):
    """Dependencies can not be resolved."""


class DependencyCycleError(DependencyError):
    """Providers need each other in a ring."""


class DependencyScopeError(DependencyError):
    """Something that lives as long as the application needs something that lives as long as a request."""


class DependencyResolutionError(DependencyError):
    """A dependency that nothing provides, or a provider with a parameter that nothing fills."""


class RouteNotFoundError(LookupError):
    """No route goes by this name or handler, or its parameters don't fit."""


_CHILDREN: dict[str, type[DependencyError]] = {
    "dependency-cycle": DependencyCycleError,
    "app-scope-dependency": DependencyScopeError,
    "app-scope-request": DependencyScopeError,
    "parameter-unknown": DependencyResolutionError,
    "provider-parameter": DependencyResolutionError,
    "dependency-unbound": DependencyResolutionError,
    "dependency-unknown": DependencyResolutionError,
    "dependency-undeclared": DependencyResolutionError,
}


def error_for(findings: Iterable[Located]) -> RouteError:
    """The most telling error for these findings: a dependency error if they are all of its kind."""
    located = tuple(findings)
    kinds = {_CHILDREN.get(one.finding.rule.name) for one in located}
    if not kinds or None in kinds:
        return RouteError(located)
    kind = kinds.pop()
    return DependencyError(located) if kinds or kind is None else kind(located)


_GATHERED: Final[ContextVar[list[Located] | None]] = ContextVar("gathered", default=None)


@contextmanager
def gathering() -> Generator[list[Located], None, None]:
    """Let what is wrong with declarations be kept here instead of raised; what is wrong is left out."""
    gathered: list[Located] = []
    token = _GATHERED.set(gathered)
    try:
        yield gathered
    finally:
        _GATHERED.reset(token)


def refuse(error: RouteError) -> None:
    """Raise what is wrong with a declaration, or keep its findings while somebody gathers them.

    Whoever calls it goes on as if the declaration had never been made.
    """
    gathered = _GATHERED.get()
    if gathered is None:
        raise error
    gathered.extend(error.findings)
