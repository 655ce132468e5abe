"""The floor: match a path, run its endpoint; 404, 405, OPTIONS, HEAD and slash redirects for the rest.

A request whose path is known costs one look-up and one call here.  Everything rarer leaves by a cold
function. Knows what an endpoint is called with, not what it does.  The innermost piece of the `tower`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import ClassVar

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from responder._contract.frozen import frozen
from responder._contract.rivals import answers
from responder._http.exchange import exchange
from responder._http.problems import Problem
from responder._http.urls import quote_path, quote_query
from responder._routing.paths import route_path
from responder._routing.table import Table
from responder._routing.targets import Target
from responder._serve.closing import Socket, guarded
from responder._serve.failures import Failures
from responder._serve.hosts import host_of
from responder._serve.mounts import Mount, Mounts
from responder.sessions import forgiving, open_session


@frozen
class Rest:
    """What answers when no row of the table does."""

    mounts: Mounts
    pages: Mounts
    default: tuple[Target, ...] = ()
    default_socket: Target | None = None
    redirect_slashes: bool = True
    max_request_size: int | None = None
    ws_idle_timeout: float | None = None
    sessions: bool = False


class Dispatcher:
    """The innermost ASGI application."""

    __slots__ = ("_failures", "_match", "_rest", "_sockets", "_statics", "_table")

    _asgi_single_callable: ClassVar[bool] = True
    """What asgiref looks for: it takes callables that are no coroutine functions for the ASGI of old."""

    def __init__(self, table: Table[Target], sockets: Table[Target], failures: Failures, rest: Rest) -> None:
        self._table = table
        self._match = table.match
        self._statics = table.statics
        self._sockets = sockets
        self._failures = failures
        self._rest = rest

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve one HTTP request or WebSocket."""
        if scope["type"] != "http":
            return self._socket(scope, receive, send)
        path = scope["path"]
        if scope.get("root_path"):
            path = route_path(scope)
        method = scope["method"]
        answers = self._statics.get(path)
        if answers is None:
            hit = self._match(method, path)
        else:
            hit = answers.get(method) or answers.get("")
        if hit is None:
            return self._unmatched(method, path, scope, receive, send)
        if method == "HEAD":
            send = _without_body(send)
        return hit[0].endpoint(scope, receive, send, hit[1])

    async def _unmatched(self, method: str, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Mounts, then the slash redirect, then 405 or OPTIONS, then the default endpoint, then 404."""
        rest = self._rest
        mount = rest.mounts.find(path)
        if mount is not None:
            await self.pass_on(mount, scope, receive, send)
            return
        allowed = self._table.allowed(path)
        if allowed is None and self._redirects(path):
            await _redirect(scope, path, send)
        elif allowed:
            await self._wrong_method(method, allowed, scope, receive, send)
        else:
            default = next((one for one in rest.default if answers(one.operation.methods, method)), None)
            if default is None:
                page = rest.pages.find(path) if method in ("GET", "HEAD") else None
                if page is None:
                    await self._failures.answer(HTTPException(404), scope, receive, send)
                else:
                    await self.pass_on(page, scope, receive, send)
                return
            send = _without_body(send) if method == "HEAD" else send
            await default.endpoint(scope, receive, send, ())

    async def pass_on(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Another application answers; what it raises before it started is answered here."""
        started = False

        async def send_watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            capped = _capped(scope, receive, self._rest.max_request_size)
            if self._rest.sessions:
                open_session(scope)
            await app(scope, capped, forgiving(scope, send_watched))
        except Exception as exc:
            if started:
                raise
            await self._failures.answer(exc, scope, receive, send)

    async def pass_socket(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Another application serves a WebSocket."""
        if self._rest.sessions:
            open_session(scope)
        await app(scope, receive, send)

    def _redirects(self, path: str) -> bool:
        if not self._rest.redirect_slashes or path == "/":
            return False
        return self._table.near(path[:-1] if path.endswith("/") else path + "/")

    async def _wrong_method(
        self, method: str, allowed: frozenset[str], scope: Scope, receive: Receive, send: Send
    ) -> None:
        verbs = {*allowed, "OPTIONS", *(("HEAD",) if "GET" in allowed else ())}
        allow = ", ".join(sorted(verbs))
        if method != "OPTIONS":
            error = HTTPException(405, "Method Not Allowed", {"Allow": allow})
            await self._failures.answer(error, scope, receive, send)
            return
        headers = [(b"allow", allow.encode("latin-1")), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = route_path(scope)
        rest = self._rest
        hit = self._sockets.match("GET", path)
        if hit is None:
            mount = rest.mounts.find(path)
            if mount is not None:
                await self.pass_socket(mount, scope, receive, send)
                return
            if rest.default_socket is None:
                await send({"type": "websocket.close", "code": 1000})
                return
            hit = rest.default_socket, ()
        target, values = hit
        if rest.sessions:
            open_session(scope)
        socket = Socket(scope, receive, send, rest.ws_idle_timeout)

        def serve(receive: Receive, send: Send) -> Awaitable[None]:
            return target.endpoint(scope, receive, send, values)

        await guarded(serve, socket, self._failures)


class ByHost:
    """Applications for some hosts, before every path; the floor for all others."""

    __slots__ = ("_floor", "_mounts")

    _asgi_single_callable: ClassVar[bool] = True

    def __init__(self, floor: Dispatcher, mounts: Mounts) -> None:
        self._floor = floor
        self._mounts = mounts

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve one HTTP request or WebSocket."""
        host = host_of(scope)
        for one in self._mounts.hosts if host is not None else ():
            values = one.pattern.match(host or "")
            if values is not None:
                app = _entered(one.mount, values)
                if scope["type"] == "http":
                    return self._floor.pass_on(app, scope, receive, send)
                return self._floor.pass_socket(app, scope, receive, send)
        return self._floor(scope, receive, send)


def _entered(mount: Mount, values: Mapping[str, str]) -> ASGIApp:
    """An application with the fields of the host that led to it."""

    async def enter(scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = mount
        inner = mount.inside(scope)
        # Ours read it from the exchange, because their own routes have path parameters of their own.
        inner["path_params"] = dict(values)
        exchange(inner).host_params = values
        await mount.app(inner, receive, send)

    return enter


def _without_body(send: Send) -> Send:
    """A `send` for HEAD: the headers of the GET, and no body."""

    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
        elif message["type"] == "http.response.body" and not message.get("more_body", False):
            await send({"type": "http.response.body", "body": b""})

    return send_head


def _capped(scope: Scope, receive: Receive, limit: int | None) -> Receive:
    """The body cap for applications that read the body themselves."""
    if limit is None:
        return receive
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    if announced.isdigit() and (len(announced) > 18 or int(announced) > limit):
        raise Problem(413, "Request body too large")
    left = limit

    async def receive_capped() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body") or b"")
        if left < 0:
            raise Problem(413, "Request body too large")
        return message

    return receive_capped


async def _redirect(scope: Scope, path: str, send: Send) -> None:
    """To the same path with its last slash toggled: never off-site, the root path and the query kept."""
    root: str = (scope.get("root_path") or "").rstrip("/")
    target = root + (path[:-1] if path.endswith("/") else path + "/")
    # A location that starts with two slashes would name another host.
    target = "/" + target.lstrip("/\\")
    location = quote_path(target)
    query: bytes = scope.get("query_string") or b""
    if query:
        location += "?" + quote_query(query)
    headers = [(b"location", location.encode("ascii")), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 307, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
