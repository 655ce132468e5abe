"""A handler and its arguments become a request: which route it is, and where each argument is sent.

`clients` sends what is made here, and `answering` reads what comes back.  What is known of a handler is what
its operation says; nothing is read from signatures here.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypedDict, cast, runtime_checkable
from urllib.parse import urlencode

from pydantic import BaseModel

from responder._contract.sources import Source
from responder._http.setcookies import encode_cookie
from responder._routing.inputs import Input, field_keys, is_raw
from responder._routing.plan import BoundView, Operation, Route
from responder.testing.sending import Part, as_json, as_part, as_text, as_texts, fields_of

__all__ = ["Call", "CallOptions", "prepare"]

_USUAL: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_OF_TEXT: Final = frozenset(("str", "path"))
"""The convertors that a value is spelled for beforehand."""
_HELD: Final = (Source.HEADER, Source.COOKIE)
"""What a client may have anyway, and send along with each request."""

Pairs = list[tuple[str, str]]


class CallOptions(TypedDict, total=False):
    """What goes along with a call beside the handler's arguments."""

    headers: Mapping[str, str]
    """More headers, such as those that guards and providers read."""
    cookies: Mapping[str, str]
    """More cookies; the client's own go along too."""
    params: Mapping[str, str]
    """More of the query string."""
    method: str
    """The method, where the route answers several."""


@runtime_checkable
class Tested(Protocol):
    """An application that knows its routes."""

    @property
    def operations(self) -> tuple[Route, ...]:
        """Every route."""
        ...

    def url_for(self, target: str | Callable[..., object], /, **params: object) -> str:
        """The path of a route."""
        ...


