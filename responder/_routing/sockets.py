"""The same for WebSocket operations: one generated function from the handshake to the close.

Inputs are those of the handshake.  A hook that leaves the socket closed ends the road silently.  What is
raised, and how the connection ends, is the dispatcher's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import CoroutineType
from typing import Final

from pydantic import ValidationError
from starlette.types import Scope

from responder._contract.sources import Source
from responder._http.cookies import parse_cookies
from responder._http.messages import Messages
from responder._http.origins import Origins
from responder._http.problems import Problem
from responder._http.querystring import parse_query
from responder._http.request import Request
from responder._http.threads import run
from responder._http.websocket import Terms, WebSocket
from responder._routing.authenticating import admit, no_body, sign_in
from responder._routing.calls import Calls, Link, link, path_params, takes
from responder._routing.conversations import hold, messages_taken
from responder._routing.emit import Code, Trace
from responder._routing.endpoint import Endpoint
from responder._routing.explain import Unfit, cookie_pairs, explain, whole
from responder._routing.extract import Reading, Surroundings
from responder._routing.lifetimes import (
    AppScope,
    ThreadSteps,
    Uninterrupted,
    close_all,
    no_value,
    teardown_failed,
    unwind,
    yielded_twice,
)
from responder._routing.plan import BoundView, Operation
from responder._routing.providers import NO_OVERRIDES, Overrides
from responder._routing.steps import is_below
from responder.params import MISSING


def check_origin(scope: Scope, origins: Origins) -> None:
    """Refuse a handshake that some other page began."""
    if not origins.allow(scope):
        raise Problem(403, "Origin not allowed")


_NAMES: Final[Mapping[str, object]] = {
    one.__name__: one
    for one in (
        *(ValidationError, WebSocket, Unfit, ThreadSteps, cookie_pairs, parse_cookies, parse_query, run),
        *(explain, whole, close_all, no_value, unwind, is_below, check_origin, hold),
        *(Uninterrupted, teardown_failed, yielded_twice, Request, admit, no_body, sign_in),
    )
} | {"CoroutineType": CoroutineType, "MISSING": MISSING}


def compile_socket(
    operation: Operation,
    app_scope: AppScope,
    route: object,
    overrides: Overrides = NO_OVERRIDES,
    origins: Origins | None = None,
    trace: Trace | None = None,
) -> Endpoint:
    """Generate the function that serves a WebSocket operation; `origins` are those of the application."""
    code = Code("endpoint", "scope, receive, send, values", trace)
    linked = link(operation, overrides)
    calls = Calls(code, operation, linked, app_scope)
    code.line(f'scope["route"] = {code.bind("route", route)}')
    code.line(f'scope["endpoint"] = {code.bind("handler", operation.handler)}')
    code.line(f'scope["path_params"] = {path_params(code, operation.template)}')
    code.line(f"ws = WebSocket(scope, receive, send, {code.bind('terms', _terms(operation))})")
    if takes(calls.step_arguments(0, len(linked.steps)), Source.REQUEST):
        code.line("req = Request(scope, no_body)")
    origins = operation.settings.allowed_origins or origins
    if origins is not None:
        code.line(f"check_origin(scope, {code.bind('origins', origins)})")
    calls.prepare_closers()
    with code.block("try:"):
        with code.block("try:"):
            _work(code, operation, calls, linked)
        with code.block("except BaseException as exception:"):
            if calls.closers:
                code.line("error = exception")
            code.line("raise")
    with code.block("finally:"):
        calls.close_all()
    return code.build(_NAMES, f"<responder {operation.label}>")


def _work(code: Code, operation: Operation, calls: Calls, linked: Link) -> None:
    steps, guarding = len(linked.steps), linked.guarding
    if operation.before:
        code.stage("before hooks")
    code.line("stopped = False")
    for hook in operation.before:
        condition = "if not stopped:"
        if hook.below is not None:
            condition = f"if not stopped and is_below(scope, {code.bind('below', hook.below)}):"
        with code.block(condition):
            calls.call_hook(hook, "ws")
            code.line("stopped = not ws.is_open")
    with code.block("if not stopped:"):
        asking = linked.authenticating
        if asking:
            code.stage("auth")
            _guarding(code, operation, calls, 0, asking)
            calls.authenticate()
        _guarding(code, operation, calls, asking, guarding)
        calls.open_steps(asking, guarding)
        code.line("stopped = not ws.is_open")
    with code.block("if not stopped:"):
        slots = calls.slots_of(calls.step_arguments(guarding, steps))
        for view in operation.views:
            slots.extend(calls.slots_of(view.arguments))
        Reading(code, operation.template, slots, Surroundings()).write()
        if steps > guarding:
            code.stage("dependencies")
        calls.open_steps(guarding, steps)
        with code.block("if ws.is_open:"):
            for view in operation.views:
                code.stage(f"handler {view.view.name}")
                _view(code, calls, view)
            for hook in operation.after:
                calls.call_hook(hook, "ws")


def _guarding(code: Code, operation: Operation, calls: Calls, start: int, stop: int) -> None:
    """Write the reading of what guards declare for themselves."""
    slots = calls.slots_of(calls.step_arguments(start, stop))
    if slots:
        Reading(code, operation.template, slots, Surroundings()).write()


def _view(code: Code, calls: Calls, bound: BoundView) -> None:
    view = bound.view
    if view.owner is None or view.talk is None:
        calls.call_view(bound, None, "run")
        return
    code.line(f"instance = {code.bind('owner', view.owner)}()")
    calls.call_view(bound, "instance", "run")
    code.line(f"await hold(ws, instance, {code.bind('talk', view.talk)})")


def _terms(operation: Operation) -> Terms:
    """What the route says about its sockets."""
    settings = operation.settings
    for bound in operation.views:
        wanted = messages_taken(bound.view.params, bound.view.name)
        if isinstance(wanted, Messages):
            return Terms(wanted, settings.subprotocols, settings.on_invalid)
    return Terms(None, settings.subprotocols, settings.on_invalid)
