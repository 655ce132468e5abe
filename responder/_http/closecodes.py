"""How a WebSocket ends: which code says what, and what a close frame can carry.  Pure."""

from __future__ import annotations

from typing import Final, cast

from starlette.exceptions import HTTPException, WebSocketException
from starlette.requests import ClientDisconnect
from starlette.websockets import WebSocketDisconnect

NORMAL: Final = 1000
GOING_AWAY: Final = 1001
WRONG_KIND: Final = 1003
MALFORMED: Final = 1007
POLICY: Final = 1008
FAULT: Final = 1011

_MAX_REASON: Final = 123  # bytes that a close frame has for it
_KEPT: Final = frozenset((1004, 1005, 1006))
"""Codes below 1015 that only say something to the application, never to the other side."""


def is_sendable(code: int) -> bool:
    """Whether a close frame may carry a code: those of the protocol, and 3000 to 4999."""
    return (NORMAL <= code < 1015 and code not in _KEPT) or 3000 <= code < 5000


def fitting(reason: str) -> str:
    """As much of a reason as a close frame can carry."""
    return reason.encode("utf-8", "replace")[:_MAX_REASON].decode("utf-8", "ignore")


def meant(error: BaseException) -> BaseException:
    """What was raised, without the groups that tasks wrap it in; a group of several stays one."""
    leaves = _leaves(error)
    if len(leaves) == 1 or (leaves and all(map(is_leave, leaves))):
        return leaves[0]
    return error


def _leaves(error: BaseException) -> list[BaseException]:
    if not isinstance(error, BaseExceptionGroup):
        return [error]
    group = cast("BaseExceptionGroup[BaseException]", error)
    return [leaf for one in group.exceptions for leaf in _leaves(one)]


def is_leave(error: BaseException) -> bool:
    """Whether it says that the other side is gone."""
    return isinstance(error, WebSocketDisconnect | ClientDisconnect)


def code_of(error: BaseException) -> int:
    """The code that a socket is closed with for what was raised; 1001 for a cancellation."""
    error = meant(error)
    if isinstance(error, WebSocketException):
        return error.code if is_sendable(error.code) else FAULT
    if isinstance(error, HTTPException):
        return POLICY
    return FAULT if isinstance(error, Exception) else GOING_AWAY
