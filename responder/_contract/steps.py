"""What the methods of a class that serves a WebSocket take: the socket, and what happened.

`on_connect` is bound like any handler; `on_receive(self, ws, data)` and `on_disconnect(self, ws, code)` are
called by the framework, with as many of these as they have parameters for.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from responder._contract.findings import Finding, found
from responder._contract.roles import RESERVED
from responder._contract.signature import Param, Signature

Gets: TypeAlias = tuple[Literal["ws", "value"], ...]
"""What a step takes, in order: the socket, and what happened."""

STEPS = ("on_connect", "on_receive", "on_disconnect")
"""The methods of a class that serves a WebSocket."""

_EXPECTED = {"on_connect": "(self, ws)", "on_receive": "(self, ws, data)"}


def misfit(handler: str) -> Finding:
    """Say what a step, called `Class.on_step`, must accept."""
    expected = _EXPECTED.get(handler.rpartition(".")[2], "(self, ws, code)")
    return found("socket-view-signature", handler=handler, expected=expected)


def gets_of(signature: Signature) -> Gets | Finding:
    """What to call a step with, by the order of its parameters."""
    gets: list[Literal["ws", "value"]] = []
    for param in signature.params:
        if param.has_default is not False or param.kind in ("var-positional", "var-keyword"):
            continue
        if param.kind == "keyword":
            return misfit(signature.name)
        gets.append("ws" if _is_socket(param) else "value")
    if len(gets) > 2 or len(set(gets)) < len(gets):
        return misfit(signature.name)
    return tuple(gets)


def _is_socket(param: Param) -> bool:
    if param.annotation:
        return param.role == "socket"
    return RESERVED.get(param.name) == "socket"
