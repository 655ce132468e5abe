"""The dependency graph: what each provider needs, in which order they open, and what is wrong with them.

A provider is read once, whoever asks for it, and known by identity: registered under a name and used by
`Depends` it is still one provider and runs once a request.  Overrides are looked up when an operation is
linked, never per request.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

from responder._contract.binding import Input as BoundInput
from responder._contract.binding import ProviderFacts, bind_provider
from responder._contract.findings import Finding, found
from responder._contract.frozen import frozen
from responder._contract.shapes import UNKNOWN, Shape
from responder._contract.signature import ParamKind, Signature
from responder._contract.sources import Source
from responder._http.raises import Problems, joined, raises_of
from responder._routing.declare import Override, ProviderRecord
from responder._routing.errors import DependencyCycleError, Located, Site, error_for
from responder._routing.inputs import Input, make_input
from responder._routing.provided import provided
from responder._routing.reader import CallStyle, LiveParam, display_name, read_provider
from responder._routing.written import site_in
from responder.guards import PrincipalMarker
from responder.params import Dependency
from responder.registry import Provider, Registry

Identity: TypeAlias = "int | tuple[int, int]"
Style: TypeAlias = 'CallStyle | Literal["value"]'
Scope = Literal["request", "app"]
Close = Literal["after-send", "before-send"]


@dataclass(frozen=True, slots=True)
class Ref:
    """How a parameter asks for a provider: by registered name, or by the callable in `Depends`."""

    name: str | None
    provider: Callable[..., object] | None
    raises: Problems = field(default=(), compare=False)
    """What this use of the provider is said to raise."""


@frozen
class Argument:
    """One parameter of a provider and where its value comes from."""

    name: str
    kind: ParamKind
    source: Source
    ref: Ref | None = None
    input: Input | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Supplier:
    """A provider, read: everything linking needs to know of it."""

    name: str
    function: Callable[..., object]
    style: Style
    scope: Scope
    close: Close
    arguments: tuple[Argument, ...]
    provides: Shape
    site: Site | None
    findings: tuple[Finding, ...]
    raises: Problems = ()

    @property
    def yields(self) -> bool:
        """Whether there is a teardown."""
        return self.style in ("gen", "asyncgen")


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One provider in the order of opening; `needs` are the steps that give its arguments, None for other
    sources.
    """

    supplier: Supplier
    needs: tuple[int | None, ...]
    shared: bool
    """Whether the value is the application's, opened once."""


@frozen
class Overrides:
    """What stands in for what, by name and by provider; each stand-in is a provider of request scope."""

    names: Mapping[str, Callable[..., object]]
    providers: Mapping[Identity, Callable[..., object]]

    def __bool__(self) -> bool:
        return bool(self.names or self.providers)


_OPENING: Final = -1
"""Stands for the place of a step whose own needs are being placed; an override may lead back to it."""
NO_OVERRIDES: Final = Overrides({}, {})


def overrides_of(overrides: Iterable[Override]) -> Overrides:
    """Sort what is overridden into names and providers; a later override of one target counts."""
    names: dict[str, Callable[..., object]] = {}
    providers: dict[Identity, Callable[..., object]] = {}
    for override in overrides:
        replacement = override.replacement
        stand_in = replacement if callable(replacement) else Value(replacement)
        target = override.target
        if isinstance(target, str):
            names[target] = stand_in
        else:
            providers[identity(target.function if isinstance(target, Provider) else target)] = stand_in
    return Overrides(names, providers)


def identity(provider: Callable[..., object]) -> Identity:
    """Tell providers apart; two bound methods of one instance are the same provider."""
    if isinstance(provider, types.MethodType):
        return (id(provider.__func__), id(provider.__self__))
    return id(provider)


