"""For `responder annotate`: which functions the framework calls, and which types their parameters have.

A parameter gets a type only where the run time would give it a value of that type with the annotation and
without; everything else is left as it is and reported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from responder.ext.cli.annotate_apps import (
    App,
    Apps,
    argument,
    calls,
    fields_of,
    is_generator,
    is_ours,
    own_nodes,
    text_of,
)
from responder.ext.cli.annotate_modules import Function, Module
from responder.ext.cli.annotate_types import Type, known, wrapped

Role: TypeAlias = Literal["http", "socket", "hook", "socket-hook", "provider", "error", "event", "middleware"]

REQUEST: Final = known("responder.Request")
RESPONSE: Final = known("responder.Response")
SOCKET: Final = known("responder.WebSocket")
_RESERVED: Final = {
    "req": REQUEST,
    "request": REQUEST,
    "resp": RESPONSE,
    "response": RESPONSE,
    "ws": SOCKET,
    "websocket": SOCKET,
}
_VERBS: Final = frozenset({"route", "get", "post", "put", "patch", "delete", "head", "options"})
_STREAMS: Final = {"sse": "event_model", "ndjson": "item_model"}
_MARKERS: Final = frozenset({"Query", "Header", "Cookie", "Path", "Form", "File", "Body"})
_TEXTS: Final = _MARKERS - {"File", "Body"}
_HOOKS: Final = frozenset({"before_request", "after_request"})


@dataclass(slots=True, eq=False)
class Job:
    """One function that the framework calls."""

    module: Module
    function: Function
    role: Role
    app: App
    is_method: bool = False
    fields: dict[str, str] = field(default_factory=dict[str, str])
    clashing: set[str] = field(default_factory=set[str])
    items: Type | None = None
    error: Type | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written at one function; `left` are the parameters that nothing says a type of."""

    job: Job
    params: tuple[tuple[ast.arg, Type], ...]
    returns: Type | None
    left: tuple[str, ...]


def jobs_in(module: Module, apps: Apps) -> list[Job]:
    """Every function of a module that the framework calls, each once."""
    found: dict[Function, Job] = {}
    for job in _jobs(module, apps):
        first = found.setdefault(job.function, job)
        if first is not job and first.role == job.role:  # stacked routes
            first.clashing |= {
                name for name, kind in job.fields.items() if first.fields.get(name, kind) != kind
            }
            first.fields |= job.fields
    return list(found.values())


def _jobs(module: Module, apps: Apps) -> Iterator[Job]:
    for node in module.nodes():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                yield from _decorated(module, apps, node, decorator)
    for call in calls(module, "add_route"):
        app = apps.app(module, call.func.value) if isinstance(call.func, ast.Attribute) else None
        endpoint = argument(call, 1, "endpoint")
        if app is not None and isinstance(endpoint, ast.Name):
            target = module.functions.get(endpoint.id) or module.classes.get(endpoint.id)
            if target is not None:
                yield from _routed(module, app, target, call)
    for call in calls(module, "add_dependency"):
        app = apps.app(module, call.func.value) if isinstance(call.func, ast.Attribute) else None
        if app is not None:
            yield from _named(module, app, argument(call, 1, "provider"), "provider")
    for node in module.nodes():
        if isinstance(node, ast.Call) and is_ours(module.full(node.func), frozenset({"Depends", "provider"})):
            yield from _named(module, App(), argument(node, 0, "provider"), "provider")


def _named(module: Module, app: App, node: ast.expr | None, role: Role) -> Iterator[Job]:
    """The functions of this module that an expression names."""
    for one in node.elts if isinstance(node, ast.List | ast.Tuple) else [node]:
        function = module.functions.get(one.id) if isinstance(one, ast.Name) else None
        if function is not None:
            yield Job(module, function, role, app)


