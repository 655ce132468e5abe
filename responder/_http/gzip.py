"""Compressing a finished body: when it is worth it, for whom, and what it does to the `ETag`.  Pure."""

from __future__ import annotations

import re
import zlib
from typing import Final

MINIMUM: Final = 500
"""The smallest body that is compressed."""

SUFFIX: Final = "-gzip"
"""Added to a strong `ETag` of compressed bytes, which are not the bytes it was made for."""

_DENSE: Final = (
    b"image/",
    b"audio/",
    b"video/",
    b"font/woff",
    b"text/event-stream",
    b"multipart/",
    b"application/zip",
    b"application/gzip",
    b"application/x-gzip",
    b"application/zstd",
    b"application/x-7z-compressed",
    b"application/x-bzip2",
    b"application/x-rar-compressed",
    b"application/x-xz",
    b"application/vnd.rar",
)
"""Types that gain nothing, or that must not be held back."""


def accepts_gzip(accept_encoding: bytes) -> bool:
    """Whether a client that sent this `Accept-Encoding` takes gzip."""
    if b";" not in accept_encoding and b"*" not in accept_encoding:
        return b"gzip" in [coding.strip(b" \t") for coding in accept_encoding.lower().split(b",")]
    star = named = None
    for part in accept_encoding.lower().split(b","):
        coding, _, parameters = part.partition(b";")
        coding = coding.strip(b" \t")
        if coding in (b"gzip", b"x-gzip"):
            named = _positive(parameters) or bool(named)
        elif coding == b"*":
            star = _positive(parameters)
    return bool(star if named is None else named)


def _positive(parameters: bytes) -> bool:
    name, _, value = parameters.partition(b"=")
    if name.strip(b" \t") != b"q":
        return True
    try:
        return float(value) > 0
    except ValueError:
        return True


def compressible(content_type: bytes) -> bool:
    """Whether bodies of this type are worth compressing."""
    lower = content_type.strip().lower()
    return not lower.startswith(_DENSE) or lower.startswith(b"image/svg")


_LOOSE: Final = re.compile(
    rb"text/|image/svg|font/(ttf|otf)|application/([\w.+-]*(json|xml|yaml|javascript|ecmascript)|wasm|rtf|sql)"
)
"""Types of files that surely gain; of an unknown one, ranges and a length are worth more."""


def loose(content_type: bytes) -> bool:
    """Whether files of this type are worth compressing."""
    return _LOOSE.match(content_type.strip().lower()) is not None and compressible(content_type)


def gzip_body(body: bytes) -> bytes:
    """The body, compressed; always the same bytes for the same body."""
    return zlib.compress(body, 6, 31)


def gzip_etag(etag: str) -> str:
    """The tag of the compressed form: `"v1"` becomes `"v1-gzip"`, a weak one stays."""
    return f'{etag[:-1]}{SUFFIX}"' if etag.startswith('"') and etag.endswith('"') and len(etag) > 1 else etag


def plain_etag(etag: str) -> str:
    """The tag as the application set it, whichever encoding the client saw."""
    ending = f'{SUFFIX}"'
    return etag[: -len(ending)] + '"' if etag.endswith(ending) else etag
