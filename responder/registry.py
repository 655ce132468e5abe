"""The typed registry: the names an application may inject, and its own path convertors, visible in a *type*.

```python
class Deps(Registry):
    pool = provider(make_pool, scope="app")
    db = provider(make_session)
    tenant: Tenant                   # declared here, provided by @api.dependency() elsewhere
    date = DateConvertor()           # `{day:date}` in every path
```

A registry is read once, when its class is made.  It knows neither routes nor requests; what a provider
needs is found out by `_routing.providers`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Final, Generic, Literal, ParamSpec, TypeAlias, overload

from typing_extensions import TypeVar, override

from responder._http.problems import Problem
from responder._http.raises import Problems, checked_raises
from responder._http.refusals import refusal
from responder.convertors import AnyConvertor, Convertor

__all__ = ["RESERVED", "Close", "Entries", "Provider", "ProviderDecorator", "Registry", "Scope", "provider"]

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
ScopeT_co = TypeVar("ScopeT_co", bound=str, default=Literal["request"], covariant=True)

Scope: TypeAlias = Literal["request", "app"]
Close: TypeAlias = Literal["after-send", "before-send"]

RESERVED: Final = frozenset({"req", "request", "resp", "response", "ws", "websocket"})
"""Names that always mean the message itself, and so can not name a dependency."""


@dataclass(frozen=True, slots=True)
class Provider(Generic[P, T_co, ScopeT_co]):
    """A provider and how long its value lives.

    Its parameters, what it provides and its scope are all in its static type, so that a registry tells the
    whole dependency graph to whoever reads types.  Calling it calls the function as it is, generator or
    not.
    """

    function: Callable[P, object]
    scope: Scope = "request"
    close: Close = "after-send"
    raises: Problems = ()
    provides: Callable[[], T_co] | None = field(default=None, init=False, repr=False, compare=False)
    """Never set: it keeps what is provided in the static type."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> object:
        return self.function(*args, **kwargs)


class ProviderDecorator(Generic[ScopeT_co]):
    """What `provider(scope=...)` gives: a decorator for the body of a registry."""

    __slots__ = ("_close", "_raises", "_scope")

    def __init__(self, scope: Scope, close: Close, raises: Problems = ()) -> None:
        self._scope: Scope = scope
        self._close: Close = close
        self._raises = raises

    @overload
    def __call__(self, function: Callable[P, AsyncIterator[T]], /) -> Provider[P, T, ScopeT_co]: ...
    @overload
    def __call__(self, function: Callable[P, Iterator[T]], /) -> Provider[P, T, ScopeT_co]: ...
    @overload
    def __call__(self, function: Callable[P, Awaitable[T]], /) -> Provider[P, T, ScopeT_co]: ...
    @overload
    def __call__(self, function: Callable[P, T], /) -> Provider[P, T, ScopeT_co]: ...
    def __call__(self, function: Callable[P, object], /) -> Provider[P, object, str]:
        return Provider(_checked(function), self._scope, self._close, self._raises)


