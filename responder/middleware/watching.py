"""What whoever watches a request learns of it: the answer, its size, its time, and whether the client stayed.

`watch` runs an application and tells, exactly once, how one HTTP request ended: with its last byte, with the
client's leaving, or with the application's return, whichever comes first.  Metrics and access logs are made
of it.  Knows nothing of routes; what they put into the scope is there for whoever reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from responder._http.exchange import exchange

__all__ = ["CLIENT_LEFT", "Watched", "claim", "printable", "route_of", "watch"]

CLIENT_LEFT: Final = 499
"""Stands for a status where the client left before any answer began; no answer ever has it."""

_LONGEST: Final = 2000
"""Characters of a client's text that are shown."""


class Watched:
    """One HTTP request on its way.

    `sent` counts the bytes of the body, `left` says that the client did not wait for the end, `complete` that
    the whole answer was sent, `error` what the application raised without having answered completely.
    """

    __slots__ = (
        "_began",
        "_ended",
        "_receive",
        "_send",
        "complete",
        "error",
        "left",
        "scope",
        "sent",
        "started",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send, ended: Callable[[Watched], None]) -> None:
        self.scope = scope
        self._receive = receive
        self._send = send
        self._ended: Callable[[Watched], None] | None = ended
        self._began = perf_counter()
        self.started: int | None = None
        self.sent = 0
        self.left = False
        self.complete = False
        self.error: BaseException | None = None

    @property
    def status(self) -> int:
        """The status that was sent; without one 499 if the client left, otherwise 500."""
        if self.started is not None:
            return self.started
        return CLIENT_LEFT if self.left else 500

    @property
    def seconds(self) -> float:
        """How long it has taken until now."""
        return perf_counter() - self._began

    async def receive(self) -> Message:
        """Receive one message; that the client leaves is noted."""
        message = await self._receive()
        if message["type"] == "http.disconnect" and self._ended is not None:
            self.left = True
            self.end()
        return message

    async def send(self, message: Message) -> None:
        """Send one message on."""
        kind = message["type"]
        try:
            await self._send(message)
        except OSError:
            self.left = True
            self.end()
            raise
        if kind == "http.response.start":
            self.started = message["status"]
        elif kind == "http.response.body":
            body = message.get("body")
            if body:
                self.sent += len(body)
            if not message.get("more_body"):
                self.complete = True
                self.end()
        elif kind == "http.response.pathsend":
            self.complete = True
            self.end()

    def end(self) -> None:
        """Tell that it is over, once."""
        ended, self._ended = self._ended, None
        if ended is not None:
            ended(self)


async def watch(
    app: ASGIApp, scope: Scope, receive: Receive, send: Send, ended: Callable[[Watched], None]
) -> None:
    """Serve one HTTP request and call `ended` when it is over."""
    watched = Watched(scope, receive, send, ended)
    try:
        await app(scope, watched.receive, watched.send)
    except BaseException as exc:
        watched.error = exc
        raise
    finally:
        watched.end()


def route_of(scope: Scope) -> str | None:
    """The template of the route or mount that answers, such as `/users/{id}`; None when there is none."""
    path = getattr(scope.get("route"), "path_format", None)
    return path if isinstance(path, str) else None


def claim(scope: Scope) -> bool:
    """Whether nobody logs this request yet; then the caller does, and a mounted application asks in vain."""
    record = exchange(scope)
    first = not record.logged
    record.logged = True
    return first


def printable(text: str) -> str:
    """A client's text, fit for one line of a log: what does not print is left out, and there is an end to it.

    Line breaks of every alphabet are gone, control characters, and marks that turn the direction of writing.
    """
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "..."
    return text if text.isprintable() else "".join(filter(str.isprintable, text))
