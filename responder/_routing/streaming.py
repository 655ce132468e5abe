"""Typed streams: what a route's items are, and each of them checked, written and framed.

The item's type stands in the return annotation, `AsyncIterator[Item]` or `AsyncIterator[SSE[Item]]`, or in
`event_model=`/`item_model=`.  Settled once, at registration; per item one adapter runs, and an instance of
the declared model itself goes straight to the writer.  How a stream is sent is `_http`'s business.
"""

from __future__ import annotations

import collections.abc
import types
import typing
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

import typing_extensions
from pydantic import BaseModel
from pydantic_core import PydanticSerializationError
from starlette.responses import Response as StarletteResponse

from responder._contract.answers import item_finding
from responder._contract.findings import Finding, found
from responder._http.events import SSE, frame, typed_frame
from responder._http.extras import NONE, STREAM
from responder._http.headers import ResponseHeaders
from responder._http.jsons import Dumps
from responder._http.problems import Problem
from responder._http.response import Response
from responder._http.returned import split
from responder._http.streams import Stream, is_iterable, opener
from responder._routing.options import RouteSettings, StreamSettings
from responder._routing.reader import spelt
from responder._routing.returns import Contract, Promise, checked, reads_itself, unwritable
from responder._routing.shaping import shape_of, union_of
from responder._routing.views import View
from responder.params import MISSING
from responder.status_codes import bodyless

_ITERATORS: Final = (
    collections.abc.AsyncIterator,
    collections.abc.AsyncIterable,
    collections.abc.AsyncGenerator,
    collections.abc.Iterator,
    collections.abc.Iterable,
    collections.abc.Generator,
)
_MEDIA_TYPES: Final = {"sse": "text/event-stream", "ndjson": "application/x-ndjson"}
MODEL_OPTIONS: Final = {"sse": "event_model", "ndjson": "item_model"}


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """What one operation streams."""

    settings: StreamSettings
    contract: Contract
    promise: Promise

    @property
    def media_type(self) -> str:
        """The media type of the whole stream."""
        return _MEDIA_TYPES[self.settings.mode]

    def line(self, item: object, dumps: Dumps) -> bytes:
        """One item as a line of JSON."""
        return self._written(item, dumps) + b"\n"

    def event(self, item: object, dumps: Dumps) -> bytes:
        """One item as a server-sent event: an `SSE`, or the data of one."""
        if isinstance(item, SSE):
            return typed_frame(cast("SSE[object]", item), lambda data: self._written(data, dumps))
        return frame(self._written(item, dumps))

    def _written(self, item: object, dumps: Dumps) -> bytes:
        promise = self.promise
        value = item if item.__class__ is promise.exact else checked(self.contract, promise, item)
        if promise.plain:
            return dumps(value)
        try:
            return promise.to_json(value)
        except PydanticSerializationError:
            # A spoilt model, or text that no encoding carries: plain data tells them apart.
            try:
                return dumps(promise.to_data(value))
            except PydanticSerializationError as error:
                raise unwritable(self.contract, promise, error) from error

    def stream(self, source: object) -> Stream:
        """A stream of the items of a source."""
        made, begun = opener(source, (), {})
        events = self.settings.mode == "sse"
        return Stream(
            open=made,
            frame=self.event if events else self.line,
            media_type=self.media_type,
            events=events,
            heartbeat=self.settings.heartbeat,
            contract=self.contract.route,
            begun=begun,
        )


def give_items(response: Response[object], result: object, items: Items) -> None:
    """Put what the handler of a stream returned onto its response."""
    body = result
    if isinstance(result, tuple):
        body, status, headers = split(cast("tuple[object, ...]", result))
        given = ResponseHeaders(headers)
        response.status_code = status
        if given:
            response.headers.update(given)
    code = 200 if response.status_code is None else response.status_code
    if isinstance(body, Problem):
        raise body
    if isinstance(body, StarletteResponse) or code >= 400 or bodyless(code):
        response.apply(body)
    elif is_iterable(body) and not isinstance(body, BaseModel):
        response._from(STREAM, items.stream(body))
    elif body is not None or response._kind == NONE:
        raise TypeError(f"{items.contract.route} returned nothing to iterate over: {type(body).__qualname__}")


def model_of(settings: StreamSettings, returns: object) -> object:
    """The type of the items; `MISSING` when nothing says it."""
    item = settings.model if settings.model is not None else _item(returns)
    return _unwrapped(item) if settings.mode == "sse" else item


def _item(returns: object) -> object:
    """The type that an iterator's annotation holds; of a union, what its iterators hold."""
    origin = typing_extensions.get_origin(returns)
    arguments = typing_extensions.get_args(returns)
    if origin is typing.Union or origin is types.UnionType:
        return _joined(_item(option) for option in arguments)
    return arguments[0] if origin in _ITERATORS and arguments else MISSING


def _unwrapped(item: object) -> object:
    """`SSE[Item]` is about `Item`."""
    origin = typing_extensions.get_origin(item)
    arguments = typing_extensions.get_args(item)
    if item is SSE:
        return MISSING
    if origin is SSE:
        return arguments[0]
    if origin is typing.Union or origin is types.UnionType:
        return _joined(_unwrapped(option) for option in arguments)
    return item


def _joined(options: Iterable[object]) -> object:
    known = [option for option in options if option is not MISSING]
    return union_of(known) if known else MISSING


def faults_of(settings: RouteSettings, views: Sequence[View]) -> tuple[Finding, ...]:
    """What is wrong with declaring these views as a stream."""
    stream = settings.stream
    if stream is None:
        return ()
    findings: list[Finding] = []
    if settings.status_code is not None and bodyless(settings.status_code):
        why = "a stream has a body"
        findings.append(found("option-conflict", option="status_code", other=stream.mode, why=why))
    if any(status < 300 for status in settings.response_models):
        why = "what a success holds is the type of the items"
        findings.append(found("option-conflict", option="responses", other=stream.mode, why=why))
    served = [view for view in views if view.method in (None, "GET")]
    if not served or model_of(stream, served[-1].returns) is MISSING:
        handler = served[-1].name if served else views[-1].name if views else "?"
        option = MODEL_OPTIONS[stream.mode]
        findings.append(found("stream-items", handler=handler, option=option))
    elif stream.model is not None:
        findings.extend(_item_finding(stream, served[-1]))
    return tuple(findings)


def _item_finding(stream: StreamSettings, view: View) -> tuple[Finding, ...]:
    """What is wrong between the items that an option promises and those that the annotation holds."""
    given = model_of(replace(stream, model=None), view.returns)
    promised = model_of(stream, view.returns)
    if given is MISSING or promised is MISSING or reads_itself(given) or reads_itself(promised):
        return ()
    wrong = item_finding(
        shape_of(given),
        shape_of(promised),
        model=spelt(promised),
        given=spelt(given),
        handler=view.name,
        option=MODEL_OPTIONS[stream.mode],
    )
    return () if wrong is None else (wrong,)
