"""From an exception to one answer: the only road there is.

Asked by generated endpoints, by the dispatcher (404, 405) and by the outermost boundary.  Order: a user's
handler by status or class, then a problem document, then the catch-all; a traceback only in debug mode.
What was nobody's intention is answered with a 500 that says nothing, and raised again so that the server
logs it.

Nothing here sends twice: an answer is attempted only by whoever knows that none has started.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from responder._contract.frozen import frozen
from responder._http.exchange import KEY, Exchange
from responder._http.extras import encode_headers
from responder._http.headers import (
    CT_JSON,
    CT_PROBLEM,
    CT_TEXT,
    RawHeader,
    content_length,
    encode_uri,
    encode_value,
    lower_name,
)
from responder._http.problems import Problem
from responder._http.request import Request
from responder._http.response import Response
from responder._http.sending import Delivery, send_response
from responder._http.tasks import run_background
from responder._routing.authenticating import challenge_for
from responder._routing.endpoint import TimedOut
from responder._routing.handlers import Handler, Handlers, Nearest
from responder._serve.documents import Documents, Hidden, call
from responder._serve.pages import traceback_page
from responder.sessions import discard_session, forgiving

_log = logging.getLogger("responder")

_OF_A_BODY = frozenset(
    (b"content-type", b"content-length", b"content-encoding", b"content-range", b"etag", b"last-modified")
)


@frozen
class Answer:
    """A complete answer: a status, header lines and a body."""

    status: int
    headers: tuple[RawHeader, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Failures:
    """How one application answers what went wrong.

    `passes_on` says that a boundary outside the user's middleware answers what is unhandled.
    """

    delivery: Delivery
    documents: Documents = field(default_factory=Documents)
    handlers: Handlers | Nearest = field(default_factory=Handlers)
    problem_details: bool = True
    debug: bool = False
    limit: int | None = None
    passes_on: bool = False

    async def answer(
        self, exc: BaseException, scope: Scope, receive: Receive, send: Send, request: Request | None = None
    ) -> None:
        """Answer what was raised before any answer started; raise it again if nobody intended it."""
        if isinstance(exc, ClientDisconnect):
            return
        error = _as_exception(exc)
        kept: tuple[RawHeader, ...] = ()
        if isinstance(error, TimedOut):
            kept = _kept_lines(error.response)
            error = Problem(504, "Request timed out")
        req = Request(scope, receive, self.limit) if request is None else request
        # What answers HTTP has no words for the handshake of a WebSocket.
        handler = self.handlers.find(error) if scope["type"] == "http" else None
        if handler is not None:
            try:
                await self._by_user(handler, error, scope, receive, send, req)
                return
            except Exception as raised:
                error = raised
        if isinstance(error, HTTPException):
            answer = await self.render(error, scope, req)
            if kept:
                answer = replace(answer, headers=(*answer.headers, *kept))
            await self._send(scope, send, answer)
        elif self.passes_on:
            raise error
        else:
            await self.unhandled(error, scope, receive, send, req)

    async def unhandled(
        self, error: Exception, scope: Scope, receive: Receive, send: Send, request: Request
    ) -> None:
        """Answer what nobody expected, and raise it again."""
        discard_session(scope)
        catch_all = self.handlers.catch_all
        if self.debug:
            headers, page = traceback_page(error, scope)
            await self._send(scope, send, Answer(500, headers, page))
        elif catch_all is None:
            await self._send(scope, send, await self.render(Hidden(error), scope, request))
        else:
            try:
                await self._by_user(catch_all, error, scope, receive, send, request)
            except Exception as raised:
                await self._send(scope, send, await self.render(Hidden(raised), scope, request))
                raise
        raise error

    async def render(self, error: HTTPException, scope: Scope, request: Request) -> Answer:
        """The answer to an HTTP error, without sending it."""
        status = error.status_code
        headers = _lines(error.headers) if error.headers else ()
        if status < 400:
            return Answer(status, (*headers, content_length(0)) if status not in (204, 304) else headers, b"")
        if self.problem_details:
            documents = self.documents
            if documents.handler is None:
                document = documents.plain(error, scope)
            else:
                document = await documents.raised(error, scope, request)
            kind, body = CT_PROBLEM, self.delivery.safe_dumps(document)
        else:
            kind, body = self._legacy(error, scope)
        kept = tuple([line for line in headers if line[0] not in (b"content-type", b"content-length")])
        if status == 401 and not any(name == b"www-authenticate" for name, _ in kept):
            kept = (*kept, *_lines({"WWW-Authenticate": challenge_for(scope)}))
        return Answer(status, (kind, content_length(len(body)), *kept), body)

    def _legacy(self, error: HTTPException, scope: Scope) -> tuple[RawHeader, bytes]:
        """The short form of `problem_details=False`."""
        short = error.short_payload() if isinstance(error, Problem) else None
        if short is not None:
            return CT_JSON, self.delivery.safe_dumps(short)
        accept = b",".join(value for name, value in scope["headers"] if name == b"accept")
        if b"json" in accept:
            return CT_JSON, self.delivery.safe_dumps({"error": error.detail})
        return CT_TEXT, error.detail.encode("utf-8", "replace")

    async def _by_user(
        self, handler: Handler, error: Exception, scope: Scope, receive: Receive, send: Send, request: Request
    ) -> None:
        """Answer with the user's handler: a fresh response, sent whole; after hooks do not run for it."""
        response: Response[object] = Response(request)
        result = await call(handler, request, response, error)
        if result is not None:
            response.apply(result)
        if response.status_code is None:
            response.status_code = 500
        for name, value in _told(error, response.status_code, scope):
            response.headers.setdefault(name, value)
        for name, value in _kept_headers(scope).items():
            response.headers.setdefault(name, value)
        await send_response(scope, receive, send, request, response, self.delivery)
        await run_background(response)

    async def _send(self, scope: Scope, send: Send, answer: Answer) -> None:
        if answer.status >= 500:
            discard_session(scope)
        send = forgiving(scope, send)
        headers = [*answer.headers]
        kept = _kept_headers(scope)
        if kept:
            named = {name for name, _ in headers}
            headers += [line for line in _lines(kept) if line[0] not in named]
        prefix = "websocket.http.response" if scope["type"] == "websocket" else "http.response"
        body = b"" if scope.get("method") == "HEAD" else answer.body
        await send({"type": f"{prefix}.start", "status": answer.status, "headers": headers})
        await send({"type": f"{prefix}.body", "body": body})


