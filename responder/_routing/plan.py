"""`Route` and `Operation`: the frozen fact sheet that everything downstream reads.

`seal` turns what was declared into routes.  It is the second and last time that the rules are asked; the
compiler, the document, the clients and the command line ask nothing but what stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from responder._contract.binding import Bound
from responder._contract.findings import Finding, found
from responder._contract.template import Template
from responder._http.raises import Problems, joined, problems_in, raises_of
from responder._routing.adapters import UnsupportedType
from responder._routing.authenticating import Guards
from responder._routing.declare import Declared, HookRecord, Journal, label
from responder._routing.errors import Located, Site
from responder._routing.inputs import Input, whole_query
from responder._routing.misplaced import misplaced
from responder._routing.options import RouteSettings, Unset
from responder._routing.principals import guards_of, misfits, shape_of_principal
from responder._routing.providers import Argument, Linker, Ref, Supplier, Suppliers, arguments_of
from responder._routing.returns import (
    Contract,
    Promise,
    make_promise,
    promise_of_annotation,
    return_finding,
)
from responder._routing.steps import Hook, below, kept, read_hook
from responder._routing.streaming import Items, model_of
from responder._routing.views import BoundViews, View, bind_views, methods_of
from responder.params import MISSING

Kind = Literal["http", "websocket"]


@dataclass(frozen=True, slots=True, eq=False)
class BoundView:
    """A view and where each of its arguments comes from."""

    view: View
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """What is done for some methods of a route; `methods` is None when it answers every one.

    `auth` are the guards, in the order in which they are asked; the principal is what the first `principals`
    of them give.
    """

    label: str
    kind: Kind
    template: Template
    methods: frozenset[str] | None
    handler: Callable[..., object]
    views: tuple[BoundView, ...]
    auth: Guards
    principals: int
    guards: tuple[Ref, ...]
    before: tuple[Hook, ...]
    after: tuple[Hook, ...]
    contract: Contract
    query_model: Input | None
    settings: RouteSettings
    site: Site
    suppliers: Suppliers
    items: Items | None = None
    """What a typed stream holds."""

    @property
    def name(self) -> str:
        """The handler's name, as the one that describes the operation best."""
        return self.views[-1].view.name

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Every input that a client may send, the providers' own included."""
        given = [] if self.query_model is None else [self.query_model]
        given.extend(argument.input for view in self.views for argument in view.arguments if argument.input)
        given.extend(
            argument.input
            for supplier in self.providers
            for argument in supplier.arguments
            if argument.input is not None
        )
        return tuple({(one.source, one.key, one.name): one for one in given}.values())

    @property
    def providers(self) -> tuple[Supplier, ...]:
        """Every provider that a request opens, in the order of opening."""
        linker = Linker(self.suppliers)
        for ref in refs_of(self):
            linker.place(ref)
        return tuple(step.supplier for step in linker.steps)

    @property
    def raises(self) -> Problems:
        """The problems that it declares: the route's own, and those of everything that it calls."""
        handlers = [view.view for view in self.views]
        suppliers = self.providers
        needed = (argument.ref for one in suppliers for argument in one.arguments)
        called = (
            *(view.function for view in handlers),
            *(hook.function for hook in (*self.before, *self.after)),
        )
        return joined(
            (
                self.settings.raises,
                *(problems_in(view.returns) for view in handlers),
                *map(raises_of, (self.handler, *called, *self.auth)),
                *(one.raises for one in suppliers),
                *(ref.raises for ref in (*refs_of(self), *needed) if ref is not None),
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """One declared route: a path, a handler, and the operations that serve it.

    `operations` are by method; "*" stands for every method that is not named.  `path_format` is the path
    without convertors, by the name under which tracing tools look for it.
    """

    path: str
    template: Template
    name: str | None
    kind: Kind
    handler: Callable[..., object]
    operations: Mapping[str, Operation]
    settings: RouteSettings
    site: Site
    path_format: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "path_format", self.template.public)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Everything that was declared, judged and frozen."""

    routes: tuple[Route, ...]
    suppliers: Suppliers
    findings: tuple[Located, ...]


def refs_of(operation: Operation) -> tuple[Ref, ...]:
    """Every provider an operation asks for itself, those that let the request in first."""
    wanted = [
        argument.ref for view in operation.views for argument in view.arguments if argument.ref is not None
    ]
    return (*(Ref(None, guard) for guard in operation.auth), *operation.guards, *wanted)


def seal(journal: Journal) -> Plan:
    """Judge all that was declared, together."""
    suppliers = Suppliers(journal.providers, journal.registry)
    planner = _Planner(journal, suppliers)
    routes = tuple(planner.route(declared) for declared in journal.routes)
    findings = (*suppliers.check(), *planner.findings)
    return Plan(routes, suppliers, tuple(dict.fromkeys(findings)))


class _Planner:
    """Plans one route after the other and gathers what is wrong."""

    def __init__(self, journal: Journal, suppliers: Suppliers) -> None:
        self.findings: list[Located] = []
        self._suppliers = suppliers
        self._convertors = journal.facts
        self._hooks: dict[tuple[int, int], Hook | Finding] = {}
        self._judged: dict[int, tuple[Located, ...]] = {}
        self._journal = journal

    def route(self, declared: Declared) -> Route:
        """Plan one declaration."""
        methods = methods_of(declared.views, declared.methods)
        bound = self._bound(declared, methods)
        views = [self._view(declared, view, one) for view, one in bound]
        if declared.settings.default and declared.template.fields:
            why = "a request that no route matches has no values for its fields"
            self._note(found("option-conflict", option="default", other="path", why=why), declared)
        guards = self._guards(declared)
        operations = [
            self._operation(declared, served, chosen, guards)
            for served, chosen in _served(views, declared, methods)
        ]
        for ref in {ref for operation in operations for ref in refs_of(operation)}:
            supplier = None if ref.provider is None else self._suppliers.of(ref.provider)
            if supplier is not None:
                for located in self._faults(supplier):
                    self._note(located.finding, declared)
        if declared.kind == "http":
            for finding in misplaced(
                (ref for operation in operations for ref in refs_of(operation)), self._suppliers
            ):
                self._note(finding, declared)
        return Route(
            declared.template.text,
            declared.template,
            None if declared.settings.name is None else declared.settings.qualified(declared.settings.name),
            declared.kind,
            declared.handler,
            MappingProxyType(
                {method: operation for operation in operations for method in sorted(operation.methods or "*")}
            ),
            declared.settings,
            declared.site,
        )

    def _bound(self, declared: Declared, methods: frozenset[str] | None) -> BoundViews:
        known = self._journal.bound.get(id(declared), ()) if methods == declared.methods else ()
        if known and not any(bound.pending for _, bound in known):
            return known
        return bind_views(
            declared.template,
            declared.views,
            methods,
            declared.kind,
            self._convertors,
            self._suppliers.shapes,
            shape_of_principal(_own_guards(declared)),
            known,
        )

    def _faults(self, supplier: Supplier) -> tuple[Located, ...]:
        known = self._judged.get(id(supplier))
        if known is None:
            known = self._judged[id(supplier)] = self._suppliers.faults_below(supplier)
        return known

    def _note(self, finding: Finding, declared: Declared) -> None:
        self.findings.append(declared.located(finding))

    def _view(self, declared: Declared, view: View, bound: Bound) -> BoundView:
        for finding in bound.findings:
            self._note(finding, declared)
        arguments, wrong = arguments_of(bound.inputs, view.params, view.signature)
        told = {finding.parameter for finding in bound.findings}
        misfitting = misfits(arguments, view, _own_guards(declared))
        for finding in (*wrong, *(one for one in misfitting if one.parameter not in told)):
            self._note(finding, declared)
        return BoundView(view, arguments)

    def _guards(self, declared: Declared) -> tuple[Ref, ...]:
        return tuple(Ref(None, guard.provider, guard.raises) for guard in declared.settings.dependencies)

    def _operation(
        self,
        declared: Declared,
        methods: frozenset[str] | None,
        views: tuple[BoundView, ...],
        guards: tuple[Ref, ...],
    ) -> Operation:
        name = label(declared.kind, methods, declared.template.text)
        own = _own_guards(declared)
        auth = guards_of(own, (argument for view in views for argument in view.arguments))
        return Operation(
            label=name,
            kind=declared.kind,
            template=declared.template,
            methods=methods,
            handler=declared.handler,
            views=views,
            auth=auth,
            principals=len(own or auth),
            guards=guards,
            before=self._before(declared, views),
            after=self._after(declared),
            contract=self._contract(declared, views, name),
            query_model=self._query_model(declared),
            settings=declared.settings,
            site=declared.site,
            suppliers=self._suppliers,
            items=self._items(declared, views, name),
        )

    def _before(self, declared: Declared, views: Sequence[BoundView]) -> tuple[Hook, ...]:
        socket = declared.kind == "websocket"
        records = self._journal.socket_before if socket else self._journal.before
        hooks = [self._under(record, declared) for record in records]
        wanted = [*declared.settings.before, *(hook for bound in views for hook in bound.view.before)]
        hooks.extend(self._own(function, declared) for function in wanted)
        return kept(hooks)

    def _after(self, declared: Declared) -> tuple[Hook, ...]:
        hooks = [self._own(function, declared) for function in declared.settings.after]
        if declared.kind == "http":
            hooks.extend(self._under(record, declared) for record in self._journal.after)
        return kept(hooks)

    def _under(self, record: HookRecord, declared: Declared) -> Hook | None:
        hook = self._own(record.hook, declared)
        # Whatever no other route takes leads to a default route.
        route = None if declared.settings.default else declared.template
        return hook and below(hook, record.prefix, route, self._convertors)

    def _own(self, function: Callable[..., object], declared: Declared) -> Hook | None:
        hook = self._read(function, 1 if declared.kind == "websocket" else 2)
        if isinstance(hook, Finding):
            self._note(hook, declared)
            return None
        return hook

    def _read(self, function: Callable[..., object], most: int) -> Hook | Finding:
        key = (id(function), most)
        one = self._hooks.get(key)
        if one is None:
            one = self._hooks[key] = read_hook(function, most)
        return one

    def _contract(self, declared: Declared, views: Sequence[BoundView], name: str) -> Contract:
        settings = declared.settings
        default: Promise | None = None
        by_status: dict[int, Promise] = {}
        if declared.kind == "websocket":
            return Contract(None, {}, name)
        try:
            if settings.response_model is None and settings.stream is None:
                view = views[-1].view
                default = promise_of_annotation(view.returns, view.name)
            elif settings.response_model not in (None, False):
                default = make_promise(settings.response_model, annotated=False)
                self._note_returned(declared, views)
            for status, model in settings.response_models.items():
                by_status[status] = make_promise(model, annotated=False)
        except UnsupportedType as error:
            wrong = found("response-unsupported", handler=views[-1].view.name, why=str(error))
            self._note(wrong, declared)
        return Contract(default, by_status, name)

    def _note_returned(self, declared: Declared, views: Sequence[BoundView]) -> None:
        """Tell what can not become what was promised, unless something runs in between or none was."""
        status = declared.settings.status_code
        if (status is not None and status >= 300) or self._after(declared):
            return
        view = views[-1].view
        wrong = return_finding(declared.settings.response_model, view.returns, view.name)
        if wrong is not None:
            self._note(wrong, declared)

    def _items(self, declared: Declared, views: Sequence[BoundView], name: str) -> Items | None:
        stream = declared.settings.stream
        if stream is None:
            return None
        model = model_of(stream, views[-1].view.returns)
        if model is MISSING:
            return None
        try:
            promise = make_promise(model, annotated=False)
        except UnsupportedType as error:
            wrong = found("response-unsupported", handler=views[-1].view.name, why=str(error))
            self._note(wrong, declared)
            return None
        return Items(stream, Contract(promise, {}, name), promise)

    def _query_model(self, declared: Declared) -> Input | None:
        model = declared.settings.params_model
        if model is None:
            return None
        made = whole_query(model)
        if isinstance(made, Finding):
            self._note(made, declared)
            return None
        return made


def _own_guards(declared: Declared) -> Guards:
    """What `auth=` of the route, its routers or the application says."""
    return () if isinstance(declared.settings.auth, Unset) else declared.settings.auth


def _served(
    views: Sequence[BoundView], declared: Declared, methods: frozenset[str] | None
) -> list[tuple[frozenset[str] | None, tuple[BoundView, ...]]]:
    """Say which views serve which methods: a function all of them, a class each verb after its
    `on_request`.
    """
    every = tuple(view for view in views if view.view.method is None)
    verbs = [view for view in views if view.view.method is not None]
    if not verbs:
        return [(methods, every)]
    served: list[tuple[frozenset[str] | None, tuple[BoundView, ...]]] = []
    for view in verbs:
        verb = view.view.method
        if verb is not None and (declared.methods is None or verb in declared.methods):
            served.append((frozenset({verb}), (*every, view)))
    rest = None if declared.methods is None else declared.methods - {view.view.method for view in verbs}
    if every and (rest is None or rest):
        served.append((rest, every))
    return served
