"""One id for each request: a sane inbound one is kept, otherwise one is made.

The id is stored in the exchange, where problem documents and logs find it, and sent back with every HTTP
answer. Installed by `API(request_id=True)`, or alone with `add_middleware`.
"""

from __future__ import annotations

import re
import uuid

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from responder._http.exchange import exchange

_NAME = b"x-request-id"
_SANE = re.compile(rb"[\x21-\x7e]{1,128}")


class RequestIDMiddleware:
    """Keep the inbound `X-Request-ID` when it is 1 to 128 visible ASCII characters; otherwise make one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        given = [value for name, value in scope["headers"] if name == _NAME]
        chosen = given[0] if len(given) == 1 and _SANE.fullmatch(given[0]) else str(uuid.uuid4()).encode()
        exchange(scope).request_id = chosen.decode("ascii")
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
            return

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = [line for line in message.get("headers") or () if line[0].lower() != _NAME]
                message = {**message, "headers": [*present, (_NAME, chosen)]}
            await send(message)

        await self.app(scope, receive, send_with_id)