@dataclass(slots=True)
class Call:
    """A request to a handler, and what is known of the handler."""

    operation: Operation
    view: BoundView
    method: str
    path: str = ""
    query: Pairs = field(default_factory=list[tuple[str, str]])
    headers: Pairs = field(default_factory=list[tuple[str, str]])
    cookies: dict[str, str] = field(default_factory=dict[str, str])
    form: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    files: list[tuple[str, Part]] = field(default_factory=list[tuple[str, Part]])
    content: bytes | None = None

    @property
    def name(self) -> str:
        """How errors speak of it."""
        return f"{self.view.view.name}()"

    @property
    def url(self) -> str:
        """The path, with its query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    def header_lines(self, cookies: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
        """All headers, with cookies that the client holds."""
        lines = list(self.headers)
        if self.cookies:
            held = {name: value for name, value in cookies.items() if name not in self.cookies}
            pairs = [*held.items(), *((name, encode_cookie(text)) for name, text in self.cookies.items())]
            lines.append(("cookie", "; ".join(f"{name}={value}" for name, value in pairs)))
        return [(name.encode("ascii"), _encoded(name, value)) for name, value in lines]


def prepare(
    app: object, handler: Callable[..., object], options: CallOptions | None, arguments: Mapping[str, object]
) -> Call:
    """The request that calls a handler; `TypeError` says what can not be called so."""
    if not isinstance(app, Tested):
        raise TypeError("call() is for an application of responder, whose routes are known")
    if not isinstance(cast("object", options), Mapping | None):
        raise TypeError(f"call() takes arguments by name; {options!r} is at the place of its options")
    told = options or {}
    if unknown := sorted(set(told).difference(CallOptions.__annotations__)):
        raise TypeError(
            f"call() has no option {', '.join(unknown)}; there are {', '.join(CallOptions.__annotations__)}"
        )
    route, operation, view = _chosen(app.operations, handler, told.get("method"), arguments)
    call = Call(operation, view, _method(operation, view, told.get("method")))
    call.query += told.get("params", {}).items()
    call.headers += [(name.lower(), value) for name, value in told.get("headers", {}).items()]
    call.cookies.update(told.get("cookies", {}))
    _fill(call, app, route, arguments)
    return call


# -- which route


def _chosen(
    routes: Sequence[Route],
    handler: Callable[..., object],
    method: str | None,
    arguments: Mapping[str, object],
) -> tuple[Route, Operation, BoundView]:
    """The first route of a handler whose fields the arguments fill."""
    found = list(_served_by(routes, handler, method))
    name = getattr(handler, "__qualname__", repr(handler))
    if not found:
        if inspect.isclass(handler):
            raise TypeError(f"{name} is a class; name the method to call, such as {name}.on_get")
        more = "" if method is None else f" for {method.upper()}"
        raise TypeError(f"No route of this application leads to {name}{more}")
    route, _, _ = found[0]
    if route.kind == "websocket":
        raise TypeError(f"{name} is a conversation: client.websocket_connect() begins it")
    for one in found:
        template, view = one[0].template, one[2]
        keys = {_key_of(view, name) for name in arguments}
        takes = {*template.names, *_inputs_of(view)}
        if keys.issuperset(template.names) and takes.issuperset(arguments):
            return one
    return found[0]


def _served_by(
    routes: Sequence[Route], handler: Callable[..., object], method: str | None
) -> Iterator[tuple[Route, Operation, BoundView]]:
    for route in routes:
        for operation in dict.fromkeys(route.operations.values()):
            view = operation.views[-1]
            # Methods of an object are equal each time they are named, and never the same.
            if handler not in (route.handler, view.view.function):
                continue
            if inspect.isclass(handler):
                continue
            if method is None or operation.methods is None or method.upper() in operation.methods:
                yield route, operation, view


def _method(operation: Operation, view: BoundView, wanted: str | None) -> str:
    if wanted is not None:
        return wanted.upper()
    methods = operation.methods
    if methods is None:
        bodies = (Source.BODY, Source.FORM, Source.FILE)
        return "POST" if any(one.source in bodies for one in operation.inputs) else "GET"
    return next((method for method in _USUAL if method in methods), min(methods))


def _key_of(view: BoundView, name: str) -> str:
    """The field of the path that an argument fills; its own name where it fills none."""
    one = _inputs_of(view).get(name)
    return one.key if one is not None and one.source is Source.PATH else name


def _inputs_of(view: BoundView) -> dict[str, Input]:
    return {one.name: one.input for one in view.arguments if one.input is not None}


# -- where each argument goes


def _fill(call: Call, app: Tested, route: Route, arguments: Mapping[str, object]) -> None:
    fields: dict[str, object] = {}
    bodies: dict[str, object] = {}
    known = {name: one for view in call.operation.views for name, one in _inputs_of(view).items()}
    if call.operation.query_model is not None:
        known[call.operation.query_model.name] = call.operation.query_model
    for name, value in arguments.items():
        one = known.get(name)
        if one is None:
            if name not in route.template.names:
                raise TypeError(_unknown(call, name))
            fields[name] = value
        elif one.source is Source.PATH:
            convertor = route.template.field(one.key)
            is_text = convertor is None or convertor.convertor in _OF_TEXT
            fields[one.key] = as_text(value) if is_text else value
        elif one.source is Source.BODY:
            _put_body(call, one, value, bodies)
        else:
            _put(call, one, value)
    missing = [
        name
        for name, one in known.items()
        if one.required and name not in arguments and one.source not in _HELD
    ]
    missing += [name for name in route.template.names if name not in fields and name not in missing]
    if missing:
        raise TypeError(f"{call.name} needs {', '.join(dict.fromkeys(missing))}")
    if bodies:
        call.content = _dumped(bodies)
        call.headers.append(("content-type", "application/json"))
    call.path = app.url_for(route.handler, **fields)


def _unknown(call: Call, name: str) -> str:
    for one in call.view.arguments:
        if one.name == name and one.ref is not None:
            return (
                f"{name} of {call.name} comes from a provider, not from a client; api.override() exchanges it"
            )
    if any(param.name == name for param in call.view.view.params):
        return f"{name} of {call.name} is not sent by a client"
    return f"{call.name} takes no {name} from a client"


def _put_body(call: Call, one: Input, value: object, bodies: dict[str, object]) -> None:
    if one.embed:
        bodies[one.key] = as_json(value)
    elif is_raw(one) and isinstance(value, bytes):
        call.content = value
        call.headers.append(("content-type", "application/octet-stream"))
    else:
        call.content = _dumped(as_json(value))
        call.headers.append(("content-type", "application/json"))


def _dumped(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _put(call: Call, one: Input, value: object) -> None:
    """Send an argument by the query, a header, a cookie or a form."""
    if value is None:
        if one.required or one.fallback() is not None:
            raise TypeError(f"{one.name} of {call.name} is None, which a {one.source.value} cannot say")
        return
    if one.source is Source.FILE:
        many = cast("Sequence[object]", value) if one.carries == "many" else (value,)
        call.files += [(one.key, as_part(held)) for held in many]
        return
    for key, texts in _spelled(one, value):
        if one.source is Source.QUERY:
            call.query += [(key, text) for text in texts]
        elif one.source is Source.HEADER:
            call.headers += [(key, text) for text in texts]
        elif one.source is Source.COOKIE:
            call.cookies.update((key, text) for text in texts)
        else:
            call.form.setdefault(key, []).extend(texts)


def _spelled(one: Input, value: object) -> Iterator[tuple[str, list[str]]]:
    """The keys of an input, and the texts of each."""
    if one.carries != "whole":
        yield one.key, as_texts(value) if one.carries == "many" else [as_text(value)]
        return
    if isinstance(value, BaseModel):
        pairs = dict(fields_of(value))
    else:
        keys = {name: key for name, key, _ in field_keys(one.annotation)}
        held = cast("Mapping[str, object]", as_json(value))
        pairs = {keys.get(name, name): inner for name, inner in held.items()}
    for key, inner in pairs.items():
        if inner is not None:
            yield key, as_texts(inner)


def _encoded(name: str, value: str) -> bytes:
    if "\r" in value or "\n" in value or "\0" in value:
        raise TypeError(f"The header {name} cannot hold {value!r}")
    return value.encode()
