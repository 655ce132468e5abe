"""For `responder annotate`: what is an application or a router, and what the names it injects provide.

Read from the source alone: what can't be seen there is taken as unknown, and nothing is written for it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from responder.convertors import CONVERTORS
from responder.ext.cli.annotate_modules import BUILTINS, Function, Module, Project
from responder.ext.cli.annotate_types import Type, known, wrapped

_APPS: Final = frozenset({"API", "Application", "Router"})
_STREAMS: Final = frozenset(
    {"Iterator", "Generator", "Iterable", "AsyncIterator", "AsyncGenerator", "AsyncIterable"}
)


@dataclass(frozen=True, slots=True)
class App:
    """An application, a router or a group: the fields that its prefix binds, and its registry.

    It is `open` when names may be bound to it that are not seen.
    """

    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    registry: str = ""
    open: bool = True


def fields_of(path: str) -> dict[str, str]:
    """The fields of a path and their convertors; a path that isn't one has none."""
    fields: dict[str, str] = {}
    for piece in path.split("{")[1:]:
        text, closed, _ = piece.partition("}")
        name, _, convertor = text.partition(":")
        if closed and name.isidentifier():
            fields[name] = convertor or "str"
    return fields


def is_ours(full: str, names: frozenset[str]) -> bool:
    """Whether a dotted name is one of these of our public modules."""
    owner, _, name = full.rpartition(".")
    return name in names and (owner == "responder" or owner.startswith("responder."))


