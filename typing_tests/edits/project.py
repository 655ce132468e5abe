"""A program of routes, wrong as often as right, that changes a little with every step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Final

from typing_tests.edits.beside import OWN, SHARED, another, beside, chosen, shared

TYPES: Final = ("A", "B", "C")
CONVERTORS: Final = ("int", "str", "float", "uuid", "hexa")
NAMES: Final = ("db", "dbs", "pool", "audit", "clock")
PARAMS: Final = ("id", "uid", "slug", "user_id")
ANNOTATIONS: Final = ("int", "str", "float", "UUID", "A")
ALIASES: Final = {
    "Limit": ("int", "Query(ge=1)", "Query(ge=10, le=1)", "Header()"),
    "Who": ("A", "Depends(make_who)", "Depends(make_other)", "Body()"),
}
HOWS: Final = ("provider", "app", "declared", "chain", "decorated")
RETURNS: Final = ("None", "dict[str, int]", "A", "M")


@dataclass
class Handler:
    """One handler and its path."""

    field: str
    convertor: str
    param: str
    annotation: str
    named: list[tuple[str, str]]
    extra: str
    returns: str
    verb: str


@dataclass
class Module:
    """One module with a router, or with an application of its own."""

    prefix: str
    outer: str | None
    handlers: list[Handler]
    view: Handler
    urls: list[tuple[int, int, str, str]]
    own: bool
    included: str | None = None
    """The prefix that it is included under, when that is not what it asks for."""
    bound: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])


EXTRAS: Final = (
    "",
    "body: M, other: A = Body()",
    "limit: int = Query(10, ge=1)",
    "limit: int = Query(0, ge=1)",
    "limit: Limit = 5",
    "limit: Limit",
    "who: Who",
    "who: Annotated[B, Depends(make_who)]",
    "limit: Annotated[str, Query(min_length=2)] = 'a'",
    "body: M",
    "page: int = SIZE",
)
INCLUDED: Final = (None, "", "/z", "/o/{org}", "/o/{org:int}/{more}")
PREFIXES: Final = ("", "/{tenant}", "/{tenant:int}", "/{id}")


class Project:
    """The program, as what it is written from."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.registry: dict[str, tuple[str, str]] = {"db": ("A", "provider"), "pool": ("B", "app")}
        self.base: dict[str, tuple[str, str]] = {}
        self.aliases = {name: options[1] for name, options in ALIASES.items()}
        self.paths = ["/c/{id:int}", "/d"]
        self.cyclic = self.random.random() < 0.5
        self.modules = [self._module(index) for index in range(4)]
        self.shared = chosen(SHARED, self.random)
        self.beside = [chosen(OWN, self.random) for _ in range(2)]

    def change(self) -> str:
        """One small edit; its name."""
        some = self.random
        module = some.choice(self.modules)
        edits: dict[str, Callable[[], object]] = {
            "handler": lambda: module.handlers.__setitem__(some.randrange(3), self._handler()),
            "view": lambda: setattr(module, "view", self._handler()),
            "prefix": lambda: setattr(module, "prefix", "/m" + some.choice(PREFIXES)),
            "outer": lambda: setattr(module, "outer", some.choice((None, "", "/o/{org:int}", "/o/{org}"))),
            "urls": lambda: setattr(module, "urls", self._urls()),
            "included": lambda: setattr(module, "included", some.choice(INCLUDED)),
            "own": lambda: setattr(module, "own", not module.own),
            "bound": lambda: setattr(module, "bound", self._bound()),
            "registry": lambda: self.registry.__setitem__(some.choice(NAMES), self._entry()),
            "unregistry": lambda: self.registry.pop(some.choice(NAMES), None),
            "base": lambda: self.base.__setitem__(some.choice(NAMES), self._entry()),
            "unbase": self.base.clear,
            "constant": lambda: self.paths.__setitem__(0, some.choice(("/c/{id:int}", "/c/{uid}", "c"))),
        }
        if some.random() < 0.2:
            self.beside[some.randrange(2)] = chosen(OWN, some)
            return "beside everything"
        if some.random() < 0.4:
            return f"beside {another(some.choice(self.beside), OWN, some)}"
        if some.random() < 0.2:
            return f"shared {another(self.shared, SHARED, some)}"
        name = some.choice(list(edits))
        edits[name]()
        return name

    def change_alias(self) -> str:
        """An edit of nothing but the metadata of an alias, which the daemon can't see from elsewhere."""
        name = self.random.choice(list(ALIASES))
        self.aliases[name] = self.random.choice(ALIASES[name][1:])
        return f"alias {name}"

    def files(self) -> dict[str, str]:
        """The program's sources by path."""
        files = {
            "app/__init__.py": "",
            "app/types.py": _TYPES + shared(self.shared),
            "app/deps.py": self._deps(),
        }
        files["app/paths.py"] = f"from typing import Final\nPATH: Final = {self.paths[0]!r}\nSIZE = 10\n"
        for index, module in enumerate(self.modules):
            files[f"app/m{index}.py"] = self._source(index, module)
        for index, now in enumerate(self.beside):
            files[f"app/b{index}.py"] = beside(index, now)
        includes = "".join(_include(index, module) for index, module in enumerate(self.modules))
        imports = "".join(f"from app import m{index}\n" for index in range(len(self.modules)))
        main = f"from responder import API\nfrom app.deps import Deps\n{imports}api = API(registry=Deps)\n"
        files["app/main.py"] = main + includes
        return files

    def _module(self, index: int) -> Module:
        some = self.random
        return Module(
            prefix=f"/m{index}" + some.choice(PREFIXES[:2]),
            outer=some.choice((None, "", "/o/{org:int}")),
            handlers=[self._handler() for _ in range(3)],
            view=self._handler(),
            urls=self._urls(),
            own=some.random() < 0.3,
            included=some.choice(INCLUDED),
            bound=self._bound(),
        )

    def _handler(self) -> Handler:
        some = self.random
        path_field = some.choice(PARAMS)
        return Handler(
            field=path_field,
            convertor=some.choice(CONVERTORS),
            param=path_field if some.random() < 0.7 else some.choice(PARAMS),
            annotation=some.choice(ANNOTATIONS),
            named=[(name, some.choice(TYPES)) for name in some.sample(NAMES, some.randrange(3))],
            extra=some.choice(EXTRAS),
            returns=some.choice(RETURNS),
            verb=some.choice(("get", "post", "put")),
        )

    def _urls(self) -> list[tuple[int, int, str, str]]:
        some = self.random
        return [
            (some.randrange(4), some.randrange(4), some.choice(PARAMS), some.choice(("3", "'x'")))
            for _ in range(2)
        ]

    def _bound(self) -> list[tuple[str, str, str]]:
        some = self.random
        scopes = ("request", "app")
        return [
            (name, some.choice(TYPES), some.choice(scopes)) for name in some.sample(NAMES, some.randrange(3))
        ]

    def _entry(self) -> tuple[str, str]:
        return self.random.choice(TYPES), self.random.choice(HOWS)

    def _deps(self) -> str:
        entries = {**self.base, **self.registry}
        makers = "".join(_maker(name, typ, how) for name, (typ, how) in entries.items() if how != "declared")
        aliases = "".join(
            f"{name} = Annotated[{ALIASES[name][0]}, {self.aliases[name]}]\n" for name in ALIASES
        )
        base = _entries(self.base.items())
        own = _entries(self.registry.items())
        classes = f"class Base(Registry):\n    hexa = Hexa()\n{base}class Deps(Base):\n    _x = 1\n{own}"
        # In a cycle, too, the registry may be what is checked last.
        cycle = "from app import m0 as m0\n" if self.cyclic else ""
        return f"{_DEPS}{cycle}{makers}{aliases}{classes}"

    def _source(self, index: int, module: Module) -> str:
        others = sorted({target for target, *_ in module.urls} - {index})
        if not self.cyclic:
            others = [other for other in others if other < index]
        text = "".join(f"from app import m{other}\n" for other in others) + _HEAD
        if module.own:
            text += f"api = API()\nrouter = api.group({module.prefix!r})\n"
            text += "".join(_bind(name, typ, scope) for name, typ, scope in module.bound)
        else:
            outer = "" if module.outer is None else f", outer={module.outer!r}"
            text += f"router = Router({module.prefix!r}{outer}, registry=Deps)\n"
        around = [("org", "int")] if module.outer and not module.own else []
        around += [("tenant", "str")] if "{tenant" in module.prefix else []
        for number, handler in enumerate(module.handlers):
            path = f"/h{number}/{{{handler.field}:{handler.convertor}}}"
            text += f"@router.{handler.verb}({path!r})\n"
            text += f"def h{number}(req: Request, resp: Response, *, {_params(handler, around)}) -> "
            text += f"{handler.returns}: raise ValueError\n"
        text += f"@router.route(PATH)\nclass h3:\n    def on_{module.view.verb}(self, req: Request, *, "
        text += f"{_params(module.view, around)}) -> None: ...\n"
        return text + _urls_function(index, module, others)


