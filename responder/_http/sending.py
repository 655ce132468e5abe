"""From a `Response` to ASGI messages: every rule of sending, for all that generated endpoints don't inline.

`Delivery` holds what an application decided once.  `send_response` encodes the body, negotiates its format,
adds `Vary`, decides 304 and 412, compresses, and sends two messages.  Background tasks are not run here: the
caller does that, after tearing the request scope down.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar, cast

from starlette.responses import Response as StarletteResponse
from starlette.types import Message, Receive, Scope, Send

from responder._http import conditional, threads
from responder._http.caching import merged_vary
from responder._http.checks import is_status
from responder._http.choosing import choose
from responder._http.extras import FOREIGN, HTML, MEDIA, NONE, PROBLEM, TEXT
from responder._http.gzip import MINIMUM, accepts_gzip, compressible, gzip_body, gzip_etag
from responder._http.headers import RawHeader, content_length, encode_value
from responder._http.jsons import Dumps, safe_dumps
from responder._http.media import Formats
from responder._http.plain import whole_text
from responder._http.problems import Problem
from responder._http.response import Response, encode_headers
from responder.status_codes import bodyless

T = TypeVar("T")

Document: TypeAlias = Callable[[Problem, Scope, object], Awaitable[Mapping[str, object]]]

OFF_LOOP: Final = 64 * 1024
"""Bodies above this size are hashed and compressed in a thread."""

_ENTITY: Final = frozenset(
    (b"content-type", b"content-length", b"content-encoding", b"content-range", b"transfer-encoding")
)
"""Headers that describe a body, where there is none."""
_VALIDATORS: Final = frozenset((b"etag", b"last-modified"))
_FRAMING: Final = frozenset((b"transfer-encoding",))
_OURS: Final = _FRAMING | {b"content-length"}
"""How a body is framed is ours alone to say: a wrong length would cut or glue answers."""


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
    if response._kind == FOREIGN:
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
        return Answer(status, _without(lines, _ENTITY), b"")
    asked = _asked(scope)
    body, content_type, negotiated = await _render(scope, request, response, delivery, asked)
    names = {name for name, _ in lines}
    if content_type and b"content-type" not in names:
        lines.insert(0, (b"content-type", encode_value(content_type)))
    if delivery.etag and status == 200 and b"etag" not in names and scope["method"] in ("GET", "HEAD"):
        lines.append((b"etag", (await aside(conditional.body_etag, body)).encode()))
    vary = ["Accept"] if negotiated and delivery.vary else []
    worth = delivery.gzip and len(body) >= MINIMUM and _may_compress(status, lines)
    if worth:
        vary.append("Accept-Encoding")
    if vary:
        lines = _with_vary(lines, vary)
    outcome = _decide(scope, status, lines) if delivery.etag or names & _VALIDATORS else status
    packed = worth and accepts_gzip(asked.get(b"accept-encoding", b""))
    if packed:
        lines = [_retagged(line) for line in lines]
    if outcome != status:
        # 304 speaks of the body that the client has, 412 of none at all.
        lines = _without(lines, _ENTITY)
        return Answer(outcome, lines if outcome == 304 else [content_length(0), *lines], b"")
    if packed:
        body = await aside(gzip_body, body)
        lines.append((b"content-encoding", b"gzip"))
    if scope["method"] != "HEAD":
        return Answer(status, [content_length(len(body)), *_without(lines, _OURS)], body)
    if response._kind == NONE and b"content-length" in names:
        # The handler knows how long the body would be that it did not make.
        return Answer(status, _without(lines, _FRAMING), b"")
    return Answer(status, [content_length(len(body)), *_without(lines, _OURS)], b"")


def _without(lines: list[RawHeader], names: frozenset[bytes]) -> list[RawHeader]:
    return [line for line in lines if line[0] not in names]


def checked_status(status: int | None) -> int:
    """The status to send: 200 when none was set; `ValueError` for what is none."""
    if status is None:
        return 200
    if not is_status(status, 100, 999):
        raise ValueError(f"resp.status_code must be an int from 100 to 999, not {status!r}")
    return int(status)


_WANTED: Final = frozenset((b"accept", b"accept-encoding"))


def _asked(scope: Scope) -> dict[bytes, bytes]:
    """`Accept` and `Accept-Encoding`, repeated lines joined."""
    found: dict[bytes, bytes] = {}
    for name, value in cast("list[RawHeader]", scope["headers"]):
        if name in _WANTED:
            found[name] = found[name] + b"," + value if name in found else value
    return found


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


def _may_compress(status: int, lines: list[RawHeader]) -> bool:
    if status == 206:
        return False
    for name, value in lines:
        if name == b"content-encoding" or name == b"content-range":
            return False
        if name == b"content-type" and not compressible(value):
            return False
        if name == b"cache-control" and b"no-transform" in value.lower():
            return False
    return True


def _with_vary(lines: list[RawHeader], fields: list[str]) -> list[RawHeader]:
    present = ",".join(value.decode("latin-1") for name, value in lines if name == b"vary")
    rest = [line for line in lines if line[0] != b"vary"]
    rest.append((b"vary", merged_vary(present, fields).encode("latin-1")))
    return rest


def _decide(scope: Scope, status: int, lines: list[RawHeader]) -> int:
    """The status after the request's preconditions."""
    etag = last_modified = None
    for name, value in lines:
        if name == b"etag":
            etag = value.decode("latin-1")
        elif name == b"last-modified":
            last_modified = value.decode("latin-1")
    if etag is None and last_modified is None:
        return status
    asked = conditional.read_preconditions(scope["headers"])
    return conditional.evaluate(scope["method"], status, asked, etag, last_modified) if asked else status


def _retagged(line: RawHeader) -> RawHeader:
    return (b"etag", gzip_etag(line[1].decode("latin-1")).encode("latin-1")) if line[0] == b"etag" else line


async def aside(function: Callable[[bytes], T], body: bytes) -> T:
    """Work on a body: at once when it is small, in a thread when it would hold the loop."""
    return function(body) if len(body) <= OFF_LOOP else await threads.run(function, body)


_CONTROL: Final = bytes(code for code in range(32) if code != 9) + b"\x7f"


async def _send_foreign(scope: Scope, receive: Receive, send: Send, response: Response) -> None:
    """Let a Starlette response send itself, with what was set on ours laid over it."""
    answer = cast("StarletteResponse", response._value)
    over = [] if response._extras is None else encode_headers(response._extras)
    over = _without(over, _OURS)
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
                headers = _without(headers, _ENTITY)
            message["headers"] = headers
        elif quiet and message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    await answer(scope, receive, relay)
