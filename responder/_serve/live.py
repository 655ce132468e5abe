"""One sealed plan with everything that serves it; made anew, whole, when something was declared later.

Called by the application's core.  What is in here never changes afterwards, apart from what stands in for
providers: requests under way end on the plan that they began with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from starlette.types import ASGIApp

from responder._contract.convertors import ConvertorFacts
from responder._contract.findings import found
from responder._contract.frozen import frozen
from responder._http.quick import json_preference
from responder._routing.declare import Journal
from responder._routing.endpoint import Services
from responder._routing.errors import Located
from responder._routing.handlers import Handlers, Nearest
from responder._routing.lifetimes import AppScope
from responder._routing.plan import Plan, seal
from responder._routing.providers import Overrides, overrides_of
from responder._routing.table import Table
from responder._routing.targets import Target, rows_of, targets_of
from responder._routing.tree import Row
from responder._routing.undeclared import Fail
from responder._serve.dispatch import ByHost, Dispatcher, Rest
from responder._serve.failures import Failures
from responder._serve.mounts import Mounts
from responder._serve.reverse import Reverse
from responder._serve.settings import Settings
from responder._serve.tower import Layer, build
from responder._serve.tracing import trace
from responder.sessions import Keeper


@frozen
class Parts:
    """What the application lends for as long as it lives."""

    settings: Settings
    failures: Failures
    app_scope: AppScope
    mounts: Mounts
    pages: Mounts
    sessions: Keeper | None = None
    outer: tuple[Layer, ...] = ()


@frozen
class Live:
    """Everything that serves one plan."""

    plan: Plan
    targets: tuple[Target, ...]
    table: Table[Target]
    sockets: Table[Target]
    reverse: Reverse
    facts: Mapping[str, ConvertorFacts]
    floor: ASGIApp
    app: ASGIApp

    def override(self, overrides: Overrides) -> None:
        """Serve with other providers from the next request on."""
        for target in self.targets:
            target.override(overrides)


def plan_of(journal: Journal) -> Plan:
    """Judge everything that was declared; the findings are in the plan."""
    return seal(journal)


def make_live(plan: Plan, journal: Journal, parts: Parts, added: Sequence[Layer]) -> Live:
    """Put together what serves a plan that has no faults."""
    settings = parts.settings
    inner = replace(parts.failures, passes_on=bool(added))
    services = Services(
        fail=inner.answer,
        passing=replace(inner, passes_on=True).answer,
        delivery=inner.delivery,
        prefers_json=json_preference(inner.delivery.formats),
        app_scope=parts.app_scope,
        limit=settings.max_request_size,
        timeout=settings.request_timeout,
        csrf=settings.csrf,
        form_limits=settings.form_limits,
        allowed_origins=settings.allowed_origins,
        watches=settings.debug,
        trace=trace if settings.watch.trace else None,
        answered=partial(_answered, inner),
    )
    parts.app_scope.suppliers = plan.suppliers
    targets = targets_of(plan, services)
    convertors = dict(journal.convertors)
    table = Table(rows_of(targets, "http"), convertors)
    sockets = Table(rows_of(targets, "websocket"), convertors)
    default = [target for target in targets if target.operation.settings.default]
    rest = Rest(
        mounts=parts.mounts,
        pages=parts.pages,
        default=_last_route(target for target in default if target.operation.kind == "http"),
        default_socket=next((one for one in reversed(default) if one.operation.kind == "websocket"), None),
        redirect_slashes=settings.redirect_slashes,
        max_request_size=settings.max_request_size,
        ws_idle_timeout=settings.ws_idle_timeout,
        sessions=parts.sessions is not None,
    )
    routes = Dispatcher(table, sockets, inner, rest)
    floor: ASGIApp = ByHost(routes, parts.mounts) if parts.mounts.hosts else routes
    app = build(floor, settings, parts.failures, added, parts.sessions, parts.outer)
    live = Live(
        plan,
        targets,
        table,
        sockets,
        Reverse(plan.routes, convertors, parts.mounts),
        journal.facts,
        floor,
        app,
    )
    if journal.overrides:
        live.override(overrides_of(journal.overrides))
    return live


def _answered(failures: Failures, nearer: tuple[Handlers, ...]) -> tuple[Fail, Fail]:
    """How routes fail whose routers answer some exceptions themselves."""
    made = replace(failures, handlers=Nearest(nearer, failures.handlers))
    return made.answer, replace(made, passes_on=True).answer


def advice_of(live: Live) -> tuple[Located, ...]:
    """What doesn't stop the application but is surely a mistake: routes in each other's way."""
    return (*_in_the_way(live.table, live.facts), *_in_the_way(live.sockets, live.facts))


def _in_the_way(table: Table[Target], facts: Mapping[str, ConvertorFacts]) -> Iterator[Located]:
    rows = table.rows
    for shadow in table.shadowed(facts):
        others = '" and "'.join(rows[at].template.text for at in shadow.by)
        yield _located(rows[shadow.row], "route-shadowed", others)
    for overlap in table.overlapping(facts):
        yield _located(rows[overlap.second], "route-ambiguous", rows[overlap.first].template.text)


def _located(row: Row[Target], rule: str, other: str) -> Located:
    operation = row.target.operation
    return Located(found(rule, template=row.template.text, other=other), operation.site, operation.label)


def _last_route(targets: Iterable[Target]) -> tuple[Target, ...]:
    """The operations of the route that was declared last."""
    found = list(targets)
    return tuple(one for one in found if one.route is found[-1].route)
