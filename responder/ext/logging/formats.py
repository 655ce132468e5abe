"""How a record is written: one line of text, or one line of JSON whose members `LogLine` lists.

Whatever a client got into a message stays within its line: what does not print is written as an escape.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Final, Required, TypedDict, cast

from typing_extensions import override

from responder.ext.logging.context import UNKNOWN, RequestContextFilter

__all__ = ["JSONFormatter", "LogLine", "TextFormatter"]

_CONTEXT: Final = RequestContextFilter()
_OWN: Final = frozenset(
    {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}
    | {"request_id", "request_method", "request_path", "client_ip", "trace_id", "span_id"}
    | {"route", "status", "duration_ms", "bytes_sent", "client_left"}
    | {"color_message"}  # uvicorn's message once more, for terminals
)
"""What a record has without `extra=`."""
_OUTSIDE: Final = re.compile(r"[^\x00-\x7f]")
_ENCODER: Final = json.JSONEncoder(allow_nan=False, default=str, separators=(",", ":"))


class LogLine(TypedDict, total=False):
    """One line of the JSON log.  Members without a value are left out."""

    time: Required[str]
    """When, in UTC: `2026-03-24T12:00:00.000Z`."""
    level: Required[str]
    """`INFO`, `WARNING` and so on."""
    logger: Required[str]
    """Who says it."""
    message: Required[str]
    """What is said."""
    request_id: str
    """The id of the request, as in `X-Request-ID`."""
    method: str
    """Its method; `WEBSOCKET` for a WebSocket."""
    path: str
    """Its path, without what does not print."""
    client_ip: str
    """Where it came from."""
    trace_id: str
    """The trace that it belongs to, by `traceparent`."""
    span_id: str
    """The span that sent it, by `traceparent`."""
    route: str
    """Access lines: the pattern of its route."""
    status: int
    """Access lines: the status of the answer, or the close code of a WebSocket."""
    duration_ms: float
    """Access lines: how long it took, in milliseconds."""
    bytes_sent: int
    """Access lines: the size of the body that was sent."""
    client_left: bool
    """Access lines: the client did not wait for the end."""
    exception: str
    """The traceback of what was logged with an exception."""
    stack: str
    """The stack, where it was asked for."""
    extra: dict[str, object]
    """What `extra=` gave."""


class TextFormatter(logging.Formatter):
    """`2026-03-24 12:00:00,000 [INFO] responder.app -- message [GET /users/42] [req:a1b2] [client:10.0.0.1]`,
    the rest only while a request is being served.

    A traceback follows on lines that begin with two blanks, so that no text in it can pass for a line.
    """

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        _CONTEXT.filter(record)
        said = record.__dict__
        line = f"{self.formatTime(record)} [{record.levelname}] {record.name} -- {_message(record)}"
        if said["request_id"] != UNKNOWN:
            line += (
                f" [{said['request_method']} {said['request_path']}] [req:{said['request_id']}]"
                f" [client:{said['client_ip']}]"
            )
        below = [f"\n  {_line(one)}" for text in _traces(self, record) for one in text.split("\n")]
        return "".join((_line(line), *below))


class JSONFormatter(logging.Formatter):
    """One JSON object for each record, all ASCII, as `LogLine` has it."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        _CONTEXT.filter(record)
        line = self.line(record)
        try:
            text = _ENCODER.encode(line)
        except Exception:
            # Values that JSON has no words for, at any depth; or whose own text cannot be had.
            given = cast("dict[str, object]", line)
            if "extra" in line:
                given["extra"] = {name: _described(value) for name, value in line["extra"].items()}
            text = _ENCODER.encode({name: _sayable(value) for name, value in given.items()})
        if "\\ud" in text:
            # Halves of surrogate pairs, perhaps; as characters they are told apart from whole ones.
            whole = json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
            text = _OUTSIDE.sub(_escaped, whole.encode("utf-8", "replace").decode("utf-8"))
        return text.replace("\x7f", "\\u007f")

    def line(self, record: logging.LogRecord) -> LogLine:
        """The members of a record's line."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = LogLine(
            time=when.replace("+00:00", "Z"),
            level=record.levelname,
            logger=record.name,
            message=_message(record),
        )
        members = cast("dict[str, object]", line)
        given: dict[str, object] = record.__dict__
        for member, name in _MEMBERS.items():
            value = given.get(name)
            if value is not None and value != UNKNOWN:
                members[member] = value
        for member, text in zip(("exception", "stack"), _traces(self, record, all_of_them=True), strict=True):
            if text:
                members[member] = text
        extra = {str(name): value for name, value in given.items() if name not in _OWN and name[:1] != "_"}
        if extra:
            line["extra"] = extra
        return line


_MEMBERS: Final = {
    "request_id": "request_id",
    "method": "request_method",
    "path": "request_path",
    "client_ip": "client_ip",
    "trace_id": "trace_id",
    "span_id": "span_id",
    "route": "route",
    "status": "status",
    "duration_ms": "duration_ms",
    "bytes_sent": "bytes_sent",
    "client_left": "client_left",
}


def _message(record: logging.LogRecord) -> str:
    """What is said; a call with the wrong arguments is still worth a line."""
    try:
        return record.getMessage()
    except Exception:
        return f"{_described(record.msg)} {_described(record.args)}"


def _traces(
    formatter: logging.Formatter, record: logging.LogRecord, *, all_of_them: bool = False
) -> tuple[str, ...]:
    """The traceback and the stack; with `all_of_them` also where they are empty."""
    if record.exc_info and not record.exc_text:
        record.exc_text = formatter.formatException(record.exc_info)
    stack = formatter.formatStack(record.stack_info) if record.stack_info else ""
    traces = (record.exc_text or "", stack)
    return traces if all_of_them else tuple(filter(None, traces))


def _line(text: str) -> str:
    """The text on one line, with what does not print as an escape."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def _escaped(found: re.Match[str]) -> str:
    # What is outside ASCII stands within a string of the JSON, so its escape means the same.
    return json.dumps(found[0])[1:-1]


def _described(value: object) -> str:
    try:
        return value if isinstance(value, str) else repr(value)
    except Exception:
        return f"<{type(value).__name__}>"


def _sayable(value: object) -> object:
    """A member of a line, or how it is described where JSON has no words for it."""
    try:
        _ENCODER.encode(value)
    except Exception:
        return _described(value)
    return value
