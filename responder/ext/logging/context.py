"""Which request is being served here: known to whoever logs, in handlers, threads and background tasks.

One context variable holds it, set by the middleware for as long as the request lasts.  Functions that run in
threads, and work that a request leaves behind, have a copy of the context, so they know it too.
"""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from typing_extensions import override

__all__ = ["NOTHING", "RequestContext", "RequestContextFilter", "RequestInfo", "current", "read_traceparent"]

UNKNOWN: Final = "-"
"""Stands for every value while no request is being served."""


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """What is known of a request: text that is fit for a line of a log."""

    request_id: str = UNKNOWN
    method: str = UNKNOWN
    path: str = UNKNOWN
    client_ip: str = UNKNOWN
    trace_id: str = UNKNOWN
    span_id: str = UNKNOWN


NOTHING: Final = RequestInfo()

current: ContextVar[RequestInfo] = ContextVar("responder.request", default=NOTHING)
"""The request that is being served."""


class RequestContext:
    """The request that is being served, from wherever it is asked; `-` where there is none."""

    @staticmethod
    def get_request_id() -> str:
        """Its id: what `X-Request-ID` says in the answer."""
        return current.get().request_id

    @staticmethod
    def get_method() -> str:
        """Its method; `WEBSOCKET` for a WebSocket."""
        return current.get().method

    @staticmethod
    def get_path() -> str:
        """Its path, without what does not print."""
        return current.get().path

    @staticmethod
    def get_client_ip() -> str:
        """Where it comes from."""
        return current.get().client_ip

    @staticmethod
    def get_trace_id() -> str:
        """The trace that the client says it belongs to, by `traceparent`."""
        return current.get().trace_id

    @staticmethod
    def get_span_id() -> str:
        """The span of the client that sent it, by `traceparent`."""
        return current.get().span_id


class RequestContextFilter(logging.Filter):
    """Puts the request on every record that passes: `request_id`, `request_method`, `request_path`,
    `client_ip`, `trace_id` and `span_id`.  What a record has already is left alone.
    """

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything pass."""
        given = record.__dict__
        if "span_id" not in given:
            info = current.get()
            given.setdefault("request_id", info.request_id)
            given.setdefault("request_method", info.method)
            given.setdefault("request_path", info.path)
            given.setdefault("client_ip", info.client_ip)
            given.setdefault("trace_id", info.trace_id)
            given.setdefault("span_id", info.span_id)
        return True


_TRACEPARENT: Final = re.compile(rb"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?", re.DOTALL)


def read_traceparent(headers: list[tuple[bytes, bytes]]) -> tuple[str, str]:
    """The trace and the span that a client names by the header `traceparent`; `-` for both if it is wrong."""
    given = [value for name, value in headers if name == b"traceparent"]
    found = _TRACEPARENT.fullmatch(given[0].strip(b" \t")) if len(given) == 1 else None
    if found is None:
        return UNKNOWN, UNKNOWN
    version, trace, span, more = found.groups()
    # Later versions may say more; this one says just that, and nothing is all zeros.
    wrong = version == b"ff" or (version == b"00" and more is not None)
    if wrong or not trace.strip(b"0") or not span.strip(b"0"):
        return UNKNOWN, UNKNOWN
    return trace.decode(), span.decode()