def _decorated(
    module: Module, apps: Apps, node: Function | ast.ClassDef, decorator: ast.expr
) -> Iterator[Job]:
    call = decorator if isinstance(decorator, ast.Call) else None
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    if not isinstance(target, ast.Attribute):
        return
    app = apps.app(module, target.value)
    if app is None:
        return
    method = target.attr
    if call is not None and (method in _VERBS or method in _STREAMS or method == "websocket_route"):
        yield from _routed(module, app, node, call, method)
    elif isinstance(node, ast.ClassDef):
        return
    elif method in _HOOKS:
        socket = call is not None and _is_true(argument(call, None, "websocket"))
        yield Job(module, node, "socket-hook" if socket else "hook", app)
    elif method == "dependency":
        yield Job(module, node, "provider", app)
    elif method == "exception_handler" and call is not None:
        yield Job(module, node, "error", app, error=_error(module, argument(call, 0, "key")))
    elif method == "on_event":
        yield Job(module, node, "event", app)
    elif method == "middleware":
        yield Job(module, node, "middleware", app)


def _error(module: Module, key: ast.expr | None) -> Type | None:
    if isinstance(key, ast.Constant) and isinstance(key.value, int):
        return known("starlette.exceptions.HTTPException")
    return Type(key, module) if isinstance(key, ast.Name | ast.Attribute) else None


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _routed(
    module: Module, app: App, node: Function | ast.ClassDef, call: ast.Call, method: str = "route"
) -> Iterator[Job]:
    """The functions that a route calls: its handler, or the methods of its class; and hooks of its own."""
    socket = method == "websocket_route" or _is_true(argument(call, None, "websocket"))
    hook: Role = "socket-hook" if socket else "hook"
    for keyword in ("before", "after"):
        yield from _named(module, app, argument(call, None, keyword), hook)
    if _is_true(argument(call, None, "before_request")):
        if not isinstance(node, ast.ClassDef):
            yield Job(module, node, hook, app)
        return
    path = argument(call, 0, "path")
    fields = {**app.fields, **fields_of(text_of(path) or "")}
    role: Role = "socket" if socket else "http"
    if isinstance(node, ast.ClassDef):
        for one in node.body if not socket else ():
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name.startswith("on_"):
                static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in one.decorator_list)
                yield Job(module, one, role, app, is_method=not static, fields=dict(fields))
        return
    items = argument(call, None, _STREAMS[method]) if method in _STREAMS else None
    yield Job(
        module,
        node,
        role,
        app,
        fields=fields,
        items=Type(items, module) if isinstance(items, ast.Name | ast.Attribute) else None,
    )


# -- types of parameters


def decide(job: Job, apps: Apps) -> Wanted:
    """Which annotations a function gets."""
    params: list[tuple[ast.arg, Type]] = []
    left: list[str] = []
    taken = _by_position(job, apps)
    for arg, default in _parameters(job):
        if arg.annotation is not None:
            continue
        typ = taken.get(arg.arg) or _type_of(job, apps, arg.arg, default)
        if typ is None:
            left.append(arg.arg)
        else:
            params.append((arg, typ))
    extras = job.function.args.kwarg
    if extras is not None and extras.annotation is None:
        params.append((extras, known("typing.Any")))
    returns = _returns(job, apps) if job.function.returns is None else None
    return Wanted(job, tuple(params), returns, tuple(left))


def _parameters(job: Job) -> list[tuple[ast.arg, ast.expr | None]]:
    """The parameters that may be filled, each with its default; `self` is left out."""
    given = job.function.args
    positional = [*given.posonlyargs, *given.args]
    padding: list[ast.expr | None] = [None] * (len(positional) - len(given.defaults))
    pairs = list(zip(positional, [*padding, *given.defaults], strict=True))
    return [*pairs[1 if job.is_method else 0 :], *zip(given.kwonlyargs, given.kw_defaults, strict=True)]


