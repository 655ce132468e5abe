"""Sessions as a layer around an application: loading for ours, loading and saving for any other."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from responder.ext.sessions.server import ServerKeeper
from responder.sessions import (
    AsyncSessionBackend,
    SessionBackend,
    SessionCookie,
    forgiving,
    store_of,
)
from responder.sessions.cookies import DEFAULT_MAX_AGE, SameSite


class ServerSessionMiddleware:
    """Server-side sessions for any ASGI application, at `scope["session"]` and `request.session`."""

    def __init__(
        self,
        app: ASGIApp,
        backend: SessionBackend | AsyncSessionBackend,
        cookie_name: str = "responder_session",
        max_age: int = DEFAULT_MAX_AGE,
        path: str = "/",
        same_site: SameSite = "lax",
        https_only: bool = False,
    ) -> None:
        self.app = app
        cookie = SessionCookie(cookie_name, max_age, path, same_site, https_only)
        self.keeper = ServerKeeper(store_of(backend), cookie)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        await self.keeper.load(scope)
        await self.app(scope, receive, forgiving(scope, send))
