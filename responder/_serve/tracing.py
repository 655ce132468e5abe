"""The stages of each request, logged at DEBUG: what `API(trace_dispatch=True)` asks for.

Generated endpoints call it where a stage begins; those of other applications have no line of it.
"""

from __future__ import annotations

import logging

from starlette.types import Scope

from responder.middleware.watching import printable

_log = logging.getLogger("responder")


def trace(scope: Scope, stage: str) -> None:
    """Log that a stage of a request begins."""
    if _log.isEnabledFor(logging.DEBUG):
        method = scope["method"] if scope["type"] == "http" else "WEBSOCKET"
        _log.debug("%s %s: %s", printable(method), printable(scope["path"]), stage)
