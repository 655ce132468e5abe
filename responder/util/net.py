"""Who a client is, by the rules that the whole application follows.

Inside an application that trusts its proxies (`API(trust_proxy_headers=True)`), `req.client` says it already;
this is for code that sees a bare connection.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import Protocol

from starlette.types import Scope

from responder.middleware.proxy_headers import IPNetwork, read_headers, read_trust, resolve

__all__ = ["Connection", "resolve_client_ip"]


class Connection(Protocol):
    """A request or a WebSocket, ours or another framework's."""

    @property
    def scope(self) -> Scope:
        """The ASGI scope."""
        ...


def resolve_client_ip(
    connection: Connection | Scope,
    *,
    trust_proxy_headers: bool = False,
    trusted_proxies: int | Sequence[str | IPNetwork] | None = None,
) -> str | None:
    """The address of the client; None where the server doesn't tell one.

    What proxies say is believed only when it is asked for: of all of them, of so many, or of networks, as
    `API(trusted_proxies=...)` takes them.
    """
    scope = connection if isinstance(connection, MutableMapping) else connection.scope
    client = scope.get("client")
    peer = str(client[0]) if client else None
    if not trust_proxy_headers and trusted_proxies is None:
        return peer
    hop = resolve(read_headers(scope.get("headers", ())), peer, read_trust(trusted_proxies))
    return hop.client or peer
