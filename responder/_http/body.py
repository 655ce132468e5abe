"""A request's body: read once, shared by everybody who asks, never over its limit.

The body is whole (read into memory), streamed (handed out as it came) or a form (its files spooled).  Whoever
comes first decides, everybody after gets the same; what is gone for good is told in a sentence.  A cancelled
reader leaves what it got to the next one.  It knows the scope and `receive`, not the request object.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final, cast

import anyio
from starlette.requests import ClientDisconnect as StarletteClientDisconnect
from starlette.types import Message, Receive, Scope

from responder._http.contenttypes import FORM, MULTIPART, media_type
from responder._http.forms import DEFAULT_LIMITS, FormData, FormLimits, multipart_form, urlencoded_form
from responder._http.problems import Problem
from responder._http.threads import run_io

_LOOK_AGAIN: Final = 0.2
"""Seconds between looks whether a client has left whose body has not ended."""
_AHEAD: Final = 1 << 16
"""How much of a stream is taken in only to learn whether the client is still there."""

_AHEAD_UNLIMITED: Final = 1 << 22
"""The same where nobody has started to read, and the body has no limit."""


class ClientDisconnect(StarletteClientDisconnect):
    """The client left before its request was complete.  Nobody is there to be answered."""

    def __init__(self, message: str = "the client left before its request was complete") -> None:
        super().__init__(message)


def too_large() -> Problem:
    """The answer to a body over the limit."""
    return Problem(413, "Request body too large")


def check_length(length: bytes, limit: int | None) -> None:
    """Refuse a body by its announced length.  What is no number announces nothing; bytes are counted."""
    if limit is not None and length.isdigit():
        digits = length.lstrip(b"0")
        if len(digits) > 18 or int(digits or b"0") > limit:
            raise too_large()


async def read_rest(first: Message, receive: Receive, limit: int | None) -> bytes:
    """The whole body, of which one message has been received."""
    body = _Gathering(limit)
    message = first
    while not body.add(message):
        message = await receive()
    return body.take()


class _Gathering:
    """Bytes on their way in, counted."""

    __slots__ = ("_first", "_rest", "limit", "size")

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self.size = 0
        self._first = b""
        # One buffer and not a list: a million chunks of one byte must not cost more than a megabyte.
        self._rest: bytearray | None = None

    def add(self, message: Message) -> bool:
        """Take in a message; True when it was the last one."""
        chunk, last = part(message)
        self.size += len(chunk)
        if self.limit is not None and self.size > self.limit:
            raise too_large()
        if self._rest is not None:
            self._rest += chunk
        elif self._first:
            self._rest = bytearray(self._first)
            self._rest += chunk
        else:
            self._first = chunk
        return last

    @property
    def held(self) -> int:
        """How many bytes have not been taken out."""
        return len(self._first if self._rest is None else self._rest)

    def take(self) -> bytes:
        """Everything that came, once."""
        content = self._first if self._rest is None else bytes(self._rest)
        self._first, self._rest = b"", None
        return content


def part(message: Message) -> tuple[bytes, bool]:
    """The bytes of a message, and whether it is the last one."""
    kind = cast("str", message["type"])
    if kind == "http.disconnect":
        raise ClientDisconnect
    chunk = cast("bytes | None", message.get("body")) or b""
    return bytes(chunk), not message.get("more_body", False)


class Body:
    """The body of one request."""

    __slots__ = (
        "_busy",
        "_content",
        "_ended",
        "_failure",
        "_form",
        "_gathering",
        "_gone",
        "_left",
        "_receive",
        "_receiving",
        "_scope",
        "_turn",
    )

    def __init__(
        self, scope: Scope, receive: Receive, limit: int | None, content: bytes | None = None
    ) -> None:
        if scope["type"] != "http":
            # The handshake of a WebSocket has no body, and what arrives belongs to the socket.
            content = b""
        self._scope = scope
        self._receive = receive
        self._gathering = _Gathering(limit)
        self._content = content
        self._form: FormData | None = None
        self._failure: Exception | None = None
        self._ended = content is not None
        # Handed out as it came, so that nobody can have it any more.
        self._gone = False
        self._left = False
        self._receiving = False
        self._busy = False
        self._turn: anyio.Event | None = None

    def follow(self, receive: Receive, limit: int | None) -> None:
        """Somebody nearer to the handler asks: read through what wraps `receive` there, up to its limit."""
        if limit is not None:
            self._gathering.limit = limit
        untouched = not (self._ended or self._gone or self._gathering.size or self._busy)
        if untouched and not (isinstance(receive, Replay) and receive.body is self):
            self._receive = receive

    async def read(self) -> bytes:
        """The whole body, kept."""
        content = self._content
        if content is None:
            await self._begin()
            try:
                content = await self._read()
            finally:
                self._end()
        limit = self._gathering.limit
        if limit is not None and len(content) > limit:
            raise too_large()
        return content

    def stream(self) -> Chunks:
        """The chunks of the body as they come, or what is kept of it."""
        return Chunks(self)

    async def form(self, limits: FormLimits | None = None) -> FormData:
        """The form, taken apart once; a body that is none has no parts."""
        if self._form is None:
            await self._begin()
            try:
                if self._form is None:
                    self._form = await self._take_apart(DEFAULT_LIMITS if limits is None else limits)
            finally:
                self._end()
        return self._form

    async def is_disconnected(self) -> bool:
        """Whether the client has left.  Nothing of the body is lost by asking."""
        if self._scope["type"] != "http":
            return False
        while not (self._left or self._receiving or self._is_full()):
            message: Message | None = None
            with anyio.CancelScope() as now:
                now.cancel()
                message = await self._receive()
            if message is None:
                break
            if message["type"] == "http.disconnect":
                self._left = True
                if not self._ended:
                    self._failure = self._failure or ClientDisconnect()
            elif self._ended:
                break
            elif self._failure is not None:
                # Nobody will get these bytes any more.
                self._ended = not message.get("more_body", False)
            else:
                try:
                    self._ended = self._gathering.add(message)
                except Problem as exc:
                    self._gathering.take()
                    self._failure = exc
        return self._left

    async def departure(self) -> None:
        """Wait until the client has left.  Whoever reads the body meanwhile is left in peace."""
        while not self._left:
            if self._receiving or self._busy or not (self._ended or self._is_none()):
                if not await self.is_disconnected():
                    await anyio.sleep(_LOOK_AGAIN)
                continue
            self._receiving = True
            try:
                message = await self._receive()
            finally:
                self._receiving = False
            if message["type"] == "http.disconnect":
                self._left = True
            elif self._ended:
                # A server that repeats itself will not tell.
                await anyio.sleep_forever()
            else:
                self._ended = self._gathering.add(message)

    def _is_none(self) -> bool:
        """Whether there is surely nothing to be read."""
        framed = any(name in (b"content-length", b"transfer-encoding") for name, _ in self._scope["headers"])
        return not (framed or self._gone) and self._scope["method"] in ("GET", "HEAD")

    def _is_full(self) -> bool:
        """Whether enough has been taken in ahead: of a stream a little, else what may be in memory anyway."""
        held = self._gathering.held
        if self._gone:
            return held > _AHEAD
        return self._gathering.limit is None and held > _AHEAD_UNLIMITED

    def close(self) -> bool:
        """Let go of the files of the form that are in memory; False when some are on disk."""
        form = self._form
        if form is None:
            return True
        if form.on_disk():
            return False
        form.close_now()
        return True

    async def close_files(self) -> None:
        """Let go of all files of the form."""
        form = self._form
        if form is not None and not self.close():
            try:
                await run_io(form.close_now)
            finally:
                form.close_now()

    async def _begin(self) -> None:
        """Wait for whoever is reading, then be the one."""
        while self._busy:
            if self._turn is None:
                self._turn = anyio.Event()
            await self._turn.wait()
        self._busy = True

    def _end(self) -> None:
        self._busy = False
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.set()

    def _check(self) -> None:
        """Say why there is nothing to read."""
        if self._failure is not None:
            raise self._failure
        if self._gone:
            what = "read as a form" if self._form is not None else "streamed"
            raise RuntimeError(f"The body was {what} and is gone; await request.content first to keep it")
        if not self._ended and not self._gathering.size:
            for name, value in self._scope["headers"]:
                if name == b"content-length":
                    check_length(value, self._gathering.limit)

    async def _pull(self) -> None:
        """Take in one message."""
        self._receiving = True
        try:
            message = await self._receive()
        finally:
            self._receiving = False
        try:
            self._ended = self._gathering.add(message)
        except (ClientDisconnect, Problem) as exc:
            self._failure = exc
            self._left = self._left or isinstance(exc, ClientDisconnect)
            raise

    async def _read(self) -> bytes:
        if self._content is None:
            self._check()
            while not self._ended:
                await self._pull()
            self._content = self._gathering.take()
        return self._content

    def _open(self) -> bytes | None:
        """Start to hand the body out: what is kept of it, or None when it comes in pieces."""
        if self._content is None:
            self._check()
            self._gone = True
        return self._content

    async def _next(self) -> bytes:
        """The next piece; b"" at the end."""
        while not self._gathering.held:
            if self._failure is not None:
                raise self._failure
            if self._ended:
                break
            await self._pull()
        return self._gathering.take()

    async def _take_apart(self, limits: FormLimits) -> FormData:
        content_type = ""
        for name, value in self._scope["headers"]:
            if name == b"content-type":
                content_type = cast("bytes", value).decode("latin-1")
        kind = media_type(content_type)
        if kind == FORM:
            return await urlencoded_form(await self._read(), limits)
        if kind != MULTIPART:
            return FormData()
        try:
            return await multipart_form(content_type, Chunks(self, mine=True), limits)
        except Problem as exc:
            if self._content is None:
                self._failure = exc
            raise


class Chunks:
    """The pieces of a body.  Not a generator: whoever stops in the middle leaves nothing to be closed."""

    __slots__ = ("_body", "_kept", "_mine", "_opened")

    def __init__(self, body: Body, *, mine: bool = False) -> None:
        self._body = body
        self._mine = mine
        self._opened = False
        self._kept: bytes | None = None

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        body = self._body
        if not self._opened:
            self._opened = True
            if not self._mine and body._content is None:
                await body._begin()
                body._end()
            self._kept = body._open()
        if self._kept is not None:
            chunk, self._kept = self._kept, b""
        else:
            chunk = await body._next()
        if not chunk:
            raise StopAsyncIteration
        return chunk


class Replay:
    """A `receive` for whoever comes after: first what has been read, then what is still to come."""

    __slots__ = ("body", "_given")

    def __init__(self, body: Body) -> None:
        self.body = body
        self._given = False

    async def __call__(self) -> Message:
        """The next message."""
        body = self.body
        if body._content is not None and not self._given:
            self._given = True
            return {"type": "http.request", "body": body._content, "more_body": False}
        if body._gathering.held or (body._ended and not body._gone and body._content is None):
            body._gone = True
            return {"type": "http.request", "body": body._gathering.take(), "more_body": not body._ended}
        if body._left:
            return {"type": "http.disconnect"}
        message = await body._receive()
        if message["type"] == "http.request" and not body._ended:
            body._gone = True
            body._ended = not message.get("more_body", False)
        return message
