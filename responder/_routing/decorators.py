"""The decorators that `API`, `Group` and `Router` share.

Each settles its options, makes a `Declared` out of the function it gets, hands it to `_take`, and gives the
function back as it was, in identity and in type.  What can be told by then is told on the decorator's own
line. This file knows neither prefixes (`groups`) nor what becomes of a declaration (`plan`).

The type parameters hold facts for those who read types: the registry, and with the mypy plugin the route
(`SpecT`) and the prefix (`PrefixT`) as literals.  They are covariant and have defaults, so that nobody writes
them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from types import UnionType
from typing import ClassVar, Generic, Literal, overload

from typing_extensions import TypeVar, Unpack

from responder._contract.findings import Finding, found
from responder._contract.frozen import frozen
from responder._contract.template import EMPTY, Template, parse
from responder._routing.declare import Batch, Declared, HookRecord, When, label
from responder._routing.errors import Located, RouteError, Site, refuse, site_of_caller
from responder._routing.options import (
    OPERATION,
    ROUTE,
    SOCKET,
    STREAM,
    Endpoint,
    Handler,
    Hook,
    Kind,
    Methods,
    OperationOptions,
    RouteOptions,
    RouteSettings,
    SocketHook,
    SocketOptions,
    StreamSettings,
)
from responder._routing.reader import Names, names_around
from responder._routing.settle import settle
from responder._routing.streaming import faults_of
from responder._routing.views import read_views
from responder.registry import Registry

ViewT = TypeVar("ViewT", bound=Handler)
SocketT = TypeVar("SocketT", bound=Callable[..., Awaitable[object]] | type[object])
HookT = TypeVar("HookT", bound=Hook)
SocketHookT = TypeVar("SocketHookT", bound=SocketHook)
R = TypeVar("R", default=object)
RegC = TypeVar("RegC", bound=Registry, default=Registry, contravariant=True)
SpecT = TypeVar("SpecT", bound=str, default=str, covariant=True)
PrefixT = TypeVar("PrefixT", bound=str, default=str, covariant=True)


@frozen
class Wanted:
    """What a decorator was told, before it knows its function."""

    template: Template
    settings: RouteSettings
    methods: frozenset[str] | None
    kind: Kind
    site: Site
    refused: bool = False
    """Something was wrong with it that somebody gathers; nothing will be declared."""

    @property
    def label(self) -> str:
        """The route as findings name it."""
        return label(self.kind, self.methods, self.template.text)


class RouteDecorator(Generic[RegC, SpecT, R]):
    """Declares the function or class it is put on, and gives it back as it is."""

    __slots__ = ("_declare", "_wanted")

    def __init__(self, declare: Callable[[Wanted, Handler, Names], None], wanted: Wanted) -> None:
        self._declare = declare
        self._wanted = wanted

    def __call__(self, view: ViewT, /) -> ViewT:
        """Declare a view."""
        self._declare(self._wanted, view, names_around(1))
        return view


class SocketDecorator(Generic[RegC, SpecT]):
    """Declares the WebSocket handler it is put on, and gives it back as it is."""

    __slots__ = ("_declare", "_wanted")

    def __init__(self, declare: Callable[[Wanted, Handler, Names], None], wanted: Wanted) -> None:
        self._declare = declare
        self._wanted = wanted

    def __call__(self, view: SocketT, /) -> SocketT:
        """Declare a WebSocket handler."""
        self._declare(self._wanted, view, names_around(1))
        return view


class HookDecorator(Generic[RegC]):
    """Makes the function it is put on a hook, and gives it back as it is."""

    __slots__ = ("_record", "_site", "_when")

    def __init__(self, record: Callable[[object, When, Site], None], when: When, site: Site) -> None:
        self._record = record
        self._when: When = when
        self._site = site

    def __call__(self, hook: HookT, /) -> HookT:
        """Record a hook."""
        self._record(hook, self._when, self._site)
        return hook


class SocketHookDecorator(Generic[RegC]):
    """Makes the function it is put on a WebSocket hook, and gives it back as it is."""

    __slots__ = ("_record", "_site", "_when")

    def __init__(self, record: Callable[[object, When, Site], None], when: When, site: Site) -> None:
        self._record = record
        self._when: When = when
        self._site = site

    def __call__(self, hook: SocketHookT, /) -> SocketHookT:
        """Record a hook."""
        self._record(hook, self._when, self._site)
        return hook


class Routes(ABC, Generic[RegC, PrefixT]):
    """Whatever routes can be declared on."""

    _under_prefix: ClassVar[bool] = False
    """Whether the path "" means something here: the prefix itself."""

    @abstractmethod
    def _take(self, batch: Batch) -> None:
        """Keep what was declared, or raise `RouteError` and keep nothing."""

    def _falls_back(self, path: str) -> bool:
        """Whether a path without an endpoint is one of the static page; it is taken if so."""
        return False

    @overload
    def route(
        self, *, before_request: Literal[True], websocket: Literal[False] = False
    ) -> HookDecorator[RegC]: ...
    @overload
    def route(
        self, *, before_request: Literal[True], websocket: Literal[True]
    ) -> SocketHookDecorator[RegC]: ...
    @overload
    def route(
        self, path: str = "", *, websocket: Literal[True], **options: Unpack[SocketOptions]
    ) -> SocketDecorator[RegC, str]: ...
    @overload
    def route(
        self,
        path: str = "",
        *,
        methods: Methods | None = None,
        response_model: type[R] | UnionType | Literal[False] | None = None,
        websocket: Literal[False] = False,
        before_request: Literal[False] = False,
        **options: Unpack[OperationOptions],
    ) -> RouteDecorator[RegC, str, R]: ...
    def route(self, path: str = "", **options: object) -> object:
        """Declare a route for some or all methods; or a WebSocket route, or a global before hook."""
        site = site_of_caller()
        if options.get("before_request", False) is True:
            when = self._hook_wanted(path, options, site)
            return HookDecorator[RegC](self._record, when, site)
        wanted = self._wanted(path, options, site)
        if wanted.kind == "websocket":
            return SocketDecorator[RegC, str](self._declare, wanted)
        return RouteDecorator[RegC, str, object](self._declare, wanted)

    def get(
        self,
        path: str = "",
        *,
        response_model: type[R] | UnionType | Literal[False] | None = None,
        **options: Unpack[OperationOptions],
    ) -> RouteDecorator[RegC, str, R]:
        """Declare a route for GET, which answers HEAD too."""
        return self._verb("GET", path, response_model, options)

    def post(
        self,
        path: str = "",
        *,
        response_model: type[R] | UnionType | Literal[False] | None = None,
        **options: Unpack[OperationOptions],
    ) -> RouteDecorator[RegC, str, R]:
        """Declare a route for POST."""
        return self._verb("POST", path, response_model, options)

    def put(
        self,
        path: str = "",
        *,
        response_model: type[R] | UnionType | Literal[False] | None = None,
        **options: Unpack[OperationOptions],
    ) -> RouteDecorator[RegC, str, R]:
        """Declare a route for PUT."""
        return self._verb("PUT", path, response_model, options)

    def patch(
        self,
        path: str = "",
        *,
        response_model: type[R] | UnionType | Literal[False] | None = None,
        **options: Unpack[OperationOptions],
    ) -> RouteDecorator[RegC, str, R]:
        """Declare a route for PATCH."""
        return self._verb("PATCH", path, response_model, options)

    def delete(
        self,
        path: str = "",
        *,
        response_model: type[R] | UnionType | Literal[False] | None = None,
        **options: Unpack[OperationOptions],
    ) -> RouteDecorator[RegC, str, R]:
        """Declare a route for DELETE."""
        return self._verb("DELETE", path, response_model, options)

    def head(
        self,
        path: str = "",
        *,
        response_model: type[R] | UnionType | Literal[False] | None = None,
        **options: Unpack[OperationOptions],
    ) -> RouteDecorator[RegC, str, R]:
        """Declare a route for HEAD."""
        return self._verb("HEAD", path, response_model, options)

    def options(
        self,
        path: str = "",
        *,
        response_model: type[R] | UnionType | Literal[False] | None = None,
        **options: Unpack[OperationOptions],
    ) -> RouteDecorator[RegC, str, R]:
        """Declare a route for OPTIONS."""
        return self._verb("OPTIONS", path, response_model, options)

    def websocket_route(self, path: str = "", **options: Unpack[SocketOptions]) -> SocketDecorator[RegC, str]:
        """Declare a route that serves a WebSocket."""
        return SocketDecorator(self._declare, self._wanted(path, options, site_of_caller(), socket=True))

    def add_route(
        self,
        path: str = "",
        endpoint: Endpoint | None = None,
        *,
        static: bool = True,
        **options: Unpack[RouteOptions],
    ) -> None:
        """Declare a route without a decorator.  `static` has a meaning only where there is no endpoint."""
        site = site_of_caller()
        if endpoint is None:
            if static and path and self._falls_back(path):
                return
            missing = found("handler-callable", value="None") if static else found("path-missing", offset=0)
            refuse(RouteError([Located(missing, site, path)]))
            return
        if options.get("before_request", False) is True:
            self._record(endpoint, self._hook_wanted("", options, site), site)
            return
        self._declare(self._wanted(path, options, site), endpoint, names_around(1))

    @overload
    def before_request(self, hook: HookT, /) -> HookT: ...
    @overload
    def before_request(self, /, *, websocket: Literal[False] = False) -> HookDecorator[RegC]: ...
    @overload
    def before_request(self, /, *, websocket: Literal[True]) -> SocketHookDecorator[RegC]: ...
    def before_request(self, hook: Hook | None = None, /, *, websocket: bool = False) -> object:
        """Make a function run before every handler; bare, or called with `websocket=True` for handshakes."""
        site = site_of_caller()
        if hook is None:
            return HookDecorator[RegC](self._record, "socket-before" if websocket else "before", site)
        self._record(hook, "before", site)
        return hook

    @overload
    def after_request(self, hook: HookT, /) -> HookT: ...
    @overload
    def after_request(self, /) -> HookDecorator[RegC]: ...
    def after_request(self, hook: Hook | None = None, /) -> object:
        """Make a function run after every handler, bare or called."""
        site = site_of_caller()
        if hook is None:
            return HookDecorator[RegC](self._record, "after", site)
        self._record(hook, "after", site)
        return hook

    def _verb(
        self, method: str, path: str, response_model: object, options: Mapping[str, object]
    ) -> RouteDecorator[RegC, str, R]:
        given = options if response_model is None else {**options, "response_model": response_model}
        return RouteDecorator(self._declare, self._wanted(path, given, site_of_caller(), verb=method))

    def _wanted(
        self,
        path: object,
        options: Mapping[str, object],
        site: Site,
        *,
        verb: str | None = None,
        socket: bool = False,
        stream: StreamSettings | None = None,
    ) -> Wanted:
        """Settle what a decorator was told, or raise what is wrong with it."""
        socket = socket or options.get("websocket", False) is True
        allowed = SOCKET | {"websocket", "methods"} if socket else OPERATION if verb is not None else ROUTE
        word = None if verb is None else verb.lower()
        if stream is not None:
            allowed, word = STREAM, stream.mode
        settings, findings = settle(options, allowed, word)
        if stream is not None:
            settings = replace(settings, stream=stream)
        kind: Kind = "websocket" if socket else "http"
        methods = settings.methods if verb is None else frozenset({verb})
        template = self._parsed(path)
        if isinstance(template, Finding):
            findings = (template, *findings)
        if findings or isinstance(template, Finding):
            route = label(kind, methods, path if isinstance(path, str) else repr(path))
            refuse(RouteError(Located(finding, site, route) for finding in findings))
            return Wanted(EMPTY, settings, methods, kind, site, refused=True)
        return Wanted(template, settings, methods, kind, site)

    def _parsed(self, path: object) -> Template | Finding:
        if not isinstance(path, str):
            expected = 'a string that starts with "/"'
            return (
                found("path-missing")
                if path is None
                else found("option-value", option="path", expected=expected, value=repr(path))
            )
        return parse(path, allow_empty=self._under_prefix)

    def _hook_wanted(self, path: str, options: Mapping[str, object], site: Site) -> When:
        """Judge the keywords of `route(before_request=True)`, which declares a hook and no route."""
        findings: list[Finding] = []
        if path:
            why = "a hook that runs before every route has no path; use before= for one route"
            findings.append(found("option-conflict", option="before_request", other="path", why=why))
        findings.extend(settle(options, {"before_request", "websocket"})[1])
        if findings:
            refuse(RouteError(Located(finding, site) for finding in findings))
        return "socket-before" if options.get("websocket", False) is True else "before"

    def _declare(self, wanted: Wanted, view: object, names: Names) -> None:
        if wanted.refused:
            return
        if not callable(view):
            wrong = found("handler-callable", value=repr(view))
            refuse(RouteError([Located(wrong, wanted.site, wanted.label)]))
            return
        views, findings = read_views(view, wanted.kind, names)
        findings = (*findings, *faults_of(wanted.settings, views))
        declared = Declared(
            wanted.template, view, wanted.settings, wanted.methods, wanted.kind, views, wanted.site
        )
        self._take(Batch((declared,), faults=tuple(declared.located(finding) for finding in findings)))

    def _record(self, hook: object, when: When, site: Site) -> None:
        if not callable(hook):
            refuse(RouteError([Located(found("hook-callable", value=repr(hook)), site)]))
            return
        self._take(Batch(hooks=(HookRecord(hook, when, site),)))
