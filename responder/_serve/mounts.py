"""Other applications under a prefix, or for a host: ASGI as they are, WSGI wrapped once.

Called by `dispatch` after the application's own routes; `lifespan` asks it which applications to start.
Knows nothing of routes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, TypeAlias, cast

from starlette.types import ASGIApp, Receive, Scope, Send

from responder._contract.frozen import frozen
from responder._http.callables import is_async
from responder._http.problems import ConfigurationError
from responder._http.urls import quote_query
from responder._serve.hosts import HostPattern, read_pattern

_OUR_OWN = frozenset(("app", "router", "app_root_path", "route", "endpoint", "path_params"))
"""Keys of the scope that tell of the outer application; the inner one begins with none."""

_ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


class StartResponse(Protocol):
    """The second argument of a WSGI application."""

    def __call__(
        self, status: str, headers: list[tuple[str, str]], exc_info: _ExcInfo | None = ..., /
    ) -> Callable[[bytes], object]: ...


WSGIApp: TypeAlias = Callable[[dict[str, object], StartResponse], Iterable[bytes]]


@dataclass(slots=True)
class Mount:
    """One application and its prefix; `state` is what its own lifespan stored for its requests."""

    prefix: str
    app: ASGIApp
    wsgi: bool = False
    state: MutableMapping[str, object] = field(default_factory=dict[str, object])
    name: str | None = None
    """What `url_for` knows it by."""
    usual: bool = False
    """Whether it is there by itself, and gives its name to whoever asks for it."""

    @property
    def path(self) -> str:
        """What it answers, as a template: metrics, logs and traces find it where a route would be."""
        return f"{self.prefix}/{{path}}"

    @property
    def path_format(self) -> str:
        """The same; the name under which tracing tools look for it."""
        return self.path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        scope["route"] = self
        await self.app(self.inside(scope), receive, send)

    def inside(self, scope: Scope) -> Scope:
        """The scope for it: `path` stays whole and `root_path` grows, as the ASGI specification has it."""
        root = scope.get("root_path", "")
        path = scope["path"]
        inner = {name: value for name, value in scope.items() if name not in _OUR_OWN}
        inner["root_path"] = root + self.prefix
        if root and not _under(path, root):
            # A server of the old manner: it names the root but leaves it out of the path.
            inner["path"] = root + path
            if scope.get("raw_path") is not None:
                inner["raw_path"] = root.encode() + scope["raw_path"]
        if self.wsgi:
            # WSGI carries the query as ASCII text; what a client sent raw is percent-encoded for it.
            inner["query_string"] = quote_query(scope.get("query_string", b"")).encode("ascii")
        if self.state:
            inner["state"] = {**(scope.get("state") or {}), **self.state}
        return inner


@frozen
class HostMount:
    """One application and the hosts that it answers for, whatever the path."""

    pattern: HostPattern
    mount: Mount


class Mounts:
    """The mounts of one application, the longest prefix first."""

    def __init__(self) -> None:
        self._by_prefix: dict[str, Mount] = {}
        self._ordered: tuple[Mount, ...] = ()
        self.hosts: tuple[HostMount, ...] = ()

    def __iter__(self) -> Iterator[Mount]:
        return iter(self._ordered)

    def __bool__(self) -> bool:
        return bool(self._ordered)

    def add(
        self,
        prefix: str,
        app: ASGIApp | WSGIApp,
        name: str | None = None,
        *,
        usual: bool = False,
        wsgi: bool | None = None,
    ) -> Mount:
        """Mount `app`; an earlier mount at the same prefix is replaced.  What it takes is looked at unless
        `wsgi` says so.
        """
        mount = _mount(_checked(prefix), app, wsgi)
        prefix = mount.prefix
        if name is not None:
            mount.name = _checked_name(name, [one for one in self._ordered if one.prefix != prefix], usual)
        mount.usual = usual
        self._by_prefix[prefix] = mount
        self._ordered = tuple(sorted(self._by_prefix.values(), key=lambda one: len(one.prefix), reverse=True))
        return mount

    def add_host(self, pattern: str, app: ASGIApp | WSGIApp) -> None:
        """Let `app` answer for some hosts; an earlier one of the same pattern is replaced."""
        read = read_pattern(pattern)
        others = tuple(one for one in self.hosts if one.pattern.text.lower() != read.text.lower())
        # A name without fields is more telling than one with them, wherever it was said.
        made = (*others, HostMount(read, _mount("", app)))
        self.hosts = tuple(sorted(made, key=lambda one: sum(map(bool, one.pattern.fields))))

    def find(self, path: str) -> Mount | None:
        """The mount that serves `path` (without the root path), if one does."""
        for mount in self._ordered:
            if _under(path, mount.prefix):
                return mount
        return None

    def named(self, name: str) -> Mount | None:
        """The mount of this name."""
        return next((one for one in self._ordered if one.name == name), None)

    def applications(self) -> tuple[Mount, ...]:
        """What has a lifespan to run: every ASGI application once, shortest prefix first."""
        seen: dict[int, Mount] = {}
        for mount in (*reversed(self._ordered), *(one.mount for one in self.hosts)):
            if not mount.wsgi:
                seen.setdefault(id(mount.app), mount)
        return tuple(seen.values())

    def share_state(self, started: Mount) -> None:
        """An application under two prefixes has one lifespan, and so one state."""
        for mount in (*self._ordered, *(one.mount for one in self.hosts)):
            if mount.app is started.app:
                mount.state = started.state


def _mount(prefix: str, app: ASGIApp | WSGIApp, said: bool | None = None) -> Mount:
    if not callable(app):
        raise ConfigurationError(f"mount() takes an ASGI or WSGI application, not {type(app).__name__}.")
    wsgi = is_wsgi(app) if said is None else said
    if said is None and not wsgi and not _may_be_asgi(app):
        raise ConfigurationError(f"mount() takes an ASGI or WSGI application, not {app!r}.")
    return Mount(prefix, _wrap(cast("WSGIApp", app)) if wsgi else cast("ASGIApp", app), wsgi)


def _checked(prefix: object) -> str:
    if not isinstance(prefix, str) or (prefix and not prefix.startswith("/")):
        raise ConfigurationError(f"A mount prefix is '' or starts with '/'; {prefix!r} does not.")
    if "{" in prefix:
        raise ConfigurationError(f"A mount prefix cannot hold parameters: {prefix!r}.")
    return prefix.rstrip("/")


def _checked_name(name: object, others: Iterable[Mount], usual: bool) -> str | None:
    if not isinstance(name, str) or not name or ":" in name:
        raise ConfigurationError(f'The name of a mount is a text without ":", not {name!r}.')
    other = next((one for one in others if one.name == name), None)
    if other is not None and usual:
        return None
    if other is not None and other.usual:
        other.name = None
    elif other is not None:
        raise ConfigurationError(f"There is a mount {name!r} already, at {other.prefix or '/'!r}.")
    return name


def _under(path: str, prefix: str) -> bool:
    return not prefix or path == prefix or path.startswith(prefix + "/")


def is_wsgi(app: object) -> bool:
    """A WSGI application is a plain callable that takes two positional arguments."""
    if inspect.isclass(app) or is_async(app):
        return False
    try:
        parameters = inspect.signature(cast("WSGIApp", app)).parameters.values()
    except (TypeError, ValueError):
        return False
    required = [
        one
        for one in parameters
        if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD) and one.default is one.empty
    ]
    return len(required) == 2


def _may_be_asgi(app: ASGIApp | WSGIApp) -> bool:
    """Whether it can be called with scope, receive and send; a class that was never called cannot."""
    plain = inspect.isclass(app) or inspect.isroutine(app)
    called, given = (app, 3) if plain else (type(app).__call__, 4)
    try:
        inspect.signature(called).bind(*range(given))
    except TypeError:
        return False
    except ValueError:
        return True
    return True


def _wrap(app: WSGIApp) -> ASGIApp:
    from a2wsgi import WSGIMiddleware

    return cast("ASGIApp", WSGIMiddleware(app))  # type: ignore[arg-type]  # its own spelling of the environ
