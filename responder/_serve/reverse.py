"""From a handler or a name back to a URL.

Explicit route names win, then the handlers themselves and their own names, then mounts: `mount:name` is what
the mounted application calls `name`.  Made from the plan; asked by `url_for`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, runtime_checkable
from urllib.parse import quote

from responder._routing.errors import RouteNotFoundError
from responder._routing.plan import Route
from responder._serve.mounts import Mount, Mounts
from responder.convertors import AnyConvertor

_LITERAL = "/!$&'()*+,;=:@-._~"


@runtime_checkable
class _Ours(Protocol):
    """An application that gives paths as ours do."""

    def url_for(self, target: str, /, **params: object) -> str: ...


@runtime_checkable
class _Starlettes(Protocol):
    """An application or a router that gives paths as Starlette's do."""

    def url_path_for(self, name: str, /, **path_params: object) -> str: ...


class Reverse:
    """The names of one plan, and of what is mounted beside it."""

    def __init__(
        self, routes: Iterable[Route], convertors: Mapping[str, AnyConvertor], mounts: Mounts | None = None
    ) -> None:
        self._convertors = convertors
        self._mounts = Mounts() if mounts is None else mounts
        self._by_name: dict[str, list[Route]] = {}
        self._by_own_name: dict[str, list[Route]] = {}
        self._by_handler: dict[int, list[Route]] = {}
        for route in routes:
            if route.name is not None:
                self._by_name.setdefault(route.name, []).append(route)
            own = route.settings.qualified(_own_name(route.handler))
            self._by_own_name.setdefault(own, []).append(route)
            self._by_handler.setdefault(id(route.handler), []).append(route)

    def url(self, target: str | Callable[..., object], params: Mapping[str, object]) -> str:
        """The path of a route, with every field filled; `RouteNotFoundError` says what does not fit."""
        routes = self._find(target)
        fitting = [route for route in routes if set(route.template.names) == set(params)]
        if fitting:
            return self._write(fitting[0], params)
        shown = target if isinstance(target, str) else _own_name(target)
        if not routes and isinstance(target, str):
            name, _, inner = target.partition(":")
            mount = self._mounts.named(name)
            if mount is not None:
                return quote(mount.prefix, safe=_LITERAL) + _within(mount, inner, params)
        if not routes:
            raise RouteNotFoundError(f"No route goes by {shown!r}{self._hint(shown)}")
        names = routes[0].template.names
        missing = [name for name in names if name not in params]
        extra = [name for name in params if name not in names]
        told = [f"needs {', '.join(missing)}"] if missing else []
        told += [f"does not take {', '.join(extra)}"] if extra else []
        raise RouteNotFoundError(f"The route {shown!r} ({routes[0].path}) {' and '.join(told)}.")

    def _find(self, target: str | Callable[..., object]) -> list[Route]:
        if isinstance(target, str):
            return self._by_name.get(target) or self._by_own_name.get(target) or []
        return self._by_handler.get(id(target)) or []

    def _hint(self, shown: str) -> str:
        from difflib import get_close_matches

        mounts = (one.name for one in self._mounts if one.name is not None)
        near = get_close_matches(shown, [*self._by_name, *self._by_own_name, *mounts], n=1)
        return f"; did you mean {near[0]!r}?" if near else "."

    def _write(self, route: Route, params: Mapping[str, object]) -> str:
        pieces: list[str] = []
        for part in route.template.parts:
            if isinstance(part, str):
                pieces.append(quote(part, safe=_LITERAL))
                continue
            convertor = self._convertors[part.convertor]
            value = params[part.name]
            try:
                if value is None:
                    raise TypeError("None is no part of a path")
                text = convertor.format(value)
                written = quote(text, safe="/" if convertor.spans else "")
            except Exception as exc:
                raise _unfit(route, part.name, value, part.convertor) from exc
            # A slash is written as %2F where the convertor takes none.
            if not _fullmatch(convertor, text if convertor.spans else text.replace("/", "-")):
                raise _unfit(route, part.name, value, part.convertor)
            pieces.append(written)
        return "".join(pieces)


def _within(mount: Mount, name: str, params: Mapping[str, object]) -> str:
    """The path below a mount: of what its application calls `name`, or of the file or page at `path`."""
    app: object = mount.app
    if not name:
        if set(params) != {"path"}:
            raise RouteNotFoundError(
                f"The mount {mount.name!r} takes path=, or is followed by a name of its own."
            )
        return "/" + quote(str(params["path"]).lstrip("/"), safe=_LITERAL)
    if isinstance(app, _Ours):
        try:
            return app.url_for(name, **params)
        except RouteNotFoundError as exc:
            raise RouteNotFoundError(f"In the mount {mount.name!r}: {exc}") from exc
    if not isinstance(app, _Starlettes):
        raise RouteNotFoundError(f"The mount {mount.name!r} is an application that gives no paths by name.")
    from starlette.routing import NoMatchFound

    try:
        return str(app.url_path_for(name, **params))
    except NoMatchFound as exc:
        why = f"The mount {mount.name!r} has no route {name!r} that takes {', '.join(params) or 'nothing'}."
        raise RouteNotFoundError(why) from exc


def _fullmatch(convertor: AnyConvertor, text: str) -> bool:
    import re

    return re.fullmatch(convertor.pattern, text, re.ASCII) is not None


def _unfit(route: Route, name: str, value: object, convertor: str) -> RouteNotFoundError:
    field = f"{{{name}:{convertor}}}"
    return RouteNotFoundError(
        f"No path of the route {route.path} has {name}={value!r}: {field} does not take it."
    )


def _own_name(handler: Callable[..., object]) -> str:
    return getattr(handler, "__name__", type(handler).__name__)
