"""Headers that tell browsers to be careful, added to answers that don't have them.

Installed by `API(security_headers=...)`, or alone with `add_middleware`.  A header that a handler set
itself is always left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from responder._http.problems import ConfigurationError

_DEFAULTS: Mapping[str, str] = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
}


class SecurityHeadersOptions(TypedDict, total=False):
    """The keys of `API(security_headers={...})`."""

    content_security_policy: str | None
    """Value of `Content-Security-Policy`."""
    permissions_policy: str | None
    """Value of `Permissions-Policy`."""
    headers: Mapping[str, str | None] | None
    """More headers, or other values for the usual ones; None drops one."""


@dataclass(frozen=True, slots=True)
class SecurityHeaders:
    """Which security headers to send.  Without arguments: the usual three."""

    content_security_policy: str | None = None
    permissions_policy: str | None = None
    headers: Mapping[str, str | None] | None = None

    def lines(self) -> tuple[tuple[bytes, bytes], ...]:
        """The headers as they go on the wire; raises `ValueError` for what no header can carry."""
        chosen: dict[str, str | None] = dict(_DEFAULTS)
        if self.content_security_policy is not None:
            chosen["content-security-policy"] = self.content_security_policy
        if self.permissions_policy is not None:
            chosen["permissions-policy"] = self.permissions_policy
        for name, value in (self.headers or {}).items():
            chosen[name.lower()] = value
        return tuple(
            (_checked(name).encode("ascii"), _checked(value).encode("latin-1"))
            for name, value in chosen.items()
            if value is not None
        )


def _checked(text: str) -> str:
    if any(ord(letter) < 32 or ord(letter) > 126 for letter in text):
        raise ConfigurationError(f"A security header cannot carry {text!r}: only printable ASCII is allowed.")
    return text


class SecurityHeadersMiddleware:
    """Add security headers to every HTTP answer that lacks them."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        content_security_policy: str | None = None,
        permissions_policy: str | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> None:
        self.app = app
        self.lines = SecurityHeaders(content_security_policy, permissions_policy, headers).lines()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        lines = self.lines

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = message.get("headers") or ()
                names = {name.lower() for name, _ in present}
                missing = [line for line in lines if line[0] not in names]
                message = {**message, "headers": [*present, *missing]}
            await send(message)

        await self.app(scope, receive, send_with_headers)
