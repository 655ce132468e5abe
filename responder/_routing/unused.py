"""Names that a provider is bound to and that nothing asks for: worth a look, and no mistake for sure.

`api.resolve` asks without being seen, and a registry may serve several applications; so these are notes.
Asked by the core's `check`, of a plan that has no faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from responder._contract.findings import found
from responder._routing.declare import ProviderRecord
from responder._routing.errors import Located
from responder._routing.plan import Plan
from responder._routing.providers import NO_OVERRIDES, Identity, Supplier, identity
from responder._routing.written import site_in
from responder.registry import Provider, Registry


def unused(
    plan: Plan, records: Mapping[str, ProviderRecord], registry: type[Registry] | None
) -> tuple[Located, ...]:
    """Find the names that no operation and no other provider asks for."""
    asked = {_known(one.function) for one in _asked_for(plan, records)}
    found_ones: list[Located] = []
    for name, record in records.items():
        if record.provider is None or _known(record.provider) in asked:
            continue
        site = record.site or site_in(registry, name)
        found_ones.append(Located(found("dependency-unused", parameter=name), site))
    return tuple(found_ones)


def _asked_for(plan: Plan, records: Mapping[str, ProviderRecord]) -> Iterator[Supplier]:
    for route in plan.routes:
        for operation in dict.fromkeys(route.operations.values()):
            yield from operation.providers
    for name in records:
        supplier = plan.suppliers.named(name)
        for argument in () if supplier is None else supplier.arguments:
            target = None if argument.ref is None else plan.suppliers.target(argument.ref, NO_OVERRIDES)
            if target is not None:
                yield target


def _known(provider: Callable[..., object]) -> Identity:
    return identity(provider.function if isinstance(provider, Provider) else provider)
