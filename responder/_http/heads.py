"""The head of an answer: its status and header lines, and the rules that every way of sending shares.

What a status leaves of the headers, when a body may be compressed, what `Vary` gets, 304 and 412.  Called by
the modules that send whole bodies, files and streams; sends nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar, cast

from starlette.types import Scope

from responder._http import conditional, threads
from responder._http.caching import merged_vary
from responder._http.checks import is_status
from responder._http.gzip import compressible, gzip_etag
from responder._http.headers import RawHeader
from responder._http.negotiate import MAX_HEADER

T = TypeVar("T")

OFF_LOOP: Final = 64 * 1024
"""Bodies above this size are hashed and compressed in a thread."""

ENTITY: Final = frozenset(
    (b"content-type", b"content-length", b"content-encoding", b"content-range", b"transfer-encoding")
)
"""Headers that describe a body, where there is none."""
VALIDATORS: Final = frozenset((b"etag", b"last-modified"))
FRAMING: Final = frozenset((b"transfer-encoding",))
OURS: Final = FRAMING | {b"content-length"}
"""How a body is framed is ours alone to say: a wrong length would cut or glue answers."""


def without(lines: Iterable[RawHeader], names: frozenset[bytes]) -> list[RawHeader]:
    """The lines but those of some names."""
    return [line for line in lines if line[0] not in names]


def checked_status(status: int | None) -> int:
    """The status to send: 200 when none was set; `ValueError` for what is none."""
    if status is None:
        return 200
    if not is_status(status, 100, 999):
        raise ValueError(f"resp.status_code must be an int from 100 to 999, not {status!r}")
    return int(status)


_WANTED: Final = frozenset((b"accept", b"accept-encoding"))


def asked_of(scope: Scope) -> dict[bytes, bytes]:
    """`Accept` and `Accept-Encoding`, repeated lines joined."""
    found: dict[bytes, bytes] = {}
    for name, value in cast("list[RawHeader]", scope["headers"]):
        if name in _WANTED:
            known = found.get(name)
            if known is None:
                found[name] = value
            elif len(known) < MAX_HEADER:
                # Each line copies all before it; nobody reads further.
                found[name] = known + b"," + value
    return found


def may_compress(status: int, lines: Iterable[RawHeader]) -> bool:
    """Whether a body with this head may be compressed."""
    if status == 206:
        return False
    for name, value in lines:
        if name == b"content-encoding" or name == b"content-range":
            return False
        if name == b"content-type" and not compressible(value):
            return False
        if name == b"cache-control" and b"no-transform" in value.lower():
            return False
    return True


def with_vary(lines: list[RawHeader], fields: Iterable[str]) -> list[RawHeader]:
    """The lines with more fields in `Vary`."""
    present = ",".join(value.decode("latin-1") for name, value in lines if name == b"vary")
    rest = [line for line in lines if line[0] != b"vary"]
    rest.append((b"vary", merged_vary(present, fields).encode("latin-1")))
    return rest


def decided(scope: Scope, status: int, lines: list[RawHeader]) -> int:
    """The status after the request's preconditions."""
    etag = last_modified = None
    for name, value in lines:
        if name == b"etag":
            etag = value.decode("latin-1")
        elif name == b"last-modified":
            last_modified = value.decode("latin-1")
    if etag is None and last_modified is None:
        return status
    asked = conditional.read_preconditions(scope["headers"])
    return conditional.evaluate(scope["method"], status, asked, etag, last_modified) if asked else status


def retagged(line: RawHeader) -> RawHeader:
    """The line, with the tag of the compressed form if it is an `ETag`."""
    return (b"etag", gzip_etag(line[1].decode("latin-1")).encode("latin-1")) if line[0] == b"etag" else line


async def aside(function: Callable[[bytes], T], body: bytes) -> T:
    """Work on a body: at once when it is small, in a thread when it would hold the loop."""
    return function(body) if len(body) <= OFF_LOOP else await threads.run(function, body)
