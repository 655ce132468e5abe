"""What `debug=True` answers to an unhandled error: a page for browsers, the traceback as text for others.

Called by `failures`, in debug mode only: it shows what a production answer must not.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import traceback
from typing import Final

from starlette.types import Scope

from responder._http.headers import RawHeader, content_length
from responder._serve.debugpage import STYLE, debug_page

_POLICY: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'"
)
"""Nothing on the page may load or run anything, whatever found its way into it."""


_log = logging.getLogger("responder")


def traceback_page(error: BaseException, scope: Scope) -> tuple[tuple[RawHeader, ...], bytes]:
    """The headers and the body of the answer."""
    trace = "".join(traceback.format_exception(error))
    lines: list[RawHeader] = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
    accepts = b",".join(value for name, value in scope["headers"] if name == b"accept")
    page = _page(error, scope, trace) if b"text/html" in accepts else None
    if page is None:
        kind, body = b"text/plain; charset=utf-8", _encode(trace)
    else:
        kind, body = b"text/html; charset=utf-8", _encode(page)
        lines.append((b"content-security-policy", _POLICY.encode()))
    return ((b"content-type", kind), content_length(len(body)), *lines), body


def _page(error: BaseException, scope: Scope, trace: str) -> str | None:
    try:
        return debug_page(error, scope, trace)
    except Exception:
        # What went wrong in the application matters more than how well it is shown.
        _log.exception("The debug page could not be made")
        return None


def _encode(text: str) -> bytes:
    return text.encode("utf-8", errors="backslashreplace")
