"""Counting every HTTP request, whatever answers it: unknown paths, wrong methods, mounts, static files.

`api.add_middleware(RateLimitMiddleware, limiter)`.  Hooks see only what matches a route.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from responder.ext.ratelimit.answers import LIMIT, REMAINING, RESET, is_stricter
from responder.ext.ratelimit.limiter import RateLimiter
from responder.models import Request, Response


class RateLimitMiddleware:
    """Counts with a limiter before anything else of the application runs.

    What it raises is answered by the application that it was added to.  Handshakes of WebSockets pass.
    """

    def __init__(self, app: ASGIApp, limiter: RateLimiter) -> None:
        self.app = app
        self.limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        req = Request(scope, receive)
        resp = Response(req)
        await self.limiter(req, resp)
        marks = dict(resp.headers)

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start" and marks:
                message = {**message, "headers": _with(marks, message["headers"])}
            await send(message)

        await self.app(scope, receive, send_marked)


def _with(marks: dict[str, str], lines: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The lines of an answer with our headers; those of a stricter limit within stay."""
    names = {name.lower().encode("ascii"): name for name in (LIMIT, REMAINING, RESET)}
    shown = {names[name]: value.decode("latin-1") for name, value in lines if name in names}
    if not is_stricter(marks, shown):
        return lines
    kept = [line for line in lines if line[0] not in names]
    return [
        *kept,
        *((name.lower().encode("ascii"), value.encode("latin-1")) for name, value in marks.items()),
    ]
