"""`Stream`, a body that is made while it is sent, and the sources that one may come from.

A source is an async generator function, or anything that can be iterated; what is not async is stepped in a
thread.  Nothing is started before the first item is wanted.  Knows neither requests nor responses.
"""

from __future__ import annotations

import contextvars
import functools
import inspect
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias, cast, runtime_checkable

import anyio

from responder._http import threads
from responder._http.jsons import Dumps

Chunk: TypeAlias = "bytes | str"
Frame: TypeAlias = Callable[[object, Dumps], bytes]

PATIENCE: Final = 10.0
"""Seconds that closing a source may take."""

_END: Final = object()


@runtime_checkable
class _Closes(Protocol):
    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """A body in pieces, as a handler asked for it."""

    open: Callable[[], AsyncIterator[object]]
    """Gives the items."""
    frame: Frame | None = None
    """Makes bytes of an item; None where items are bytes or text themselves."""
    media_type: str | None = None
    events: bool = False
    """Whether these are server-sent events, which may end after any of them."""
    heartbeat: float | None = None
    """Seconds of silence after which a comment is sent."""
    contract: str | None = None
    """The route whose items have a type: the first one is made before the headers are sent."""
    begun: object = None
    """What was there before the stream and has to be closed with it."""

    async def discard(self) -> None:
        """Close what will not be sent."""
        await close(self.begun)


async def close(source: object) -> None:
    """Run the end of a generator, in peace but not for ever; one that came to its end has run it."""
    if getattr(source, "ag_frame", source) is None:
        return
    if isinstance(source, _Closes):
        with anyio.move_on_after(PATIENCE, shield=True):
            await source.aclose()
        return
    end = cast("Callable[[], object] | None", getattr(source, "close", None))
    if end is not None:
        await threads.run(end)


def opener(source: object, args: tuple[object, ...], kwargs: Mapping[str, object]) -> Opened:
    """How to get the items of a source; `TypeError` for what has none."""
    function = source
    while isinstance(function, functools.partial):
        function = function.func
    if not inspect.isroutine(function) and not isinstance(function, type) and callable(function):
        function = type(function).__call__
    if inspect.isasyncgenfunction(function):
        make = cast("Callable[..., AsyncIterator[object]]", source)
        return functools.partial(make, *args, **kwargs), None
    if inspect.isgeneratorfunction(function):
        step = cast("Callable[..., Iterable[object]]", source)
        return lambda: in_threads(step(*args, **kwargs)), None
    if args or kwargs or not is_iterable(source):
        raise TypeError(
            f"A stream comes from an async generator function or something to iterate over, not {source!r}"
        )
    if isinstance(source, AsyncIterable):
        items = cast("AsyncIterable[object]", source)
        return lambda: aiter(items), items
    if isinstance(source, list | tuple):
        return functools.partial(_at_hand, cast("Iterable[object]", source)), None
    return functools.partial(in_threads, cast("Iterable[object]", source)), source


Opened: TypeAlias = tuple[Callable[[], AsyncIterator[object]], object]


def is_iterable(source: object) -> bool:
    """Whether a stream can be made of the items of this."""
    if isinstance(source, str | bytes | bytearray | memoryview | Mapping):
        return False
    return isinstance(source, AsyncIterable | Iterable)


async def in_threads(source: Iterable[object]) -> AsyncGenerator[object]:
    """Items of something that is not async, each step in a thread and all of them in one context."""
    context = contextvars.copy_context()
    iterator = await threads.run_in(context, iter, source)
    try:
        while (item := await threads.run_in(context, next, iterator, _END)) is not _END:
            yield item
    finally:
        end = getattr(iterator, "close", None)
        if end is not None:
            with anyio.CancelScope(shield=True):
                await threads.run_in(context, cast("Callable[[], object]", end))


async def _at_hand(items: Iterable[object]) -> AsyncGenerator[object]:
    for item in items:
        yield item


def chunk_of(item: object, encoding: str) -> bytes:
    """An item of an untyped stream as bytes."""
    if isinstance(item, bytes):
        return item
    if isinstance(item, str):
        return item.encode(encoding, "replace")
    if isinstance(item, bytearray | memoryview):
        return bytes(cast("bytearray", item))
    raise TypeError(f"A stream yields bytes or str, not {type(item).__qualname__}")


def checked_heartbeat(value: object) -> float | None:
    """The seconds between signs of life; `ValueError` for what is no length of time."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise ValueError(f"heartbeat= is a number of seconds above 0, not {value!r}")
    return float(value)
