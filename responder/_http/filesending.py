"""Send a file: whole, in ranges, compressed, or by the server itself; 304, 412 and 416 decided first.

Every read is one trip to a thread and at least a quarter of a megabyte.  Called by `sending`, before any
message was sent, so that a file that is not there can still be answered with 404.
"""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Sequence
from typing import cast

from starlette.types import Message, Receive, Scope, Send

from responder._contract.frozen import frozen
from responder._http import threads
from responder._http.conditional import NAMES
from responder._http.extras import encode_headers
from responder._http.files import FileBody, Handle
from responder._http.gzip import MINIMUM, accepts_gzip, gzip_body, loose
from responder._http.headers import RawHeader, content_length, encode_value
from responder._http.heads import (
    ENTITY,
    OURS,
    asked_of,
    checked_status,
    decided,
    may_compress,
    retagged,
    with_vary,
    without,
)
from responder._http.jail import NoSuchFile
from responder._http.presence import Stretch, while_wanted
from responder._http.problems import Problem
from responder._http.ranges import Span, asked_spans, closing, parts_of, still_same
from responder._http.response import Response
from responder.status_codes import bodyless

_PATHSEND = "http.response.pathsend"
_SELECTING = NAMES | {b"range", b"if-range"}
"""Request headers that may leave less than the whole file to be sent."""


@frozen
class Sent:
    """What is sent of a file: a head, and pieces that are bytes or spans of it."""

    status: int
    lines: list[RawHeader]
    pieces: Sequence[bytes | Span] = ()
    packed: bool = False
    """The pieces are compressed on their way, to a length that nobody knows before."""


async def send_file(scope: Scope, receive: Receive, send: Send, response: Response, gzip: bool) -> None:
    """Send the file that a response holds."""
    body = cast("FileBody", response._value)
    reads = scope["method"] == "GET"
    whole = reads and not any(name in _SELECTING for name, _ in scope["headers"])
    handle = Handle()
    try:
        try:
            await threads.run_io(handle.open, body, body.chunk_size if whole else 0)
        except NoSuchFile:
            raise Problem(404, "Not found") from None
        sent = _decided(scope, response, body, handle, gzip)
        if reads and sent.packed and handle.size <= body.chunk_size:
            sent = await _packed_whole(sent, handle)
        start: Message = {"type": "http.response.start", "status": sent.status, "headers": sent.lines}
        if not _has_body(scope, sent):
            await send(start)
            await send({"type": "http.response.body", "body": b""})
        elif _is_for_the_server(scope, sent, body, handle):
            handle.close()
            await send(start)
            await send({"type": _PATHSEND, "path": handle.path})
        else:
            await _send_pieces(scope, receive, send, start, _Reader(handle, sent, body.chunk_size))
    finally:
        handle.close()


def _has_body(scope: Scope, sent: Sent) -> bool:
    return bool(sent.pieces) and scope["method"] != "HEAD"


def _is_for_the_server(scope: Scope, sent: Sent, body: FileBody, handle: Handle) -> bool:
    """Whether the server is to read the file itself.

    It opens it by name again, which is no way to serve names that came from clients; and a small one has
    been read by now.
    """
    if _PATHSEND not in (scope.get("extensions") or {}) or body.root is not None or sent.packed:
        return False
    return handle.size > body.chunk_size and sent.pieces == (Span(0, handle.size),)


def _decided(scope: Scope, response: Response, body: FileBody, handle: Handle, gzip: bool) -> Sent:
    """What to send of a file that is open."""
    status = checked_status(response.status_code)
    lines, kind = _head(response, body, handle)
    if bodyless(status):
        return Sent(status, without(lines, ENTITY))
    reading = scope["method"] in ("GET", "HEAD")
    worth = (
        gzip
        and handle.size >= MINIMUM
        and loose(kind.encode("utf-8", "replace"))
        and may_compress(status, lines)
    )
    plain = with_vary(lines, ["Accept-Encoding"]) if worth else lines
    packed = worth and accepts_gzip(asked_of(scope).get(b"accept-encoding", b""))
    outcome = decided(scope, status, plain)
    if outcome != status:
        bare = without(plain, ENTITY)
        tagged = [retagged(line) for line in bare] if packed else bare
        return Sent(outcome, tagged if outcome == 304 else [content_length(0), *bare])
    if reading and status == 200:
        plain.append((b"accept-ranges", b"bytes"))
        partial = _ranged(scope, plain, kind, handle.size)
        if partial is not None:
            return partial
    pieces = (Span(0, handle.size),) if handle.size else ()
    if packed:
        # A range would be one of the plain bytes, which this client does not get.
        kept = [retagged(line) for line in plain if line[0] != b"accept-ranges"]
        return Sent(status, [*kept, (b"content-encoding", b"gzip")], pieces, packed=True)
    return Sent(status, [content_length(handle.size), *plain], pieces)


