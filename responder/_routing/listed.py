"""Routes as a list: `API(routes=[RouteSpec("/", home), shop])`.

A `RouteSpec` is a declaration that has no owner yet: path, handler and options, and the line it was written
on.  It is judged when it is given to an application or a router, all of a list together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from typing_extensions import Unpack

from responder._routing.errors import Site, site_of_caller
from responder._routing.options import Endpoint, Handler, RouteOptions
from responder._routing.reader import Names, names_of_caller


@dataclass(frozen=True, slots=True, init=False, eq=False)
class RouteSpec:
    """One route of a list: what `add_route` takes, kept until somebody takes the list."""

    path: str
    endpoint: Handler
    options: Mapping[str, object]
    site: Site = field(repr=False)
    names: Names = field(repr=False)

    def __init__(self, path: str, endpoint: Endpoint, /, **options: Unpack[RouteOptions]) -> None:
        given: Mapping[str, object] = {**options}
        for name, value in (
            ("path", path),
            ("endpoint", endpoint),
            ("options", MappingProxyType(given)),
            ("site", site_of_caller()),
            ("names", names_of_caller()),
        ):
            object.__setattr__(self, name, value)


def as_spec(given: object) -> RouteSpec | None:
    """What stands in a list, if it is a route."""
    return given if isinstance(given, RouteSpec) else None
