"""Who may call: what the option `auth=` takes, and what becomes of whom a guard names.

Guards are providers that run before everything else and whose value is kept.  `settle` reads the option,
generated endpoints call `admit` and `sign_in`; of which type a principal is, is `principals`' business.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, TypeAlias

from starlette.types import Message, Scope
from typing_extensions import TypeIs

from responder._http.problems import Problem
from responder._routing.reader import names_of_caller, read_guard

Guards: TypeAlias = "tuple[Callable[..., object], ...]"

WANTED: Final = "an auth helper, a function of the request, a list of these, or None"
"""What `auth=` must be."""


def read_auth(value: object) -> Guards | None:
    """The guards that an `auth=` names, none for None; None when the value is no `auth=`."""
    if value is None:
        return ()
    given: Sequence[object] = value if _is_sequence(value) else (value,)
    # Calling a class makes an object, which would let everybody in.
    guards = tuple(one for one in given if _is_callable(one) and not isinstance(one, type))
    if not guards or len(guards) != len(given):
        return None
    for guard in guards:
        read_guard(guard, names_of_caller())
    return guards


def _is_sequence(value: object) -> TypeIs[list[object] | tuple[object, ...]]:
    return isinstance(value, list | tuple)


def _is_callable(value: object) -> TypeIs[Callable[..., object]]:
    return callable(value)


def admit(principal: object) -> None:
    """Refuse a request for which a plain function named nobody."""
    if isinstance(principal, Awaitable):
        raise TypeError("a guard gave something that has still to be awaited")
    if not principal:
        raise Problem(401, "Not authenticated")


def sign_in(scope: Scope, principal: object) -> None:
    """Keep whom the guards let in at `req.state.user` and `req.state.auth`."""
    state = scope.setdefault("state", {})
    state["user"] = state["auth"] = principal


def challenge_for(scope: Scope) -> str:
    """What to put before callers whom nobody told how to identify themselves: what the first guard wants."""
    operations: Mapping[str, object] = getattr(scope.get("route"), "operations", {})
    method = scope.get("method", "*")
    operation = operations.get(method) or operations.get("GET" if method == "HEAD" else "*")
    operation = operation or operations.get("*")
    guards: Guards = getattr(operation, "auth", ())
    for guard in guards:
        challenge: object = getattr(guard, "challenge", None)
        if callable(challenge):
            return str(challenge())
    return "Bearer"


async def no_body() -> Message:
    """Stands for `receive` where a request is the handshake of a WebSocket."""
    raise RuntimeError("the handshake of a WebSocket has no body")