def _told(error: Exception, status: int, scope: Scope) -> Iterator[tuple[str, str]]:
    """The headers that an answer of this status has to have, whoever words it."""
    own = error.headers or {} if isinstance(error, HTTPException) and error.status_code == status else {}
    told = {name.lower(): value for name, value in own.items()}
    if status == 401:
        yield "WWW-Authenticate", told.get("www-authenticate") or challenge_for(scope)
    if status == 405 and "allow" in told:
        yield "Allow", told["allow"]


def _as_exception(exc: BaseException) -> Exception:
    """What to answer.  A cancellation that nobody asked of this request is a fault like any other."""
    if isinstance(exc, Exception):
        return exc
    if isinstance(exc, asyncio.CancelledError) and not _is_cancelled():
        error = RuntimeError("The handler awaited something that was cancelled.")
        error.__cause__ = exc
        return error
    raise exc


def _is_cancelled() -> bool:
    """Whether this very task was told to stop."""
    try:
        task = asyncio.current_task()
    except RuntimeError:
        return True
    return task is None or task.cancelling() > 0


def _kept_headers(scope: Scope) -> Mapping[str, str]:
    """The headers that were set to stay on whatever answers this request."""
    shared = scope.get(KEY)
    kept = shared.kept if isinstance(shared, Exchange) else None
    return kept or {}


def _kept_lines(response: Response[object]) -> tuple[RawHeader, ...]:
    """The headers and cookies that were set before time ran out, apart from those that describe a body."""
    extras = response._extras
    if extras is None:
        return ()
    return tuple(line for line in encode_headers(extras) if line[0].lower() not in _OF_A_BODY)


def _lines(headers: Mapping[str, str]) -> tuple[RawHeader, ...]:
    """The headers of an exception as lines; a name that no header can have is left out."""
    lines: list[RawHeader] = []
    for name, value in headers.items():
        try:
            lower = lower_name(name)
        except ValueError:
            _log.error("An error's header was left out: %r is not a header name", name)
            continue
        text = encode_uri(str(value)) if lower == "location" else str(value)
        lines.append((lower.encode("ascii"), encode_value(text)))
    return tuple(lines)
