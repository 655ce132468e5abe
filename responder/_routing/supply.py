"""`@api.dependency()`: binding names to providers one by one, beside or without a typed registry.

This file knows no route; what a provider needs is `providers`' business.  `API` derives from `Supplies`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Generic, Literal, overload

from typing_extensions import TypeVar

from responder._contract.findings import found
from responder._http.problems import Problem
from responder._http.raises import WANTED, read_raises
from responder._routing.declare import ProviderRecord
from responder._routing.decorators import RegC
from responder._routing.errors import Located, RouteError, Site, refuse, site_of_caller
from responder._routing.reader import names_of_caller, read_provider
from responder.registry import Close, Provider, Scope

FunctionT = TypeVar("FunctionT", bound=Callable[..., object])
NameT = TypeVar("NameT", bound=str, default=str, covariant=True)
ScopeT = TypeVar("ScopeT", bound=str, default=str, covariant=True)


class DependencyDecorator(Generic[RegC, NameT, ScopeT]):
    """Binds the provider it is put on to a name, and gives it back as it is."""

    __slots__ = ("_close", "_name", "_provide", "_raises", "_scope", "_site")

    def __init__(
        self,
        provide: Callable[[ProviderRecord], None],
        name: str | None,
        scope: Scope,
        close: Close,
        site: Site,
        raises: Sequence[type[Problem]] = (),
    ) -> None:
        self._provide = provide
        self._name = name
        self._scope: Scope = scope
        self._close: Close = close
        self._site = site
        self._raises = raises

    def __call__(self, provider: FunctionT, /) -> FunctionT:
        """Bind a provider."""
        _bind(self._provide, self._name, provider, self._scope, self._close, self._site, self._raises)
        return provider


class Supplies(ABC, Generic[RegC]):
    """Whatever names can be bound on."""

    @abstractmethod
    def _provide(self, record: ProviderRecord) -> None:
        """Bind a name to a provider."""

    @overload
    def dependency(self, provider: FunctionT, /) -> FunctionT: ...
    @overload
    def dependency(
        self,
        name: str | None = None,
        *,
        scope: Literal["app"],
        close: Close = "after-send",
        raises: Sequence[type[Problem]] = (),
    ) -> DependencyDecorator[RegC, str, Literal["app"]]: ...
    @overload
    def dependency(
        self,
        name: str | None = None,
        *,
        scope: Literal["request"] = "request",
        close: Close = "after-send",
        raises: Sequence[type[Problem]] = (),
    ) -> DependencyDecorator[RegC, str, Literal["request"]]: ...
    def dependency(
        self,
        name: object = None,
        *,
        scope: Scope = "request",
        close: Close = "after-send",
        raises: Sequence[type[Problem]] = (),
    ) -> object:
        """Bind a provider to its own name or another one; bare, or called with options.

        Handlers and providers get its value in a parameter of that name.  With `scope="app"` there is one
        value for the whole life of the application; with `close="before-send"` the provider ends before the
        response is sent, so that its failure can still become the answer.  `raises` are the problems that it
        raises, for the document.
        """
        site = site_of_caller()
        if name is None or isinstance(name, str):
            return DependencyDecorator[RegC, str, str](self._provide, name, scope, close, site, raises)
        _bind(self._provide, None, name, scope, close, site, raises)
        return name

    def add_dependency(
        self,
        name: str,
        provider: Callable[..., object],
        *,
        scope: Scope = "request",
        close: Close = "after-send",
        raises: Sequence[type[Problem]] = (),
    ) -> None:
        """Bind a provider to a name without a decorator; a provider bound before is replaced."""
        _bind(self._provide, name, provider, scope, close, site_of_caller(), raises)


def _bind(
    provide: Callable[[ProviderRecord], None],
    name: object,
    provider: object,
    scope: Scope,
    close: Close,
    site: Site,
    raises: object,
) -> None:
    try:
        record = record_of(name, provider, scope, close, site, raises)
    except RouteError as error:
        refuse(error)
    else:
        provide(record)


def record_of(
    name: object, provider: object, scope: Scope, close: Close, site: Site, raises: object = ()
) -> ProviderRecord:
    """Judge what a name is bound to; an entry of a registry brings its own scope."""
    if isinstance(provider, Provider):
        raises = raises or provider.raises
        scope, close, provider = provider.scope, provider.close, provider.function
    if not callable(provider):
        raise RouteError([Located(found("depends-provider", value=repr(provider)), site)])
    read_provider(provider, names_of_caller())
    if name is None:
        name = getattr(provider, "__name__", None) or type(provider).__name__
    if not isinstance(name, str) or not name.isidentifier():
        wrong = found("option-value", option="name", expected="a name for a parameter", value=repr(name))
        raise RouteError([Located(wrong, site)])
    if scope not in ("request", "app"):
        raise RouteError([Located(found("dependency-scope", parameter=name, scope=scope), site)])
    if close not in ("after-send", "before-send"):
        expected = '"after-send" or "before-send"'
        wrong = found("option-value", option="close", expected=expected, value=repr(close))
        raise RouteError([Located(wrong, site)])
    problems = read_raises(raises)
    if problems is None:
        wrong = found("option-value", option="raises", expected=WANTED, value=repr(raises))
        raise RouteError([Located(wrong, site)])
    return ProviderRecord(name, provider, scope, close, site, problems)
