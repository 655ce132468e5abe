"""Aliases to annotate with: handlers, hooks, providers, and what they receive."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from responder._http.events import SSE
from responder._http.raises import Raises
from responder._http.request import Request
from responder._http.response import Response
from responder._http.websocket import WebSocket
from responder._routing.options import Handler, Hook, OperationOptions, SocketHook
from responder.guards import Guard, Principal

__all__ = [
    "Dependency",
    "Guard",
    "Principal",
    "SSE",
    "Handler",
    "Hook",
    "OperationOptions",
    "Raises",
    "Request",
    "Response",
    "SocketHook",
    "WebSocket",
]

Dependency: TypeAlias = Callable[..., object]
"""A provider: a plain or async function, a generator of either kind, or another callable."""
