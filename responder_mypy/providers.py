"""Providers: what dependencies need, what they give, and how long they live."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mypy.checker import TypeChecker
from mypy.nodes import (
    Argument,
    CallExpr,
    Context,
    Decorator,
    Expression,
    FuncDef,
    ListExpr,
    RefExpr,
    TupleExpr,
)
from mypy.subtypes import is_subtype
from mypy.types import AnyType, CallableType, Type, TypeVarType, get_proper_type

from responder._contract.binding import Bound, bind_provider
from responder._contract.findings import Finding, found
from responder._contract.graph import Cycle, order
from responder._contract.hints import resemblance
from responder._contract.roles import RESERVED
from responder._contract.sources import Source
from responder_mypy import compat
from responder_mypy.markers import marker_call
from responder_mypy.reading import Read, is_unannotated, read
from responder_mypy.telling import Site
from responder_mypy.unreadable import class_written, unreadable
from responder_mypy.worlds import Supply, World, provided


def check_inputs(
    site: Site, world: World, one: Read, bound: Bound, told: Iterable[str | None], call: CallExpr | None
) -> None:
    """What can be said of a handler's dependencies beyond the shared rules: their exact types, and what is
    wrong inside of `Depends(...)`.
    """
    for input_ in bound.inputs:
        if input_.name in told or input_.name not in one.params:
            continue
        extra = one.params[input_.name]
        place = extra.place or site.whole
        if input_.source is Source.NAMED and not extra.hidden:
            supply = world.supplies.get(input_.name)
            wrong = None if supply is None else mismatch(site.chk, supply, extra.type)
            if wrong is not None:
                names = (input_.name, wrong, one.signature.name, compat.shown(site.chk, extra.type))
                compat.tell(site.chk, _type_finding("dependency-type", *names), place, origin=site.whole)
        elif input_.source is Source.DEPENDS and extra.marker is not None:
            annotation = None if is_unannotated(extra.type) else extra.type
            check_depends(site, world, extra.marker.provider, place, (input_.name, annotation))
        elif input_.source is Source.BODY and extra.marker is not None and isinstance(extra.place, Argument):
            info = class_written(site.chk, extra.place)
            why = None if info is None else unreadable(site.chk, info)
            if info is not None and why is not None:
                finding = found(
                    "annotation-unsupported",
                    parameter=input_.name,
                    annotation=info.name,
                    handler=one.signature.name,
                    why=why,
                )
                compat.tell(site.chk, finding, place, origin=site.whole)
    for guard in _guards(call):
        check_depends(site, world, guard, guard)


def _guards(call: CallExpr | None) -> Iterator[Expression]:
    """The providers of `dependencies=[Depends(f), ...]`."""
    given = None if call is None else compat.keyword(call, "dependencies")
    if given is None:
        return
    items = given.items if isinstance(given, ListExpr | TupleExpr) else [given]
    for item in items:
        marker = marker_call(item)
        if marker is not None and marker.source is Source.DEPENDS and marker.provider is not None:
            yield marker.provider


def mismatch(chk: TypeChecker, supply: Supply, wanted: Type) -> str | None:
    """What a dependency provides, when that can't stand for what is declared."""
    declared, given = get_proper_type(wanted), get_proper_type(supply.type)
    if given is None or isinstance(given, AnyType) or isinstance(declared, AnyType | TypeVarType):
        return None
    return None if is_subtype(given, declared) else compat.shown(chk, given)


def _type_finding(rule: str, parameter: str, typ: str, handler: str, annotation: str) -> Finding:
    return found(rule, parameter=parameter, type=typ, handler=handler, annotation=annotation)


def check_depends(
    site: Site,
    world: World,
    provider: Expression | None,
    place: Context,
    wanted: tuple[str, Type | None] | None = None,
    seen: frozenset[str] = frozenset(),
) -> None:
    """Judge a provider where it is used, and what it uses in turn.

    The type is only compared for `Annotated`; of a default mypy itself sees that it fits.
    """
    if provider is None:
        return
    function = function_of(provider)
    if function is None or not compat.is_own(site.chk, function) or function.fullname in seen:
        return
    typ = get_proper_type(function.type) if function.type is not None else site.chk.function_type(function)
    if not isinstance(typ, CallableType):
        return
    if wanted is not None and wanted[1] is not None:
        wrong = mismatch(site.chk, Supply(function.name, provided(typ, function)), wanted[1])
        if wrong is not None and _is_annotated(place, provider):
            names = {"parameter": wanted[0], "type": wrong}
            text = compat.shown(site.chk, wanted[1])
            finding = found("depends-type", parameter=names["parameter"], type=names["type"], annotation=text)
            compat.tell(site.chk, finding, place, origin=site.whole)
    one = read(site.chk, typ, function, function.name)
    if one is None:
        return
    bound = bind_provider(one.signature, world.provider_facts())
    for finding in bound.findings:
        compat.tell(site.chk, finding, place, origin=site.whole)
    for input_ in bound.inputs:
        marker = one.params[input_.name].marker
        if input_.source is Source.DEPENDS and marker is not None:
            check_depends(site, world, marker.provider, place, None, seen | {function.fullname})


