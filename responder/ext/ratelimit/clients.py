"""Whose budget a request draws on: what a key function says, else the address it came from."""

from __future__ import annotations

import functools
import hashlib
import ipaddress
from collections.abc import Iterable
from typing import Final, cast

from responder.middleware.proxy_headers import EVERYBODY, as_address, read_headers, resolve
from responder.models import Request

UNKNOWN: Final = "unknown"
_SUBSCRIBER: Final = 64
"""Bits of an IPv6 address that one subscriber cannot change: the rest is theirs to choose."""
_LONGEST: Final = 128


def client_of(req: Request, trust: bool) -> str:
    """The client's address, or its network where every address of that is one client's.

    With `trust` it is what a proxy says, unless the application has decided already whom to believe.
    """
    client = req.client
    peer = None if client is None else client.host
    if trust and not _settled(req):
        said = read_headers(cast("Iterable[tuple[bytes, bytes]]", req.scope["headers"]))
        peer = resolve(said, peer, EVERYBODY).client or peer
    if not peer:
        return UNKNOWN
    # Clients come again; what is too long to be an address is not worth keeping.
    return _spelt(peer) if len(peer) <= _LONGEST else peer


@functools.lru_cache(maxsize=1024)
def _spelt(peer: str) -> str:
    address = as_address(peer)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _SUBSCRIBER), strict=False))
    return peer if address is None else str(address)


def _settled(req: Request) -> bool:
    """Whether the application reads proxies' headers itself: its resolver has had its say."""
    settings: object = getattr(req.scope.get("app"), "settings", None)
    return getattr(settings, "proxies", None) is not None


def key_of(kind: str, text: str) -> str:
    """A key of bounded length; what a client calls itself is never mistaken for another's address."""
    if len(text) > _LONGEST or not (text.isascii() and text.isprintable()):
        return f"{kind}#{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
    return f"{kind}:{text}"
