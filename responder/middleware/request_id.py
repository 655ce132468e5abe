"""One id for each request: a sane inbound one is kept, otherwise one is made.

The id is stored in the exchange, where problem documents and logs find it, and sent back with every HTTP
answer. Installed by `API(request_id=True)`, or alone with `add_middleware`.  Access logs follow the same
policy, by the same functions: a request has one id, however many layers ask for it.
"""

from __future__ import annotations

import re
from os import urandom
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from responder._http.exchange import exchange

__all__ = ["RequestIDMiddleware", "id_of", "new_id", "sends_back"]

_NAME: Final = b"x-request-id"
_SANE: Final = re.compile(rb"[\x21-\x7e]{1,128}")


class RequestIDMiddleware:
    """Keep the inbound `X-Request-ID` when it is 1 to 128 visible ASCII characters; otherwise make one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "http":
            send = sends_back(send, id_of(scope))
        elif kind == "websocket":
            id_of(scope)
        await self.app(scope, receive, send)


def id_of(scope: Scope) -> str:
    """The id of a request or WebSocket: the one it has, or its client's if that is sane, or a new one."""
    record = exchange(scope)
    known = record.request_id
    if known is None:
        given = [value for name, value in scope["headers"] if name == _NAME]
        sane = len(given) == 1 and _SANE.fullmatch(given[0]) is not None
        known = record.request_id = given[0].decode("ascii") if sane else new_id()
    return known


def new_id() -> str:
    """A random UUID of version 4, as text; `uuid.uuid4()` takes thrice as long."""
    digits = urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def sends_back(send: Send, request_id: str) -> Send:
    """A `send` that puts the id on the answer."""
    line = (_NAME, request_id.encode("ascii"))

    async def send_with_id(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = [one for one in message.get("headers") or () if one[0].lower() != _NAME]
            message = {**message, "headers": [*present, line]}
        await send(message)

    return send_with_id
