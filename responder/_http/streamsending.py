"""Send a stream: item by item as it comes, closed whatever happens, silent times bridged.

The generator runs in the request's own task.  Beside it stands one watcher, once anything is waited for, and
with a heartbeat one clock; no item costs a task or a queue.  A stream that was cut short is never marked
complete, except for events, which stand for themselves.  Called by `sending`.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import AsyncIterator
from functools import partial
from typing import Final, cast

import anyio
from starlette.types import Message, Receive, Scope, Send

from responder._http.events import KEEPALIVE
from responder._http.extras import encode_headers
from responder._http.gzip import accepts_gzip
from responder._http.headers import RawHeader, content_length, encode_value
from responder._http.heads import (
    ENTITY,
    FRAMING,
    OURS,
    aside,
    asked_of,
    checked_status,
    decided,
    may_compress,
    retagged,
    with_vary,
    without,
)
from responder._http.jsons import Dumps
from responder._http.presence import Stretch, while_wanted
from responder._http.problems import Problem
from responder._http.response import Response
from responder._http.streams import Stream, chunk_of, close
from responder.status_codes import bodyless

LINGER: Final = 5.0
"""Seconds that a stream has to end by itself when the server goes down; events end at once."""
OPEN_AFTER: Final = 0.05
"""Seconds after which a stream with a heartbeat shows itself, items or not."""
_LAST_WORD: Final = 1.0
"""Seconds that the end of a stream may take to be sent when the server goes down."""
_EVENT_HEADERS: Final[tuple[RawHeader, ...]] = (
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
)
_KEEP_ALIVE: Final[RawHeader] = (b"connection", b"keep-alive")

_log = logging.getLogger("responder")


class _Failed(Exception):
    """An item broke its stream's contract after the stream had begun; it was logged."""


class _Gone(Exception):
    """The client was gone when something was sent to it."""


async def send_stream(
    scope: Scope, receive: Receive, send: Send, response: Response, gzip: bool, dumps: Dumps
) -> None:
    """Send the stream that a response holds."""
    stream = cast("Stream", response._value)
    status, lines, packed = _head(scope, response, stream, gzip)
    if bodyless(status) or scope["method"] == "HEAD" or status == 412:
        await stream.discard()
        if status == 412:
            lines = [content_length(0), *lines]
        await send({"type": "http.response.start", "status": status, "headers": lines})
        await send({"type": "http.response.body", "body": b""})
        return
    encoding = "utf-8" if response._extras is None else response._extras.encoding
    start: Message = {"type": "http.response.start", "status": status, "headers": lines}
    await _Sending(scope, send, stream, start, packed, (dumps, encoding)).run(receive)


def _head(scope: Scope, response: Response, stream: Stream, gzip: bool) -> tuple[int, list[RawHeader], bool]:
    """Status and lines of the answer, and whether the body is compressed."""
    status = checked_status(response.status_code)
    extras = response._extras
    lines = [] if extras is None else encode_headers(extras)
    if bodyless(status):
        return status, without(lines, ENTITY), False
    names = {name for name, _ in lines}
    kind = stream.media_type if extras is None or extras.mimetype is None else extras.mimetype
    if kind and b"content-type" not in names:
        lines.insert(0, (b"content-type", encode_value(kind)))
    if stream.events:
        lines += [line for line in _EVENT_HEADERS if line[0] not in names]
        if str(scope.get("http_version", "1.1")).startswith("1") and b"connection" not in names:
            lines.append(_KEEP_ALIVE)
    worth = gzip and may_compress(status, lines)
    if worth:
        lines = with_vary(lines, ["Accept-Encoding"])
    packed = worth and accepts_gzip(asked_of(scope).get(b"accept-encoding", b""))
    if packed:
        lines = [retagged(line) for line in lines]
    outcome = decided(scope, status, lines)
    if outcome != status:
        return outcome, without(lines, ENTITY), False
    if packed:
        return status, [*without(lines, OURS), (b"content-encoding", b"gzip")], True
    return status, without(lines, FRAMING), False