@overload
def provider(
    *, scope: Literal["app"], close: Close = "after-send", raises: Sequence[type[Problem]] = ()
) -> ProviderDecorator[Literal["app"]]: ...
@overload
def provider(
    *,
    scope: Literal["request"] = "request",
    close: Close = "after-send",
    raises: Sequence[type[Problem]] = (),
) -> ProviderDecorator[Literal["request"]]: ...
@overload
def provider(
    function: Callable[P, AsyncIterator[T]],
    /,
    *,
    scope: Literal["app"],
    close: Close = "after-send",
    raises: Sequence[type[Problem]] = (),
) -> Provider[P, T, Literal["app"]]: ...
@overload
def provider(
    function: Callable[P, Iterator[T]],
    /,
    *,
    scope: Literal["app"],
    close: Close = "after-send",
    raises: Sequence[type[Problem]] = (),
) -> Provider[P, T, Literal["app"]]: ...
@overload
def provider(
    function: Callable[P, Awaitable[T]],
    /,
    *,
    scope: Literal["app"],
    close: Close = "after-send",
    raises: Sequence[type[Problem]] = (),
) -> Provider[P, T, Literal["app"]]: ...
@overload
def provider(
    function: Callable[P, T],
    /,
    *,
    scope: Literal["app"],
    close: Close = "after-send",
    raises: Sequence[type[Problem]] = (),
) -> Provider[P, T, Literal["app"]]: ...
@overload
def provider(
    function: Callable[P, AsyncIterator[T]],
    /,
    *,
    scope: Literal["request"] = "request",
    close: Close = "after-send",
    raises: Sequence[type[Problem]] = (),
) -> Provider[P, T, Literal["request"]]: ...
@overload
def provider(
    function: Callable[P, Iterator[T]],
    /,
    *,
    scope: Literal["request"] = "request",
    close: Close = "after-send",
    raises: Sequence[type[Problem]] = (),
) -> Provider[P, T, Literal["request"]]: ...
@overload
def provider(
    function: Callable[P, Awaitable[T]],
    /,
    *,
    scope: Literal["request"] = "request",
    close: Close = "after-send",
    raises: Sequence[type[Problem]] = (),
) -> Provider[P, T, Literal["request"]]: ...
@overload
def provider(
    function: Callable[P, T],
    /,
    *,
    scope: Literal["request"] = "request",
    close: Close = "after-send",
    raises: Sequence[type[Problem]] = (),
) -> Provider[P, T, Literal["request"]]: ...
def provider(
    function: Callable[..., object] | None = None,
    /,
    *,
    scope: Scope = "request",
    close: Close = "after-send",
    raises: Sequence[type[Problem]] = (),
) -> object:
    """Bind a provider to the name it is assigned to in a registry; also a decorator, bare or called.

    A plain or async function gives the value it returns; a generator of either kind gives what it yields,
    and the rest of it runs when the value is no longer needed: after the response was sent, or with
    `close="before-send"` before that, so that a failing commit can still become an error response.  With
    `scope="app"` there is one value for the whole life of the application.  `raises` are the problems that it
    raises, for the document.
    """
    if scope not in ("request", "app"):
        raise refusal("option-value", option="scope", expected='"request" or "app"', value=repr(scope))
    if close not in ("after-send", "before-send"):
        expected = '"after-send" or "before-send"'
        raise refusal("option-value", option="close", expected=expected, value=repr(close))
    problems = checked_raises(raises, "provider()")
    if function is None:
        return ProviderDecorator(scope, close, problems)
    made: Provider[..., object, str] = Provider(_checked(function), scope, close, problems)
    return made


def _checked(function: Callable[P, object]) -> Callable[P, object]:
    if isinstance(function, Provider):
        name = getattr(function.function, "__name__", repr(function.function))
        why = "is a provider already; assign it to the other name as it is"
        raise refusal("provider-value", handler=name, why=why)
    if not callable(function):
        raise refusal("provider-value", handler=repr(function), why="can not be called")
    return function


@dataclass(frozen=True, slots=True)
class Entries:
    """What a registry holds, inherited entries first.

    `declared` are the names that are only annotated, each with its annotation as Python keeps it.
    """

    providers: Mapping[str, Provider[..., object, str]]
    declared: Mapping[str, object]
    convertors: Mapping[str, AnyConvertor]


_NO_ENTRIES: Final = Entries(MappingProxyType({}), MappingProxyType({}), MappingProxyType({}))


class Registry:
    """Base of typed registries; see the head of this module."""

    responder_entries: ClassVar[Entries] = _NO_ENTRIES
    """Everything that this registry and its bases hold."""

    @override
    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        cls.responder_entries = _collect(cls)

    def __init__(self) -> None:
        raise refusal("registry-made", registry=type(self).__name__)


def _collect(registry: type[Registry]) -> Entries:
    providers: dict[str, Provider[..., object, str]] = {}
    declared: dict[str, object] = {}
    convertors: dict[str, AnyConvertor] = {}
    for base in reversed(registry.__mro__):
        if not issubclass(base, Registry) or base is Registry:
            continue
        own = vars(base)
        annotations: Mapping[str, object] = own.get("__annotations__", {})
        for name in dict.fromkeys((*annotations, *own)):
            if (
                name.startswith("_")
                or name == "responder_entries"
                or _is_class_variable(annotations.get(name))
            ):
                continue
            for group in (providers, declared, convertors):
                group.pop(name, None)  # a derived registry may say something else about a name
            value = own.get(name)
            if isinstance(value, Convertor):
                convertors[name] = value
            elif isinstance(value, Provider):
                providers[_free(name)] = value
            elif name in own:
                raise refusal("registry-entry", parameter=name, registry=base.__qualname__)
            else:
                declared[_free(name)] = annotations[name]
    return Entries(MappingProxyType(providers), MappingProxyType(declared), MappingProxyType(convertors))


def _free(name: str) -> str:
    if name in RESERVED:
        raise refusal("dependency-reserved", parameter=name)
    return name


def _is_class_variable(annotation: object) -> bool:
    text = annotation if isinstance(annotation, str) else str(annotation)
    return text.replace("typing.", "").startswith("ClassVar")
