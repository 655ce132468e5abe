"""What the route table leads to: operations, each compiled when it is first called.

A target keeps its place in the table for as long as the plan lives; what stands in for providers may change,
and then its function is made anew on its next call.  Requests under way keep the function that they began
with.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from starlette.types import Receive, Scope, Send

from responder._routing.endpoint import Endpoint, Services, compile_operation
from responder._routing.errors import Located, error_for
from responder._routing.misplaced import misplaced
from responder._routing.plan import Operation, Plan, Route, refs_of
from responder._routing.providers import NO_OVERRIDES, Overrides
from responder._routing.sockets import compile_socket
from responder._routing.tree import Row
from responder._routing.wrapping import Wrapped


class Target:
    """One operation in the table; `endpoint` is what serves it now."""

    __slots__ = ("endpoint", "operation", "route", "_overrides", "_services", "_wrapped")

    def __init__(self, route: Route, operation: Operation, services: Services) -> None:
        self.route = route
        self.operation = operation
        self._services = services
        self._wrapped: Wrapped | None = None
        answers = operation.settings.answers
        if answers and services.answered is not None:
            fail, passing = services.answered(answers)
            services = self._services = replace(services, fail=fail, passing=passing)
        layers = operation.settings.middleware
        if layers:
            self._wrapped = Wrapped(layers, operation.template.names, route, services.fail, operation.label)
            self._services = replace(services, fail=services.passing or services.fail)
        self._overrides = NO_OVERRIDES
        self.endpoint: Endpoint = self._first

    def compile(self) -> Endpoint:
        """Make the function now; raise what is wrong with a stand-in of this operation."""
        faults = self.faults() if self._overrides else ()
        if faults:
            raise error_for(faults)
        if self.operation.kind == "websocket":
            services = self._services
            made = compile_socket(
                self.operation,
                services.app_scope,
                self.route,
                self._overrides,
                services.allowed_origins,
                services.trace,
            )
        else:
            made = compile_operation(self.operation, self._services, self.route, self._overrides)
        if self._wrapped is None:
            self.endpoint = made
        else:
            self._wrapped.inner = made
            self.endpoint = self._wrapped.endpoint
        return made

    def override(self, overrides: Overrides) -> None:
        """Serve with other providers from the next call on."""
        self._overrides = overrides
        self.endpoint = self._first

    def faults(self) -> tuple[Located, ...]:
        """What is wrong with those that stand in for others: a WebSocket that HTTP has not."""
        one = self.operation
        if one.kind == "websocket":
            return ()
        wrong = misplaced(refs_of(one), one.suppliers, self._overrides)
        return tuple(Located(finding, one.site, one.label) for finding in wrong)

    async def _first(self, scope: Scope, receive: Receive, send: Send, values: tuple[object, ...]) -> None:
        try:
            self.compile()
        except Exception as error:  # a stand-in that cannot be called, or leads back to itself
            if self.operation.kind == "websocket":
                raise
            await self._services.fail(error, scope, receive, send)
            return
        await self.endpoint(scope, receive, send, values)


def targets_of(plan: Plan, services: Services) -> tuple[Target, ...]:
    """Make the targets of every operation, in the order of declaration."""
    return tuple(
        Target(route, operation, services)
        for route in plan.routes
        for operation in dict.fromkeys(route.operations.values())
    )


def rows_of(targets: Iterable[Target], kind: str) -> list[Row[Target]]:
    """Make the table's rows for one kind of connection; a socket's handshake has no method to tell apart."""
    return [
        Row(target.operation.template, None if kind == "websocket" else target.operation.methods, target)
        for target in targets
        if target.operation.kind == kind
    ]