def _by_position(job: Job, apps: Apps) -> dict[str, Type]:
    """The request, the response and the like: by their names, and leading parameters by their place."""
    expected: list[Type] = {
        "http": [REQUEST, RESPONSE],
        "hook": [REQUEST, RESPONSE],
        "socket": [SOCKET],
        "socket-hook": [SOCKET],
        "error": [REQUEST, RESPONSE, *([job.error] if job.error else [])],
        "middleware": [REQUEST, known(f"responder.middleware.functions.{_next_of(job.function)}")],
    }.get(job.role, [])
    pairs = _parameters(job)
    by_place = job.role in ("hook", "socket-hook", "error", "middleware")
    taken: dict[str, Type] = {}
    if by_place:
        for (arg, _), typ in zip(pairs, expected, strict=False):
            taken[arg.arg] = typ
        return taken
    keywords = {arg.arg for arg in job.function.args.kwonlyargs}
    for place, (arg, default) in enumerate(pairs):
        name = arg.arg
        if default is None and name in _RESERVED and not (name in job.fields and name in keywords):
            leads = place == 0 and job.role == "socket"
            taken[name] = SOCKET if leads and _RESERVED[name] is REQUEST else _RESERVED[name]
    annotated = [arg.annotation for arg, _ in pairs if arg.annotation is not None]
    spelled = {job.module.full(node) for node in annotated}
    free = [
        typ
        for typ in expected
        if typ not in taken.values()
        and not any(is_ours(full, frozenset({typ.key.rpartition(".")[2]})) for full in spelled)
    ]
    leading = [
        arg.arg
        for arg, default in pairs
        if arg.arg not in keywords
        and default is None
        and arg.annotation is None
        and arg.arg not in taken
        and arg.arg not in job.fields
        and not apps.dependency(job.app, arg.arg, job.module)[0]
    ]
    # A name that could be injected after all is not taken for a request.
    if len(leading) == len(free) and not apps.is_open(job.app):
        taken.update(zip(leading, free, strict=True))
    return taken


def _next_of(function: Function) -> str:
    return "CallNext" if isinstance(function, ast.AsyncFunctionDef) else "BlockingCallNext"


def _type_of(job: Job, apps: Apps, name: str, default: ast.expr | None) -> Type | None:
    if job.role not in ("http", "socket", "provider"):
        return None
    if isinstance(default, ast.Call):
        return _type_of_marker(job, apps, default)
    if name in job.fields and name not in job.clashing:
        return apps.convertor(job.fields[name])
    if name in job.clashing:
        return None
    named, typ = apps.dependency(job.app, name, job.module)
    if named:
        return typ
    if isinstance(default, ast.Constant) and default.value not in (None, ...):
        return apps.value(job.module, default)
    return None


def _type_of_marker(job: Job, apps: Apps, marker: ast.Call) -> Type | None:
    """What arrives under a marker without an annotation: a dependency's value, or a text."""
    full = job.module.full(marker.func)
    if is_ours(full, frozenset({"Depends"})):
        return apps.provided_by(job.module, argument(marker, 0, "provider"))
    if not is_ours(full, _TEXTS) or full.endswith(".Path"):
        return None
    default = argument(marker, 0, "default")
    if default is None or (isinstance(default, ast.Constant) and default.value is ...):
        return known("str")
    return known("str") if text_of(default) is not None else None


# -- types of results


def _returns(job: Job, apps: Apps) -> Type | None:
    function = job.function
    if job.role == "provider":
        empty = _has_value(function) or _is_stub(function)
        return apps.returned(job.module, function) or (None if empty else _none(job))
    if is_generator(function):
        if job.items is None:
            return None
        kind = "AsyncIterator" if isinstance(function, ast.AsyncFunctionDef) else "Iterator"
        return wrapped(f"collections.abc.{kind}", job.items)
    if not _has_value(function):
        return _none(job)
    # The return annotation of a handler is a promise about its answers; Any promises nothing.
    return known("typing.Any" if job.role in ("http", "socket") else "object")


def _none(job: Job) -> Type:
    return Type(ast.Constant(None), job.module)


def _is_stub(function: Function) -> bool:
    """Whether there is nothing in a function yet but `...`."""
    last = function.body[-1]
    return isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant) and last.value.value is ...


def _has_value(function: Function) -> bool:
    """Whether a function hands anything out."""
    for node in own_nodes(function):
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if isinstance(node, ast.Return) and node.value is not None:
            if not (isinstance(node.value, ast.Constant) and node.value.value is None):
                return True
    return False
