"""From a `Response` to ASGI messages: every rule of sending, for all that generated endpoints don't inline.

`Delivery` holds what an application decided once.  `send_response` encodes the body, negotiates its format,
adds `Vary`, decides 304 and 412, compresses, and sends two messages.  Background tasks are not run here: the
caller does that, after tearing the request scope down.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from starlette.responses import Response as StarletteResponse
from starlette.types import Message, Receive, Scope, Send

from responder._http import conditional
from responder._http.choosing import choose
from responder._http.extras import FILE, FOREIGN, HTML, MEDIA, NONE, PROBLEM, STREAM, TEXT
from responder._http.filesending import send_file
from responder._http.gzip import MINIMUM, accepts_gzip, gzip_body
from responder._http.headers import RawHeader, content_length, encode_value
from responder._http.heads import (
    ENTITY,
    FRAMING,
    OURS,
    VALIDATORS,
    aside,
    asked_of,
    checked_status,
    decided,
    may_compress,
    retagged,
    with_vary,
    without,
)
from responder._http.jsons import Dumps, safe_dumps
from responder._http.media import Formats
from responder._http.plain import whole_text
from responder._http.problems import Problem
from responder._http.response import Response, encode_headers
from responder._http.streamsending import send_stream
from responder.sessions import saving
from responder.status_codes import bodyless

Document: TypeAlias = Callable[[Problem, Scope, object], Awaitable[Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an application sends what its handlers say."""

    formats: Formats
    """The formats a media body may be sent in."""
    gzip: bool = True
    vary: bool = True
    """Add `Vary: Accept` to negotiated bodies."""
    etag: bool = False
    """Tag every GET answer with the hash of its body."""
    safe_dumps: Dumps = safe_dumps
    """A JSON writer that never fails, for problem documents."""
    document: Document | None = None
    """Makes the final document of `resp.problem(...)`: request id, `problem_handler`."""

    @property
    def dumps(self) -> Dumps:
        """The JSON writer, for generated code to bind when it is made."""
        return self.formats.dumps

    @property
    def quick_dumps(self) -> Dumps | None:
        """The same without a Python call around it; where it raises, `dumps` has the answer."""
        return self.formats.quick_dumps


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, ready to send."""

    status: int
    headers: list[RawHeader]
    body: bytes


async def send_response(
    scope: Scope, receive: Receive, send: Send, request: object, response: Response, delivery: Delivery
) -> None:
    """Send a response, whatever it holds.  A body that cannot be encoded raises before the first message."""
    send = saving(scope, send)
    kind = response._kind
    if kind >= FOREIGN:
        if kind == FILE:
            await send_file(scope, receive, send, response, delivery.gzip)
        elif kind == STREAM:
            await send_stream(scope, receive, send, response, delivery.gzip, delivery.dumps)
        else:
            await _send_foreign(scope, receive, send, response)
        return
    answer = await prepare(scope, request, response, delivery)
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body})


async def prepare(scope: Scope, request: object, response: Response, delivery: Delivery) -> Answer:
    """Everything but the sending."""
    status = checked_status(response.status_code)
    lines = [] if response._extras is None else encode_headers(response._extras)
    if bodyless(status):
        return Answer(status, without(lines, ENTITY), b"")
    asked = asked_of(scope)
    body, content_type, negotiated = await _render(scope, request, response, delivery, asked)
    names = {name for name, _ in lines}
    if content_type and b"content-type" not in names:
        lines.insert(0, (b"content-type", encode_value(content_type)))
    if delivery.etag and status == 200 and b"etag" not in names and scope["method"] in ("GET", "HEAD"):
        lines.append((b"etag", (await aside(conditional.body_etag, body)).encode()))
    vary = ["Accept"] if negotiated and delivery.vary else []
    worth = delivery.gzip and len(body) >= MINIMUM and may_compress(status, lines)
    if worth:
        vary.append("Accept-Encoding")
    if vary:
        lines = with_vary(lines, vary)
    outcome = decided(scope, status, lines) if delivery.etag or names & VALIDATORS else status
    packed = worth and accepts_gzip(asked.get(b"accept-encoding", b""))
    if packed:
        lines = [retagged(line) for line in lines]
    if outcome != status:
        # 304 speaks of the body that the client has, 412 of none at all.
        lines = without(lines, ENTITY)
        return Answer(outcome, lines if outcome == 304 else [content_length(0), *lines], b"")
    if packed:
        body = await aside(gzip_body, body)
        lines.append((b"content-encoding", b"gzip"))
    if scope["method"] != "HEAD":
        return Answer(status, [content_length(len(body)), *without(lines, OURS)], body)
    if response._kind == NONE and b"content-length" in names:
        # The handler knows how long the body would be that it did not make.
        return Answer(status, without(lines, FRAMING), b"")
    return Answer(status, [content_length(len(body)), *without(lines, OURS)], b"")


async def _render(
    scope: Scope, request: object, response: Response, delivery: Delivery, asked: dict[bytes, bytes]
) -> tuple[bytes, str | None, bool]:
    """The body's bytes, its media type, and whether the client's wishes chose it."""
    kind, value, extras = response._kind, response._value, response._extras
    mimetype = None if extras is None else extras.mimetype
    if kind == MEDIA:
        chosen = choose(delivery.formats, asked.get(b"accept"))
        return chosen.encode(value), chosen.media_types[0] if mimetype is None else mimetype, True
    if kind == PROBLEM:
        problem = cast("Problem", value)
        make = delivery.document
        payload = problem.payload() if make is None else await make(problem, scope, request)
        return delivery.safe_dumps(payload), "application/problem+json", False
    if isinstance(value, str):
        if mimetype is None:
            mimetype = "text/plain" if kind == TEXT else "text/html" if kind == HTML else ""
        body, encoding = encode_text(value, "utf-8" if extras is None else extras.encoding)
        if mimetype.lower().startswith("text/") and "charset=" not in mimetype.lower():
            mimetype = f"{mimetype}; charset={encoding}"
        return body, mimetype, False
    if kind == NONE:
        return b"", mimetype, False
    raw = cast("bytes", value)
    if extras is not None and extras.own_type is not None and extras.own_type[0] is raw:
        return raw, extras.own_type[1], False
    return raw, "application/octet-stream" if mimetype is None else mimetype, False


def encode_text(value: str, encoding: str) -> tuple[bytes, str]:
    """Text as bytes, and the encoding that it is in: UTF-8 when the one wished for cannot carry it."""
    try:
        return value.encode(encoding), encoding
    except UnicodeEncodeError:
        return whole_text(value).encode(), "utf-8"


_CONTROL: Final = bytes(code for code in range(32) if code != 9) + b"\x7f"


async def _send_foreign(scope: Scope, receive: Receive, send: Send, response: Response) -> None:
    """Let a Starlette response send itself, with what was set on ours laid over it."""
    answer = cast("StarletteResponse", response._value)
    over = [] if response._extras is None else encode_headers(response._extras)
    over = without(over, OURS)
    replaced = {name for name, _ in over if name != b"set-cookie"}
    status = response.status_code
    quiet = scope["method"] == "HEAD"

    async def relay(message: Message) -> None:
        nonlocal quiet
        if message["type"] == "http.response.start":
            if status is not None and status != answer.status_code:
                message["status"] = status
            given = [(name.lower(), value.translate(None, _CONTROL)) for name, value in message["headers"]]
            headers = [line for line in given if line[0] not in replaced] + over
            if bodyless(message["status"]):
                quiet = True
                headers = without(headers, ENTITY)
            message["headers"] = headers
        elif quiet and message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    await answer(scope, receive, relay)
