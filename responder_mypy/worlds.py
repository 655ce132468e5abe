"""What a handler may ask for by name: the dependencies and convertors that are known where it stands.

A typed registry is a closed world: it is seen in a type, from every module.  Without one the names that the
module binds on an application it makes itself are known; an application from elsewhere is an open world, in
which nothing can be called unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from mypy.checker import TypeChecker
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import (
    MDEF,
    AssignmentStmt,
    CallExpr,
    Decorator,
    Expression,
    FuncDef,
    NameExpr,
    RefExpr,
    SymbolTableNode,
    TypeInfo,
    Var,
)
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    Parameters,
    ProperType,
    Type,
    TypeOfAny,
    get_proper_type,
)
from typing_extensions import override

from responder._contract.bound import ProviderFacts
from responder._contract.convertors import BUILTIN, ConvertorFacts
from responder._contract.roles import RESERVED
from responder._contract.shapes import UNKNOWN, Shape
from responder_mypy import compat
from responder_mypy.bindings import Binding
from responder_mypy.constants import literal_text, text_of
from responder_mypy.made import Made, made_here
from responder_mypy.memory import Memory
from responder_mypy.names import CONVERTOR, PROVIDER, REGISTRY, ROUTES
from responder_mypy.reading import is_unannotated
from responder_mypy.settings import Settings
from responder_mypy.shapes import shape_of

_settings = [Settings()]


def infers() -> bool:
    """Whether handlers without types get those that their route implies."""
    return _settings[0].infer_handlers


def use(settings: Settings) -> None:
    """Have the settings that mypy was started with."""
    _settings[0] = settings


NAMES: Final = "responder names"
"""A class variable that no source can spell: the names of a registry, for the daemon to compare."""


@dataclass(frozen=True, slots=True)
class Supply:
    """One dependency.  `type` is None when it is not known, `scope` when there is none to know."""

    name: str
    type: Type | None = None
    scope: str | None = None
    needs: CallableType | None = None
    function: FuncDef | None = None
    raises: Expression | None = None
    """What is said of the problems that it raises."""


class Shapes(Mapping[str, Shape]):
    """What each dependency provides, translated when asked for."""

    def __init__(self, supplies: Mapping[str, Supply]) -> None:
        self._supplies = supplies

    @override
    def __getitem__(self, name: str) -> Shape:
        supply = self._supplies[name]
        return UNKNOWN if supply.type is None else shape_of(supply.type)

    @override
    def __contains__(self, name: object) -> bool:
        return name in self._supplies

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._supplies)

    @override
    def __len__(self) -> int:
        return len(self._supplies)


@dataclass(frozen=True, slots=True)
class World:
    """What is known around a route; `closed` says that there are no other names, `settled` no other
    convertors.
    """

    registry: TypeInfo | None = None
    supplies: Mapping[str, Supply] = field(default_factory=dict[str, Supply])
    closed: bool = False
    convertors: Mapping[str, ConvertorFacts] = field(default_factory=lambda: BUILTIN)
    settled: bool = False

    @property
    def dependencies(self) -> Mapping[str, Shape] | None:
        """What the rules are told: the names, or that they are not known."""
        return Shapes(self.supplies) if self.closed or self.supplies else None

    def provider_facts(self, scope: str | None = "request") -> ProviderFacts:
        """What the rules are told around a provider."""
        lives: Literal["request", "app"] = "app" if scope == "app" else "request"
        return ProviderFacts(lives, self.dependencies, partial=True, more=not self.closed)


def registry_of(typ: Type) -> TypeInfo | None:
    """The registry of an application, group, router or decorator; None when it may be any."""
    proper = get_proper_type(typ)
    if not isinstance(proper, Instance):
        return None
    routes = next((base for base in proper.type.mro if base.fullname == ROUTES), None)
    mapped = proper if routes is None else map_instance_to_supertype(proper, routes)
    registry = get_proper_type(mapped.args[0]) if mapped.args else None
    return registry.type if isinstance(registry, Instance) else None


def world_of(chk: TypeChecker, registry: TypeInfo | None, receiver: Expression | None) -> World:
    """The world of what is declared on `receiver`, whose type holds `registry`."""
    if registry is None:
        return World()
    if registry.fullname != REGISTRY:
        return _of_registry(chk, registry)
    return _of_module(chk, receiver)


_known: Final[Memory[TypeInfo, World]] = Memory()


def _of_registry(chk: TypeChecker, registry: TypeInfo) -> World:
    known = _known.get(registry)
    if known is not None:
        return known
    finished = True
    supplies: dict[str, Supply] = {}
    convertors: Mapping[str, ConvertorFacts] = BUILTIN
    for info in reversed(registry.mro):
        if info.fullname == REGISTRY or not info.has_base(REGISTRY):
            continue
        compat.depend_on(chk, f"{info.fullname}.{NAMES}")
        for name, entry in info.names.items():
            if not _is_entry(name, entry):
                continue
            compat.depend_on(chk, f"{info.fullname}.{name}")
            finished = finished and entry.type is not None
            typ = _entry_type(chk, entry)
            yields = _convertor_value(typ)
            supplies.pop(name, None)
            if yields is not None:
                convertors = {**convertors, name: ConvertorFacts(name, "[^/]+", shape_of(yields))}
            elif name not in RESERVED:
                supplies[name] = supply_of(name, typ)
    closed = not registry.fallback_to_any
    world = World(registry, supplies, closed, convertors, closed)
    return _known.keep(registry, world) if finished else world


def own_entries(info: TypeInfo) -> list[str]:
    """The names that this registry itself holds."""
    return [name for name, entry in info.names.items() if _is_entry(name, entry)]


def _is_entry(name: str, entry: SymbolTableNode) -> bool:
    if name.startswith("_") or " " in name or name == "responder_entries":
        return False
    return isinstance(entry.node, Decorator) or (isinstance(entry.node, Var) and not entry.node.is_classvar)


def _entry_type(chk: TypeChecker, entry: SymbolTableNode) -> ProperType | None:
    node = entry.node.var if isinstance(entry.node, Decorator) else entry.node
    if not isinstance(node, Var):
        return None
    if node.type is not None:
        return get_proper_type(node.type)
    if isinstance(entry.node, Decorator):
        return compat.decorated_type(chk, entry.node)
    return _unfinished(chk, node)


def _unfinished(chk: TypeChecker, node: Var) -> ProperType | None:
    """An entry whose module is of this import cycle and not checked yet; its source is at hand then."""
    for statement in node.info.defn.defs.body if node.info else ():
        if isinstance(statement, AssignmentStmt) and isinstance(statement.rvalue, CallExpr):
            for target in statement.lvalues:
                if isinstance(target, NameExpr) and target.name == node.name:
                    return compat.type_of(chk, statement.rvalue)
    return None


def supply_of(name: str, typ: ProperType | None) -> Supply:
    """What an entry of a registry provides."""
    if not isinstance(typ, Instance) or typ.type.fullname != PROVIDER:
        return Supply(name, None if typ is None or isinstance(typ, AnyType) else typ)
    parameters = get_proper_type(typ.args[0])
    needs = None
    if isinstance(parameters, Parameters):
        nothing = AnyType(TypeOfAny.special_form)
        needs = CallableType(parameters.arg_types, parameters.arg_kinds, parameters.arg_names, nothing, typ)
    return Supply(name, typ.args[1], literal_text(typ.args[2]), needs)


def _convertor_value(typ: ProperType | None) -> Type | None:
    """What a convertor gives; None when it is none."""
    if not isinstance(typ, Instance):
        return None
    base = next((base for base in typ.type.mro if base.fullname == CONVERTOR), None)
    return None if base is None else map_instance_to_supertype(typ, base).args[0]


def publish_names(chk: TypeChecker, info: TypeInfo) -> None:
    """Keep the names of a registry where the daemon compares them."""
    node = Var(NAMES, compat.literal(chk, ",".join(own_entries(info))))
    node.info, node._fullname, node.is_classvar = info, f"{info.fullname}.{NAMES}", True
    compat.publish(info.names, NAMES, SymbolTableNode(MDEF, node))


def _of_module(chk: TypeChecker, receiver: Expression | None) -> World:
    """An application without a registry: what this module binds on it, if it makes the application.

    Other modules may import the application and bind more, unless nobody can: it is local to a function, or
    this module is the program that serves it.
    """
    made = made_here(chk, receiver)
    if made is None:
        return World()
    closed = made.local or made.runs or _settings[0].named_dependencies == "module"
    supplies: dict[str, Supply] = {}
    for binding in made.bindings:
        if binding.name is None:
            # It may be any name, those that are known included.
            return World(None, {}, False, *_convertors(chk, made, BUILTIN))
        again = binding.name in supplies
        supplies[binding.name] = Supply(binding.name) if again else _bound(binding)
    return World(None, supplies, closed, *_convertors(chk, made, BUILTIN))


def _convertors(
    chk: TypeChecker, made: Made, known: Mapping[str, ConvertorFacts]
) -> tuple[Mapping[str, ConvertorFacts], bool]:
    """The convertors that are known, with those that this module adds; and whether these are all.

    What is imported after the application was made may add some.
    """
    convertors = dict(known)
    settled = made.local or not any(one.line > made.call.line for one in chk.tree.imports)
    for call in made.convertors:
        one = None if compat.has_stars(call) else _added(chk, call)
        if one is None:
            settled = False
        else:
            convertors[one.name] = one
    return convertors, settled


def _added(chk: TypeChecker, call: CallExpr) -> ConvertorFacts | None:
    """What `add_convertor(Hex)` or `add_convertor(Hex(), name="hex")` adds."""
    info, name = _class_added(call), added_name(chk, call)
    if info is None or name is None:
        return None
    yields = _convertor_value(Instance(info, [AnyType(TypeOfAny.special_form) for _ in info.type_vars]))
    return ConvertorFacts(name, "[^/]+", UNKNOWN if yields is None else shape_of(yields))


def added_name(chk: TypeChecker, call: CallExpr) -> str | None:
    """The name that `add_convertor` publishes, when it can be told."""
    name_at = compat.positional(call, 1) or compat.keyword(call, "name")
    if name_at is not None:
        return text_of(name_at)
    info = _class_added(call)
    return None if info is None else _class_name(chk, info)


def _class_added(call: CallExpr) -> TypeInfo | None:
    given = compat.positional(call, 0) or compat.keyword(call, "convertor")
    made = given.callee if isinstance(given, CallExpr) else given
    info = made.node if isinstance(made, RefExpr) else None
    return info if isinstance(info, TypeInfo) and info.has_base(CONVERTOR) else None


def _class_name(chk: TypeChecker, info: TypeInfo) -> str | None:
    """The name that a convertor's class gives itself: `class Hex(Convertor[int], name="hex")`."""
    given = info.defn.keywords.get("name") if info.module_name == chk.tree.fullname else None
    return None if given is None else text_of(given)


