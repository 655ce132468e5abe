"""The order of the middleware, written once as a list.

Outermost first: proxy headers, request id, what watches (logs, metrics; last added outermost), security
headers, HSTS, CORS, the error boundary, the loading of sessions from a store, the user's own middleware (last
added outermost), trusted hosts, the redirect to HTTPS, then the dispatcher, which holds everything else.
What watches sees every answer there is; what marks answers stands outside the boundary, so that a 500 carries
it too.  A layer that was not asked for does not exist.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from responder._serve.failures import Failures
from responder._serve.settings import Settings
from responder.middleware.cors import CrossOrigins
from responder.middleware.hsts import HSTSMiddleware, HTTPSRedirect
from responder.middleware.proxy_headers import ProxyHeadersMiddleware
from responder.middleware.request_id import RequestIDMiddleware
from responder.middleware.security_headers import SecurityHeadersMiddleware
from responder.sessions import Keeper

Layer = Callable[[ASGIApp], ASGIApp]

_log = logging.getLogger("responder")
_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._~!$&'()*+,;=%-]+)(?::[0-9]*)?")


def build(
    floor: ASGIApp,
    settings: Settings,
    failures: Failures,
    added: Sequence[Layer],
    sessions: Keeper | None = None,
    outer: Sequence[Layer] = (),
) -> ASGIApp:
    """Stack the layers on the floor: `added` is the user's own middleware in the order of adding, and `outer`
    stands outside of everything that answers.
    """
    layers: list[Layer] = []
    if settings.proxies is not None:
        trust = settings.proxies
        layers.append(lambda app: ProxyHeadersMiddleware(app, trusted_proxies=trust))
    if settings.request_id and settings.watch.logging is None:
        # The access log gives ids too, by the same rules.
        layers.append(RequestIDMiddleware)
    layers.extend(reversed(outer))
    if settings.security_headers is not None:
        options = settings.security_headers
        layers.append(
            lambda app: SecurityHeadersMiddleware(
                app,
                content_security_policy=options.content_security_policy,
                permissions_policy=options.permissions_policy,
                headers=options.headers,
            )
        )
    if settings.enable_hsts:
        layers.append(HSTSMiddleware)
    if settings.cors is not None:
        cors = settings.cors
        layers.append(lambda app: CrossOrigins(app, cors))
    if added:
        layers.append(lambda app: Boundary(app, failures))
    if sessions is not None and sessions.loads_ahead:
        keeper = sessions
        layers.append(lambda app: SessionLoader(app, keeper))
    if added:
        layers.extend(reversed(added))
    if "*" not in settings.allowed_hosts:
        layers.append(lambda app: TrustedHosts(app, settings.allowed_hosts, failures))
    if settings.enable_hsts:
        layers.append(HTTPSRedirect)
    app = floor
    for layer in reversed(layers):
        app = layer(app)
    return app


class Boundary:
    """What the user's middleware lets through, or raises itself, ends here as an answer."""

    def __init__(self, app: ASGIApp, failures: Failures) -> None:
        self.app = app
        self.failures = failures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_watched(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
            await send(message)

        try:
            await self.app(scope, receive, send_watched)
        except Exception as exc:
            if started:
                raise
            await self.failures.answer(exc, scope, receive, send)


class SessionLoader:
    """Fetch the session that a request names, so that handlers need not wait to look at it."""

    def __init__(self, app: ASGIApp, keeper: Keeper) -> None:
        self.app = app
        self.keeper = keeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            await self.keeper.load(scope)
        await self.app(scope, receive, send)


class TrustedHosts:
    """Answer only requests whose `Host` was named."""

    def __init__(self, app: ASGIApp, allowed: Sequence[str], failures: Failures) -> None:
        self.app = app
        self.failures = failures
        self.exact = frozenset(host for host in allowed if not host.startswith("*"))
        self.suffixes = tuple(host[1:] for host in allowed if host.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.trusts(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "http" or "websocket.http.response" in (scope.get("extensions") or {}):
            await self.failures.answer(_refusal(), scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": "Invalid host header"})

    def trusts(self, scope: Scope) -> bool:
        """Whether there is one `Host`, and it is one of ours."""
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        found = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        if found is None:
            return False
        host = found[1].decode("ascii").lower()
        return host in self.exact or host.endswith(self.suffixes)


def _refusal() -> HTTPException:
    return HTTPException(400, "Invalid host header")
