"""The decorators of typed streams, `sse` and `ndjson`: what they take, and the handlers that they accept.

They declare GET routes like any other; what is particular to a stream stands in `RouteSettings.stream`.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping
from types import UnionType
from typing import Generic, TypeAlias

from typing_extensions import TypeVar, Unpack

from responder._contract.findings import found
from responder._http.problems import Problem
from responder._http.streams import checked_heartbeat
from responder._routing.decorators import PrefixT, RegC, Routes, SpecT, Wanted
from responder._routing.errors import Located, RouteError, Site, refuse, site_of_caller
from responder._routing.options import Handler, Mode, OperationOptions, StreamSettings
from responder._routing.reader import Names, names_around
from responder._routing.streaming import MODEL_OPTIONS

Streamed: TypeAlias = "AsyncIterable[object] | Iterable[object] | Awaitable[object] | Problem"
StreamT = TypeVar("StreamT", bound="Callable[..., Streamed] | type[object]")


class StreamDecorator(Generic[RegC, SpecT]):
    """Declares the generator, or the class, it is put on, and gives it back as it is."""

    __slots__ = ("_declare", "_wanted")

    def __init__(self, declare: Callable[[Wanted, Handler, Names], None], wanted: Wanted) -> None:
        self._declare = declare
        self._wanted = wanted

    def __call__(self, view: StreamT, /) -> StreamT:
        """Declare a handler whose items are sent as they come."""
        self._declare(self._wanted, view, names_around(1))
        return view


class StreamRoutes(Routes[RegC, PrefixT], Generic[RegC, PrefixT]):
    """Whatever routes and typed streams can be declared on."""

    def sse(
        self,
        path: str = "",
        *,
        event_model: type[object] | UnionType | None = None,
        heartbeat: float | None = None,
        **options: Unpack[OperationOptions],
    ) -> StreamDecorator[RegC, str]:
        """Declare a GET route of server-sent events: `-> AsyncIterator[SSE[Item]]` or `AsyncIterator[Item]`.

        The first event is made and checked before the headers are sent.  After `heartbeat` seconds of silence
        a comment keeps the connection open.
        """
        site = site_of_caller()
        return self._streamed("sse", path, (event_model, heartbeat), options, site)

    def ndjson(
        self,
        path: str = "",
        *,
        item_model: type[object] | UnionType | None = None,
        **options: Unpack[OperationOptions],
    ) -> StreamDecorator[RegC, str]:
        """Declare a GET route that sends items as lines of JSON: `-> AsyncIterator[Item]`.

        The first item is made and checked before the headers are sent.
        """
        return self._streamed("ndjson", path, (item_model, None), options, site_of_caller())

    def _streamed(
        self,
        mode: Mode,
        path: str,
        items: tuple[object, object],
        options: Mapping[str, object],
        site: Site,
    ) -> StreamDecorator[RegC, str]:
        model, given = items
        if "response_model" in options:
            why = f"the type of the items is in the return annotation or {MODEL_OPTIONS[mode]}="
            conflict = found("option-conflict", option="response_model", other=mode, why=why)
            refuse(RouteError([Located(conflict, site, path)]))
        try:
            heartbeat = checked_heartbeat(given)
        except ValueError:
            expected = "a number of seconds above 0"
            wrong = found("option-value", option="heartbeat", expected=expected, value=repr(given))
            refuse(RouteError([Located(wrong, site, path)]))
            heartbeat = None
        stream = StreamSettings(mode, model, heartbeat)
        return StreamDecorator(self._declare, self._wanted(path, options, site, verb="GET", stream=stream))
