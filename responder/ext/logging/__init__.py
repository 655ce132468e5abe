"""Logs that tell which request they belong to, as text or JSON, and one line for each request.

`API(enable_logging=True)` installs it.  Any ASGI application may be wrapped in `LoggingMiddleware`; loggers
of other modules come from `get_logger`.
"""

from __future__ import annotations

import logging

from responder.application import Application
from responder.ext.logging.access import ACCESS_LOGGER, LoggingMiddleware
from responder.ext.logging.context import RequestContext, RequestContextFilter
from responder.ext.logging.formats import JSONFormatter, LogLine, TextFormatter
from responder.ext.logging.setup import LineFormat, get_logger, setup_logging
from responder.middleware.request_id import RequestIDMiddleware
from responder.registry import Registry

__all__ = [
    "ACCESS_LOGGER",
    "JSONFormatter",
    "LineFormat",
    "LogLine",
    "LoggingMiddleware",
    "RequestContext",
    "RequestContextFilter",
    "RequestIDMiddleware",
    "TextFormatter",
    "get_logger",
    "install",
    "setup_logging",
]


def install(api: Application[Registry, object]) -> None:
    """Log what an application serves."""
    settings = api.settings
    detailed = settings.debug or settings.watch.trace
    setup_logging(logging.DEBUG if detailed else logging.INFO, settings.watch.logging or "auto")
    api.add_outer_middleware(LoggingMiddleware)
