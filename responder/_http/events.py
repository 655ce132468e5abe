"""Server-sent events: `SSE`, one event, and the frames that events become.

Nothing that an event carries can start another one: line ends are taken out of names and split data into
lines of its own.  Pure; JSON is written by whoever calls.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, is_dataclass
from typing import Final, Generic, Never, cast, overload

from pydantic import BaseModel
from typing_extensions import TypeVar

from responder._http.jsons import Dumps

DataT = TypeVar("DataT", covariant=True, default=object)

KEEPALIVE: Final = b": keepalive\n\n"
"""A comment, for silent times."""

FIELDS: Final = ("event", "id", "retry", "data", "comment")

_KNOWN: Final = frozenset(FIELDS)
# Tuples made once: these are asked for each event.
_RAW: Final = (bytes, bytearray, memoryview)
_STRUCTURED: Final = (dict, list, tuple, BaseModel)

# As numbers they are found in bytes at once; as bytes they are first taken for something else.
_LF: Final = 10
_CR: Final = 13
_LINE_END = re.compile(rb"\r\n|\r|\n")
_FORBIDDEN: Final = str.maketrans("", "", "\r\n\0")


@dataclass(frozen=True, init=False)
class SSE(Generic[DataT]):
    """One server-sent event: data, with a name, an id and a time to retry after if you like; or a comment."""

    # Not `slots=True`: the class it makes anew does not know itself when `SSE[Item](...)` is called.
    __slots__ = ("comment", "data", "event", "id", "retry")

    data: DataT | None
    """What the event says."""
    event: str | None
    """Its name; browsers take it for `message` when there is none."""
    id: str | int | None
    """What the client sends as `Last-Event-ID` when it comes back."""
    retry: int | None
    """Milliseconds after which the client is to come back."""
    comment: str | None
    """A line that clients ignore; alone, without any of the others."""

    @overload
    def __init__(
        self, data: DataT, event: str | None = None, id: str | int | None = None, retry: int | None = None
    ) -> None: ...
    @overload
    def __init__(
        self: SSE[Never], *, event: str, id: str | int | None = None, retry: int | None = None
    ) -> None: ...
    @overload
    def __init__(self: SSE[Never], *, id: str | int, retry: int | None = None) -> None: ...
    @overload
    def __init__(self: SSE[Never], *, retry: int) -> None: ...
    @overload
    def __init__(self: SSE[Never], *, comment: str) -> None: ...
    def __init__(
        self,
        data: object = None,
        event: object = None,
        id: object = None,
        retry: object = None,
        comment: object = None,
    ) -> None:
        fields = {"data": data, "event": event, "id": id, "retry": retry, "comment": comment}
        _check(fields)
        for name, value in fields.items():
            object.__setattr__(self, name, value)


def _check(fields: Mapping[str, object]) -> None:
    given = [name for name, value in fields.items() if value is not None]
    if not given:
        raise ValueError("An event needs data, a name, an id, a retry time or a comment")
    if "comment" in given and len(given) > 1:
        raise ValueError(f"A comment stands alone, without {', '.join(given[:-1])}")
    for name in ("event", "comment"):
        if not isinstance(fields[name], str | None):
            raise TypeError(f"{name}= is a string, not {fields[name]!r}")
    key, retry = fields["id"], fields["retry"]
    if isinstance(key, bool) or not isinstance(key, str | int | None):
        raise TypeError(f"id= is a string or an int, not {key!r}")
    if isinstance(retry, bool) or not isinstance(retry, int | None):
        raise TypeError(f"retry= is an int, in milliseconds, not {retry!r}")
    if retry is not None and retry < 0:
        raise ValueError(f"retry= is 0 or more milliseconds, not {retry}")


def frame(
    data: str | bytes | None, event: str | None = None, id: object = None, retry: object = None
) -> bytes:
    """The bytes of an event; empty when it says nothing.  Data that is bytes is text in UTF-8."""
    bare = event is None and id is None and retry is None
    if data is None:
        return b"" if bare else _head(event, id, retry) + b"\n"
    raw = data if isinstance(data, bytes) else data.encode("utf-8", "replace")
    if _LF in raw or _CR in raw:
        said = b"".join([b"data: " + line + b"\n" for line in _LINE_END.split(raw)]) + b"\n"
    else:
        said = b"data: " + raw + b"\n\n"
    return said if bare else _head(event, id, retry) + said


def _head(event: str | None, id: object, retry: object) -> bytes:
    """The lines before the data."""
    lines = [
        f"{name}: {str(value).translate(_FORBIDDEN)}\n"
        for name, value in (("event", event), ("id", id), ("retry", retry))
        if value is not None
    ]
    return "".join(lines).encode("utf-8", "replace")


def comment_frame(comment: object) -> bytes:
    """The bytes of a comment."""
    return f": {str(comment).translate(_FORBIDDEN)}\n\n".encode("utf-8", "replace")


def typed_frame(event: SSE[object], write: Callable[[object], bytes]) -> bytes:
    """The bytes of an event whose data is written by its type."""
    if event.comment is not None:
        return comment_frame(event.comment)
    data = None if event.data is None else write(event.data)
    return frame(data, event.event, event.id, event.retry)


def any_frame(value: object, dumps: Dumps) -> bytes:
    """The bytes of whatever an untyped stream yields: a text, a dict of fields, an `SSE`, or ready bytes."""
    if isinstance(value, str):
        return frame(value)
    if isinstance(value, _RAW):
        return bytes(cast("bytearray", value))
    if isinstance(value, SSE):
        event = cast("SSE[object]", value)
        if event.comment is not None:
            return comment_frame(event.comment)
        return frame(_text(event.data, dumps), event.event, event.id, event.retry)
    if not isinstance(value, dict):
        return frame(_text(value, dumps))
    fields = cast("dict[object, object]", value)
    if not fields or not _KNOWN.issuperset(fields):
        unknown = [name for name in fields if name not in FIELDS]
        raise ValueError(
            f"An event as a dict has some of the keys {', '.join(FIELDS)}, not {unknown!r}; "
            'data of your own goes into {"data": ...}'
        )
    name = fields.get("event")
    rest = frame(
        _text(fields.get("data"), dumps),
        None if name is None else str(name),
        fields.get("id"),
        fields.get("retry"),
    )
    comment = fields.get("comment")
    return rest if comment is None else comment_frame(comment) + rest


def _text(data: object, dumps: Dumps) -> str | bytes | None:
    """Data as an event carries it: text as it is, what has structure as JSON."""
    if data is None or isinstance(data, str):
        return data
    if isinstance(data, bytes):
        return data.decode("utf-8", "replace")
    if isinstance(data, _STRUCTURED) or is_dataclass(data):
        return dumps(cast("object", data))
    return str(data)
