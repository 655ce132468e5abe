"""`Origins`: whose pages may open a WebSocket.

A browser opens WebSockets to any host, with that host's cookies, for any page; all it does is to name the
page's origin.  Handshakes without an origin come from programs, which may say what they like, and pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from starlette.types import Scope

from responder._contract.frozen import frozen

_ORIGIN: Final = re.compile(
    r"([a-z][a-z0-9+.-]*)://(\*\.)?([a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?"
)
_PORTS: Final = {"http": "80", "https": "443", "ws": "80", "wss": "443"}
SELF: Final = "self"
"""Stands for the host that the handshake was sent to."""


@frozen
class Origins:
    """A list of origins, read."""

    exact: frozenset[str]
    below: tuple[tuple[str, str, str], ...] = ()
    """Scheme, domain with a leading dot, and port of every `https://*.example.com`."""
    every: bool = False
    same: bool = False

    def allow(self, scope: Scope) -> bool:
        """Whether a handshake may go on."""
        given = [value for name, value in scope["headers"] if name == b"origin"]
        if self.every or not given:
            return True
        if len(given) > 1:
            return False
        origin = given[0].decode("latin-1").lower()
        found = _ORIGIN.fullmatch(origin)
        if found is None or found[2]:
            return origin in self.exact
        scheme, _, host, port = found.groups()
        port = _port(scheme, port)
        if _joined(scheme, host, port) in self.exact:
            return True
        if any((scheme, port) == (one, at) and host.endswith(domain) for one, domain, at in self.below):
            return True
        return self.same and _asked(scope) in (f"{host}:{port}" if port else host, f"{host}:{found[4]}")


def read_origins(values: Iterable[str]) -> Origins:
    """Read a list of origins; `ValueError` for what is none."""
    exact: set[str] = set()
    below: list[tuple[str, str, str]] = []
    every = same = False
    for value in values:
        if value == "*":
            every = True
        elif value == SELF:
            same = True
        elif value == "null":
            exact.add(value)
        else:
            found = _ORIGIN.fullmatch(value.lower())
            if found is None:
                raise ValueError(f"{value!r} is not an origin such as 'https://example.com'")
            scheme, wild, host, port = found.groups()
            if wild:
                below.append((scheme, f".{host}", _port(scheme, port)))
            else:
                exact.add(_joined(scheme, host, _port(scheme, port)))
    return Origins(frozenset(exact), tuple(below), every, same)


def _port(scheme: str, port: str | None) -> str:
    """A port that says something: "" for the scheme's own."""
    return "" if port is None or _PORTS.get(scheme) == port else port


def _joined(scheme: str, host: str, port: str) -> str:
    return f"{scheme}://{host}:{port}" if port else f"{scheme}://{host}"


def _asked(scope: Scope) -> str | None:
    """The host that the handshake was sent to; None unless there is exactly one."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return hosts[0].decode("latin-1").lower() if len(hosts) == 1 else None
