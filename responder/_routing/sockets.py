"""The same for WebSocket operations: one generated function from the handshake to the close.

Inputs are those of the handshake.  A hook that leaves the socket closed ends the road silently.  What is
raised, and how the connection ends, is the dispatcher's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import CoroutineType
from typing import Final

from pydantic import ValidationError

from responder._http.cookies import parse_cookies
from responder._http.querystring import parse_query
from responder._http.threads import run
from responder._http.websocket import WebSocket
from responder._routing.calls import Calls, link, path_params
from responder._routing.emit import Code
from responder._routing.endpoint import Endpoint
from responder._routing.explain import Unfit, cookie_pairs, explain, whole
from responder._routing.extract import Reading, Surroundings
from responder._routing.lifetimes import (
    AppScope,
    ThreadSteps,
    close_all,
    no_value,
    unwind,
)
from responder._routing.plan import Operation
from responder._routing.providers import NO_OVERRIDES, Overrides
from responder._routing.steps import is_below
from responder.params import MISSING

_NAMES: Final[Mapping[str, object]] = {
    one.__name__: one
    for one in (
        *(ValidationError, WebSocket, Unfit, ThreadSteps, cookie_pairs, parse_cookies, parse_query, run),
        *(explain, whole, close_all, no_value, unwind, is_below),
    )
} | {"CoroutineType": CoroutineType, "MISSING": MISSING}


def compile_socket(
    operation: Operation, app_scope: AppScope, route: object, overrides: Overrides = NO_OVERRIDES
) -> Endpoint:
    """Generate the function that serves a WebSocket operation."""
    code = Code("endpoint", "scope, receive, send, values")
    linked = link(operation, overrides)
    calls = Calls(code, operation, linked, app_scope)
    code.line(f'scope["route"] = {code.bind("route", route)}')
    code.line(f'scope["endpoint"] = {code.bind("handler", operation.handler)}')
    code.line(f'scope["path_params"] = {path_params(code, operation.template)}')
    code.line("ws = WebSocket(scope, receive, send)")
    calls.prepare_closers()
    with code.block("try:"):
        with code.block("try:"):
            _work(code, operation, calls, len(linked.steps), linked.guarding)
        with code.block("except BaseException as exception:"):
            if calls.closers:
                code.line("error = exception")
            code.line("raise")
    with code.block("finally:"):
        calls.close_all()
    return code.build(_NAMES, f"<responder {operation.label}>")


def _work(code: Code, operation: Operation, calls: Calls, steps: int, guarding: int) -> None:
    code.line("stopped = False")
    for hook in operation.before:
        condition = "if not stopped:"
        if hook.below is not None:
            condition = f"if not stopped and is_below(scope, {code.bind('below', hook.below)}):"
        with code.block(condition):
            calls.call_hook(hook, "ws")
            code.line("stopped = not ws.is_open")
    with code.block("if not stopped:"):
        guards = calls.slots_of(calls.step_arguments(0, guarding))
        if guards:
            Reading(code, operation.template, guards, Surroundings()).write()
        calls.open_steps(0, guarding)
        slots = calls.slots_of(calls.step_arguments(guarding, steps))
        for view in operation.views:
            slots.extend(calls.slots_of(view.arguments))
        Reading(code, operation.template, slots, Surroundings()).write()
        calls.open_steps(guarding, steps)
        for view in operation.views:
            calls.call_view(view, None, "run")
        for hook in operation.after:
            calls.call_hook(hook, "ws")
