"""What an application is made of, behind its public face: what it was told, and what serves it now.

The first request, start-up and whoever asks for the plan seal it; a declaration made later makes the seal
stale, and the next request plans anew under a lock and swaps everything at once.  A late declaration that
is wrong is logged and leaves what is being served as it is.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import replace
from typing import TypeAlias, cast

from starlette.types import ASGIApp, Receive, Scope, Send

from responder._contract.findings import found
from responder._contract.hints import resemblance
from responder._http import threads
from responder._http.media import make_dumps, make_formats
from responder._http.problems import ConfigurationError
from responder._http.refusals import refusal
from responder._http.sending import Delivery
from responder._http.shutdown import Shutdown
from responder._routing.authenticating import Guards
from responder._routing.declare import Batch, Declared, Journal, ProviderRecord, Replaceable
from responder._routing.emit import source_of
from responder._routing.errors import Located, RouteError, error_for, refuse, site_of_caller
from responder._routing.handlers import Handlers, read_callable
from responder._routing.lifetimes import AppScope, resolved
from responder._routing.options import Unset
from responder._routing.plan import Operation, Plan, Route
from responder._routing.providers import Ref, faults_of, is_provider, overrides_of
from responder._routing.raising import undeclared_raises
from responder._routing.reader import display_name, never_runs
from responder._routing.unused import unused
from responder._serve.documents import Documents
from responder._serve.failures import Failures
from responder._serve.lifespan import Lifespan
from responder._serve.live import Live, Parts, advice_of, make_live, plan_of
from responder._serve.mounts import Mounts
from responder._serve.settings import Settings
from responder._serve.static import Statics
from responder._serve.tower import Layer
from responder.background import BackgroundQueue
from responder.convertors import AnyConvertor, Convertor
from responder.middleware.functions import FunctionMiddleware
from responder.registry import Registry
from responder.sessions import Keeper

_log = logging.getLogger("responder")

Check: TypeAlias = Callable[[tuple[Route, ...]], Iterable[Located]]
"""Says what is wrong with routes that are well formed."""


class Core:
    """The parts of one application."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        registry: type[Registry] | None,
        state: object,
        sessions: Keeper | None = None,
    ) -> None:
        self.app = app
        self.settings = settings
        self.sessions = sessions
        self.state = state
        self._first_state = state
        self.journal = Journal(registry)
        self.handlers = Handlers()
        self.mounts = Mounts()
        self.pages = Mounts()
        self.statics = Statics(
            settings.static_dir, settings.static_route, settings.gzip, self.mounts, self.pages
        )
        self.background = BackgroundQueue()
        self.shutting_down = Shutdown()
        self.app_scope = AppScope()
        self.lifespan = Lifespan(self)
        self.formats = make_formats(settings.encoder, settings.json_ensure_ascii, settings.json_decimal)
        self.delivery = self._make_delivery()
        self.failures = Failures(
            delivery=self.delivery,
            documents=self.documents,
            handlers=self.handlers,
            problem_details=settings.problem_details,
            debug=settings.debug,
            limit=settings.max_request_size,
        )
        if settings.worker_threads is not None:
            threads.set_limit(settings.worker_threads)
        self.entry: ASGIApp = self._first
        self.checks: list[Check] = []
        self._added: list[Layer] = []
        self._outer: list[Layer] = []
        self._changes = 0
        self._over = False
        self._lock = threading.RLock()
        self._sealed: tuple[int, Live] | None = None
        self._planned: tuple[int, Plan] | None = None

    def _make_delivery(self) -> Delivery:
        settings = self.settings
        handler = settings.problem_handler
        self.documents = Documents(
            None if handler is None else read_callable(handler, most=3, what="problem_handler")
        )
        return Delivery(
            formats=self.formats,
            gzip=settings.gzip,
            vary=settings.auto_vary,
            etag=settings.auto_etag,
            safe_dumps=make_dumps(
                settings.encoder, settings.json_ensure_ascii, settings.json_decimal, lenient=True
            ),
            document=self.documents.shown,
        )

    # -- what is told

    def take(self, batch: Batch) -> None:
        """Keep what was declared."""
        if self.sessions is None:
            faults = tuple(map(_unprotected, filter(lambda one: one.settings.csrf is True, batch.routes)))
            batch = replace(batch, faults=(*batch.faults, *faults))
        if self.settings.auth is not None:
            batch = replace(batch, routes=tuple(_guarded(one, self.settings.auth) for one in batch.routes))
        self.journal.take(batch)
        self.changed()

    def provide(self, record: ProviderRecord) -> None:
        """Bind a name to a provider."""
        faults = faults_of(record)
        if faults:
            refuse(error_for(faults))
            return
        self.journal.provide(record)
        self.changed()

    def publish(self, convertor: AnyConvertor, name: str | None) -> None:
        """Make a convertor known under its own name, or another."""
        if not isinstance(cast("object", convertor), Convertor):
            raise ConfigurationError(f"add_convertor() takes a Convertor, not {convertor!r}.")
        known = name or convertor.name
        if not known.isidentifier():
            raise ConfigurationError(f"A convertor needs a name: class {type(convertor).__name__}(name=...).")
        if known in self.journal.convertors:
            raise ConfigurationError(f"There is a convertor {known!r} already.")
        registry = self.journal.registry
        if registry is not None and registry is not Registry:
            # Whoever reads the registry's type takes it for all there is.
            wrong = found("convertor-undeclared", convertor=known, registry=registry.__name__)
            refuse(RouteError([Located(wrong, site_of_caller())]))
            return
        self.journal.publish(known, convertor)
        self.changed()

    def answer_by(self, key: type[Exception] | int, function: Callable[..., object]) -> None:
        """Let a function answer a class of exceptions, or a status."""
        try:
            self.handlers.add(key, function)
        except RouteError as error:
            refuse(error)

    def add_layer(self, layer: Layer) -> None:
        """Put a layer of middleware around those that were added before."""
        self._added.append(layer)
        self.changed()

    def add_function(self, function: Callable[..., object]) -> None:
        """Put a layer of middleware that is a function around them."""
        if never_runs(function):
            refuse(refusal("hook-generator", hook=display_name(function)))
            return
        limit = self.settings.max_request_size
        self.add_layer(lambda app: FunctionMiddleware(app, function, delivery=self.delivery, limit=limit))

    def add_outer_layer(self, layer: Layer) -> None:
        """Put a layer around everything that answers, and around what was put there before."""
        self._outer.append(layer)
        self.changed()

    @contextmanager
    def overriding(self, overrides: Iterable[tuple[Replaceable, object]]) -> Generator[None, None, None]:
        """Let other providers, or plain values, stand in; at the end these overrides end and no others."""
        wanted = tuple(overrides)
        for target, _ in wanted:
            if isinstance(target, str) and target not in self.journal.providers:
                hint = resemblance(target, self.journal.providers)
                raise error_for([Located(found("dependency-unknown", parameter=target, hint=hint))])
        with self._lock:
            made = [self.journal.override(target, stand_in) for target, stand_in in wanted]
            self._apply_overrides()
        try:
            if self._sealed is not None and any(is_provider(stand_in) for _, stand_in in wanted):
                faults = [fault for target in self._sealed[1].targets for fault in target.faults()]
                if faults:
                    raise error_for(faults)
            yield
        finally:
            with self._lock:
                for one in made:
                    self.journal.restore(one)
                self._apply_overrides()

    def source_of(self, operation: Operation) -> str:
        """Compile an operation and give the text that was generated for it."""
        target = next((one for one in self.live().targets if one.operation is operation), None)
        if target is None:
            raise LookupError(f"{operation.label} is not an operation of this application, as it is now.")
        return source_of(target.compile().__code__.co_filename)

    def _apply_overrides(self) -> None:
        with self._lock:
            if self._sealed is not None:
                self._sealed[1].override(overrides_of(self.journal.overrides))

    def changed(self) -> None:
        """Something was told; what serves is stale."""
        self._changes += 1
        self.entry = self._first

    # -- what serves

    def plan(self) -> Plan:
        """Everything that was declared, judged; with its findings."""
        with self._lock:
            changes = self._changes
            if self._planned is None or self._planned[0] != changes:
                plan = plan_of(self.journal)
                if not plan.findings:
                    told = (located for check in self.checks for located in check(plan.routes))
                    plan = replace(plan, findings=tuple(told))
                self._planned = changes, plan
            return self._planned[1]

    def live(self) -> Live:
        """What serves everything that was declared; raises everything that is wrong with it."""
        with self._lock:
            while self._sealed is None or self._sealed[0] != self._changes:
                changes = self._changes
                plan = self.plan()
                if plan.findings:
                    raise error_for(plan.findings)
                parts = Parts(
                    settings=self.settings,
                    failures=self.failures,
                    app_scope=self.app_scope,
                    mounts=self.mounts,
                    pages=self.pages,
                    sessions=self.sessions,
                    outer=tuple(self._outer),
                )
                self._sealed = changes, make_live(plan, self.journal, parts, tuple(self._added))
            live = self._sealed[1]
            self.entry = live.app
            if self._over or self._sealed[0] != self._changes:
                self.entry = self._first
            return live

    def check(self, notes: bool = False) -> tuple[Located, ...]:
        """Everything that is wrong, and what is surely a mistake; compiles every operation.

        With `notes`, also what is worth a look.
        """
        findings = self.plan().findings
        if findings:
            return findings
        live = self.live()
        for target in live.targets:
            target.compile()
        found_ones = (*advice_of(live), *undeclared_raises(live.plan))
        if notes:
            found_ones += unused(live.plan, self.journal.providers, self.journal.registry)
        return found_ones

    async def _first(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stands where the sealed application will: seals, and serves the request that came."""
        if self._over:
            # No server sends any after the end: this is a test that goes on without `with`.
            self._come_up()
        await self._current()(scope, receive, send)

    def _current(self) -> ASGIApp:
        sealed = self._sealed
        try:
            return self.live().app
        except Exception:
            if sealed is None or self.settings.debug:
                raise
            _log.exception("A late declaration is wrong; the application serves what it did before")
            self.entry = sealed[1].app
            return sealed[1].app

    async def floor(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve by the routes alone, without the middleware."""
        await self.live().floor(scope, receive, send)

    def resolve(self, ref: Ref) -> AbstractAsyncContextManager[object]:
        """Open a dependency outside a request; raises what is wrong with it and all it needs."""
        suppliers = self.live().plan.suppliers
        overrides = overrides_of(self.journal.overrides)
        supplier = suppliers.target(ref, overrides)
        if supplier is None:
            raise error_for([Located(found("dependency-unknown", parameter=str(ref.name)))])
        faults = suppliers.faults_below(supplier)
        if faults:
            raise error_for(faults)
        return resolved(suppliers, self.app_scope, ref, overrides)

    # -- what the lifespan asks for

    def prepare(self) -> None:
        """Seal the plan before the first request."""
        self._come_up()
        self.live()
        self.background.bind()

    def enter(self) -> AbstractAsyncContextManager[object] | None:
        """The user's context manager, if there is one."""
        make = self.settings.lifespan
        return None if make is None else make(self.app)

    def adopt_state(self, value: object) -> None:
        """What the context manager yielded is the application's state now."""
        self.state = value

    def end(self) -> None:
        """The state that a context manager yielded ends with it.  What still runs is to see that the
        application went down; the next request, if there is one, finds it up.
        """
        self.state = self._first_state
        self._over = True
        self.entry = self._first

    def _come_up(self) -> None:
        self._over = False
        self.shutting_down.reset()

    async def close(self) -> None:
        """Wait for background work, then tear down what lived as long as the application."""
        try:
            await self.background.drain()
        finally:
            try:
                await self.app_scope.close()
            finally:
                if self.sessions is not None:
                    await self.sessions.close()


def _guarded(declared: Declared, guards: Guards) -> Declared:
    """A route, with the application's own guards unless it says something else."""
    if declared.settings.auth is not Unset.UNSET:
        return declared
    return replace(declared, settings=replace(declared.settings, auth=guards))


def _unprotected(declared: Declared) -> Located:
    why = "the token lives in the session"
    return declared.located(found("option-conflict", option="csrf", other="sessions", why=why))
