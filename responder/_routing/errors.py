"""What is raised when a declaration is wrong: the children of `RouteError`, and how errors are gathered.

This file knows no handler and no request.  Raised by `declare`, `groups` and whoever seals the application.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from responder._http.refusals import Located, RouteError, Site, is_ours, site_of_caller

__all__ = [
    "DependencyCycleError",
    "DependencyError",
    "DependencyResolutionError",
    "DependencyScopeError",
    "Located",
    "RouteError",
    "RouteNotFoundError",
    "Site",
    "error_for",
    "gathering",
    "is_ours",
    "refuse",
    "site_of_caller",
]


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
    "provider-socket": DependencyResolutionError,
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
