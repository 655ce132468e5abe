"""Read a live callable into a `Signature`: the run-time twin of the plugin's reader.

This is the only place that inspects a handler, provider or hook, and it does so once, at registration.  Every
annotation is resolved by itself, with the names of the definition scope in reach, so that one that cannot be
resolved is a finding about that parameter and never silently disables the others.
"""

from __future__ import annotations

import builtins
import functools
import inspect
import sys
import types
import typing
import weakref
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, Literal, TypeAlias, cast

import typing_extensions
from starlette.websockets import WebSocket

from responder._contract.findings import Finding, found
from responder._contract.frozen import frozen
from responder._contract.roles import is_untyped
from responder._contract.shapes import NOTHING, UNKNOWN, Choice, Shape
from responder._contract.signature import MarkerFacts, Param, Role, Signature
from responder._contract.sources import Source
from responder._http.request import Request
from responder._http.response import Response
from responder._routing.errors import is_ours
from responder._routing.parameters import Parameter, parameters_of
from responder._routing.shaping import CLASSES, annotated, shape_of, union_of
from responder.guards import Auth, PrincipalMarker
from responder.params import MISSING, Dependency, Marker

Names: TypeAlias = Mapping[str, object]
AnyMarker: TypeAlias = Marker | Dependency | PrincipalMarker
CallStyle = Literal["async", "sync", "asyncgen", "gen"]

_PLAIN = (str, int, float, bool, type(None))
_OURS = (Request, Response, WebSocket)


@frozen
class LiveParam:
    """What the rules do not need to know of a parameter, but the run time does.

    `annotation` is the resolved type without our markers (`MISSING` when there is none); `default` is what to
    pass when the client sent nothing; `marker` is the marker or dependency itself.
    """

    name: str
    annotation: object
    default: object
    marker: AnyMarker | None


@frozen
class Read:
    """A callable, read: the rules' view, the run time's view, and what could not be understood."""

    signature: Signature
    params: tuple[LiveParam, ...]
    style: CallStyle
    returns: object
    findings: tuple[Finding, ...]


def read(function: Callable[..., object], name: str, local_names: Names, *, drop_first: bool = False) -> Read:
    """Read a callable; `drop_first` leaves out the `self` of an unbound method."""
    try:
        parameters = parameters_of(function)
    except (TypeError, ValueError):
        unreadable = found("signature-unreadable", handler=name)
        return Read(Signature(name, ()), (), "sync", MISSING, (unreadable,))
    if drop_first:
        parameters = parameters[1:]
    resolve = _Resolver(function, local_names)
    findings: list[Finding] = []
    params: list[Param] = []
    live: list[LiveParam] = []
    for parameter in parameters:
        annotation = resolve(parameter.annotation)
        if isinstance(annotation, _Unresolved):
            findings.append(
                found(
                    "annotation-unresolvable",
                    parameter=parameter.name,
                    annotation=annotation.text,
                    handler=name,
                    why=annotation.why,
                )
            )
            annotation = MISSING
        one, one_live = _parameter(parameter, annotation)
        params.append(one)
        live.append(one_live)
    returns = resolve(_return_annotation(function))
    if isinstance(returns, _Unresolved):
        findings.append(found("return-unresolvable", annotation=returns.text, handler=name, why=returns.why))
        returns = MISSING
    signature = Signature(name, tuple(params), _shape(returns))
    return Read(signature, tuple(live), call_style(function), returns, tuple(findings))


_PROVIDERS: Final[weakref.WeakKeyDictionary[Callable[..., object], Read]] = weakref.WeakKeyDictionary()
"""What was read of providers where they were declared, with the names of that place in reach."""


def read_provider(provider: Callable[..., object], local_names: Names | None = None) -> Read:
    """Read a provider; with `local_names`, for all who ask later and have none.  What it needs by `Depends`
    is read along with it.
    """
    try:
        known = _PROVIDERS.get(provider)
    except TypeError:  # what cannot be a key is read each time
        return read(provider, display_name(provider), local_names or {})
    if known is not None:
        return known
    one = read(provider, display_name(provider), local_names or {})
    if local_names is not None and not one.findings:
        _PROVIDERS[provider] = one
        read_needed(one, local_names)
    return one


def read_guard(guard: Callable[..., object], local_names: Names) -> None:
    """Read what `auth=` is given, for all who ask later: its first parameter is the request, unless it says
    otherwise itself.
    """
    one = read_provider(guard, local_names)
    params = one.signature.params
    leads = params and params[0].kind in ("positional-only", "positional") and is_untyped(params[0])
    if one.findings or not leads or params[0].has_default:
        return
    led = (replace(params[0], role="request"), *params[1:])
    try:
        _PROVIDERS[guard] = replace(one, signature=replace(one.signature, params=led))
    except TypeError:  # what cannot be a key is read each time
        return


