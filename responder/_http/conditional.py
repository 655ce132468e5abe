"""Conditional requests: 304 and 412 decided from the headers of both sides (RFC 9110 §13).  Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final

from responder._contract.frozen import frozen
from responder._http.dates import parse_http_date
from responder._http.gzip import plain_etag

_TAG = re.compile(r'(?:W/)?"[^"\x00-\x20\x7f]*"')

NAMES: Final = frozenset((b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since"))


@frozen
class Preconditions:
    """What a request makes its answer depend on; repeated lines of a header are one list."""

    match: str | None = None
    none_match: str | None = None
    modified_since: str | None = None
    unmodified_since: str | None = None

    def __bool__(self) -> bool:
        return self != _NO_PRECONDITIONS


_NO_PRECONDITIONS: Final = Preconditions()


def read_preconditions(headers: Iterable[tuple[bytes, bytes]]) -> Preconditions:
    """The preconditions among raw request headers."""
    found: dict[bytes, str] = {}
    for name, value in headers:
        if name in NAMES:
            text = value.decode("latin-1")
            found[name] = f"{found[name]}, {text}" if name in found else text
    if not found:
        return _NO_PRECONDITIONS
    return Preconditions(
        found.get(b"if-match"),
        found.get(b"if-none-match"),
        found.get(b"if-modified-since"),
        found.get(b"if-unmodified-since"),
    )


def evaluate(
    method: str, status: int, asked: Preconditions, etag: str | None, last_modified: str | None
) -> int:
    """The status that the answer gets: 304, 412, or the one it has.

    A precondition whose validator the response doesn't have is ignored.
    """
    if method in ("GET", "HEAD"):
        return 304 if status == 200 and _unchanged(asked, etag, last_modified) else status
    if (200 <= status < 300 or status == 412) and _fails(asked, etag, last_modified):
        return 412
    return status


def _unchanged(asked: Preconditions, etag: str | None, last_modified: str | None) -> bool:
    if asked.none_match is not None and etag is not None:
        return matches(asked.none_match, etag, strong=False)
    if asked.modified_since is None or last_modified is None:
        return False
    return _not_after(last_modified, asked.modified_since)


def _fails(asked: Preconditions, etag: str | None, last_modified: str | None) -> bool:
    if asked.match is not None:
        if etag is not None and not matches(asked.match, etag, strong=True):
            return True
    elif asked.unmodified_since is not None and last_modified is not None:
        if _is_date(asked.unmodified_since) and not _not_after(last_modified, asked.unmodified_since):
            return True
    return asked.none_match is not None and etag is not None and matches(asked.none_match, etag, strong=False)


def matches(listed: str, etag: str, *, strong: bool) -> bool:
    """Whether a tag is in a list of tags, or the list is `*`.  Weak tags never match strongly."""
    if listed.strip(" \t") == "*":
        return True
    wanted = etag if strong else etag.removeprefix("W/")
    if strong and etag.startswith("W/"):
        return False
    for tag in _TAG.findall(listed):
        if strong and tag.startswith("W/"):
            continue
        tag = tag.removeprefix("W/")
        if tag == wanted or plain_etag(tag) == wanted:
            return True
    return False


def quoted_etag(tag: str) -> str:
    """A tag as the header has it: in quotes, which are added when they are missing."""
    return tag if tag.startswith(('"', "W/")) else f'"{tag}"'


def body_etag(body: bytes) -> str:
    """A strong tag made from the bytes of a body."""
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def _is_date(text: str) -> bool:
    return parse_http_date(text) is not None


def _not_after(moment: str, limit: str) -> bool:
    """Whether the first date is no later than the second; False when either is not a date."""
    first, second = parse_http_date(moment), parse_http_date(limit)
    return first is not None and second is not None and first <= second
