"""What a proxy in front says about a request: its scheme, its host, and where the client is.

Installed by `API(trust_proxy_headers=True)`, outermost, so that every layer and every handler sees the same;
or alone with `add_middleware`.  `Forwarded` is read first, then `X-Forwarded-*`, then `X-Real-IP`.

Anybody can send these headers.  Whom to believe is said by `trusted_proxies`: networks, or how many proxies a
request passes.  Without it everybody is believed, which is right only where nobody else can connect.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

from starlette.types import ASGIApp, Receive, Scope, Send

from responder._http.problems import ConfigurationError

IPNetwork: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
IPAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_SOCKETS: Final = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
_PORTS: Final = {"http": 80, "ws": 80, "https": 443, "wss": 443}
_LONGEST: Final = 45
"""Characters of an IP address."""
_MOST: Final = 64
"""Elements of a header that are looked at, from the right."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose headers are believed: those of networks, those of so many proxies, or everybody's."""

    networks: tuple[IPNetwork, ...] = ()
    hops: int | None = None

    @property
    def everybody(self) -> bool:
        """Whether nothing was said."""
        return not self.networks and self.hops is None

    def covers(self, address: str) -> bool:
        """Whether an address is that of a proxy of ours."""
        found = as_address(address)
        return found is not None and any(found in network for network in self.networks)


EVERYBODY: Final = Trust()


def read_trust(value: object) -> Trust:
    """What `trusted_proxies` means; `ValueError` for what it cannot."""
    if value is None:
        return EVERYBODY
    if isinstance(value, int) and not isinstance(value, bool):
        if value < 1:
            raise ConfigurationError(f"trusted_proxies counts proxies from 1, not {value}.")
        return Trust(hops=value)
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
        raise ConfigurationError(
            f"trusted_proxies is a list of networks, or how many proxies there are, not {value!r}"
        )
    given = cast("Sequence[object]", value)
    if not given:
        raise ConfigurationError("trusted_proxies=[] trusts nobody; leave trust_proxy_headers off instead.")
    return Trust(tuple(_network(one) for one in given))


def _network(value: object) -> IPNetwork:
    if isinstance(value, (ipaddress.IPv4Network, ipaddress.IPv6Network)):
        return value
    if isinstance(value, (str, ipaddress.IPv4Address, ipaddress.IPv6Address)):
        return ipaddress.ip_network(value)
    raise ConfigurationError(f"A trusted proxy is a network such as '10.0.0.0/8', not {value!r}.")


@dataclass(frozen=True, slots=True)
class Hop:
    """What one proxy said of who came to it."""

    client: str | None = None
    proto: str | None = None
    host: str | None = None


@dataclass(slots=True)
class Said:
    """The headers of one request, read; the proxy nearest to us speaks last."""

    forwarded: list[Hop] = field(default_factory=list[Hop])
    clients: list[str] = field(default_factory=list[str])
    protos: list[str] = field(default_factory=list[str])
    hosts: list[str] = field(default_factory=list[str])
    real_ip: str | None = None


def read_headers(headers: Iterable[tuple[bytes, bytes]]) -> Said:
    """Read what proxies said; repeated lines of a header count as one."""
    lines: dict[bytes, bytes] = {}
    for name, value in headers:
        if name.startswith((b"x-forwarded-", b"forwarded", b"x-real-ip")):
            lines[name] = lines[name] + b", " + value if name in lines else value
    said = Said()
    if not lines:
        return said
    texts = {name.decode("latin-1"): value.decode("latin-1") for name, value in lines.items()}
    said.forwarded = [_hop(element) for element in _split(texts.get("forwarded", ""))]
    said.clients = _split(texts.get("x-forwarded-for", ""))
    said.protos = _split(texts.get("x-forwarded-proto", ""))
    said.hosts = _split(texts.get("x-forwarded-host", ""))
    real = _split(texts.get("x-real-ip", ""))
    said.real_ip = clean_client(real[0]) if real else None
    return said


def _split(text: str, mark: str = ",") -> list[str]:
    """The elements of a header; marks in quotes are left alone."""
    if '"' not in text:
        return [part.strip() for part in text.split(mark) if part.strip()]
    parts: list[str] = []
    begin, quoted, escaped = 0, False, False
    for at, letter in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and letter == "\\":
            escaped = True
        elif letter == '"':
            quoted = not quoted
        elif letter == mark and not quoted:
            parts.append(text[begin:at])
            begin = at + 1
    parts.append(text[begin:])
    return [part.strip() for part in parts if part.strip()]


def _hop(element: str) -> Hop:
    pairs: dict[str, str] = {}
    for part in _split(element, ";"):
        name, _, value = part.partition("=")
        value = value.strip()
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"'))
        pairs.setdefault(name.strip().lower(), value)
    return Hop(clean_client(pairs.get("for", "")), pairs.get("proto"), pairs.get("host") or None)


