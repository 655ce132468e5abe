"""`Content-Disposition` (RFC 6266): whatever a file is called, one safe header line.  Pure."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PLAIN: Final = "!#$&+-.^_`|~"
"""What RFC 8187 lets stand unencoded, beside letters and digits."""


def attachment(filename: str) -> str:
    """The header of a download.

    A name that is a token goes as it is, other ASCII in quotes and encoded beside that, for those who read
    only one of the two; any other name is encoded only.
    """
    name = _CONTROL.sub("", filename)
    if not name:
        return "attachment"
    if _TOKEN.fullmatch(name) and "%" not in name:
        return f'attachment; filename="{name}"'
    encoded = f"filename*=UTF-8''{quote(name, safe=_PLAIN, errors='replace')}"
    if not name.isascii():
        return f"attachment; {encoded}"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'attachment; filename="{quoted}"; {encoded}'
