"""What the debug page says of a request and of a route: names and texts, without what is secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from starlette.types import Scope

from responder._http.cookies import parse_cookies
from responder._http.querystring import parse_query
from responder._routing.inputs import Input
from responder._routing.plan import Operation, Route
from responder.params import MISSING

Row = tuple[object, object]

HIDDEN: Final = "••••••••"
_SECRET: Final = re.compile(
    r"auth|cookie|token|secret|passw|pwd|\bkey|[-_]key|apikey|session|csrf|xsrf|signature|credential|jwt|\bcode\b",
    re.IGNORECASE,
)
_MOST_ROWS: Final = 100


def request_rows(scope: Scope) -> list[Row]:
    """The request line and who sent it."""
    client: Sequence[object] | None = scope.get("client")
    values: Mapping[str, object] = scope.get("path_params") or {}
    path = str(scope.get("root_path") or "") + str(scope.get("path", ""))
    return [
        ("Request", f"{scope.get('method', scope['type'].upper())} {path}"),
        ("HTTP", scope.get("http_version", "")),
        ("Scheme", scope.get("scheme", "")),
        ("Client", "unknown" if client is None else f"{client[0]}:{client[1]}"),
        *((f"Path parameter {name}", value) for name, value in values.items()),
    ]


def query_rows(scope: Scope) -> list[Row]:
    """The query string, field by field."""
    fields = parse_query(scope.get("query_string") or b"")
    return [(name, _masked(name, value)) for name, value in fields[:_MOST_ROWS]]


def header_rows(scope: Scope) -> list[Row]:
    """The headers; cookies have a table of their own."""
    lines: Iterable[tuple[bytes, bytes]] = scope["headers"]
    rows: list[Row] = []
    for raw_name, raw_value in lines:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name == "authorization":
            scheme, space, _ = value.partition(" ")
            rows.append((name, f"{scheme} {HIDDEN}" if space else HIDDEN))
        elif name == "referer":
            address, mark, _ = value.partition("?")
            rows.append((name, f"{address}?{HIDDEN}" if mark else address))
        else:
            rows.append((name, _masked(name, value)))
    return rows[:_MOST_ROWS]


def cookie_rows(scope: Scope) -> list[Row]:
    """The names of the cookies; what they hold may let anybody in."""
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"]
    return [(name, HIDDEN) for name in list(parse_cookies("; ".join(lines)))[:_MOST_ROWS]]


def _masked(name: str, value: str) -> str:
    return HIDDEN if _SECRET.search(name) else value


def operation_of(scope: Scope) -> Operation | None:
    """What was chosen to serve the request."""
    route = scope.get("route")
    if not isinstance(route, Route):
        return None
    method = scope.get("method", "")
    known = route.operations
    return known.get(method) or known.get("GET" if method == "HEAD" else "*") or known.get("*")


def route_rows(operation: Operation) -> list[Row]:
    """The plan of a route, from the outside in."""
    contract = operation.contract
    rows: list[Row] = [
        ("Route", operation.label),
        ("Declared at", operation.site),
        ("Handler", _named(operation.handler)),
        *(("Before", _named(hook.function)) for hook in operation.before),
        *(("Authentication", _named(guard)) for guard in operation.auth),
        *(("Guard", ref.name or _named(ref.provider)) for ref in operation.guards),
        *((f"Input {one.name}", _told(one)) for one in operation.inputs),
        *(
            (f"Provider {one.name}", f"{_named(one.function)}, {one.scope} scope")
            for one in operation.providers
        ),
        *(("After", _named(hook.function)) for hook in operation.after),
    ]
    if contract.default is not None:
        rows.append(("Answers", _typed(contract.default.model)))
    rows.extend((f"Answers {status}", _typed(one.model)) for status, one in contract.by_status.items())
    return rows


def _told(one: Input) -> str:
    parts = [f"from {one.source.value}", _typed(one.annotation)]
    if one.key != one.name:
        parts.append(f"as {one.key!r}")
    if one.required:
        parts.append("required")
    elif one.default is not MISSING:
        parts.append("with a default" if _SECRET.search(one.name) else f"default {one.default!r}")
    return ", ".join(parts)


def _typed(annotation: object) -> str:
    return annotation.__qualname__ if isinstance(annotation, type) else repr(annotation)


def _named(function: object) -> str:
    name = getattr(function, "__qualname__", type(function).__qualname__)
    return f"{getattr(function, '__module__', '?')}.{name}"
