"""An `Operation` becomes one generated function, from the ASGI scope to the last `send`.

Every line is there because the plan asked for it.  What is common (one body of known length, JSON or text, no
headers of the handler's own) is answered by the generated lines themselves; anything rarer leaves for
`send_response`, and every failure leaves for `fail`.  The order of things is the contract's: before hooks,
guards, all inputs, handler dependencies, views, after hooks, the answer, teardown, background tasks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from types import CoroutineType
from typing import Final, TypeAlias

import anyio
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError
from starlette.types import Receive, Scope, Send

from responder._contract.frozen import frozen
from responder._contract.sources import Source
from responder._http.body import check_length, read_rest, too_large
from responder._http.cookies import parse_cookies
from responder._http.exchange import exchange, release
from responder._http.forms import FormLimits
from responder._http.headers import CT_JSON, CT_TEXT, LENGTHS, VARY_ACCEPT, content_length
from responder._http.origins import Origins
from responder._http.plain import whole_text
from responder._http.querystring import parse_query
from responder._http.quick import Sender, has_body, squeeze
from responder._http.request import Request
from responder._http.response import MEDIA, TEXT, Response
from responder._http.sending import Delivery, send_response
from responder._http.tasks import run_background
from responder._http.threads import run, run_abandoned
from responder._routing.answers import Answer
from responder._routing.authenticating import admit, sign_in
from responder._routing.calls import Calls, Link, link, path_params, takes
from responder._routing.emit import Code, Trace
from responder._routing.explain import Unfit, cookie_pairs, explain, whole
from responder._routing.extract import Reading, Slot, Surroundings
from responder._routing.handlers import Handlers
from responder._routing.lifetimes import (
    AppScope,
    ThreadSteps,
    Uninterrupted,
    close_all,
    finish,
    give_early,
    no_value,
    teardown_failed,
    unwind,
    yielded_twice,
)
from responder._routing.options import Unset
from responder._routing.plan import Operation
from responder._routing.providers import NO_OVERRIDES, Overrides
from responder._routing.reading import (
    as_object,
    check_strict,
    embedded,
    is_json,
    no_body,
    other_body,
    take,
    take_file,
)
from responder._routing.returns import broken, settle_data
from responder._routing.steps import is_below
from responder._routing.streaming import give_items
from responder._routing.undeclared import Fail, watched
from responder.csrf import SAFE_METHODS, enforce_csrf
from responder.params import MISSING
from responder.sessions import with_session

Endpoint: TypeAlias = Callable[[Scope, Receive, Send, tuple[object, ...]], Awaitable[None]]


class TimedOut(Exception):
    """A request took longer than it may; ours alone, so that a handler's own TimeoutError stays itself.

    `response` is what the handler had made until then.
    """

    def __init__(self, response: Response[object]) -> None:
        super().__init__("Request timed out")
        self.response = response


_WRITING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# fmt: off
_NAMES: Final[Mapping[str, object]] = {
    one.__name__: one
    for one in (
        ValidationError, PydanticSerializationError, Request, Response, Sender, Unfit, ThreadSteps,
        TimedOut, read_rest, release, exchange, give_items, cookie_pairs, parse_cookies, parse_query,
        run_background, send_response, run, run_abandoned, explain, whole, close_all, finish, give_early,
        Uninterrupted, teardown_failed, yielded_twice, unwind, no_value, is_below, broken, settle_data,
        whole_text, content_length, has_body, squeeze,
        as_object, check_length, check_strict, embedded, is_json, no_body, other_body, take, too_large,
        take_file, enforce_csrf, with_session, admit, sign_in,
    )
} | {
    "CoroutineType": CoroutineType,
    "MISSING": MISSING,
    "MEDIA": MEDIA,
    "TEXT": TEXT,
    "LENGTHS": LENGTHS,
    "CT_JSON": CT_JSON,
    "CT_TEXT": CT_TEXT,
    "VARY_ACCEPT": VARY_ACCEPT,
    "move_on_after": anyio.move_on_after,
}
# fmt: on


@frozen
class Services:
    """What the application lends to its endpoints."""

    fail: Fail
    delivery: Delivery
    prefers_json: Callable[[bytes], bool]
    app_scope: AppScope
    limit: int | None = None
    timeout: float | None = None
    form_limits: FormLimits | None = None
    csrf: bool = False
    """Whether routes are protected against forged requests unless they say otherwise."""
    allowed_origins: Origins | None = None
    trace: Trace | None = None
    """Told of every stage, if anybody is."""
    passing: Fail | None = None
    """The same where middleware of a route stands around: what nobody foresaw is raised on to it."""
    watches: bool = False
    """Whether problems that nobody declared are told."""
    answered: Callable[[tuple[Handlers, ...]], tuple[Fail, Fail]] | None = None
    """Gives `fail` and `passing` for routes of routers that answer some exceptions themselves."""


def compile_operation(
    operation: Operation, services: Services, route: object, overrides: Overrides = NO_OVERRIDES
) -> Endpoint:
    """Generate the function that serves an operation; `route` is what tracing tools find in the scope."""
    return _Writer(operation, services, route, overrides).build()


class _Writer:
    """Writes one endpoint, top to bottom."""

    def __init__(self, operation: Operation, services: Services, route: object, overrides: Overrides) -> None:
        self._operation = operation
        self._services = services
        self._route = route
        self._code = Code("endpoint", "scope, receive, send, values", services.trace)
        self._linked: Link = link(operation, overrides)
        self._calls = Calls(self._code, operation, self._linked, services.app_scope)
        self._answer = Answer(self._code, operation, services.delivery, services.prefers_json)
        settings = operation.settings
        self._timeout = services.timeout if settings.timeout is Unset.UNSET else settings.timeout
        self._limit = services.limit if settings.max_body_size is Unset.UNSET else settings.max_body_size
        # None of its methods may write: there is nothing to forge.
        wanted = operation.settings.csrf
        safe = operation.methods is not None and operation.methods <= SAFE_METHODS
        self._protected = not safe and (services.csrf if wanted is None else wanted)

    def build(self) -> Endpoint:
        code = self._code
        self._opening()
        with code.block("try:"):
            if self._calls.closers:
                with code.block("try:"):
                    self._attempt()
                    self._sending()
                with code.block("finally:"):
                    self._calls.close_all()
            else:
                self._attempt()
                self._sending()
            with code.block("if later:"):
                code.line("await run_background(resp)")
        held = 'if "responder" in scope and scope["responder"].body is not None:'
        with code.block("finally:"), code.block(held):
            code.line("await release(scope)")
        return code.build(_NAMES, f"<responder {self._operation.label}>")

    def _attempt(self) -> None:
        with self._code.block("try:"):
            self._body()
        early = [pair[0] for pair in reversed(self._calls.closers) if pair[1].supplier.close == "before-send"]
        fail = self._code.bind("fail", watched(self._operation, self._services))
        key = ("failures", fail, bool(self._calls.closers), tuple(early))
        self._code.segment(key, lambda: self._failures(fail, early))

    def _opening(self) -> None:
        code, operation = self._code, self._operation
        code.line(f'scope["route"] = {code.bind("route", self._route)}')
        code.line(f'scope["endpoint"] = {code.bind("handler", operation.handler)}')
        code.line(f'scope["path_params"] = {path_params(code, operation.template)}')
        code.line(f"limit = {code.bind('limit', self._limit)}")
        limits = operation.settings.form_limits
        if limits is Unset.UNSET:
            limits = self._services.form_limits or Unset.UNSET
        if limits is not Unset.UNSET:
            code.line(f"exchange(scope).form_limits = {code.bind('form_limits', limits)}")
        code.line("req = Request(scope, receive, limit)")
        if self._hands_out_request():
            code.line("req._send = send")
        code.line("resp = Response(req)")
        code.line("start = None")
        code.line("later = False")
        self._calls.prepare_closers()

    def _hands_out_request(self) -> bool:
        """Whether anybody but these lines has the request."""
        operation = self._operation
        arguments = [argument for view in operation.views for argument in view.arguments]
        arguments += self._calls.step_arguments(0, len(self._linked.steps))
        hooked = bool(operation.before or operation.after)
        return hooked or takes(arguments, Source.REQUEST) or takes(arguments, Source.RESPONSE)

    def _body(self) -> None:
        code = self._code
        if self._timeout is not None:
            limit = code.bind("timeout", float(self._timeout))
            with code.block(f"with move_on_after({limit}) as deadline:"):
                self._hooks_and_work()
            with code.block("if deadline.cancelled_caught:"):
                code.line("raise TimedOut(resp)")
        else:
            self._hooks_and_work()
        for variable, step in reversed(self._calls.closers):
            if step.supplier.close == "before-send":
                with code.block(f"if {variable} is not None:"):
                    code.line(f"steps, {variable} = {variable}, None")
                    code.line(f"await finish(steps, {code.bind('n', step.supplier.name)})")
        code.stage("answer")
        self._answer.write()

    def _hooks_and_work(self) -> None:
        code, hooks = self._code, self._operation.before
        if not hooks:
            self._work()
            return
        code.stage("before hooks")
        code.line("stopped = False")
        for number, hook in enumerate(hooks):
            conditions = [] if number == 0 else ["not stopped"]
            if hook.below is not None:
                conditions.append(f"is_below(scope, {code.bind('below', hook.below)})")
            if conditions:
                with code.block(f"if {' and '.join(conditions)}:"):
                    self._calls.call_hook(hook, "req")
                    code.line("stopped = resp.status_code is not None")
            else:
                self._calls.call_hook(hook, "req")
                code.line("stopped = resp.status_code is not None")
        with code.block("if not stopped:"):
            self._work()

    def _work(self) -> None:
        code, operation, linked = self._code, self._operation, self._linked
        if operation.settings.status_code is not None:
            code.line(f"resp.status_code = {code.bind('status', operation.settings.status_code)}")
        if self._protected:
            code.stage("csrf")
            code.line("await enforce_csrf(req)")
        asking, guarding = linked.authenticating, linked.guarding
        if asking:
            code.stage("auth")
            self._guarding(0, asking)
            self._calls.authenticate()
        if guarding > asking:
            code.stage("guards")
            self._guarding(asking, guarding)
            self._calls.open_steps(asking, guarding)
        self._read(bool(guarding))
        if len(linked.steps) > guarding:
            code.stage("dependencies")
        self._calls.open_steps(guarding, len(linked.steps))
        self._views()
        self._after()

    def _guarding(self, start: int, stop: int) -> None:
        """Write the reading of what guards declare for themselves."""
        slots = self._calls.slots_of(self._calls.step_arguments(start, stop))
        if slots:
            Reading(self._code, self._operation.template, slots, Surroundings(taken=True)).write()

    def _read(self, guarded: bool) -> None:
        operation = self._operation
        own = [argument for view in operation.views for argument in view.arguments]
        slots = self._calls.slots_of(
            self._calls.step_arguments(self._linked.guarding, len(self._linked.steps))
        )
        slots.extend(self._calls.slots_of(own))
        model = operation.query_model
        if model is not None:
            slots.append(Slot(model, "params_model"))
        writes = operation.methods is None or bool(operation.methods & _WRITING)
        around = Surroundings(
            negotiates=True,
            sized=writes and self._limit is not None,
            taken=guarded or bool(operation.before) or self._protected,
        )
        if slots:
            self._code.stage("inputs")
        Reading(self._code, operation.template, slots, around).write()
        if model is not None:
            self._code.line("req.state.validated_params = params_model")

    def _views(self) -> None:
        code = self._code
        instances: dict[type, str] = {}
        handler_run = "run" if self._timeout is None else "run_abandoned"
        for view in self._operation.views:
            owner = view.view.owner
            if owner is not None and owner not in instances:
                instances[owner] = code.fresh("instance")
                code.line(f"{instances[owner]} = {code.bind('owner', owner)}()")
            code.stage(f"handler {view.view.name}")
            self._calls.call_view(view, None if owner is None else instances[owner], handler_run)
            items = self._operation.items
            if items is not None and view is self._operation.views[-1]:
                code.line(f"give_items(resp, result, {code.bind('items', items)})")
            else:
                contract = self._operation.contract
                kept = code.bind("contract", contract) if contract else None
                model = contract.model_class
                usual = ["dict", "list", *([] if model is None else [code.bind("exact", model)])]
                code.segment(("apply", kept, *usual), partial(self._apply, kept, usual))

    def _apply(self, contract: str | None, usual: Sequence[str]) -> None:
        code = self._code
        with code.block("if result is not None:"):
            with code.block(f"if {' or '.join(f'result.__class__ is {kind}' for kind in usual)}:"):
                code.line("resp._kind = MEDIA")
                code.line("resp._value = result")
            with code.block("else:"):
                code.line("resp.apply(result)" if contract is None else f"resp.apply(result, {contract})")

    def _after(self) -> None:
        code = self._code
        if not self._operation.after:
            return
        code.stage("after hooks")
        with code.block("if resp.status_code is None:"):
            code.line("resp.status_code = 200")
        for hook in self._operation.after:
            if hook.below is not None:
                with code.block(f"if is_below(scope, {code.bind('below', hook.below)}):"):
                    self._calls.call_hook(hook, "req")
            else:
                self._calls.call_hook(hook, "req")

    def _failures(self, fail: str, early: Sequence[str]) -> None:
        code = self._code
        tracked = bool(self._calls.closers)
        with code.block("except Exception as exception:"):
            with code.block("if later and send.started:"), code.block("if not send.is_left(exception):"):
                if tracked:
                    code.line("error = exception")
                code.line("raise")
            with code.block("else:"):
                self._answer_failure(fail, early)
        with code.block("except BaseException as exception:"):
            # Mostly the request's own end, which `fail` raises again; but a task of the handler's that was
            # cancelled is a fault.
            if tracked:
                code.line("error = exception")
            with code.block("if later and send.started:"):
                code.line("raise")
            code.line("start = None")
            code.line("later = False")
            code.line(f"await {fail}(exception, scope, receive, send, req)")

    def _answer_failure(self, fail: str, early: Sequence[str]) -> None:
        code = self._code
        code.line("failure = exception")
        for variable in early:
            with code.block(f"if {variable} is not None:"):
                code.line(f"steps, {variable} = {variable}, None")
                code.line("failure = await give_early(steps, failure)")
        if self._calls.closers:
            code.line("error = failure")
        code.line("start = None")
        code.line("later = False")
        code.line(f"await {fail}(failure, scope, receive, send, req)")

    def _sending(self) -> None:
        """Write the two messages of an answer that is ready; a failure to send is nobody's to answer."""
        code = self._code
        with code.block("if start is not None:"):
            code.line('await send({"type": "http.response.start", "status": status, "headers": start})')
            code.line('await send({"type": "http.response.body", "body": body})')
