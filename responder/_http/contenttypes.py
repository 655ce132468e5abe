"""Media types and text encodings, as a `Content-Type` header names them.  Pure.

Called by `Request` and the form reader.
"""

from __future__ import annotations

import codecs
import re
from encodings.aliases import aliases
from typing import Final

JSON_TYPES: Final = frozenset({"application/json", "text/json"})
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"

_ODD_CODECS: Final = frozenset(
    {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"}
)
"""Text codecs of Python that no client means: slow, or with a meaning of their own."""

_KNOWN_CODECS: Final = frozenset({*aliases, *aliases.values(), "utf_8_sig"})
_PUNCTUATION: Final = re.compile(r"[^a-z0-9]+")

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def media_type(content_type: str) -> str:
    """The type alone, in lower case: `application/json` of `Application/JSON; charset=utf-8`."""
    return content_type.partition(";")[0].strip().lower()


def charset_of(content_type: str) -> str | None:
    """The `charset` parameter."""
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'") or None
    return None


def text_codec(name: str | None) -> str | None:
    """Python's name of an encoding; None for what is not one that clients use."""
    plain = _PUNCTUATION.sub("_", name.lower()) if name and len(name) <= 40 else ""
    # Python remembers every name that it is asked for, so it is asked for those only that it knows.
    if plain not in _KNOWN_CODECS:
        return None
    try:
        found = codecs.lookup(plain)
        "".encode(found.name)
    except (LookupError, UnicodeError):
        return None
    return None if found.name.replace("_", "-") in _ODD_CODECS else found.name


def detect(content: bytes) -> str:
    """The likeliest encoding of a text: by its mark, UTF-8 if it is valid, by zero bytes, else Western."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    if decodes(content, "utf-8"):
        return "utf-8"
    zeros = content[:1000].count(0)
    if zeros and len(content) % 2 == 0:
        name = "utf-16-be" if content[0] == 0 else "utf-16-le"
        if decodes(content, name):
            return name
    return "windows-1252" if decodes(content, "windows-1252") else "latin-1"


def decodes(content: bytes, codec: str) -> bool:
    """Whether the bytes are text in this encoding."""
    try:
        content.decode(codec)
    except UnicodeError:
        return False
    return True
