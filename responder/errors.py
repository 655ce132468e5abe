"""Public face of errors: those that answer a request, and those about how an application is put together."""

from __future__ import annotations

from starlette.exceptions import WebSocketException
from starlette.websockets import WebSocketDisconnect

from responder._contract.findings import Finding, found
from responder._http.messages import InvalidMessage
from responder._http.packages import MissingPackage
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
    "Finding",
    "InvalidMessage",
    "Located",
    "MissingPackage",
    "Problem",
    "RequestInvalid",
    "RouteError",
    "RouteNotFoundError",
    "WebSocketDisconnect",
    "WebSocketException",
    "abort",
    "found",
]