def read_needed(one: Read, local_names: Names) -> None:
    """Read the providers that something asks for by `Depends`, where it stands."""
    for live in one.params:
        if isinstance(live.marker, Dependency):
            read_provider(live.marker.provider, local_names)


def call_style(function: Callable[..., object]) -> CallStyle:
    """Say how a callable is to be run, also for partials, bound methods and instances with `__call__`."""
    while isinstance(function, functools.partial):
        function = function.func
    if not inspect.isroutine(function) and not isinstance(function, type):
        function = type(function).__call__
    if inspect.isasyncgenfunction(function):
        return "asyncgen"
    if inspect.iscoroutinefunction(function):
        return "async"
    if inspect.isgeneratorfunction(function):
        return "gen"
    return "sync"


def never_runs(function: Callable[..., object]) -> bool:
    """Whether this is a generator, of which nothing runs when it is only called."""
    return call_style(function) in ("gen", "asyncgen")


def display_name(function: object) -> str:
    """Give the name a user knows a callable by."""
    while isinstance(function, functools.partial):
        function = function.func
    name = getattr(function, "__qualname__", None) or type(function).__qualname__
    return str(name).rpartition("<locals>.")[2]


def _parameter(parameter: Parameter, annotation: object) -> tuple[Param, LiveParam]:
    annotation, marker = _split_markers(annotation)
    default: object = MISSING if parameter.default is inspect.Parameter.empty else parameter.default
    if isinstance(default, (Marker, Dependency)):
        marker, default = default, MISSING
    facts = None
    if isinstance(marker, Marker):
        if default is MISSING:
            default = marker.default
        facts = _marker_facts(marker, default)
    elif isinstance(marker, Dependency):
        facts = MarkerFacts(Source.DEPENDS, provider=display_name(marker.provider))
    elif isinstance(marker, PrincipalMarker):
        facts = _principal_facts(marker)
    has_default = default is not MISSING or (
        isinstance(marker, Marker) and marker.default_factory is not None
    )
    param = Param(
        name=parameter.name,
        kind=parameter.kind,
        shape=_shape(annotation),
        annotation=spelt(annotation),
        has_default=has_default,
        marker=facts,
        role=_role(annotation),
    )
    return param, LiveParam(parameter.name, annotation, default, marker)


def _marker_facts(marker: Marker, default: object) -> MarkerFacts:
    return MarkerFacts(
        source=marker.source,
        has_default=default is not MISSING or marker.default_factory is not None,
        default=default if isinstance(default, _PLAIN) else None,
        alias=marker.alias,
        convert_underscores=marker.convert_underscores,
        embed=marker.embed,
        constraints=marker.constraints,
    )


def _principal_facts(marker: PrincipalMarker) -> MarkerFacts:
    if marker.guard is None:
        return MarkerFacts(Source.PRINCIPAL)
    provides = _shape(marker.guard.principal_type)
    return MarkerFacts(Source.PRINCIPAL, provider=display_name(marker.guard), provides=provides)


def _as_marker(item: object) -> AnyMarker | None:
    if isinstance(item, Auth):
        return PrincipalMarker(cast("Auth[object]", item))
    return item if isinstance(item, AnyMarker) else None


def _split_markers(annotation: object) -> tuple[object, AnyMarker | None]:
    """Take our marker out of `Annotated[T, ...]`, also where it stands behind `| None`."""
    if type(annotation) in CLASSES:
        return annotation, None
    origin = typing_extensions.get_origin(annotation)
    if origin is typing.Annotated:
        inner, *metadata = typing_extensions.get_args(annotation)
        found_markers = [_as_marker(item) for item in metadata]
        markers = [marker for marker in found_markers if marker is not None]
        if not markers:
            return annotation, None
        rest = tuple(item for item, marker in zip(metadata, found_markers, strict=True) if marker is None)
        return (annotated(inner, rest) if rest else inner), markers[-1]
    if origin is typing.Union or origin is types.UnionType:
        options = [_split_markers(option) for option in typing_extensions.get_args(annotation)]
        markers = [marker for _, marker in options if marker is not None]
        if markers:
            return union_of(option for option, _ in options), markers[-1]
    if isinstance(annotation, typing_extensions.TypeAliasType):
        inner, marker = _split_markers(annotation.__value__)
        return (annotation, None) if marker is None else (inner, marker)
    return annotation, None