def _bound(binding: Binding) -> Supply:
    provider: object = binding.provider
    if isinstance(provider, RefExpr):
        provider = provider.node
    if isinstance(provider, Decorator):
        return Supply(binding.name or "", scope=binding.scope)
    if not isinstance(provider, FuncDef) or not binding.certain:
        return Supply(binding.name or "", scope=binding.scope)
    typ = get_proper_type(provider.type)
    if not isinstance(typ, CallableType):
        return Supply(binding.name or "", scope=binding.scope, function=provider, raises=binding.raises)
    return Supply(binding.name or "", provided(typ, provider), binding.scope, typ, provider, binding.raises)


ITERATORS: Final = frozenset(
    {
        "typing.Generator",
        "typing.AsyncGenerator",
        "typing.Iterator",
        "typing.AsyncIterator",
        "typing.Iterable",
        "typing.AsyncIterable",
    }
)


def provided(typ: CallableType, function: FuncDef | None) -> Type | None:
    """What a provider gives: generators give what they yield, coroutines what they return."""
    result = get_proper_type(typ.ret_type)
    if isinstance(result, AnyType) or is_unannotated(result):
        return None
    if typ.variables or not isinstance(result, Instance):
        return None if typ.variables else result
    name = result.type.fullname
    if name in ("typing.Coroutine", "typing.Awaitable"):
        return result.args[-1]
    yields = True if function is None else function.is_generator or function.is_async_generator
    return result.args[0] if yields and name in ITERATORS else result