def text_of(node: ast.expr | None) -> str | None:
    """The text of a literal."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def argument(call: ast.Call, place: int | None, name: str) -> ast.expr | None:
    """An argument of a call, by its place or its name."""
    if place is not None and len(call.args) > place:
        return call.args[place]
    return next((one.value for one in call.keywords if one.arg == name), None)


class Apps:
    """Every application, router, dependency and convertor of a project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._vars: dict[tuple[str, str], App] = {}
        self._named: dict[str, list[tuple[Module, Type | None]]] = {}
        self._registries: dict[str, dict[str, Type | None]] = {}
        self._convertors: dict[str, list[Type]] = {}
        self._unseen = False
        """Whether a name is bound that is not written where it is bound."""
        modules = list(project.everything())
        for _ in range(3):  # groups of groups
            for module in modules:
                self._read_vars(module)
        for module in modules:
            self._read_inclusions(module)
        for module in modules:
            self._read_classes(module)
        for module in modules:
            self._read_dependencies(module)

    # -- what is an application

    def app(self, module: Module, node: ast.expr | None) -> App | None:
        """What an expression stands for, if it is an application, a router or a group."""
        if isinstance(node, ast.Name) and (module.name, node.id) in self._vars:
            return self._vars[(module.name, node.id)]
        if isinstance(node, ast.Name | ast.Attribute):
            home = self._project.home(module.full(node))
            return None if home is None else self._vars.get((home[0].name, home[1]))
        return self._made(module, node) if isinstance(node, ast.Call) else None

    def _made(self, module: Module, call: ast.Call) -> App | None:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "group":
            owner = self.app(module, call.func.value)
            prefix = text_of(argument(call, 0, "prefix")) or ""
            return owner and replace(owner, fields={**owner.fields, **fields_of(prefix)})
        full = module.full(call.func)
        if not self._is_app(full):
            return None
        fields = {**fields_of(text_of(argument(call, None, "outer")) or "")}
        if not is_ours(full, frozenset({"API", "Application"})):
            fields |= fields_of(text_of(argument(call, 0, "prefix")) or "")
        registry = module.full(argument(call, None, "registry"))
        given = argument(call, None, "registry") is not None
        router = is_ours(full, frozenset({"Router"}))
        return App(fields, registry, self._project.home(registry) is None if given else router)

    def _is_app(self, full: str) -> bool:
        if is_ours(full, _APPS):
            return True
        return any(self._is_app(base) for base in self._bases(full))

    def _bases(self, full: str) -> Iterator[str]:
        home = self._project.home(full) if full else None
        if home is None:
            return
        module, own = home
        made = module.classes.get(own)
        for base in () if made is None else made.bases:
            name = module.full(base)
            if name != full:
                yield name

    def _read_vars(self, module: Module) -> None:
        for node in module.nodes():
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                made = self._made(module, node.value)
                for target in node.targets if made else ():
                    if isinstance(target, ast.Name) and made:
                        self._vars[(module.name, target.id)] = made
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                made = self._made(module, node.value) if isinstance(node.value, ast.Call) else None
                if made or self._is_app(module.full(node.annotation)):
                    self._vars[(module.name, node.target.id)] = made or App()
            elif isinstance(node, ast.arg) and self._is_app(module.full(node.annotation)):
                self._vars.setdefault((module.name, node.arg), App())

    def _read_inclusions(self, module: Module) -> None:
        """Add the fields of the prefixes that routers are included under."""
        for call in calls(module, "include_router"):
            app = self.app(module, call.func.value) if isinstance(call.func, ast.Attribute) else None
            router = argument(call, 0, "router")
            if app is None or not isinstance(router, ast.Name | ast.Attribute):
                continue
            key = (module.name, router.id) if isinstance(router, ast.Name) else ("", "")
            home = self._project.home(module.full(router))
            if key not in self._vars and home is not None:
                key = (home[0].name, home[1])
            if key in self._vars:
                prefix = fields_of(text_of(argument(call, None, "prefix")) or "")
                known_ones = self._vars[key]
                fields = {**app.fields, **prefix, **known_ones.fields}
                self._vars[key] = replace(known_ones, fields=fields)

    # -- what names provide

    def dependency(self, app: App, name: str, module: Module) -> tuple[bool, Type | None]:
        """Whether a name is injected, and the type of its value where that is known.

        Where several applications bind the name, what is bound in the same file is meant.
        """
        entries = self._entries(app.registry) if app.registry else {}
        if name in entries:
            return True, entries[name]
        bound = self._named.get(name)
        if bound is None:
            return False, None
        types = [typ for where, typ in bound if where is module] or [typ for _, typ in bound]
        first = types[0]
        alike = all(one is not None and first is not None and one.key == first.key for one in types)
        return True, first if alike else None

    def is_open(self, app: App) -> bool:
        """Whether names may be injected that are not known here."""
        return app.open or self._unseen

    def _entries(self, registry: str) -> dict[str, Type | None]:
        home = self._project.home(registry)
        full = registry if home is None else f"{home[0].name}.{home[1]}"
        entries: dict[str, Type | None] = {}
        for base in self._bases(full):
            entries |= self._entries(base)
        return entries | self._registries.get(full, {})

    def _is_registry(self, full: str) -> bool:
        if is_ours(full, frozenset({"Registry"})):
            return True
        return any(self._is_registry(base) for base in self._bases(full))

    def _read_classes(self, module: Module) -> None:
        for name, node in module.classes.items():
            full = f"{module.name}.{name}"
            for base in node.bases:
                if isinstance(base, ast.Subscript) and is_ours(module.full(base), frozenset({"Convertor"})):
                    given = text_of(next((one.value for one in node.keywords if one.arg == "name"), None))
                    for known_as in filter(None, {given, *self._aliases(module, name)}):
                        self._convertors.setdefault(known_as, []).append(Type(base.slice, module))
            if self._is_registry(full) and name in module.bound:
                self._registries[full] = dict(self._read_registry(module, node))

    def _aliases(self, module: Module, convertor: str) -> Iterator[str]:
        """The names that a convertor is published under in the registries of its module."""
        for owner in module.classes.values():
            for node in owner.body:
                value = node.value if isinstance(node, ast.Assign) else None
                if (
                    isinstance(value, ast.Call)
                    and isinstance(value.func, ast.Name)
                    and value.func.id == convertor
                ):
                    yield from (
                        one.id
                        for one in ast.walk(node)
                        if isinstance(one, ast.Name) and one is not value.func
                    )

    def _read_registry(self, module: Module, owner: ast.ClassDef) -> Iterator[tuple[str, Type | None]]:
        for node in owner.body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is None:
                yield node.target.id, Type(node.annotation, module)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name, self.provided(module, node)
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                if is_ours(module.full(node.value.func), frozenset({"provider"})):
                    for target in node.targets:
                        if isinstance(target, ast.Name):
                            yield target.id, self.provided_by(module, argument(node.value, 0, "function"))

    def _read_dependencies(self, module: Module) -> None:
        for node in module.nodes():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for decorator in node.decorator_list:
                    call = decorator if isinstance(decorator, ast.Call) else None
                    target = decorator.func if isinstance(decorator, ast.Call) else decorator
                    if isinstance(target, ast.Attribute) and target.attr == "dependency":
                        if self.app(module, target.value) is not None:
                            given = text_of(argument(call, None, "name")) if call else None
                            self._named.setdefault(given or node.name, []).append(
                                (module, self.provided(module, node))
                            )
        for call in calls(module, "add_dependency"):
            name = text_of(argument(call, 0, "name"))
            self._unseen = self._unseen or name is None
            if (
                name
                and isinstance(call.func, ast.Attribute)
                and self.app(module, call.func.value) is not None
            ):
                provider = argument(call, 1, "provider")
                self._named.setdefault(name, []).append((module, self.provided_by(module, provider)))

    def provided_by(self, module: Module, provider: ast.expr | None) -> Type | None:
        """What a provider hands out that is named in a call."""
        if not isinstance(provider, ast.Name | ast.Attribute):
            return None
        if isinstance(provider, ast.Name) and module.functions.get(provider.id) is not None:
            local = module.functions[provider.id]
            return None if local is None else self.provided(module, local)
        home = self._project.home(module.full(provider))
        if home is None:
            return None
        where, name = home
        if name in where.classes and name in where.bound:
            return Type(ast.Name(name), where)
        function = where.functions.get(name)
        return None if function is None else self.provided(where, function)

    def provided(self, module: Module, function: Function) -> Type | None:
        """What a provider hands out: by its return annotation, or by what it plainly returns."""
        returns = function.returns
        if returns is None:
            return self.plain(module, function)
        if not is_generator(function):
            return Type(returns, module)
        stream = module.full(returns).rpartition(".")[2]
        if not isinstance(returns, ast.Subscript) or stream not in _STREAMS:
            return None
        inner = returns.slice
        return Type(inner.elts[0] if isinstance(inner, ast.Tuple) else inner, module)

    def plain(self, module: Module, function: Function) -> Type | None:
        """The one type that everything has that a function returns or yields, where it is plain to see."""
        if not is_generator(function) and not isinstance(function.body[-1], ast.Return | ast.Raise):
            return None  # it may end without a value
        types = {(one and one.key): one for one in (self.value(module, node) for node in _given(function))}
        return next(iter(types.values())) if len(types) == 1 else None

    def value(self, module: Module, node: ast.expr | None) -> Type | None:
        """The type of an expression that shows it: a literal, or a call of a class of the project."""
        if isinstance(node, ast.Constant):
            kind = type(node.value).__name__
            return Type(ast.Name(kind), module) if kind in BUILTINS else None
        if isinstance(node, ast.JoinedStr):
            return Type(ast.Name("str"), module)
        if isinstance(node, ast.Call):
            home = self._project.home(module.full(node.func))
            made = None if home is None else home[0].classes.get(home[1])
            if home and made and home[1] in home[0].bound and not _is_generic(made):
                return Type(ast.Name(home[1]), home[0])
        return None

    def returned(self, module: Module, function: Function) -> Type | None:
        """The return annotation that a provider may be given."""
        inner = self.plain(module, function)
        if inner is None or not is_generator(function):
            return inner
        kind = "AsyncIterator" if isinstance(function, ast.AsyncFunctionDef) else "Iterator"
        return wrapped(f"collections.abc.{kind}", inner)

    def convertor(self, name: str) -> Type | None:
        """The type of what a convertor gives."""
        types = self._convertors.get(name)
        if types is not None:
            return types[0] if len({one.key for one in types}) == 1 else None
        builtin = CONVERTORS.get(name)
        yields = None if builtin is None else builtin.yields
        if not isinstance(yields, type):
            return None
        return known(
            yields.__name__ if yields.__module__ == "builtins" else f"{yields.__module__}.{yields.__name__}"
        )


def _is_generic(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Subscript) for base in node.bases)


def calls(module: Module, method: str) -> Iterator[ast.Call]:
    """Every call of a method of this name."""
    for node in module.nodes():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method:
            yield node


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """Everything in a function that is not in a function or class inside of it."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop(0)
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            pending[:0] = list(ast.iter_child_nodes(node))


def is_generator(function: Function) -> bool:
    """Whether a function yields."""
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own_nodes(function))


def _given(function: Function) -> list[ast.expr | None]:
    """What a function hands out: what it yields, or else what it returns."""
    yields = [node.value for node in own_nodes(function) if isinstance(node, ast.Yield)]
    if yields:
        return list(yields)
    return [node.value for node in own_nodes(function) if isinstance(node, ast.Return)]
