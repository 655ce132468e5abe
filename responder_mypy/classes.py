"""Class-based views: which methods of a class serve which verb."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mypy.checker import TypeChecker
from mypy.nodes import Decorator, FuncDef, OverloadedFuncDef, SymbolNode, TypeInfo, Var
from mypy.types import CallableType, Instance, get_proper_type

from responder._contract.findings import Finding, found
from responder._contract.steps import STEPS, gets_of, misfit
from responder_mypy.compat import is_own
from responder_mypy.memory import Memory
from responder_mypy.names import VIEW_VERBS
from responder_mypy.reading import read
from responder_mypy.telling import Site


@dataclass(frozen=True, slots=True)
class Verb:
    """One `on_*` method.  `method` is None for `on_request`; `drop` leaves `self` out."""

    name: str
    method: str | None
    type: CallableType
    function: FuncDef | None
    drop: int


def steps_of(chk: TypeChecker, info: TypeInfo) -> list[Verb]:
    """Every method that serves a WebSocket, by name."""
    return _methods(chk, info, frozenset(name.removeprefix("on_") for name in STEPS))


def step_findings(site: Site, info: TypeInfo, steps: Sequence[Verb]) -> None:
    """Tell what is wrong with a class that serves a WebSocket."""
    names = [name for name, _ in _handlers(info)]
    site.tell([found("socket-view-step", name=name) for name in names if name not in STEPS])
    if not names and not info.fallback_to_any:
        site.tell([found("view-empty", view=info.name)])
    for step in steps:
        if step.function is not None and not step.function.is_coroutine:
            site.tell([found("socket-handler-sync", handler=step.name)])
        if step.drop == 0:
            place = site.whole if step.function is None else step.function
            Site(site.chk, place).tell([misfit(step.name)])
        elif not step.name.endswith(".on_connect"):
            one = read(site.chk, step.type, step.function, step.name, drop=step.drop)
            gets = () if one is None or one.function is None else gets_of(one.signature)
            if isinstance(gets, Finding):
                Site(site.chk, step.function or site.whole).tell([gets])


_SERVING: Final = frozenset((*VIEW_VERBS, "request"))


def verbs_of(chk: TypeChecker, info: TypeInfo) -> list[Verb]:
    """Every method that serves requests, by name."""
    return _methods(chk, info, _SERVING)


def _methods(chk: TypeChecker, info: TypeInfo, known: frozenset[str]) -> list[Verb]:
    verbs: list[Verb] = []
    for attribute, node in _handlers(info):
        verb = attribute.removeprefix("on_")
        function = node.func if isinstance(node, Decorator) else node
        if not isinstance(function, FuncDef) or verb not in known:
            continue
        typ = get_proper_type(node.var.type if isinstance(node, Decorator) else chk.function_type(function))
        if isinstance(typ, CallableType):
            own = function if is_own(chk, function) else None
            method = None if verb == "request" else verb.upper()
            drop = 0 if function.is_static else 1
            verbs.append(Verb(f"{info.name}.{attribute}", method, typ, own, drop))
    return verbs


def class_findings(site: Site, info: TypeInfo, verbs: Sequence[Verb]) -> None:
    """Tell what is wrong with the class itself."""
    names = _handlers(info)
    wrong = [name for name, _ in names if name != "on_request" and name[3:] not in VIEW_VERBS]
    for attribute in wrong:
        node = info.get(attribute)
        function = None if node is None else node.node
        own = isinstance(function, FuncDef) and is_own(site.chk, function)
        place = Site(site.chk, function, None) if own and isinstance(function, FuncDef) else site
        place.tell([found("view-verb", name=attribute)])
    # A method that can't be read is a method all the same.
    if len(names) > len(wrong) or info.fallback_to_any:
        return
    others = any(
        name.startswith("on_") and name not in wrong and _may_be_called(entry.node)
        for base in info.mro
        for name, entry in base.names.items()
    )
    if not others:
        site.tell([found("view-empty", view=info.name)])


def needed(view: CallableType) -> list[str]:
    """What a class can not be made without."""
    return [
        f'"{name}"'
        for name, kind in zip(view.arg_names, view.arg_kinds, strict=True)
        if kind.is_required() and name is not None
    ]


_known: Final[Memory[TypeInfo, list[tuple[str, SymbolNode]]]] = Memory()


def _handlers(info: TypeInfo) -> list[tuple[str, SymbolNode]]:
    """The methods of a class and its bases that serve something, by name."""
    known = _known.get(info)
    if known is not None:
        return known
    found_names: dict[str, SymbolNode] = {}
    for base in reversed(info.mro):
        if base.fullname == "builtins.object":
            continue
        for name, entry in base.names.items():
            if name.startswith("on_") and entry.node is not None and _is_callable(entry.node):
                found_names[name] = entry.node
    return _known.keep(info, sorted(found_names.items()))


def _may_be_called(node: SymbolNode | None) -> bool:
    """Whether an attribute may be a method, though it is not written as one."""
    if isinstance(node, OverloadedFuncDef):
        return not node.is_property
    if not isinstance(node, Var):
        return False
    typ = get_proper_type(node.type)
    return not isinstance(typ, Instance) or typ.type.get("__call__") is not None


def _is_callable(node: SymbolNode) -> bool:
    """Whether an attribute is a method; a property or a value is none."""
    function = node.func if isinstance(node, Decorator) else node
    return isinstance(function, FuncDef) and not function.is_property
