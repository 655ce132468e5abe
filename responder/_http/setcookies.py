"""`Set-Cookie` lines: built from typed attributes, checked when they are set.

A cookie that browsers would drop (`SameSite=None` without `Secure`, a `__Host-` name with a domain) is
refused with a sentence.  It knows no response; `Response.set_cookie` and the session stores call it.
"""

from __future__ import annotations

import datetime
import re
from typing import Final, Literal, TypeAlias

from responder._http.checks import expect
from responder._http.dates import http_date

SameSite: TypeAlias = Literal["lax", "strict", "none"]

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_PLAIN_VALUE = re.compile(r"[!#$%&'()*+\-./0-9:<=>?@A-Z\[\]^_`a-z{|}~]*")
_BAD_ATTRIBUTE = re.compile(r"[^\x20-\x3a\x3c-\x7e]")
_SAME_SITES: Final = ("lax", "strict", "none")


def cookie_line(
    name: str,
    value: str,
    *,
    expires: datetime.datetime | str | int | None,
    max_age: int | None,
    path: str | None,
    domain: str | None,
    flags: tuple[bool, bool, SameSite | None],
) -> str:
    """The value of one `Set-Cookie` header.  `flags` are secure, httponly and samesite."""
    secure, httponly, samesite = flags
    _check(name, path, domain, secure, samesite)
    parts = [f"{name}={encode_cookie(value)}"]
    if expires is not None:
        parts.append(f"expires={_expiry(expires)}")
    if max_age is not None:
        parts.append(f"Max-Age={int(max_age)}")
    if domain:
        parts.append(f"Domain={domain}")
    if path:
        parts.append(f"Path={path}")
    if secure:
        parts.append("Secure")
    if httponly:
        parts.append("HttpOnly")
    if samesite is not None:
        parts.append(f"SameSite={samesite}")
    return "; ".join(parts)


def encode_cookie(value: str) -> str:
    """The value as cookies carry it: plain when it can be, else quoted, with octal escapes of UTF-8 bytes.

    That is the spelling of the standard library's `http.cookies`, which most readers of cookies undo.
    """
    expect(value, str, "The value of a cookie")
    if _PLAIN_VALUE.fullmatch(value):
        return value
    quoted = "".join(
        f"\\{byte:03o}" if byte in b'",;\\' or not 32 <= byte < 127 else chr(byte)
        for byte in value.encode("utf-8", "replace")
    )
    return f'"{quoted}"'


def _expiry(expires: datetime.datetime | str | int) -> str:
    if isinstance(expires, str):
        if _BAD_ATTRIBUTE.search(expires):
            raise ValueError("expires= of a cookie must be one line of ASCII without ';'")
        return expires
    if isinstance(expires, int):
        return http_date(datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=expires))
    return http_date(expires)


def _check(name: str, path: str | None, domain: str | None, secure: bool, samesite: SameSite | None) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a cookie name: use letters, digits and -_.")
    for what, text in (("path", path), ("domain", domain)):
        if text is not None and _BAD_ATTRIBUTE.search(text):
            raise ValueError(f"{what}= of the cookie {name!r} must be ASCII on one line, without ';'")
    if samesite is not None and samesite not in _SAME_SITES:
        raise ValueError(f"samesite= is 'lax', 'strict', 'none' or None, not {samesite!r} (cookie {name!r})")
    if samesite == "none" and not secure:
        raise ValueError(f"The cookie {name!r} has samesite='none': browsers drop it without secure=True")
    lower = name.lower()
    if lower.startswith(("__secure-", "__host-")) and not secure:
        raise ValueError(f"The cookie {name!r} needs secure=True: its prefix promises it")
    if lower.startswith("__host-") and (domain or path != "/"):
        raise ValueError(f"The cookie {name!r} needs path='/' and no domain: its prefix promises it")
