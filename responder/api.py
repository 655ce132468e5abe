"""`API`: the application with its constructor; the composition root that batteries are added in."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Generic, TypeAlias, TypeVar, cast, overload

from typing_extensions import Unpack

from responder._http.problems import ConfigurationError, abort
from responder._http.request import Request
from responder._http.structures import State
from responder._routing.groups import Group as RouteGroup
from responder._routing.groups import Router
from responder._routing.listed import RouteSpec
from responder._serve.options import PlainOptions
from responder._serve.settings import DEFAULTS, Settings, options_in, settle
from responder.application import Application, RegT, StateT
from responder.batteries import install
from responder.ext.sessions import make_keeper
from responder.guards import Auth
from responder.registry import Registry
from responder.sessions import Keeper

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from responder.ext.auth import AuthPolicy
    from responder.ext.clients import Language
    from responder.ext.graphql import GraphQLRouteOptions, GraphQLView, SchemaLike
    from responder.ext.health import Check
    from responder.ext.health import Kind as HealthKind
    from responder.ext.metrics import MetricsCollector
    from responder.ext.openapi import OpenAPI
    from responder.ext.openapi.authoring import SchemaDecorator

__all__ = ["API", "ApiOptions", "RouteGroup", "abort"]

ApiOptions = PlainOptions
"""Every keyword of `API(...)` but `registry`, `state` and `lifespan`, which decide its type."""

RegX = TypeVar("RegX", bound=Registry)
StateX = TypeVar("StateX")
CheckT = TypeVar("CheckT", bound="Check")
P = TypeVar("P")

Routes: TypeAlias = Sequence[RouteSpec | Router[RegX, str, str]]
"""What `API(routes=...)` takes."""
Yields: TypeAlias = Callable[..., AbstractAsyncContextManager[StateX]]
"""A lifespan, by what it yields."""


class API(Application[RegT, StateT], Generic[RegT, StateT]):
    """An application.

    `registry` is the class that names its dependencies.  `state` is what `api.state` is, with its type;
    without one it is a free namespace, or what the lifespan yields.  `routes` are declared first, as a list.
    Every other keyword is described in `ApiOptions`.
    """

    @overload
    def __init__(
        self: API[Registry, State],
        *,
        lifespan: Yields[None] | None = None,
        routes: Routes[Registry] = (),
        **options: Unpack[ApiOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: API[RegX, State],
        *,
        registry: type[RegX],
        lifespan: Yields[None] | None = None,
        routes: Routes[RegX] = (),
        **options: Unpack[ApiOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: API[Registry, StateX],
        *,
        lifespan: Yields[StateX],
        routes: Routes[Registry] = (),
        **options: Unpack[ApiOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: API[RegX, StateX],
        *,
        registry: type[RegX],
        lifespan: Yields[StateX],
        routes: Routes[RegX] = (),
        **options: Unpack[ApiOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: API[Registry, StateX],
        *,
        state: StateX,
        lifespan: Yields[StateX | None] | None = None,
        routes: Routes[Registry] = (),
        **options: Unpack[ApiOptions],
    ) -> None: ...
    @overload
    def __init__(
        self,
        *,
        registry: type[RegT],
        state: StateT,
        lifespan: Yields[StateT | None] | None = None,
        routes: Routes[RegT] = (),
        **options: Unpack[ApiOptions],
    ) -> None: ...
    def __init__(
        self,
        *,
        registry: type[Registry] | None = None,
        state: object = None,
        lifespan: Yields[object] | None = None,
        routes: Sequence[object] = (),
        **options: Unpack[ApiOptions],
    ) -> None:
        given: dict[str, object] = {**options}
        if lifespan is not None:
            given["lifespan"] = lifespan
        settings = settle(given)
        self._policies: dict[str, AuthPolicy[object]] = {}
        super().__init__(
            settings, _checked(registry), State() if state is None else state, _sessions(settings)
        )
        self._installed = install(cast("Application[Registry, object]", self))
        if routes != ():
            self._take_list(routes)

    @overload
    @classmethod
    def from_settings(
        cls,
        settings: object,
        *,
        lifespan: Yields[None] | None = None,
        routes: Routes[Registry] = (),
        **options: Unpack[ApiOptions],
    ) -> API[Registry, State]: ...
    @overload
    @classmethod
    def from_settings(
        cls,
        settings: object,
        *,
        registry: type[RegX],
        lifespan: Yields[None] | None = None,
        routes: Routes[RegX] = (),
        **options: Unpack[ApiOptions],
    ) -> API[RegX, State]: ...
    @overload
    @classmethod
    def from_settings(
        cls,
        settings: object,
        *,
        lifespan: Yields[StateX],
        routes: Routes[Registry] = (),
        **options: Unpack[ApiOptions],
    ) -> API[Registry, StateX]: ...
    @overload
    @classmethod
    def from_settings(
        cls,
        settings: object,
        *,
        registry: type[RegX],
        lifespan: Yields[StateX],
        routes: Routes[RegX] = (),
        **options: Unpack[ApiOptions],
    ) -> API[RegX, StateX]: ...
    @classmethod
    def from_settings(cls, settings: object, **options: object) -> object:
        """Make an application of an object's fields, or a mapping's keys, that are keywords of `API(...)`.

        Fields of other names are passed over: a program keeps its own settings beside them.  Only a name that
        is a keyword but for one letter or its case is refused, unless there is that keyword as well.  What is
        given here counts in place of a field.
        """
        make = cast("Callable[..., object]", cls)
        return make(**{**options_in(settings), **options})

    @property
    def openapi(self) -> OpenAPI:
        """The OpenAPI document, and what can be added to it; `openapi=` and `docs_route=` have it served."""
        if self._installed.openapi is None:
            from responder.ext.openapi import OpenAPI

            self._installed.openapi = OpenAPI(cast("Application[Registry, object]", self))
        return self._installed.openapi

    def schema(self, name: str) -> SchemaDecorator:
        """Decorator: show a class among the components of the OpenAPI document, under this name."""
        return self.openapi.schema(name)

    def add_security_scheme(
        self, scheme: object, definition: Mapping[str, object] | None = None, *, default: bool = False
    ) -> None:
        """Show in the document how callers prove who they are: an auth helper, or a name and a scheme.

        With `default` every operation asks for it unless it says otherwise.
        """
        self.openapi.add_security_scheme(scheme, definition, default=default)

    @overload
    def policy(self, name: str, auth: Auth[P]) -> AuthPolicy[P]: ...
    @overload
    def policy(self, name: str, auth: Callable[[Request], Awaitable[P | None]]) -> AuthPolicy[P]: ...
    @overload
    def policy(self, name: str, auth: Callable[[Request], P | None]) -> AuthPolicy[P]: ...
    def policy(self, name: str, auth: Callable[[Request], object]) -> AuthPolicy[object]:
        """Give a helper, or a function of the request, a name: a guard to be used on many routes."""
        from responder.ext.auth.policies import make_policy

        return make_policy(self._policies, name, auth)

    @property
    def auth_policies(self) -> Mapping[str, AuthPolicy[object]]:
        """The policies by name."""
        return MappingProxyType(self._policies)

    @property
    def metrics(self) -> MetricsCollector | None:
        """What requests are counted with; None without `metrics_route`."""
        return self._installed.metrics

    @property
    def health_route(self) -> str | None:
        """Where health is told: what `API(health_route=...)` said, or `/health` once there is a check."""
        health = self._installed.health
        return None if health is None else health.route

    def add_health_check(
        self, name: str, check: Check, *, timeout: float = 5.0, kind: HealthKind = "readiness"
    ) -> None:
        """Let `check` say whether something works: False, an exception, and silence for `timeout` seconds
        mean that it does not.  `kind="liveness"` is for what only a restart helps against.
        """
        if self._installed.health is None:
            from responder.ext.health import install as install_health

            self._installed.health = install_health(cast("Application[Registry, object]", self))
        self._installed.health.add(name, check, timeout=timeout, kind=kind)

    @overload
    def health_check(self, check: CheckT, /) -> CheckT: ...
    @overload
    def health_check(
        self, name: str | None = None, /, *, timeout: float = 5.0, kind: HealthKind = "readiness"
    ) -> Callable[[CheckT], CheckT]: ...
    def health_check(
        self, given: Check | str | None = None, /, *, timeout: float = 5.0, kind: HealthKind = "readiness"
    ) -> object:
        """Decorator, bare or called: `add_health_check` by the function's name unless another is given."""

        def add(check: Check) -> Check:
            name = given if isinstance(given, str) else str(getattr(check, "__name__", ""))
            self.add_health_check(name, check, timeout=timeout, kind=kind)
            return check

        return add(given) if callable(given) else add

    def graphql(
        self, route: str = "/graphql", *, schema: SchemaLike, **options: Unpack[GraphQLRouteOptions]
    ) -> GraphQLView:
        """Answer GraphQL at a path, for a schema of graphql-core, Graphene or Strawberry.

        Takes what `GraphQLView` takes, and beside it what any route takes.
        """
        from responder.ext.graphql import add_graphql

        return add_graphql(self, route, schema, options)

    @overload
    def generate_client(
        self, path: None = None, *, class_name: str = "APIClient", language: Language = "python"
    ) -> str: ...
    @overload
    def generate_client(
        self, path: str | PathLike[str], *, class_name: str = "APIClient", language: Language = "python"
    ) -> Path: ...
    def generate_client(
        self,
        path: str | PathLike[str] | None = None,
        *,
        class_name: str = "APIClient",
        language: Language = "python",
    ) -> str | Path:
        """The source of a typed client; with a path it is written there, and the path given back."""
        from responder.ext.clients import generate_client, write_client

        if path is None:
            return generate_client(self, class_name=class_name, language=language)
        return write_client(self, path, class_name=class_name, language=language)

    __signature__: ClassVar[inspect.Signature] = inspect.Signature(
        [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)
            for name, default in {"registry": None, "state": None, "routes": (), **DEFAULTS}.items()
        ]
    )
    """Every keyword by name with its default, for `help()` and editors that don't read types."""


def _sessions(settings: Settings) -> Keeper | None:
    chosen = settings.sessions
    if chosen is None:
        return None
    return make_keeper(
        sessions=chosen.mode,
        backend=chosen.backend,
        cookie=chosen.cookie,
        secret_key=settings.secret_keys,
        model=chosen.model,
        explicit=chosen.explicit,
        debug=settings.debug,
    )


def _checked(registry: object) -> type[Registry] | None:
    if registry is None or (isinstance(registry, type) and issubclass(registry, Registry)):
        return registry
    raise ConfigurationError(f"API(registry=...) must be a Registry class, not {registry!r}.")