class _Sending:
    """One stream on its way."""

    def __init__(
        self,
        scope: Scope,
        send: Send,
        stream: Stream,
        start: Message,
        packed: bool,
        writing: tuple[Dumps, str],
    ) -> None:
        self._scope = scope
        self._send = send
        self._stream = stream
        self._start = start
        self._packer = zlib.compressobj(6, zlib.DEFLATED, 31) if packed else None
        self._dumps, self._encoding = writing
        self._started = False
        self._complete = False
        # Only with a heartbeat: when something was sent last, and whether that is going on now.
        self._last = 0.0
        self._busy = False
        self._beating: anyio.Event | None = None

    async def run(self, receive: Receive) -> None:
        """Send it to its end, or as long as anybody wants it."""
        stream = self._stream
        linger = 0.0 if stream.events else LINGER
        beat = None if stream.heartbeat is None else partial(self._beat, stream.heartbeat)
        end = await while_wanted(self._scope, receive, self._work, linger, beat)
        if end == "shutdown" and not self._complete:
            if not self._started and not stream.events:
                raise Problem(503, "The server is shutting down")
            if stream.events:
                await self._last_word()

    async def _last_word(self) -> None:
        with anyio.move_on_after(_LAST_WORD):
            try:
                await self._begin()
                await self._finish()
            except _Gone:
                pass

    async def _work(self, stretch: Stretch) -> None:
        stream = self._stream
        source = stream.open()
        try:
            if stream.heartbeat is not None:
                self._last = anyio.current_time()
            if stream.contract is None:
                await self._begin()
            await self._pump(source, stretch)
            if stretch.end == "done":
                await self._begin()
                await self._finish()
        except _Gone:
            stretch.end = "left"
        except _Failed:
            if stream.events:
                await self._finish()
        finally:
            await close(source)

    async def _pump(self, source: AsyncIterator[object], stretch: Stretch) -> None:
        # Without a clock beside it there is nobody to be careful of.
        quick = self._send if self._stream.heartbeat is None else None
        # Without a contract whatever cannot be framed is simply raised.
        frame = self._stream.frame if self._stream.contract is None else None
        async for item in source:
            if stretch.end != "done":
                # It was interrupted and went on: what it says is for nobody.
                return
            data = self._framed(item) if frame is None else frame(item, self._dumps)
            if not self._started:
                await self._begin()
            if not data:
                continue
            if self._packer is not None:
                data = await aside(self._pack, data)
            if quick is None:
                await self._say(data)
                continue
            try:
                await quick({"type": "http.response.body", "body": data, "more_body": True})
            except OSError as error:
                raise _Gone from error

    def _framed(self, item: object) -> bytes:
        stream = self._stream
        if stream.frame is None:
            return chunk_of(item, self._encoding)
        try:
            return stream.frame(item, self._dumps)
        except Exception as wrong:
            if stream.contract is None or not self._started:
                raise
            _log.error("Stream contract failed: %s", wrong)
            if getattr(self._scope.get("app"), "debug", False):
                raise
            raise _Failed from wrong

    def _pack(self, data: bytes) -> bytes:
        packer = self._packer
        assert packer is not None
        return packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH)

    # -- what is sent; the clock and the generator never send at once

    async def _begin(self) -> None:
        while self._beating is not None:
            await self._beating.wait()
        if not self._started:
            self._started = True
            await self._message(self._start)

    async def _say(self, data: bytes) -> None:
        while self._beating is not None:
            await self._beating.wait()
        await self._message({"type": "http.response.body", "body": data, "more_body": True})

    async def _finish(self) -> None:
        while self._beating is not None:
            await self._beating.wait()
        rest = b"" if self._packer is None else self._packer.flush()
        self._complete = True
        await self._message({"type": "http.response.body", "body": rest})

    async def _message(self, message: Message) -> None:
        self._busy = True
        try:
            await self._send(message)
        except OSError as error:
            raise _Gone from error
        finally:
            self._busy = False
        if self._stream.heartbeat is not None:
            self._last = anyio.current_time()

    async def _beat(self, interval: float, stretch: Stretch) -> None:
        try:
            await anyio.sleep(min(interval, OPEN_AFTER))
            if not self._started:
                self._started = True
                await self._apart(self._start)
            while not self._complete:
                silent = self._last + interval - anyio.current_time()
                if silent > 0 or self._busy:
                    await anyio.sleep(max(silent, OPEN_AFTER))
                else:
                    await self._apart({"type": "http.response.body", "body": KEEPALIVE, "more_body": True})
        except _Gone:
            stretch.interrupt("left")

    async def _apart(self, message: Message) -> None:
        """Send from beside the generator, which waits when it has something to say meanwhile."""
        self._beating = anyio.Event()
        try:
            await self._message(message)
        finally:
            beating, self._beating = self._beating, None
            beating.set()
