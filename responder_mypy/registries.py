"""Registries: the whole graph of providers is in the types of a class.

Checked when the body of `class Deps(Registry)` has been, which mypy shows by asking for
`Registry.__init_subclass__`.  Providers of the same module are read with their sources; of others the types
say what they need, and a required parameter that is no dependency may be marked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mypy.checker import TypeChecker
from mypy.nodes import (
    AssignmentStmt,
    CallExpr,
    Context,
    Decorator,
    Expression,
    FuncDef,
    NameExpr,
    RefExpr,
    TypeInfo,
)
from mypy.plugin import MethodContext
from mypy.types import CallableType, Type, get_proper_type

from responder._contract.binding import bind_provider
from responder._contract.findings import found
from responder._contract.graph import Cycle, order
from responder._contract.roles import RESERVED
from responder._contract.sources import Source
from responder_mypy import compat
from responder_mypy.names import PROVIDER_FUNCTION, REGISTRY
from responder_mypy.providers import mismatch
from responder_mypy.reading import Read, read
from responder_mypy.worlds import Supply, World, own_entries, publish_names, world_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One provider of a registry: where it is written, and how it is read."""

    supply: Supply
    place: Context
    one: Read

    @property
    def seen(self) -> bool:
        """Whether markers and defaults can be seen."""
        return self.one.function is not None


def on_registry(ctx: MethodContext) -> Type:
    """The body of a registry has been checked."""
    chk = compat.checker(ctx.api)
    info = compat.class_at(chk, ctx.context)
    if info is None or not info.has_base(REGISTRY):
        return ctx.default_return_type
    publish_names(chk, info)
    for name, place in _places(info):
        if name in RESERVED:
            compat.tell(chk, found("dependency-reserved", parameter=name), place)
    world = world_of(chk, info, None)
    entries = {entry.supply.name: entry for entry in _entries(chk, info, world)}
    own = set(own_entries(info))
    for name, entry in entries.items():
        if name in own:
            _check(chk, world, entry)
    ring = order({name: _needs(world, entry) for name, entry in entries.items()})
    if isinstance(ring, Cycle):
        first = next((name for name in ring.nodes if name in own), None)
        if first is not None:
            compat.tell(chk, ring.finding(), entries[first].place)
    return ctx.default_return_type


def _places(info: TypeInfo) -> Iterator[tuple[str, Context]]:
    """Where the names of a registry are written."""
    for statement in info.defn.defs.body:
        if isinstance(statement, AssignmentStmt):
            for target in statement.lvalues:
                if isinstance(target, NameExpr):
                    yield target.name, target
        elif isinstance(statement, Decorator):
            yield statement.func.name, statement.func


def _entries(chk: TypeChecker, info: TypeInfo, world: World) -> Iterator[Entry]:
    places = dict(_places(info))
    for name, supply in world.supplies.items():
        if supply.needs is None:
            continue
        function = _function(info, name)
        own = function is not None and compat.is_own(chk, function)
        typ = get_proper_type(function.type) if own and function is not None else supply.needs
        one = read(chk, typ, function if own else None, name) if isinstance(typ, CallableType) else None
        if one is None:
            one = read(chk, supply.needs, None, name)
        if one is not None:
            yield Entry(supply, places.get(name, info.defn), one)


def _function(info: TypeInfo, name: str) -> FuncDef | None:
    """The function that `name = provider(function)` binds, or that `@provider` stands on."""
    for statement in info.defn.defs.body:
        if isinstance(statement, Decorator) and statement.func.name == name:
            return statement.func
        if isinstance(statement, AssignmentStmt) and _assigns(statement, name):
            return _given(statement.rvalue)
    return None


def _assigns(statement: AssignmentStmt, name: str) -> bool:
    return any(isinstance(target, NameExpr) and target.name == name for target in statement.lvalues)


def _given(value: Expression) -> FuncDef | None:
    if not isinstance(value, CallExpr) or not isinstance(value.callee, RefExpr):
        return None
    if value.callee.fullname != PROVIDER_FUNCTION:
        return None
    given = compat.positional(value, 0)
    node = given.node if isinstance(given, RefExpr) else None
    return node if isinstance(node, FuncDef) else None


def _check(chk: TypeChecker, world: World, entry: Entry) -> None:
    supply = entry.supply
    facts = world.provider_facts(supply.scope)
    bound = bind_provider(entry.one.signature, facts)
    told: set[str | None] = set()
    for finding in bound.findings:
        told.add(finding.parameter)
        compat.tell(chk, finding, entry.place)
    for name in _needs(world, entry):
        needed = world.supplies[name]
        if supply.scope == "app" and needed.scope == "request":
            leak = found("app-scope-dependency", parameter=name, handler=supply.name)
            compat.tell(chk, leak, entry.place)
        wanted = entry.one.params[name].type
        wrong = None if name in told else mismatch(chk, needed, wanted)
        if wrong is not None:
            finding = found(
                "provider-type",
                parameter=name,
                type=wrong,
                handler=supply.name,
                annotation=compat.shown(chk, wanted),
            )
            compat.tell(chk, finding, entry.place)


def _needs(world: World, entry: Entry) -> list[str]:
    """The names that a provider takes from the registry."""
    if entry.seen:
        facts = world.provider_facts()
        inputs = bind_provider(entry.one.signature, facts).inputs
        return [input_.name for input_ in inputs if input_.source is Source.NAMED]
    return [
        param.name
        for param in entry.one.signature.params
        if param.name in world.supplies and param.role is None and param.kind in ("positional", "keyword")
    ]
