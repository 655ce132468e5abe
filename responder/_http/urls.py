"""The URL of a request, put together from its scope, and what of it may go into a header.  Pure.

The path comes from the scope alone, never from the `Host` header: whatever a client writes there, the path
that is checked is the path that was routed.  Called by `Request`
and by whatever redirects.
"""

from __future__ import annotations

import re
from typing import Final, cast
from urllib.parse import quote

from starlette.types import Scope

_HOST: Final = re.compile(r"(?:\[[0-9A-Fa-f:.]{2,64}\]|[\w!$&'()*+,;=%.~-]+)(?::[0-9]{1,5})?", re.ASCII)
_PATH_SAFE: Final = "/:@!$&'()*+,;=~-._"
_QUERY_UNSAFE: Final = re.compile(rb"[^!$%&'()*+,\-./0-9:;=?@A-Z_a-z~]")
_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def base_url(scope: Scope) -> str:
    """`scheme://host`: the client's word for it when it is well formed, else the address of the server."""
    scheme = cast("str", scope.get("scheme", "http"))
    return f"{scheme}://{_host(scope, scheme)}"


def full_url(scope: Scope) -> str:
    """The absolute URL with its query, percent-encoded."""
    url = base_url(scope) + quoted_path(scope)
    query = cast("bytes", scope.get("query_string", b""))
    if not query:
        return url
    return url + "?" + quote_query(query)


def quoted_path(scope: Scope) -> str:
    """The path, percent-encoded."""
    path = cast("str", scope["path"])
    return quote_path(path if path.startswith("/") else "/" + path)


def quote_path(path: str) -> str:
    """A decoded path as it goes into a URL.  A lone surrogate is the byte that a server could not decode, or
    nothing that a URL can carry.
    """
    try:
        return quote(path, safe=_PATH_SAFE, errors="surrogateescape")
    except UnicodeEncodeError:
        return quote(path, safe=_PATH_SAFE, errors="replace")


def quote_query(query: bytes) -> str:
    """A raw query as it goes into a URL: what is encoded stays as it is."""
    return _QUERY_UNSAFE.sub(lambda found: b"%%%02X" % found[0][0], query).decode("ascii")


def _host(scope: Scope, scheme: str) -> str:
    for name, value in scope["headers"]:
        if name == b"host":
            host = cast("bytes", value).decode("latin-1")
            if _HOST.fullmatch(host):
                return host
            break
    server = cast("tuple[str, int | None] | None", scope.get("server"))
    if server is None:
        return "localhost"
    name, port = server
    if ":" in name and not name.startswith("["):
        name = f"[{name}]"
    return name if port is None or _PORTS.get(scheme) == port else f"{name}:{port}"
