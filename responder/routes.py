"""Public face of routing: routers to include, the frozen facts about routes, and what can be wrong."""

from __future__ import annotations

from typing import TypeAlias

from responder._routing.errors import (
    DependencyCycleError,
    DependencyError,
    DependencyResolutionError,
    DependencyScopeError,
    Located,
    RouteError,
    RouteNotFoundError,
    Site,
    gathering,
)
from responder._routing.groups import Group, Router
from responder._routing.inputs import Input
from responder._routing.listed import RouteSpec
from responder._routing.options import RouteSettings
from responder._routing.plan import Operation, Route

__all__ = [
    "DependencyCycleError",
    "DependencyError",
    "DependencyResolutionError",
    "DependencyScopeError",
    "Group",
    "Input",
    "Located",
    "Operation",
    "Route",
    "RouteError",
    "RouteNotFoundError",
    "RouteSettings",
    "RouteSpec",
    "Router",
    "Site",
    "WebSocketRoute",
    "gathering",
]

WebSocketRoute: TypeAlias = Route
"""A route whose `kind` is "websocket"."""
