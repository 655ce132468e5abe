"""Response headers: what an application writes, and the exact bytes that go out.

Names keep their spelling for whoever reads them back and are compared without case.  Whatever `str` is handed
over leaves as one clean line: no control character survives, and what a header cannot carry is
percent-encoded.  It knows neither responses nor requests; `Response`, cookies and sending build on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Final, TypeAlias

from typing_extensions import override

from responder._http.checks import expect

RawHeader: TypeAlias = tuple[bytes, bytes]

CT_JSON: Final[RawHeader] = (b"content-type", b"application/json")
CT_TEXT: Final[RawHeader] = (b"content-type", b"text/plain; charset=utf-8")
CT_PROBLEM: Final[RawHeader] = (b"content-type", b"application/problem+json")
VARY_ACCEPT: Final[RawHeader] = (b"vary", b"Accept")

LENGTHS: Final[list[RawHeader]] = [(b"content-length", str(size).encode()) for size in range(4096)]
"""Ready-made `Content-Length` lines for small bodies, by length."""

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_URI_UNSAFE = re.compile(r"[^!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]")

_LOCATIONS: Final = frozenset(("location", "content-location"))

_known: dict[str, str] = {}
_KNOWN_LIMIT: Final = 512


def content_length(size: int) -> RawHeader:
    """The `Content-Length` line of a body of `size` bytes."""
    return LENGTHS[size] if size < 4096 else (b"content-length", str(size).encode())


def lower_name(name: str) -> str:
    """The lower-case form of a header name; `ValueError` when it is not one."""
    lower = _known.get(name)
    if lower is None:
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"{name!r} is not a header name: use letters, digits and dashes")
        lower = name.lower()
        if len(_known) < _KNOWN_LIMIT:
            _known[name] = lower
    return lower


def clean(value: str) -> str:
    """The value on one line: control characters and the space around it removed."""
    if value.isprintable():
        return value.strip(" ")
    return _CONTROL.sub("", value).strip(" \t")


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace"))


def encode_value(value: str) -> bytes:
    """The bytes of a header value.  What Latin-1 cannot carry makes the whole line percent-encoded UTF-8."""
    if value.isascii() and value.isprintable():
        return value.strip(" ").encode("ascii")
    value = clean(value)
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return _NON_ASCII.sub(_percent, value).encode("ascii")


def encode_uri(value: str) -> str:
    """A location as a URI: everything outside its alphabet percent-encoded, what is encoded left alone."""
    return _URI_UNSAFE.sub(_percent, clean(value))


class ResponseHeaders(MutableMapping[str, str]):
    """Headers of a response: no case in look-ups, the application's spelling in iteration.

    Assignment replaces a header; `append` adds another line of the same name.  Reading a header of several
    lines gives them joined with ", ", `get_list` gives them one by one.
    """

    __slots__ = ("_lines",)

    def __init__(self, headers: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        # Lower-case name -> the name as written, then its values.
        self._lines: dict[str, list[str]] = {}
        if headers:
            self.update(headers)

    @override
    def __setitem__(self, name: str, value: str) -> None:
        if value.__class__ is not str:
            expect(value, str, f"The value of the header {name!r}")
        self._lines[lower_name(name)] = [name, value]

    @override
    def __getitem__(self, name: str) -> str:
        line = self._lines[name.lower()]
        return line[1] if len(line) == 2 else ", ".join(line[1:])

    @override
    def __delitem__(self, name: str) -> None:
        del self._lines[name.lower()]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter([line[0] for line in self._lines.values()])

    @override
    def __len__(self) -> int:
        return len(self._lines)

    @override
    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._lines

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict(self)!r})"

    def append(self, name: str, value: str) -> None:
        """Add a line, keeping those of the same name."""
        if name in self:
            expect(value, str, f"The value of the header {name!r}")
            self._lines[name.lower()].append(value)
        else:
            self[name] = value

    def get_list(self, name: str) -> list[str]:
        """All values of a header, one for each line."""
        return self._lines.get(name.lower(), [""])[1:]

    def has_any(self, names: frozenset[str]) -> bool:
        """Whether any of these is set; they are given in lower case."""
        return not names.isdisjoint(self._lines)

    def raw(self) -> list[RawHeader]:
        """The lines as they are sent."""
        out: list[RawHeader] = []
        for lower, line in self._lines.items():
            name = lower.encode("ascii")
            located = lower in _LOCATIONS
            for value in line[1:]:
                if located:
                    value = encode_uri(value)
                out.append((name, encode_value(value)))
        return out