class Suppliers:
    """Every provider an application knows, read on first sight and kept."""

    def __init__(self, records: Mapping[str, ProviderRecord], registry: type[Registry] | None = None) -> None:
        self._records = dict(records)
        self._registry = registry
        self._read: dict[Identity, Supplier] = {}
        self._kept: list[object] = []  # keeps what an identity stands for alive
        self.shapes: dict[str, Shape] = {
            name: provided(record.provider) for name, record in self._records.items()
        }

    def named(self, name: str) -> Supplier | None:
        """Give the provider registered under a name."""
        record = self._records.get(name)
        if record is None or record.provider is None:
            return None
        return self._get(record.provider, record)

    def of(self, provider: Callable[..., object]) -> Supplier:
        """Give a provider by itself; a registered one keeps its registered name and scope."""
        given = provider
        if isinstance(provider, Provider):
            provider = provider.function
        known = self._read.get(identity(provider))
        if known is not None:
            return known
        for record in self._records.values():
            if record.provider is not None and identity(record.provider) == identity(provider):
                return self._get(provider, record)
        return self._get(given, ProviderRecord(display_name(provider), given))

    def target(self, ref: Ref, overrides: Overrides) -> Supplier | None:
        """Find who answers a parameter, an override first."""
        if ref.name is not None:
            stand_in = overrides.names.get(ref.name)
            if stand_in is not None:
                return self._stand_in(stand_in, ref.name)
            supplier = self.named(ref.name)
        else:
            supplier = None if ref.provider is None else self.of(ref.provider)
        if supplier is None:
            return None
        stand_in = overrides.providers.get(identity(supplier.function))
        if stand_in is None and ref.name is None:
            stand_in = overrides.names.get(supplier.name)
        return supplier if stand_in is None else self._stand_in(stand_in, supplier.name)

    def check(self) -> tuple[Located, ...]:
        """Judge every registered provider and what hangs on it: names, scopes, cycles."""
        findings: list[Located] = []
        done: set[int] = set()
        for name, record in self._records.items():
            supplier = self.named(name)
            if supplier is None:
                registry = "Registry" if self._registry is None else self._registry.__name__
                unbound = found("dependency-unbound", parameter=name, registry=registry)
                findings.append(Located(unbound, record.site or site_in(self._registry, name), None))
                continue
            self._walk(supplier, [], done, findings)
        return _once(findings)

    def faults_below(self, root: Supplier) -> tuple[Located, ...]:
        """Judge a provider and all it needs."""
        findings: list[Located] = []
        done: set[int] = set()
        self._walk(root, [], done, findings)
        return tuple(findings)

    def _walk(
        self, supplier: Supplier, path: list[Supplier], done: set[int], findings: list[Located]
    ) -> None:
        if any(supplier is one for one in path):
            start = next(index for index, one in enumerate(path) if one is supplier)
            chain = " -> ".join(one.name for one in (*path[start:], supplier))
            findings.append(Located(found("dependency-cycle", chain=chain), self._site(supplier), None))
            return
        if id(supplier) in done:
            return
        done.add(id(supplier))
        findings.extend(Located(finding, self._site(supplier), None) for finding in supplier.findings)
        for argument in supplier.arguments:
            target = None if argument.ref is None else self.target(argument.ref, NO_OVERRIDES)
            if target is None:
                continue
            if supplier.scope == "app" and target.scope != "app":
                leak = found("app-scope-dependency", handler=supplier.name, parameter=target.name)
                findings.append(Located(leak, self._site(supplier), None))
            self._walk(target, [*path, supplier], done, findings)

    def _site(self, supplier: Supplier) -> Site | None:
        """Where a provider is bound; for an entry of a registry, its line there."""
        return supplier.site or site_in(self._registry, supplier.name)

    def _get(self, provider: Callable[..., object], record: ProviderRecord) -> Supplier:
        """The provider as it is known from now on; an entry of a registry brings its own scope."""
        if isinstance(provider, Provider):
            raises = record.raises or provider.raises
            record = replace(record, scope=provider.scope, close=provider.close, raises=raises)
            provider = provider.function
        key = identity(provider)
        supplier = self._read.get(key)
        if supplier is None:
            supplier = self._make(provider, record)
            self._read[key] = supplier
            self._kept.append(provider)
        return supplier

    def _stand_in(self, provider: Callable[..., object], name: str) -> Supplier:
        if isinstance(provider, Value):
            return Supplier(name, provider, "value", "request", "after-send", (), UNKNOWN, None, ())
        return self._get(provider, ProviderRecord(name, provider))

    def _make(self, provider: Callable[..., object], record: ProviderRecord) -> Supplier:
        one = read_provider(provider)
        facts = ProviderFacts(scope=record.scope, dependencies=self.shapes)
        bound = bind_provider(one.signature, facts)
        arguments, wrong = arguments_of(bound.inputs, one.params, one.signature)
        findings = [*one.findings, *bound.findings, *wrong]
        style: Style = one.style
        return Supplier(
            record.name,
            provider,
            style,
            record.scope,
            record.close,
            arguments,
            one.signature.returns,
            record.site,
            tuple(findings),
            joined((record.raises, raises_of(provider))),
        )