def _role(annotation: object) -> Role | None:
    kind = annotation if type(annotation) is type else typing_extensions.get_origin(annotation) or annotation
    if not isinstance(kind, type) or not issubclass(kind, _OURS):
        return None
    if issubclass(kind, Request):
        return "request"
    if issubclass(kind, Response):
        return "response"
    return "socket"


def _shape(annotation: object) -> Shape:
    if annotation is MISSING:
        return UNKNOWN
    shape = shape_of(annotation)
    return NOTHING if isinstance(shape, Choice) and set(shape.options) == {NOTHING} else shape


def spelt(annotation: object) -> str:
    """Spell a type as its user would: `int`, `list[Item]`, `Item | None`."""
    if annotation is MISSING:
        return ""
    if type(annotation) is not types.GenericAlias and isinstance(annotation, type):
        return annotation.__qualname__.rpartition("<locals>.")[2]
    origin = typing_extensions.get_origin(annotation)
    arguments = typing_extensions.get_args(annotation)
    if origin is typing.Annotated:
        return spelt(arguments[0])
    if origin is typing.Union or origin is types.UnionType:
        return " | ".join("None" if option is type(None) else spelt(option) for option in arguments)
    if isinstance(origin, type) and arguments and origin.__module__ == "builtins":
        inner = ", ".join("..." if item is Ellipsis else spelt(item) for item in arguments)
        return f"{origin.__name__}[{inner}]"
    return str(annotation).replace("typing.", "")


def _return_annotation(function: Callable[..., object]) -> object:
    target = inspect.unwrap(function)
    while isinstance(target, functools.partial):
        target = inspect.unwrap(target.func)
    if isinstance(target, type):
        return inspect.Parameter.empty
    if not inspect.isroutine(target):
        target = type(target).__call__
    annotations: Mapping[str, object] = getattr(target, "__annotations__", {})
    return annotations.get("return", inspect.Parameter.empty)


@frozen
class _Unresolved:
    text: str
    why: str


class _Resolver:
    """Turns postponed annotations into types, each by itself, with the definition scope in reach."""

    __slots__ = ("_globals", "_locals")

    def __init__(self, function: Callable[..., object], local_names: Names) -> None:
        target: object = function
        while isinstance(target, functools.partial):
            target = target.func
        if isinstance(target, type):
            target = vars(target).get("__init__", target)
        elif not inspect.isroutine(target):
            target = type(target).__call__
        target = inspect.unwrap(target) if callable(target) else target
        self._globals: dict[str, object] = getattr(target, "__globals__", {})
        code = getattr(target, "__code__", None)
        self._locals: dict[str, object] = dict(local_names)
        for parameter in getattr(target, "__type_params__", ()):
            self._locals[parameter.__name__] = parameter
        if isinstance(code, types.CodeType):
            for name, cell in zip(code.co_freevars, getattr(target, "__closure__", None) or (), strict=False):
                try:
                    self._locals[name] = cell.cell_contents
                except ValueError:  # a cell that is filled later; its name stays unresolved until then
                    continue

    def __call__(self, annotation: object) -> object:
        if annotation is inspect.Parameter.empty:
            return MISSING
        if isinstance(annotation, typing.ForwardRef):
            annotation = annotation.__forward_arg__
        if not isinstance(annotation, str):
            return annotation
        known = self._locals.get(annotation, self._globals.get(annotation, MISSING))
        if known is not MISSING:
            return known
        known = getattr(builtins, annotation, MISSING) if annotation.isidentifier() else MISSING
        if known is not MISSING:
            return known
        try:
            return self(eval(_compiled(annotation), self._globals, self._locals))
        except Exception as error:  # any expression may stand in an annotation, so anything may be raised
            return _Unresolved(annotation, f"{type(error).__name__}: {error}")


@functools.lru_cache(maxsize=1024)
def _compiled(annotation: str) -> types.CodeType:
    return compile(annotation, "<annotation>", "eval")


def names_around(depth: int) -> Names:
    """Give the local names of the scope `depth` frames up: where a decorator stands, its handler's types
    may too.
    """
    try:
        frame = sys._getframe(depth + 1)
    except ValueError:
        return {}
    return {} if frame.f_locals is frame.f_globals else dict(frame.f_locals)


def names_of_caller() -> Names:
    """Give the local names of the scope outside this package that led here."""
    frame = sys._getframe(1)
    while is_ours(frame.f_globals.get("__name__", "")) and frame.f_back is not None:
        frame = frame.f_back
    return {} if frame.f_locals is frame.f_globals else dict(frame.f_locals)
