"""`FileBody`, a file that is to be sent, and `Handle`, the same file opened.

What a handler names is opened when the answer is sent, in a thread; from then on size and time are those
of the descriptor, whatever happens to the name.  Reading is positioned and counted: a file that shrinks
meanwhile is an error, never a short answer.  Knows neither requests nor responses.
"""

from __future__ import annotations

import datetime
import mimetypes
import os
from collections.abc import Mapping
from typing import Final

from responder._contract.frozen import frozen
from responder._http.dates import http_date
from responder._http.jail import Name, open_regular
from responder._http.ranges import Span

CHUNK: Final = 256 * 1024
"""How much is read, and sent, at once."""

_UNKNOWN: Final = "application/octet-stream"
_PACKED: Final[Mapping[str, str]] = {
    "gzip": "application/gzip",
    "bzip2": "application/x-bzip2",
    "xz": "application/x-xz",
    "compress": "application/x-compress",
    "br": "application/x-brotli",
}
"""What a packed file is.  Naming what is inside would have clients unpack it, or choke on it."""


@frozen
class FileBody:
    """A file, as a handler asked for it."""

    path: Name
    root: Name | None = None
    content_type: str | None = None
    chunk_size: int = CHUNK
    conditional: bool = True
    """Whether the file's size and time make its `ETag` and `Last-Modified`."""
    disposition: str | None = None


class Handle:
    """A file that is open while it is sent.  `open` and `read` block; `close` may be called at any time."""

    __slots__ = ("_descriptor", "_start", "kind", "mtime_ns", "path", "size")

    def __init__(self) -> None:
        self._descriptor = -1
        self._start = b""
        self.path = ""
        self.kind = ""
        self.size = 0
        self.mtime_ns = 0

    def open(self, body: FileBody, ahead: int) -> None:
        """Open it and read the first bytes, as they will surely be wanted; raises `NoSuchFile`."""
        self._descriptor = open_regular(body.path, body.root)
        self.path = os.path.abspath(body.path)
        facts = os.fstat(self._descriptor)
        self.size, self.mtime_ns = facts.st_size, facts.st_mtime_ns
        self.kind = body.content_type or type_of(os.fspath(body.path))
        if ahead:
            self._start = self.read(Span(0, min(ahead, self.size)))

    def read(self, span: Span) -> bytes:
        """Exactly these bytes."""
        pieces: list[bytes] = []
        start = span.start
        while start < span.stop:
            piece = _read_at(self._descriptor, span.stop - start, start)
            if not piece:
                raise OSError("The file became shorter while it was sent")
            pieces.append(piece)
            start += len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def started(self, span: Span) -> bytes | None:
        """The bytes of a span, if they were read when the file was opened."""
        return self._start if span.start == 0 and span.stop == len(self._start) else None

    def close(self) -> None:
        """Let go of it."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    @property
    def etag(self) -> str:
        """A weak tag: size and time say that a file is the same, not that each of its bytes is."""
        return f'W/"{self.size:x}-{self.mtime_ns:x}"'

    @property
    def last_modified(self) -> str:
        """When it was changed last."""
        try:
            moment = datetime.datetime.fromtimestamp(self.mtime_ns // 10**9, datetime.UTC)
        except (ValueError, OverflowError, OSError):
            moment = datetime.datetime.fromtimestamp(0, datetime.UTC)
        return http_date(moment)


def _read_at(descriptor: int, length: int, start: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(descriptor, length, start)
    os.lseek(descriptor, start, os.SEEK_SET)
    return os.read(descriptor, length)


def type_of(path: str) -> str:
    """The media type that a file's name suggests."""
    kind, packing = mimetypes.guess_type(path)
    if packing is not None:
        return _PACKED.get(packing, _UNKNOWN)
    return kind or _UNKNOWN