class Value:
    """A plain object standing in for a provider."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __call__(self) -> object:
        return self.value


def is_provider(stand_in: object) -> bool:
    """Whether a stand-in has needs of its own, which may not be met."""
    return callable(stand_in) and not isinstance(stand_in, Value)


class Linker:
    """Puts the providers that an operation needs in the order of opening, each once."""

    def __init__(self, suppliers: Suppliers, overrides: Overrides = NO_OVERRIDES) -> None:
        self._suppliers = suppliers
        self._overrides = overrides
        self._places: dict[int, int] = {}
        self.steps: list[Step] = []

    def place(self, ref: Ref) -> int:
        """Give the step that answers `ref`, linking what it needs first."""
        supplier = self._suppliers.target(ref, self._overrides)
        if supplier is None:
            raise error_for([Located(found("dependency-unknown", parameter=str(ref.name)))])
        return self._place(supplier)

    def is_shared(self, supplier: Supplier) -> bool:
        """Whether the application's own value serves; not where an override stands anywhere below."""
        if supplier.scope != "app" or supplier.style == "value":
            return False
        if not self._overrides:
            return True
        for argument in supplier.arguments:
            if argument.ref is None:
                continue
            target = self._suppliers.target(argument.ref, self._overrides)
            if target is not None and not self.is_shared(target):
                return False
        return True

    def _place(self, supplier: Supplier) -> int:
        # A plain value that stands in for a provider is made anew at each look-up; its callable is what it
        # is.
        key = id(supplier.function) if supplier.style == "value" else id(supplier)
        place = self._places.get(key)
        if place == _OPENING:
            chain = found("dependency-cycle", chain=f"{supplier.name} -> {supplier.name}")
            raise DependencyCycleError([Located(chain, supplier.site)])
        if place is not None:
            return place
        if supplier.findings:
            # Only what stands in for another is not judged before anything is served.
            raise error_for([Located(finding, supplier.site) for finding in supplier.findings])
        self._places[key] = _OPENING
        shared = self.is_shared(supplier)
        needs: list[int | None] = []
        if not shared:
            needs.extend(
                None if argument.ref is None else self.place(argument.ref) for argument in supplier.arguments
            )
        self.steps.append(Step(supplier, tuple(needs), shared))
        self._places[key] = len(self.steps) - 1
        return len(self.steps) - 1


def faults_of(record: ProviderRecord) -> tuple[Located, ...]:
    """Judge one provider as far as it can be before the others are known."""
    if record.provider is None:
        return ()
    one = read_provider(record.provider)
    bound = bind_provider(one.signature, ProviderFacts(scope=record.scope))
    return tuple(Located(finding, record.site) for finding in (*one.findings, *bound.findings))


def arguments_of(
    inputs: Iterable[BoundInput], params: Iterable[LiveParam], signature: Signature
) -> tuple[tuple[Argument, ...], tuple[Finding, ...]]:
    """Say where each parameter's value comes from; one that keeps its own default is left out."""
    live = {param.name: param for param in params}
    kinds: dict[str, ParamKind] = {param.name: param.kind for param in signature.params}
    arguments: list[Argument] = []
    findings: list[Finding] = []
    skipped = False
    for bound in inputs:
        kind = kinds[bound.name]
        if bound.source is Source.DEFAULT:
            skipped = True
            continue
        if skipped and kind == "positional":
            kind = "keyword"  # a positional argument behind one that is left out can only be passed by name
        ref: Ref | None = None
        made: Input | None = None
        if bound.source in (Source.DEPENDS, Source.NAMED, Source.PRINCIPAL):
            ref = _ref(live[bound.name], bound.source, bound.key)
        elif bound.source.is_input:
            outcome = make_input(bound, live[bound.name], signature.name)
            if isinstance(outcome, Finding):
                findings.append(outcome)
                continue
            made = outcome
        arguments.append(Argument(bound.name, kind, bound.source, ref, made))
    return tuple(arguments), tuple(findings)


def _ref(live: LiveParam, source: Source, key: str) -> Ref | None:
    if source is Source.PRINCIPAL:
        guard = live.marker.guard if isinstance(live.marker, PrincipalMarker) else None
        return None if guard is None else Ref(None, guard)  # None: the route's own guards
    if source is Source.DEPENDS and isinstance(live.marker, Dependency):
        return Ref(None, live.marker.provider, live.marker.raises)
    return Ref(key, None)


def _once(findings: Iterable[Located]) -> tuple[Located, ...]:
    return tuple(dict.fromkeys(findings))
