"""Bodies that come from elsewhere while they are sent: files and streams.

This half of `Response` only notes what was asked for; nothing is opened or started before the answer is sent.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from typing import ParamSpec, TypeAlias, TypeVar, overload

from responder._http.checks import expect
from responder._http.disposition import Disposition, attachment
from responder._http.envelope import Envelope
from responder._http.events import any_frame
from responder._http.extras import FILE, STREAM
from responder._http.files import CHUNK, FileBody
from responder._http.streams import Chunk, Stream, checked_heartbeat, opener

P = ParamSpec("P")
ChunksT = TypeVar("ChunksT", bound="Callable[..., AsyncIterator[Chunk] | Iterator[Chunk]]")
EventsT = TypeVar("EventsT", bound="Callable[[], AsyncIterator[object] | Iterator[object]]")
PathLike: TypeAlias = "str | os.PathLike[str]"


class Sourced(Envelope):
    """A response whose body may be a file or a stream."""

    __slots__ = ("_kind", "_value")

    _kind: int
    _value: object

    def file(
        self,
        path: PathLike,
        *,
        content_type: str | None = None,
        root: PathLike | None = None,
        conditional: bool = True,
    ) -> None:
        """Send a file.  What is not there, or not a regular file, is a 404.

        Give `root` whenever the path comes from a client: nothing outside that directory is ever sent.
        Ranges, `If-Range` and, with `conditional`, 304 are taken care of.
        """
        self._file(FileBody(path, root, content_type, CHUNK, conditional))

    def stream_file(
        self,
        path: PathLike,
        *,
        content_type: str | None = None,
        chunk_size: int = CHUNK,
        root: PathLike | None = None,
        conditional: bool = True,
    ) -> None:
        """Send a file in chunks of a size of your own; `file` does that too, with a size that suits most."""
        if isinstance(chunk_size, bool) or chunk_size < 1:
            raise ValueError(f"chunk_size= is a number of bytes above 0, not {chunk_size!r}")
        self._file(FileBody(path, root, content_type, chunk_size, conditional))

    def download(
        self,
        path: PathLike,
        *,
        filename: str | None = None,
        content_type: str | None = None,
        root: PathLike | None = None,
        conditional: bool = True,
        disposition: Disposition = "attachment",
    ) -> None:
        """Send a file to be saved, under its own name or another one; or to be shown, with "inline"."""
        expect(path, (str, os.PathLike), "A path")
        if disposition not in ("attachment", "inline"):
            raise ValueError(f'disposition= is "attachment" or "inline", not {disposition!r}')
        name = os.path.basename(path) if filename is None else filename
        self._file(FileBody(path, root, content_type, CHUNK, conditional, attachment(name, disposition)))

    def _file(self, body: FileBody) -> None:
        expect(body.path, (str, os.PathLike), "A path")
        self._from(FILE, body)

    def _from(self, kind: int, body: object) -> None:
        self._kind = kind
        self._value = body
        if self._extras is not None:
            self._extras.mimetype = None

    @overload
    def stream(
        self,
        source: Callable[P, AsyncIterator[Chunk] | Iterator[Chunk]],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Callable[P, AsyncIterator[Chunk] | Iterator[Chunk]]: ...
    @overload
    def stream(
        self, source: AsyncIterable[Chunk] | Iterable[Chunk], /, *, media_type: str | None = None
    ) -> None: ...
    @overload
    def stream(self, /, *, media_type: str) -> Callable[[ChunksT], ChunksT]: ...
    def stream(self, source: object = None, /, *args: object, **kwargs: object) -> object:
        """Send chunks as they are made, bytes or text.

        `source` is an async generator function, which gets the rest of the arguments, or anything to iterate
        over; what is not async is stepped in a thread.  Decorate a function bare, or with the `media_type` of
        what it makes.  The generator is closed when the client leaves.
        """
        if source is None:
            media_type = kwargs.get("media_type")

            def decorate(function: ChunksT) -> ChunksT:
                self._stream(function, (), {}, media_type)
                return function

            return decorate
        if callable(source):
            self._stream(source, args, kwargs, None)
            return source
        self._stream(source, args, {}, kwargs.get("media_type"))
        return None

    def _stream(
        self, source: object, args: tuple[object, ...], kwargs: dict[str, object], media_type: object
    ) -> None:
        expect(media_type, (str, type(None)), "media_type=")
        made, begun = opener(source, args, kwargs)
        kind = media_type if isinstance(media_type, str) else None
        self._from(STREAM, Stream(made, media_type=kind, begun=begun))

    @overload
    def sse(self, source: EventsT, /, *, heartbeat: float | None = None) -> EventsT: ...
    @overload
    def sse(
        self, source: AsyncIterable[object] | Iterable[object], /, *, heartbeat: float | None = None
    ) -> None: ...
    @overload
    def sse(self, /, *, heartbeat: float | None = None) -> Callable[[EventsT], EventsT]: ...
    def sse(self, source: object = None, /, *, heartbeat: float | None = None) -> object:
        """Send server-sent events, on an async generator function bare or called.

        It yields a text, a dict of `data`, `event`, `id`, `retry` or `comment`, or an `SSE`; data with
        structure is written as JSON.  After `heartbeat` seconds of silence a comment keeps the connection
        open.
        """
        seconds = checked_heartbeat(heartbeat)
        if source is None:

            def decorate(function: EventsT) -> EventsT:
                self._events(function, seconds)
                return function

            return decorate
        self._events(source, seconds)
        return source if callable(source) else None

    def _events(self, source: object, heartbeat: float | None) -> None:
        made, begun = opener(source, (), {})
        stream = Stream(made, any_frame, "text/event-stream", True, heartbeat, begun=begun)
        self._from(STREAM, stream)