def _head(response: Response, body: FileBody, handle: Handle) -> tuple[list[RawHeader], str]:
    """The lines that do not depend on what is asked for, and the media type."""
    extras = response._extras
    lines = [] if extras is None else without(encode_headers(extras), OURS | {b"accept-ranges"})
    names = {name for name, _ in lines}
    kind = handle.kind if extras is None or extras.mimetype is None else extras.mimetype
    if b"content-type" in names:
        kind = next(value for name, value in lines if name == b"content-type").decode("latin-1")
    elif kind:
        lines.insert(0, (b"content-type", encode_value(kind)))
    if body.conditional and b"etag" not in names:
        lines.append((b"etag", handle.etag.encode()))
    if body.conditional and b"last-modified" not in names:
        lines.append((b"last-modified", handle.last_modified.encode()))
    if body.disposition is not None and b"content-disposition" not in names:
        lines.append((b"content-disposition", encode_value(body.disposition)))
    return lines, kind


def _ranged(scope: Scope, lines: list[RawHeader], kind: str, size: int) -> Sent | None:
    """The part that is asked for; None when that is everything."""
    asked: dict[bytes, list[str]] = {b"range": [], b"if-range": []}
    for name, value in cast("list[RawHeader]", scope["headers"]):
        if name in asked:
            asked[name].append(value.decode("latin-1"))
    ranges, conditions = asked[b"range"], asked[b"if-range"]
    if len(ranges) != 1 or len(conditions) > 1:
        return None
    present = {name: value.decode("latin-1") for name, value in lines}
    condition = conditions[0] if conditions else None
    if not still_same(condition, present.get(b"etag"), present.get(b"last-modified")):
        return None
    spans = asked_spans(ranges[0], size)
    if spans is None:
        return None
    if not spans:
        rest = [content_length(0), *without(lines, ENTITY), (b"content-range", f"bytes */{size}".encode())]
        return Sent(416, rest)
    if len(spans) == 1:
        place = (b"content-range", spans[0].content_range(size).encode())
        return Sent(206, [content_length(spans[0].length), *lines, place], spans)
    boundary = secrets.token_hex(16)
    pieces: list[bytes | Span] = []
    for part in parts_of(spans, size, kind, boundary):
        pieces += [part.head, part.span]
    pieces.append(closing(boundary))
    length = sum(len(piece) if isinstance(piece, bytes) else piece.length for piece in pieces)
    whole_kind = (b"content-type", f"multipart/byteranges; boundary={boundary}".encode())
    return Sent(206, [content_length(length), whole_kind, *without(lines, ENTITY)], pieces)


async def _packed_whole(sent: Sent, handle: Handle) -> Sent:
    """A small file, compressed at once: its length is known."""
    packed = await threads.run_io(lambda: gzip_body(handle.read(Span(0, handle.size))))
    return Sent(sent.status, [content_length(len(packed)), *sent.lines], (packed,))


class _Reader:
    """The pieces of an answer as chunks to send, one trip to a thread for each."""

    def __init__(self, handle: Handle, sent: Sent, chunk: int) -> None:
        self._handle = handle
        self._packer = zlib.compressobj(6, zlib.DEFLATED, 31) if sent.packed else None
        self.chunks: list[bytes | Span] = []
        for piece in sent.pieces:
            if isinstance(piece, bytes):
                self.chunks.append(piece)
            else:
                starts = range(piece.start, piece.stop, chunk)
                self.chunks.extend(Span(start, min(start + chunk, piece.stop)) for start in starts)

    async def read(self, chunk: bytes | Span) -> bytes:
        """The bytes of one chunk, as they are sent."""
        if isinstance(chunk, bytes):
            return chunk
        handle, packer = self._handle, self._packer
        if packer is None:
            ready = handle.started(chunk)
            return await threads.run_io(handle.read, chunk) if ready is None else ready
        return await threads.run_io(lambda: packer.compress(handle.read(chunk)))

    def rest(self) -> bytes:
        """What is still to be sent after the last chunk."""
        return b"" if self._packer is None else self._packer.flush()


async def _send_pieces(scope: Scope, receive: Receive, send: Send, start: Message, reader: _Reader) -> None:
    first = await reader.read(reader.chunks[0])
    if len(reader.chunks) == 1:
        await send(start)
        await send({"type": "http.response.body", "body": first + reader.rest()})
        return

    async def work(stretch: Stretch) -> None:
        await send(start)
        for place, chunk in enumerate(reader.chunks):
            data = first if place == 0 else await reader.read(chunk)
            if data:
                try:
                    await send({"type": "http.response.body", "body": data, "more_body": True})
                except OSError:
                    stretch.end = "left"
                    return
        await send({"type": "http.response.body", "body": reader.rest()})

    await while_wanted(scope, receive, work, linger=None)
