"""`SSE`, one server-sent event: what handlers of `@api.sse` yield."""

from __future__ import annotations

from responder._http.events import SSE

__all__ = ["SSE"]
