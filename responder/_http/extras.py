"""What most responses don't have: headers, cookies, tasks.  Made when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Final, NamedTuple

from responder._http.headers import RawHeader, ResponseHeaders, encode_value

NONE: Final = 0
MEDIA: Final = 1
TEXT: Final = 2
HTML: Final = 3
RAW: Final = 4
PROBLEM: Final = 5
FOREIGN: Final = 6
FILE: Final = 7
STREAM: Final = 8

HEEDED: Final = frozenset(
    ("content-type", "content-length", "content-encoding", "content-range", "transfer-encoding")
) | frozenset(("etag", "last-modified", "vary", "cache-control"))
"""Headers that change how an answer is sent, not only what it carries."""

KIND_TYPES: Final = {TEXT: "text/plain", HTML: "text/html", PROBLEM: "application/problem+json"}
"""The media types that follow from a kind of body alone."""


class Task(NamedTuple):
    """A call to make after the response."""

    function: Callable[..., object]
    args: tuple[object, ...]
    kwargs: dict[str, object]


class Extras:
    """The rarer parts of one response."""

    __slots__ = ("bare_cookies", "cookies", "encoding", "headers", "mimetype", "own_type", "tasks")

    def __init__(self) -> None:
        self.headers = ResponseHeaders()
        self.bare_cookies: SimpleCookie | None = None
        # One line for each name, domain and path: setting a cookie again replaces it.
        self.cookies: dict[tuple[str, str | None, str | None], str] = {}
        self.tasks: list[Task] = []
        # None: by the kind of body.  "": none at all.
        self.mimetype: str | None = None
        self.encoding = "utf-8"
        # A body that came with its own media type, and that type: forgotten with the body.
        self.own_type: tuple[object, str] | None = None


def mere_lines(extras: Extras) -> list[RawHeader] | None:
    """The lines of a response that has headers and cookies and nothing else: none that sending heeds, no
    tasks, no media type of its own.  None for any other.
    """
    if extras.tasks or extras.mimetype is not None or extras.own_type is not None:
        return None
    if extras.encoding != "utf-8" or extras.headers.has_any(HEEDED):
        return None
    return encode_headers(extras)


def encode_headers(extras: Extras) -> list[RawHeader]:
    """Header lines and one `Set-Cookie` line for each cookie, as they are sent."""
    lines = extras.headers.raw()
    if extras.bare_cookies is not None:
        for morsel in extras.bare_cookies.values():
            lines.append((b"set-cookie", encode_value(morsel.OutputString())))
    for line in extras.cookies.values():
        lines.append((b"set-cookie", encode_value(line)))
    return lines