def _is_annotated(place: Context, provider: Expression) -> bool:
    """Whether the marker stands in the annotation, where mypy itself compares nothing."""
    initializer = getattr(place, "initializer", None)
    marker = marker_call(initializer)
    return marker is None or marker.provider is not provider


def function_of(provider: Expression) -> FuncDef | None:
    """The function that is given to `Depends`, if it is a plain one."""
    node = provider.node if isinstance(provider, RefExpr) else None
    # With other decorators it is another callable, unless they only declare it.
    if isinstance(node, Decorator):
        node = node.func if len(node.original_decorators) == 0 else None
    return node if isinstance(node, FuncDef) else None


def check_named(site: Site, world: World, supply: Supply) -> None:
    """Judge a provider that `@api.dependency()` binds to a name."""
    chk, name = site.chk, supply.name
    if name in RESERVED:
        site.tell([found("dependency-reserved", parameter=name)])
        return
    if world.registry is not None and world.closed:
        if name not in world.supplies:
            hint = resemblance(name, world.supplies)
            registry = world.registry.name
            site.tell([found("dependency-undeclared", parameter=name, registry=registry, hint=hint)])
            return
        _check_declared(site, world, supply)
    if supply.function is None or supply.scope is None:
        return
    typ = get_proper_type(supply.function.type or chk.function_type(supply.function))
    one = read(chk, typ, supply.function, name) if isinstance(typ, CallableType) else None
    if one is None or one.function is None:
        return
    facts = world.provider_facts(supply.scope)
    bound = bind_provider(one.signature, facts)
    site.tell(bound.findings, one)
    told = {finding.parameter for finding in bound.findings}
    for input_ in bound.inputs:
        if input_.source is Source.NAMED and input_.name not in told:
            _check_edge(site, supply, world.supplies[input_.name], one)
    if world.registry is None:
        _check_cycle(site, world, name)


def _check_declared(site: Site, world: World, supply: Supply) -> None:
    """Whether a provider gives what the registry says its name provides."""
    declared = world.supplies[supply.name].type
    if declared is None or world.registry is None or supply.type is None:
        return
    wrong = mismatch(site.chk, supply, declared)
    if wrong is not None:
        finding = found(
            "registry-type",
            parameter=supply.name,
            type=wrong,
            registry=world.registry.name,
            annotation=compat.shown(site.chk, declared),
        )
        site.tell([finding])


def _check_edge(site: Site, supply: Supply, needed: Supply, one: Read) -> None:
    """What is wrong between a provider and one that it needs."""
    extra = one.params[needed.name]
    place = extra.place or site.whole
    if supply.scope == "app" and needed.scope == "request":
        leak = found("app-scope-dependency", parameter=needed.name, handler=supply.name)
        compat.tell(site.chk, leak, place, origin=site.whole)
    wrong = None if extra.hidden else mismatch(site.chk, needed, extra.type)
    if wrong is not None:
        names = (needed.name, wrong, supply.name, compat.shown(site.chk, extra.type))
        compat.tell(site.chk, _type_finding("provider-type", *names), place, origin=site.whole)


def _check_cycle(site: Site, world: World, name: str) -> None:
    """Tell a ring of providers once, at the first of them."""
    ring = order({one: _needs(site.chk, world, supply) for one, supply in world.supplies.items()})
    if isinstance(ring, Cycle) and ring.nodes[0] == name:
        site.tell([ring.finding()])


def _needs(chk: TypeChecker, world: World, supply: Supply) -> list[str]:
    typ = get_proper_type(supply.needs)
    if supply.function is None or not isinstance(typ, CallableType):
        return []
    one = read(chk, typ, supply.function, supply.name)
    if one is None or one.function is None:
        return []
    bound = bind_provider(one.signature, world.provider_facts())
    return [input_.name for input_ in bound.inputs if input_.source is Source.NAMED]