def _urls_function(index: int, module: Module, others: list[int]) -> str:
    text = "def urls(api: API[Deps]) -> None:\n    pass\n"
    for target, handler, param, value in module.urls:
        if target in others or target == index:
            owner = "" if target == index else f"m{target}."
            text += f"    api.url_for({owner}h{handler}, {param}={value})\n"
    return text


def _params(handler: Handler, around: list[tuple[str, str]]) -> str:
    given = {handler.param: f"{handler.param}: {handler.annotation}"}
    for name, typ in [*around, *handler.named]:
        given.setdefault(name, f"{name}: {typ}")
    if handler.extra:
        given.setdefault(handler.extra.partition(":")[0], handler.extra)
    return ", ".join(given.values())


def _maker(name: str, typ: str, how: str) -> str:
    needs = "db: A" if how == "chain" and name != "db" else "pool: B" if how == "chain" else ""
    return f"def make_{name}({needs}) -> Iterator[{typ}]:\n    yield {typ}()\n"


def _entries(items: Iterable[tuple[str, tuple[str, str]]]) -> str:
    text = ""
    for name, (typ, how) in items:
        scope = ', scope="app"' if how == "app" else ""
        if how == "decorated":
            text += f"    @provider\n    def {name}() -> Iterator[{typ}]:\n        yield {typ}()\n"
            continue
        text += (
            f"    {name}: {typ}\n" if how == "declared" else f"    {name} = provider(make_{name}{scope})\n"
        )
    return text


