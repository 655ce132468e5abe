"""The messages of a WebSocket: from a frame to text, bytes, JSON or a model, and back.

Text and bytes are the frames themselves; everything else is JSON, read strictly and written by the
application's own writer.  What cannot be read is an `InvalidMessage`.  Called by `WebSocket`; knows no
socket.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Sequence
from typing import Final, Generic, Literal, TypeAlias, cast

import typing_extensions
from starlette.exceptions import WebSocketException
from starlette.types import Message
from typing_extensions import TypeVar

from responder._contract.frozen import frozen
from responder._http.closecodes import MALFORMED, POLICY, WRONG_KIND
from responder._http.decoding import Reader, reader
from responder._http.faults import ErrorItem
from responder._http.media import Formats, JSONFormat
from responder._http.problems import Problem, RequestInvalid

T = TypeVar("T", default=object)
Kind: TypeAlias = Literal["frame", "text", "bytes", "either", "json"]
OnInvalid: TypeAlias = Literal["close", "report"]

_TEXT_OR_BYTES: Final = frozenset((str, bytes))


class InvalidMessage(WebSocketException, ValueError):
    """A message that is not what the socket reads.  Left alone, it closes the socket with its `code`.

    1003: text where bytes were wanted, or the other way round.  1007: not JSON.  1008: JSON that does not fit
    the model, with every fault in `errors`.
    """

    def __init__(self, code: int, reason: str, errors: Sequence[ErrorItem] = ()) -> None:
        super().__init__(code, reason)
        self.errors = tuple(errors)

    def document(self) -> dict[str, object]:
        """The problem document of an HTTP body that is wrong in the same way."""
        if self.code == POLICY:
            return RequestInvalid(self.errors).payload()
        return Problem(400 if self.code == MALFORMED else 415, self.reason).payload()


@frozen
class Messages(Generic[T]):
    """How the messages of one type are read.  `reader` is None where the JSON itself is wanted."""

    kind: Kind
    reader: Reader[T] | None = None

    def read(self, message: Message, formats: Formats) -> T:
        """The value of one message."""
        if self.kind == "frame":
            return cast("T", message)
        if self.kind == "json":
            return self._value(content_of(message), formats)
        text, data = message.get("text"), message.get("bytes")
        if self.kind != "bytes" and text is not None:
            return cast("T", text)
        if self.kind != "text" and data is not None:
            return cast("T", data)
        raise InvalidMessage(WRONG_KIND, f"A {'text' if self.kind == 'text' else 'binary'} message is needed")

    def _value(self, content: bytes, formats: Formats) -> T:
        value = decode_json(content, formats)
        if self.reader is None:
            return cast("T", value)
        try:
            if type(formats["json"]) is JSONFormat:
                return self.reader.from_json(content, "message")
            return self.reader.from_value(value, "message")
        except RequestInvalid as exc:
            errors = cast("Sequence[ErrorItem]", exc.errors)
            raise InvalidMessage(POLICY, "The message is not valid", errors) from exc


FRAMES: Final[Messages[object]] = Messages("frame")
"""Frames as the server hands them over."""
EITHER: Final[Messages[object]] = Messages("either")
"""Text or bytes, as it comes."""
JSON: Final[Messages[object]] = Messages("json")
"""Any JSON value."""


def messages_of(wanted: type[T]) -> Messages[T]:
    """How messages of a type are read; whatever pydantic reads may be one."""
    if wanted is str:
        return Messages("text")
    if wanted is bytes:
        return Messages("bytes")
    if wanted is object:
        return Messages("json")
    if _is_union(wanted) and frozenset(typing_extensions.get_args(wanted)) == _TEXT_OR_BYTES:
        return Messages("either")
    return Messages("json", reader(wanted))


def _is_union(wanted: object) -> bool:
    return typing_extensions.get_origin(wanted) in (typing.Union, types.UnionType)


def content_of(message: Message) -> bytes:
    """The content of a message, be it text or binary."""
    text: str | None = message.get("text")
    if text is not None:
        # A lone surrogate cannot come over the wire; in a test it is as malformed as anything else.
        return text.encode("utf-8", "replace")
    return bytes(message.get("bytes") or b"")


def decode_json(content: bytes, formats: Formats) -> object:
    """The value of a message that has to be JSON."""
    try:
        return formats["json"].decode(content)
    except (Problem, ValueError) as exc:
        raise InvalidMessage(MALFORMED, "The message is not JSON") from exc
