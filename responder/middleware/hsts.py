"""Plain HTTP goes to HTTPS, and browsers are told to stay there.

Installed by `API(enable_hsts=True)`, or with `add_middleware(HSTSMiddleware, max_age=...)` for other values.
"""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from responder._http.problems import ConfigurationError
from responder._http.urls import quote_path, quote_query

_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._~!$&'()*+,;=%-]+)(?::[0-9]{1,5})?")
_SECURE = {"http": "https", "ws": "wss"}


class HSTSMiddleware:
    """Send `Strict-Transport-Security` with every HTTP answer that has none."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_age: int = 31_536_000,
        include_subdomains: bool = True,
        preload: bool = False,
    ) -> None:
        if max_age < 0:
            raise ConfigurationError(f"max_age must not be negative, not {max_age}.")
        value = f"max-age={max_age}"
        value += "; includeSubDomains" * include_subdomains + "; preload" * preload
        self.app = app
        self.line = (b"strict-transport-security", value.encode("ascii"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        line = self.line

        async def send_with_header(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = message.get("headers") or ()
                if all(name.lower() != line[0] for name, _ in present):
                    message = {**message, "headers": [*present, line]}
            await send(message)

        await self.app(scope, receive, send_with_header)


class HTTPSRedirect:
    """Answer plain HTTP and WebSockets with 307 to the same address over TLS."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        secure = _SECURE.get(scope.get("scheme", "http")) if scope["type"] in ("http", "websocket") else None
        if secure is None:
            await self.app(scope, receive, send)
            return
        location = _location(scope, secure)
        status, headers = (400, []) if location is None else (307, [(b"location", location)])
        await _answer(scope, send, status, [*headers, (b"content-length", b"0")])


def _location(scope: Scope, scheme: str) -> bytes | None:
    """The same address under `scheme`; None when the request has no usable `Host`."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    if not _HOST.fullmatch(host):
        return None
    name, colon, port = host.rpartition(b":")
    if colon and port in (b"80", b"443"):
        host = name
    path = quote_path(scope["path"])
    query = quote_query(scope.get("query_string", b""))
    return b"%s://%s%s%s" % (scheme.encode(), host, path.encode(), b"?" + query.encode() if query else b"")


async def _answer(scope: Scope, send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    if scope["type"] == "http":
        kind = "http.response"
    elif "websocket.http.response" in scope.get("extensions", {}):
        kind = "websocket.http.response"
    else:
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": f"{kind}.start", "status": status, "headers": headers})
    await send({"type": f"{kind}.body", "body": b""})
