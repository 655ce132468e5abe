"""Function or class: either way, the views that serve each method.

`decorators` calls `read_views` at the decorator's line, `declare` asks `bind_views` what can be told there,
and `plan` asks again when everything is known.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final, TypeAlias, cast

from responder._contract.binding import Bound, Facts, bind
from responder._contract.convertors import ConvertorFacts
from responder._contract.findings import Finding, found
from responder._contract.frozen import frozen
from responder._contract.principals import PRINCIPALS
from responder._contract.shapes import UNKNOWN, Shape
from responder._contract.signature import Signature
from responder._contract.template import Template
from responder._routing.conversations import Conversation, messages_taken, read_socket_class
from responder._routing.reader import CallStyle, LiveParam, Names, Read, display_name, read, read_needed

VERBS: Final = ("get", "head", "post", "put", "patch", "delete", "options", "trace", "connect")
ANY = "request"


BoundViews: TypeAlias = "tuple[tuple[View, Bound], ...]"


@frozen
class View:
    """One callable that serves a route: the function itself, or one `on_*` method of a class.

    `method` is None for a function and for `on_request`, which serve whatever the route accepts.  A method is
    kept unbound; each request makes its own instance of `owner`.  `talk` is what a class does with the
    messages of a WebSocket after this view, its `on_connect`.  `before` are hooks that the function itself
    asks for.
    """

    name: str
    method: str | None
    function: Callable[..., object]
    signature: Signature
    params: tuple[LiveParam, ...]
    style: CallStyle
    returns: object
    owner: type | None
    talk: Conversation | None = None
    before: tuple[Callable[..., object], ...] = ()


def read_views(
    handler: Callable[..., object], kind: str, local_names: Names
) -> tuple[tuple[View, ...], tuple[Finding, ...]]:
    """Read a handler; the findings are those about the callable itself, before any path is looked at."""
    if inspect.isclass(handler):
        read_class = _read_socket_class if kind == "websocket" else _read_class
        views, faults = read_class(handler, local_names)
        return views, (*faults, *_constructor(handler))
    name = display_name(handler)
    one = read(handler, name, local_names)
    read_needed(one, local_names)
    findings = list(one.findings)
    if kind == "websocket" and one.style != "async":
        findings.append(found("socket-handler-sync", handler=name))
    messages = messages_taken(one.params, name) if kind == "websocket" else None
    if isinstance(messages, Finding):
        findings.append(messages)
    return (_view(one, name, None, handler, None),), tuple(findings)


def methods_of(views: Iterable[View], methods: frozenset[str] | None) -> frozenset[str] | None:
    """Say which methods a route accepts; a class without `on_request` accepts just what it implements."""
    views = tuple(views)
    verbs = frozenset(view.method for view in views if view.method is not None)
    if not verbs or any(view.method is None for view in views):
        return methods
    return verbs if methods is None else verbs & methods


def facts_for(
    kind: str,
    methods: frozenset[str] | None,
    convertors: Mapping[str, ConvertorFacts],
    dependencies: Mapping[str, Shape] | None,
    principal: Shape | None = None,
) -> Facts:
    """Gather what the rules may know of a route."""
    return Facts(
        kind="websocket" if kind == "websocket" else "http",
        methods=methods,
        dependencies=dependencies,
        convertors=convertors,
        principals=frozenset() if principal is None else PRINCIPALS,
        principal=UNKNOWN if principal is None else principal,
    )


def bind_views(
    template: Template,
    views: Iterable[View],
    methods: frozenset[str] | None,
    kind: str,
    convertors: Mapping[str, ConvertorFacts],
    dependencies: Mapping[str, Shape] | None,
    principal: Shape | None = None,
    earlier: BoundViews = (),
) -> BoundViews:
    """Bind every view of a route by the shared rules, each against the methods that it serves.

    `principal` is what the route's guards give, None when it has none; `earlier` is what was concluded for
    the same methods when less was known.
    """
    result: list[tuple[View, Bound]] = []
    known = {id(view): bound for view, bound in earlier}
    for view in views:
        served = methods if view.method is None else frozenset({view.method})
        if view.owner is not None and view.method is None:
            served = methods or _implemented(views)
        facts = facts_for(kind, served, convertors, dependencies, principal)
        result.append((view, bind(template, view.signature, facts, known.get(id(view)))))
    return tuple(result)


def _implemented(views: Iterable[View]) -> frozenset[str]:
    """Which methods an `on_request` stands before; alone it answers all, with a body and without."""
    verbs = frozenset(view.method for view in views if view.method is not None)
    return verbs or frozenset({"GET", "POST"})


def _read_socket_class(owner: type, local_names: Names) -> tuple[tuple[View, ...], tuple[Finding, ...]]:
    one, findings = read_socket_class(owner, local_names)
    view = _view(one.connect, f"{owner.__name__}.on_connect", None, one.function, owner)
    return (replace(view, talk=one.talk),), findings


def _read_class(owner: type, local_names: Names) -> tuple[tuple[View, ...], tuple[Finding, ...]]:
    views: list[View] = []
    findings: list[Finding] = []
    for attribute in sorted(name for name in dir(owner) if name.startswith("on_")):
        verb = attribute.removeprefix("on_")
        function = inspect.getattr_static(owner, attribute)
        name = f"{owner.__name__}.{attribute}"
        if not callable(function) and not isinstance(function, (staticmethod, classmethod)):
            continue
        if verb != ANY and verb not in VERBS:
            findings.append(found("view-verb", name=attribute))
            continue
        static = isinstance(function, (staticmethod, classmethod))
        target: Callable[..., object] = getattr(owner, attribute)
        one = read(target, name, {**vars(owner), **local_names}, drop_first=not static)
        read_needed(one, local_names)
        findings.extend(one.findings)
        method = None if verb == ANY else verb.upper()
        views.append(_view(one, name, method, target, None if static else owner))
    if not views:
        findings.append(found("view-empty", view=owner.__name__))
    return tuple(views), tuple(findings)


def _constructor(owner: type) -> tuple[Finding, ...]:
    needed = _needed(owner)
    if not needed:
        return ()
    return (found("view-constructor", view=owner.__name__, why=f"it needs {', '.join(needed)}"),)


def _needed(owner: type) -> list[str]:
    """Name what a class cannot be made without; a class whose constructor cannot be read is left to
    itself.
    """
    try:
        parameters = inspect.signature(owner).parameters.values()
    except (TypeError, ValueError):
        return []
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    required = [
        one for one in parameters if one.default is inspect.Parameter.empty and one.kind not in variable
    ]
    return [f'"{one.name}"' for one in required]


def _view(
    one: Read, name: str, method: str | None, function: Callable[..., object], owner: type | None
) -> View:
    return View(
        name,
        method,
        function,
        one.signature,
        one.params,
        one.style,
        one.returns,
        owner,
        before=_asked_for(function),
    )


def _asked_for(function: Callable[..., object]) -> tuple[Callable[..., object], ...]:
    """The hooks that a wrapper around a handler wants run before it: a tuple, its `before_hooks`."""
    wanted: object = getattr(function, "before_hooks", None)
    while wanted is None and isinstance(function, functools.partial):
        function = function.func
        wanted = getattr(function, "before_hooks", None)
    return cast("tuple[Callable[..., object], ...]", wanted) if isinstance(wanted, tuple) else ()
