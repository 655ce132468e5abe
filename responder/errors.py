"""Public face of errors: those that answer a request, and those about how an application is put together."""

from __future__ import annotations

from responder._http.problems import ConfigurationError, Problem, RequestInvalid, abort
from responder._routing.errors import (
    DependencyCycleError,
    DependencyError,
    DependencyResolutionError,
    DependencyScopeError,
    Located,
    RouteError,
    RouteNotFoundError,
)

__all__ = [
    "ConfigurationError",
    "DependencyCycleError",
    "DependencyError",
    "DependencyResolutionError",
    "DependencyScopeError",
    "Located",
    "Problem",
    "RequestInvalid",
    "RouteError",
    "RouteNotFoundError",
    "abort",
]
