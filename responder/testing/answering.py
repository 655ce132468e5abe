"""What a called handler's answer says: the value that the handler returned, or the problem that it raised.

The type of the value is what the handler is annotated to return.  Called by `clients` with what `calling`
made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, cast

import typing_extensions
from pydantic import TypeAdapter, ValidationError

from responder._http.events import SSE
from responder._routing.adapters import UnsupportedType, adapter_for
from responder._routing.options import StreamSettings
from responder._routing.plan import Operation
from responder._routing.returns import body_of
from responder._routing.streaming import model_of
from responder.params import MISSING
from responder.testing.calling import Call
from responder.testing.events import parse_sse
from responder.testing.problems import Answered, problem_of

__all__ = ["CallError", "read_answer"]

_EMPTY: Final = frozenset({204, 205, 304})


class CallError(Exception):
    """A called handler was answered by something else than what its signature says: see `response`."""

    def __init__(self, message: str, response: Answered) -> None:
        super().__init__(message)
        self.response = response

    @property
    def status_code(self) -> int:
        """The status of the answer."""
        return self.response.status_code

    @property
    def problem(self) -> dict[str, object] | None:
        """The problem document of the answer; None when it is none."""
        return _document(self.response)


def read_answer(call: Call, response: Answered) -> object:
    """The value that a handler returned; raises the problem that it declares, and `CallError` for others."""
    status = response.status_code
    if status >= 400:
        raise _failure(call.operation, response)
    returns = call.view.view.returns
    items = call.operation.items
    if items is not None:
        return list(_items(call, items.settings, response))
    model = body_of(returns)
    if model is MISSING:
        return response
    if status >= 300:
        raise CallError(f"{call.operation.label} answered {status}, which says no value", response)
    return _value(call, model, response)


def _failure(operation: Operation, response: Answered) -> Exception:
    document = _document(response)
    if document is not None:
        for kind in operation.raises:
            if (kind.status, kind.type) == (response.status_code, document.get("type", "about:blank")):
                return problem_of(kind, document)
    said = response.content[:500].decode(errors="replace") if document is None else json.dumps(document)
    return CallError(f"{operation.label} answered {response.status_code}: {said}", response)


def _document(response: Answered) -> dict[str, object] | None:
    if response.headers.get("content-type", "") != "application/problem+json":
        return None
    read: object = json.loads(response.content)
    return cast("dict[str, object]", read) if isinstance(read, dict) else None


def _value(call: Call, model: object, response: Answered) -> object:
    body = response.content
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if response.status_code in _EMPTY or not body:
        # Nothing was said: an empty text, empty bytes, or None.
        raw: object = "" if kind.startswith("text/") else b"" if model is bytes else None
    elif kind == "application/json" or kind.endswith("+json"):
        return _validated(call, model, body, response)
    else:
        raw = body.decode() if kind.startswith("text/") else body
    return _checked(call, model, raw, response)


def _validated(call: Call, model: object, body: bytes, response: Answered) -> object:
    try:
        return _adapter(call, model).validate_json(body)
    except ValidationError as error:
        raise _unfit(call, response, error) from error


def _checked(call: Call, model: object, value: object, response: Answered) -> object:
    try:
        return _adapter(call, model).validate_python(value)
    except ValidationError as error:
        raise _unfit(call, response, error) from error


def _unfit(call: Call, response: Answered, error: ValidationError) -> CallError:
    return CallError(f"{call.operation.label} answered what {call.name} does not return: {error}", response)


def _adapter(call: Call, model: object) -> TypeAdapter[object]:
    try:
        return adapter_for(model)
    except UnsupportedType as error:
        raise TypeError(f"The answer of {call.name} cannot be read back: {error}") from error


# -- streams


def _items(call: Call, settings: StreamSettings, response: Answered) -> Iterator[object]:
    """The items of a stream that has ended, as its annotation names them."""
    returns = call.view.view.returns
    model = model_of(replace(settings, model=None), returns)
    if settings.mode == "ndjson":
        for line in response.content.splitlines():
            yield _validated(call, model, line, response)
        return
    wraps = _speaks_of_events(returns)
    for event in parse_sse(response.content.decode()):
        data = _validated(call, model, event.data.encode(), response) if event.data else None
        name = None if event.event == "message" else event.event
        yield SSE(data, name, event.id, event.retry) if wraps else data


def _speaks_of_events(annotation: object) -> bool:
    origin = typing_extensions.get_origin(annotation)
    return SSE in (annotation, origin) or any(map(_speaks_of_events, typing_extensions.get_args(annotation)))
