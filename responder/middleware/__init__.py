"""Middleware: our own pieces, and Starlette's that work unchanged.

- `HSTSMiddleware`: plain HTTP to HTTPS, and the `Strict-Transport-Security` header
- `SecurityHeadersMiddleware`, `SecurityHeaders`: headers that tell browsers to be careful
- `RequestIDMiddleware`: one id for each request
- `ProxyHeadersMiddleware`: scheme, host and client, as a proxy in front says
- `FunctionMiddleware`: `async def middleware(request, call_next)` as an ASGI layer
- `CallNext`, `BlockingCallNext`, `NextResponse`: the types of `call_next`, async and plain, and of its answer
- `CORSConfig`: what CORS may be told
- `Middleware`: Starlette's, a middleware with its arguments, for the `middleware=` of a route
- `CORSMiddleware`, `GZipMiddleware`, `TrustedHostMiddleware`: Starlette's

Each name is imported when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.middleware import Middleware as Middleware
    from starlette.middleware.cors import CORSMiddleware as CORSMiddleware
    from starlette.middleware.gzip import GZipMiddleware as GZipMiddleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware as TrustedHostMiddleware

    from responder.middleware.cors import CORSConfig as CORSConfig
    from responder.middleware.functions import BlockingCallNext as BlockingCallNext
    from responder.middleware.functions import CallNext as CallNext
    from responder.middleware.functions import FunctionMiddleware as FunctionMiddleware
    from responder.middleware.functions import NextResponse as NextResponse
    from responder.middleware.hsts import HSTSMiddleware as HSTSMiddleware
    from responder.middleware.proxy_headers import ProxyHeadersMiddleware as ProxyHeadersMiddleware
    from responder.middleware.request_id import RequestIDMiddleware as RequestIDMiddleware
    from responder.middleware.security_headers import SecurityHeaders as SecurityHeaders
    from responder.middleware.security_headers import SecurityHeadersMiddleware as SecurityHeadersMiddleware

__all__ = [
    "BlockingCallNext",
    "CORSConfig",
    "CORSMiddleware",
    "CallNext",
    "FunctionMiddleware",
    "GZipMiddleware",
    "HSTSMiddleware",
    "Middleware",
    "NextResponse",
    "ProxyHeadersMiddleware",
    "RequestIDMiddleware",
    "SecurityHeaders",
    "SecurityHeadersMiddleware",
    "TrustedHostMiddleware",
]

_HOMES = {
    "BlockingCallNext": "responder.middleware.functions",
    "CORSConfig": "responder.middleware.cors",
    "CORSMiddleware": "starlette.middleware.cors",
    "CallNext": "responder.middleware.functions",
    "FunctionMiddleware": "responder.middleware.functions",
    "GZipMiddleware": "starlette.middleware.gzip",
    "HSTSMiddleware": "responder.middleware.hsts",
    "Middleware": "starlette.middleware",
    "NextResponse": "responder.middleware.functions",
    "ProxyHeadersMiddleware": "responder.middleware.proxy_headers",
    "RequestIDMiddleware": "responder.middleware.request_id",
    "SecurityHeaders": "responder.middleware.security_headers",
    "SecurityHeadersMiddleware": "responder.middleware.security_headers",
    "TrustedHostMiddleware": "starlette.middleware.trustedhost",
}


if not TYPE_CHECKING:  # so that type checkers tell of names that aren't there

    def __getattr__(name: str) -> object:
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value: object = getattr(importlib.import_module(home), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
