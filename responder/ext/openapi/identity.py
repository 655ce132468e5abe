"""Which operations a document has, and what each is called.

An operation is called as its handler, in snake case: `create_item`; the method of a class as class and verb,
`items_get`.  Where one function answers several documented methods, the method is added.  A handler that
stands under several paths keeps its name for the first, and has the words of the path added for the others.
 Two handlers of one name are refused, naming both; `operation_id=` tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from responder.routes import Operation, Route

__all__ = ["Documented", "clashes", "documented"]

_ORDER: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE")
_BREAK: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Documented:
    """One operation as the document has it."""

    route: Route
    operation: Operation
    method: str
    id: str
    given: bool
    """Whether the user gave the id."""


Namer = Callable[[Route, str], "str | None"]
"""Gives the id of an operation, by its route and method; None leaves it to the rule."""


def documented(routes: Iterable[Route], namer: Namer | None = None) -> list[Documented]:
    """Every operation that a document shows, in the order of declaration."""
    found: list[Documented] = []
    seen: dict[str, Route] = {}
    for route in routes:
        if route.kind != "http" or not route.settings.include_in_schema:
            continue
        served = list(methods_of(route))
        several = sum(operation.views[-1].view.method is None for _, operation in served) > 1
        for method, operation in served:
            given = operation.settings.operation_id
            if given is None and namer is not None:
                given = namer(route, method)
            name = given or _name(operation, method, several=several)
            if given is None:
                first = seen.setdefault(name, route)
                if first is not route and first.handler is route.handler:
                    name = snake(f"{name}_{_path_words(route)}")
            elif several and operation.settings.operation_id is not None:
                name = f"{given}_{method.lower()}"
            found.append(Documented(route, operation, method, name, given is not None))
    return found


def methods_of(route: Route) -> Iterator[tuple[str, Operation]]:
    """The methods of a route that a document shows, in a fixed order.

    A route that answers every method shows GET, or POST where it reads a body.
    """
    named = [method for method in route.operations if method != "*"]
    shown = sorted((method for method in named if method in _ORDER), key=_ORDER.index)
    for method in shown:
        yield method, route.operations[method]
    if not named and "*" in route.operations:
        operation = route.operations["*"]
        reads = any(one.source.value in ("body", "form", "file") for one in operation.inputs)
        yield ("POST" if reads else "GET"), operation


def clashes(found: Iterable[Documented]) -> Iterator[tuple[Documented, Documented]]:
    """Pairs of operations that are called the same."""
    seen: dict[str, Documented] = {}
    for one in found:
        other = seen.setdefault(one.id, one)
        if other is not one:
            yield other, one


def snake(name: str) -> str:
    """`UserList.on_get` as `user_list_on_get`."""
    return "_".join(part.lower() for part in _BREAK.split(name) if part)


def words(name: str) -> str:
    """`create_item` as `Create item`."""
    text = " ".join(snake(name).split("_"))
    return text[:1].upper() + text[1:]


def _name(operation: Operation, method: str, *, several: bool) -> str:
    view = operation.views[-1].view
    if view.method is not None:
        owner = view.name.rpartition("<locals>.")[2].rpartition(".")[0].rpartition(".")[2]
        return snake(f"{owner}_{view.method}")
    own: object = getattr(operation.handler, "__name__", None)
    name = own if isinstance(own, str) and own.isidentifier() else view.name
    name = snake(name.rpartition(".")[2]) or "operation"
    return f"{name}_{method.lower()}" if several else name


def _path_words(route: Route) -> str:
    return "_".join(re.findall(r"[A-Za-z0-9]+", route.template.public)) or "root"
