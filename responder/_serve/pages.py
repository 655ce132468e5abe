"""The page that `debug=True` shows for an unhandled error: the traceback, as HTML for browsers, else as text.

Called by `failures`, in debug mode only: it shows everything that a production answer must not.
"""

from __future__ import annotations

import html
import traceback
from collections.abc import Iterable

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font-family: system-ui, sans-serif; margin: 2rem; }}
pre {{ background: #f6f6f6; padding: 1rem; overflow-x: auto; }}
</style></head>
<body><h1>500 Internal Server Error</h1><p>{title}</p><pre>{trace}</pre></body>
</html>
"""


def traceback_page(error: BaseException, headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, bytes]:
    """The content type and the body of the page."""
    trace = "".join(traceback.format_exception(error))
    accepts = b",".join(value for name, value in headers if name == b"accept")
    if b"text/html" not in accepts:
        return "text/plain; charset=utf-8", _encode(trace)
    title = html.escape(traceback.format_exception_only(error)[-1].strip())
    return "text/html; charset=utf-8", _encode(_PAGE.format(title=title, trace=html.escape(trace)))


def _encode(text: str) -> bytes:
    return text.encode("utf-8", errors="backslashreplace")
