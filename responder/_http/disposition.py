"""`Content-Disposition` (RFC 6266): whatever a file is called, one safe header line.  Pure."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias
from urllib.parse import quote

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PLAIN: Final = "!#$&+-.^_`|~"
"""What RFC 8187 lets stand unencoded, beside letters and digits."""


Disposition: TypeAlias = Literal["attachment", "inline"]
"""Whether a file is saved or shown."""


def attachment(filename: str, kind: Disposition = "attachment") -> str:
    """The header of a download, or of a file that is shown and may be saved under its name.

    A name that is a token goes as it is, other ASCII in quotes and encoded beside that, for those who read
    only one of the two; any other name is encoded only.
    """
    name = _CONTROL.sub("", filename)
    if not name:
        return kind
    if _TOKEN.fullmatch(name) and "%" not in name:
        return f'{kind}; filename="{name}"'
    encoded = f"filename*=UTF-8''{quote(name, safe=_PLAIN, errors='replace')}"
    if not name.isascii():
        return f"{kind}; {encoded}"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'{kind}; filename="{quoted}"; {encoded}'
