"""What an application has been told: `Declared` routes, hooks, providers and convertors, kept in a `Journal`.

A declaration is a frozen record beside the handler, never something on it, so that one handler may be
declared many times with different settings.  The journal judges what it takes and refuses all of a batch or
none of it. This file knows neither decorators (`decorators`) nor what becomes of a declaration (`plan`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from responder._contract.bound import ProviderFacts
from responder._contract.convertors import BUILTIN, ConvertorFacts
from responder._contract.findings import Finding, found
from responder._contract.frozen import frozen
from responder._contract.hints import resemblance
from responder._contract.providing import bind_provider
from responder._contract.rivals import contradict
from responder._contract.template import Template, unknown_convertors
from responder._http.raises import Problems
from responder._routing.errors import Located, RouteError, Site, error_for, refuse
from responder._routing.options import Handler, Kind, RouteSettings
from responder._routing.reader import read_provider
from responder._routing.shaping import shape_of
from responder._routing.steps import read_hook
from responder._routing.views import BoundViews, View, bind_views
from responder.convertors import CONVERTORS, AnyConvertor
from responder.registry import RESERVED, Close, Registry, Scope

_LOG: Final = logging.getLogger("responder")

When = Literal["before", "after", "socket-before"]
Replaceable: TypeAlias = "str | Callable[..., object]"
"""What an override stands in for: a name, or a provider."""


@frozen
class HookRecord:
    """A hook for every route below a prefix, or for all of them."""

    hook: Callable[..., object]
    when: When
    site: Site
    prefix: Template | None = None


@frozen
class ProviderRecord:
    """What a name provides.  `provider` is None for a name that a registry declares and nobody has bound
    yet."""

    name: str
    provider: Callable[..., object] | None
    scope: Scope = "request"
    close: Close = "after-send"
    site: Site | None = None
    raises: Problems = ()


@frozen
class Override:
    """A stand-in for a provider, for as long as it is in force; told apart by identity."""

    target: Replaceable
    replacement: object


@frozen
class Declared:
    """A handler under a path, with the settings of this one declaration."""

    template: Template
    handler: Handler
    settings: RouteSettings
    methods: frozenset[str] | None
    kind: Kind
    views: tuple[View, ...]
    site: Site

    @property
    def label(self) -> str:
        """The route as findings name it: `GET /items/{id:int}`."""
        return label(self.kind, self.methods, self.template.text)

    def faults(self, convertors: Mapping[str, ConvertorFacts]) -> tuple[Located, ...]:
        """What the rules can already say against it."""
        return self.faults_of(self.bind(convertors), convertors)

    def bind(self, convertors: Mapping[str, ConvertorFacts]) -> BoundViews:
        """Ask the rules with what is known now."""
        return bind_views(self.template, self.views, self.methods, self.kind, convertors, None)

    def faults_of(self, bound: BoundViews, convertors: Mapping[str, ConvertorFacts]) -> tuple[Located, ...]:
        """What the rules said."""
        findings = list(unknown_convertors(self.template, convertors)) if self.template.fields else []
        for _, one in bound:
            findings.extend(one.findings)
        return tuple(self.located(finding) for finding in dict.fromkeys(findings)) if findings else ()

    def located(self, finding: Finding) -> Located:
        """A finding about this declaration, with its place."""
        return Located(finding, self.site, self.label)


@frozen
class Batch:
    """What is declared at once: mostly one thing, a whole router when one is included.

    `faults` are those found on the way; whoever takes the batch adds its own and raises them together.
    """

    routes: tuple[Declared, ...] = ()
    hooks: tuple[HookRecord, ...] = ()
    faults: tuple[Located, ...] = ()


def label(kind: Kind, methods: frozenset[str] | None, path: str) -> str:
    """Name a route as its users would: `GET /items/{id:int}`."""
    if kind == "websocket":
        return f"WEBSOCKET {path}"
    return f"{'ANY' if methods is None else ','.join(sorted(methods))} {path}"


def facts_of(name: str, convertor: AnyConvertor) -> ConvertorFacts:
    """What the rules need to know of a convertor."""
    builtin = BUILTIN.get(name)
    if builtin is not None and CONVERTORS[name] is convertor:
        return builtin
    return ConvertorFacts(name, convertor.pattern, shape_of(convertor.yields), convertor.spans)


class Journal:
    """Everything an application has been told, in order.

    `version` grows with every change; what was planned from an older version is stale.
    """

    def __init__(self, registry: type[Registry] | None = None) -> None:
        self.registry = registry
        self.routes: list[Declared] = []
        self.before: list[HookRecord] = []
        self.after: list[HookRecord] = []
        self.socket_before: list[HookRecord] = []
        self.providers: dict[str, ProviderRecord] = {}
        self.convertors: dict[str, AnyConvertor] = dict(CONVERTORS)
        self.version = 0
        # What the rules said to each declaration; where they left nothing open, nobody has to ask again.
        self.bound: dict[int, BoundViews] = {}
        self._paths: dict[str, list[Declared]] = {}
        self._facts: dict[str, ConvertorFacts] = dict(BUILTIN)
        self._overrides: list[Override] = []
        if registry is not None:
            self._adopt(registry)

    @property
    def facts(self) -> Mapping[str, ConvertorFacts]:
        """What the rules need to know of the convertors published here."""
        return MappingProxyType(self._facts)

    @property
    def overrides(self) -> tuple[Override, ...]:
        """The overrides in force; of two for one target, the later one counts."""
        return tuple(self._overrides)

    def take(self, batch: Batch) -> None:
        """Add what was declared, or raise `RouteError` with everything that is wrong with it and add
        nothing."""
        faults = list(batch.faults)
        paths = {path: list(declared) for path, declared in self._touched(batch).items()}
        for declared in batch.routes:
            faults.extend(self._faults(declared, paths))
            paths.setdefault(declared.template.text, []).append(declared)
        for record in batch.hooks:
            hook = read_hook(record.hook, 1 if record.when == "socket-before" else 2)
            if isinstance(hook, Finding):
                faults.append(Located(hook, record.site))
        if faults:
            refuse(RouteError(faults))
            return
        for declared in batch.routes:
            self._displace(declared, paths)
        self.routes.extend(batch.routes)
        self._paths.update(paths)
        for record in batch.hooks:
            hooks = {"before": self.before, "after": self.after, "socket-before": self.socket_before}
            hooks[record.when].append(record)
        self.version += 1

    def _displace(self, declared: Declared, paths: Mapping[str, list[Declared]]) -> None:
        """Take away what gives way to a declaration."""
        others = paths[declared.template.text]
        for other in [one for one in others if one.settings.gives_way and one is not declared]:
            if _collide(declared, other):
                others.remove(other)
                self.routes = [one for one in self.routes if one is not other]
                _LOG.warning("%s (%s) takes the place of %s", declared.label, declared.site, other.label)

    def provide(self, record: ProviderRecord) -> None:
        """Bind a name to a provider; the last one that is bound to a name counts."""
        if record.name in RESERVED:
            wrong = found("dependency-reserved", parameter=record.name)
            refuse(RouteError([Located(wrong, record.site)]))
            return
        registry = self.registry
        if registry is not None and registry is not Registry and record.name not in self.providers:
            wrong = _undeclared(record.name, self.providers, registry)
            refuse(RouteError([Located(wrong, record.site)]))
            return
        faults = _looks_at_a_request(record)
        if faults:
            refuse(error_for(faults))
            return
        self.providers[record.name] = record
        self.version += 1

    def publish(self, name: str, convertor: AnyConvertor) -> None:
        """Make a convertor known under a name."""
        self.convertors[name] = convertor
        self._facts[name] = facts_of(name, convertor)
        self.version += 1

    def override(self, target: Replaceable, replacement: object) -> Override:
        """Put a stand-in in force until `restore` is called with what this gives."""
        made = Override(target, replacement)
        self._overrides.append(made)
        self.version += 1
        return made

    def restore(self, override: Override) -> None:
        """End one override, in whatever order they end."""
        self._overrides = [one for one in self._overrides if one is not override]
        self.version += 1

    def _adopt(self, registry: type[Registry]) -> None:
        entries = registry.responder_entries
        for name in entries.declared:
            self.providers[name] = ProviderRecord(name, None)
        for name, provider in entries.providers.items():
            self.providers[name] = ProviderRecord(
                name, provider.function, provider.scope, provider.close, raises=provider.raises
            )
        for name, convertor in entries.convertors.items():
            self.publish(name, convertor)

    def _touched(self, batch: Batch) -> Mapping[str, list[Declared]]:
        texts = {declared.template.text for declared in batch.routes}
        return {text: self._paths[text] for text in texts if text in self._paths}

    def _faults(self, declared: Declared, paths: Mapping[str, Iterable[Declared]]) -> Iterable[Located]:
        if not declared.template.text:
            yield declared.located(found("path-missing", offset=0))
        bound = self.bound[id(declared)] = declared.bind(self._facts)
        yield from declared.faults_of(bound, self._facts)
        others = paths.get(declared.template.text, ())
        staying = (other for other in others if not other.settings.gives_way)
        if declared.settings.check_existing and any(_collide(declared, other) for other in staying):
            yield declared.located(found("route-duplicate", template=declared.template.text))


def _undeclared(name: str, declared: Iterable[str], registry: type[Registry]) -> Finding:
    hint = resemblance(name, declared)
    return found("dependency-undeclared", parameter=name, registry=registry.__name__, hint=hint)


def _looks_at_a_request(record: ProviderRecord) -> list[Located]:
    """The faults of an app-scoped provider that wants a request; the rest is told when all are known."""
    if record.provider is None or record.scope != "app":
        return []
    one = read_provider(record.provider)
    findings = bind_provider(one.signature, ProviderFacts("app")).findings
    return [Located(finding, record.site) for finding in findings if finding.rule.name == "app-scope-request"]


def _collide(one: Declared, other: Declared) -> bool:
    return contradict(one.kind, one.methods, other.kind, other.methods)