def _bind(name: str, typ: str, scope: str) -> str:
    head = f"@api.dependency(scope={scope!r})\n"
    return f"{head}def {name}(audit: A = Depends(make_who)) -> {typ}: raise ValueError\n"


def _include(index: int, module: Module) -> str:
    if module.own:
        return ""
    given = module.outer if module.included is None else module.included
    prefix = f", prefix={given!r}" if given else ""
    return f"api.include_router(m{index}.router{prefix})\n"


_TYPES: Final = """from pydantic import BaseModel, field_validator
class A:
    x = 1
class B:
    y = 1
class C(A): ...
"""
_DEPS: Final = """from collections.abc import Iterator
from typing import Annotated
from responder import Body, Convertor, Depends, Header, Query, Registry, Request, provider
from app.types import A, B, C
class Hexa(Convertor[int]):
    pattern = "[0-9a-f]+"
    def convert(self, text: str, /) -> int:
        return int(text, 16)
def make_who() -> A:
    return A()
def make_other(nobody: A) -> B:
    return B()
"""
_HEAD: Final = """from typing import Annotated
from uuid import UUID
from responder import API, Body, Depends, Query, Request, Response, Router
from app.deps import Deps, Limit, Who, make_who
from app.paths import PATH, SIZE
from app.types import A, B, C, M
"""
