"""What tests are made of: clients, events, WebSockets, problems.

`api.requests` and `api.async_requests` are made here; the pytest plugin's fixtures are built on it.
"""

from __future__ import annotations

from responder.testing.answering import CallError
from responder.testing.calling import CallOptions
from responder.testing.clients import AsyncTestClient, ClientOptions, TestClient, make_client
from responder.testing.events import (
    SSEEvent,
    acollect_sse,
    aiter_sse,
    collect_sse,
    iter_sse,
    parse_sse,
)
from responder.testing.lasting import Overrides
from responder.testing.problems import assert_problem
from responder.testing.sockets import AsyncWebSocketSession, WebSocketDenied
from responder.testing.transport import ASGIStreamingTransport

__all__ = [
    "ASGIStreamingTransport",
    "AsyncTestClient",
    "AsyncWebSocketSession",
    "CallError",
    "CallOptions",
    "ClientOptions",
    "Overrides",
    "SSEEvent",
    "TestClient",
    "WebSocketDenied",
    "acollect_sse",
    "aiter_sse",
    "assert_problem",
    "collect_sse",
    "iter_sse",
    "make_client",
    "parse_sse",
]