def clean_client(text: str) -> str | None:
    """The address of a node, without port and brackets; None for `unknown` and `_hidden`."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    found = as_address(text)
    return None if found is None else str(found)


def as_address(text: str) -> IPAddress | None:
    """An IP address; None for what is none, and for one that names an interface."""
    if "%" in text or len(text) > _LONGEST:
        return None
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return found if mapped is None else mapped


def resolve(said: Said, peer: str | None, trust: Trust) -> Hop:
    """What to believe of what was said; an empty `Hop` for nothing."""
    if trust.everybody:
        return _first(said)
    if trust.hops is None and (peer is None or not trust.covers(peer)):
        return Hop()
    ours, theirs = (
        _depth([one.client for one in said.forwarded], trust),
        _depth([clean_client(one) for one in said.clients], trust),
    )
    if ours is not None and theirs is not None and ours[1] != theirs[1]:
        # One of the two was written by the client, and nothing says which.
        return Hop()
    depth = ours or theirs
    if depth is None:
        return _nearest(said, trust)
    back, client = depth
    hop = said.forwarded[-back] if ours is not None else Hop()
    proto = _proto(hop.proto) or _proto(_at(said.protos, back))
    return Hop(client, proto, hop.host or _at(said.hosts, back))


def _first(said: Said) -> Hop:
    hop = said.forwarded[0] if said.forwarded else Hop()
    clients = [clean_client(one) for one in said.clients[:1]]
    return Hop(
        hop.client or (clients[0] if clients else None) or said.real_ip,
        _proto(hop.proto) or _proto(said.protos[0] if said.protos else None),
        hop.host or (said.hosts[0] if said.hosts else None),
    )


def _nearest(said: Said, trust: Trust) -> Hop:
    """A trusted proxy that names no chain: what it says of the one request that came to it."""
    if trust.hops is not None and trust.hops > 1:
        return Hop()
    return Hop(said.real_ip, _at(said.protos, 1), _at(said.hosts, 1))


def _depth(clients: list[str | None], trust: Trust) -> tuple[int, str | None] | None:
    """How far back the client is, and its address: the first that is none of our proxies."""
    if not clients:
        return None
    if trust.hops is not None:
        return (trust.hops, clients[-trust.hops]) if len(clients) >= trust.hops else None
    tail = clients[-_MOST:]
    for back, client in enumerate(reversed(tail), start=1):
        if client is None or not trust.covers(client):
            return back, client
    return len(tail), tail[0]


def _at(values: list[str], back: int) -> str | None:
    """What stands as far back, or first where fewer proxies added to it."""
    return values[-min(back, len(values))] if values else None


def _proto(text: str | None) -> str | None:
    lower = "" if text is None else text.strip().strip('"').lower()
    return lower if lower in _SOCKETS else None


def split_host(host: str, scheme: str) -> tuple[str, int]:
    """A name and a port; what is no port stays part of the name."""
    name, colon, port = host.rpartition(":")
    if colon and port.isascii() and port.isdigit() and len(port) <= 5 and int(port) <= 65535:
        if name.startswith("[") and name.endswith("]"):
            return name[1:-1], int(port)
        if ":" not in name:
            return name, int(port)
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    return host, _PORTS.get(scheme, 80)


class ProxyHeadersMiddleware:
    """Take scheme, host and client from a proxy's headers.

    `trusted_proxies` is the networks that our proxies are in, or how many there are.
    """

    def __init__(
        self, app: ASGIApp, *, trusted_proxies: int | Sequence[str | IPNetwork] | Trust | None = None
    ) -> None:
        self.app = app
        self.trust = trusted_proxies if isinstance(trusted_proxies, Trust) else read_trust(trusted_proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            said = read_headers(scope["headers"])
            peer = cast("tuple[str, int | None] | None", scope.get("client"))
            hop = resolve(said, None if peer is None else peer[0], self.trust)
            if hop != Hop():
                scope = _rewritten(scope, hop, peer)
        await self.app(scope, receive, send)


def _rewritten(scope: Scope, hop: Hop, peer: tuple[str, int | None] | None) -> Scope:
    scope = dict(scope)
    proto = _proto(hop.proto)
    if proto is not None and scope["type"] == "websocket":
        scope["scheme"] = _SOCKETS[proto]
    elif proto in ("http", "https"):
        scope["scheme"] = proto
    if hop.client is not None:
        scope["client"] = (hop.client, (peer[1] or 0) if peer is not None else 0)
    if hop.host is not None:
        host = hop.host.encode("latin-1", "replace")
        scope["headers"] = [(b"host", host), *(line for line in scope["headers"] if line[0] != b"host")]
        scope["server"] = split_host(hop.host, scope.get("scheme", "http"))
    return scope
