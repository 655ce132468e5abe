"""The `Cookie` header as a dictionary.  Pure.

Tolerant, because one malformed cookie must not drop the others, and linear, because anyone may send one.  It
undoes what `setcookies` does to a value.  Called by generated endpoints and `Request.cookies`.
"""

from __future__ import annotations

import re
from typing import Final

_ESCAPE: Final = re.compile(r"\\(?:([0-3][0-7][0-7])|(.))", re.DOTALL)


def parse_cookies(header: str) -> dict[str, str]:
    """Name -> value; the last one of a name counts, and what has no name is no cookie."""
    cookies: dict[str, str] = {}
    for chunk in header.split(";"):
        name, equals, value = chunk.partition("=")
        name = name.strip()
        if name and equals:
            value = value.strip()
            if value.startswith('"') and len(value) > 1 and value.endswith('"'):
                value = value[1:-1]
                if "\\" in value:
                    value = _ESCAPE.sub(_unescape, value)
            cookies[name] = value if value.isascii() else _utf8(value)
    return cookies


def _unescape(match: re.Match[str]) -> str:
    octal: str | None = match[1]
    return match[2] if octal is None else chr(int(octal, 8))


def _utf8(text: str) -> str:
    """Cookies of the last years are UTF-8, older ones Latin-1; the header arrives as Latin-1 characters."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
