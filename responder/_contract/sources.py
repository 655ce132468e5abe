"""The places a parameter's value can come from."""

from __future__ import annotations

from enum import Enum


class Source(Enum):
    """Where a value comes from; the value is the word used in `loc` and in messages."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    FORM = "form"
    FILE = "file"
    BODY = "body"
    DEPENDS = "depends"
    NAMED = "dependency"
    PRINCIPAL = "principal"
    REQUEST = "request"
    RESPONSE = "response"
    SOCKET = "socket"
    DEFAULT = "default"
    EXTRAS = "extras"

    __hash__ = object.__hash__  # each is one object; `Enum` hashes names, in Python

    @property
    def is_input(self) -> bool:
        """Whether the value is read from the client's message and validated."""
        return self in INPUTS


INPUTS = frozenset(
    {Source.PATH, Source.QUERY, Source.HEADER, Source.COOKIE, Source.FORM, Source.FILE, Source.BODY}
)
"""The sources a client controls, in the order in which faults are reported."""
