"""Every keyword of a route, written once: what users may write, and what it becomes.

`OperationOptions` and its children say what may be written; they are what type checkers and `help()` see.
`settle` (in the module of that name) judges the values and makes them a frozen `RouteSettings`, which is what
everything downstream reads.  Nothing here knows a handler or a path, and nothing here decides.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, TypedDict

from responder._contract.frozen import frozen
from responder._http.forms import FormLimits
from responder._http.messages import OnInvalid
from responder._http.origins import Origins
from responder._http.problems import Problem
from responder._http.raises import Problems
from responder._http.request import Request
from responder._http.response import Response
from responder._http.websocket import WebSocket
from responder._routing.handlers import Handlers
from responder._routing.wrapping import Layers, RouteMiddleware
from responder.guards import AuthOption
from responder.params import Dependency

SecurityOption: TypeAlias = str | Sequence[str | Mapping[str, Sequence[str]]]
"""OpenAPI requirements, any one of which is enough: names of schemes, or mappings of a name to scopes."""
Requirement: TypeAlias = Mapping[str, tuple[str, ...]]


class Unset(Enum):
    """What an option is whose None means something."""

    UNSET = "as the application says"


Kind: TypeAlias = Literal["http", "websocket"]
Handler: TypeAlias = Callable[..., object]
"""A function, a class with `on_*` methods, or another callable, that answers requests."""
Endpoint: TypeAlias = Callable[[Request, Response], object] | Handler
"""The same, given as an argument: the first of the two tells checkers what a lambda is called with."""
Hook: TypeAlias = Callable[[Request, Response], object] | Callable[[Request], object]
"""A function of `(req, resp)` or `(req)` that runs before or after handlers."""
SocketHook: TypeAlias = Callable[[WebSocket], object]
"""A function of `(ws)` that runs before or after WebSocket handlers."""
Mode: TypeAlias = Literal["sse", "ndjson"]
Methods: TypeAlias = list[str] | tuple[str, ...] | set[str] | frozenset[str]
"""Several verbs.  Not `Sequence[str]`: one string is a sequence too, of letters."""


class CommonOptions(TypedDict, total=False):
    """What every route takes, whatever it serves."""

    name: str | None
    """A name for `url_for`; the handler itself and its own name work too."""
    check_existing: bool
    """Whether a second route with the same path is refused; True unless given."""
    gives_way: bool
    """Whether a route declared later for the same path takes this one's place; for pages that come by
    themselves."""
    default: bool
    """Whether the route also answers every request that no route matches."""
    dependencies: object
    """Guards: one `Depends(...)` or a list of them, resolved before anything is read; values are not passed
    on."""
    auth: AuthOption | None
    """Who may call: an auth helper or several; `None` opens a route of an application that has a default."""
    middleware: Sequence[RouteMiddleware] | None
    """ASGI middleware around this route alone, the first one outermost: callables that take the application,
    or `Middleware(cls, ...)`."""


class PrefixOptions(TypedDict, total=False):
    """What a router, and where it is included, say for all routes below."""

    tags: Sequence[str] | None
    """Groups that the OpenAPI document puts the operations in, before their own."""
    dependencies: object
    """Guards: one `Depends(...)` or a list of them, before those of the routes."""
    auth: AuthOption | Unset | None
    """Who may call the routes that don't say so themselves."""
    middleware: Sequence[RouteMiddleware] | None
    """ASGI middleware around each route, outside of the route's own."""
    name: str | None
    """What `url_for` puts before the names of the routes: `shop` makes `shop:cart` of `cart`."""
    responses: Mapping[int | str, object] | None
    """What other statuses mean, for routes that don't say it of that status themselves."""


class OperationOptions(CommonOptions, total=False):
    """What a route that answers HTTP takes, beside its path and its `response_model`."""

    status_code: int | None
    """Status to send unless the handler sets one; also documented as the success status."""
    params_model: type[object] | None
    """A model of the whole query string; the validated value is at `req.state.validated_params`."""
    before: Hook | Sequence[Hook] | None
    """Hooks of this route, run after the global ones."""
    after: Hook | Sequence[Hook] | None
    """Hooks of this route that run after the handler, before the global ones."""
    csrf: bool | None
    """Whether the route is protected against forged requests; unset means as the application says."""
    timeout: float | None
    """Seconds that a request may take before it is answered with 504, in place of the application's
    `request_timeout`; None means no limit."""
    max_body_size: int | None
    """Largest body in bytes, in place of the application's `max_request_size`; None means no limit."""
    form_limits: FormLimits | None
    """How much of a form is read, in place of the application's; None means the usual limits."""
    security: SecurityOption | None
    """Security requirements to document in place of those that `auth` implies; `[]` means none."""
    include_in_schema: bool
    """Whether the OpenAPI document shows the route; True unless given."""
    tags: Sequence[str] | None
    """Groups that the OpenAPI document puts the operation in."""
    summary: str | None
    """One line for the OpenAPI document; else taken from the docstring."""
    description: str | None
    """Markdown for the OpenAPI document; else taken from the docstring."""
    operation_id: str | None
    """Name of the operation in the OpenAPI document and in generated clients."""
    deprecated: bool | None
    """Whether the OpenAPI document advises against the operation."""
    responses: Mapping[int | str, object] | None
    """What other statuses mean: a text, an OpenAPI response object, or a model that bodies must keep."""
    examples: object
    """Examples of the success response, for the OpenAPI document."""
    raises: Sequence[type[Problem]] | None
    """The problems that the handler raises, for the document, clients and tests."""
    sunset: datetime.date | None
    """The day on which the operation ends, or a moment with its time zone: documented as deprecated, and
    sent with each answer as `Sunset`."""
    response_examples: Mapping[int | str, object] | None
    """Examples by status, for the OpenAPI document."""
    openapi_extra: Mapping[str, object] | None
    """Merged last into the operation in the OpenAPI document."""


class SocketOptions(CommonOptions, total=False):
    """What a route that serves a WebSocket takes."""

    before: SocketHook | Sequence[SocketHook] | None
    """Hooks of this route, run before the handshake is answered."""
    after: SocketHook | Sequence[SocketHook] | None
    """Hooks of this route, run when the handler has ended."""
    allowed_origins: Sequence[str] | None
    """Whose pages may open the socket: `https://example.com`, `https://*.example.com`, "self" or "*"; unset
    means as the application says."""
    subprotocols: Sequence[str]
    """What the route speaks, the best first; accept() takes the first that the client offers."""
    on_invalid: OnInvalid
    """Whether a message that is not valid closes the socket, or is reported in a message and passed over."""


class RouteOptions(OperationOptions, total=False):
    """What `add_route` takes: all that decorators take, and which of them it stands for."""

    methods: Methods | None
    """Which verbs the route answers; every verb, unknown ones too, when not given."""
    response_model: object
    """The type that bodies must keep; `False` keeps the return annotation from meaning it."""
    websocket: bool
    """Whether the route serves a WebSocket."""
    before_request: bool
    """Whether the function is a global before hook, and no route at all."""
    allowed_origins: Sequence[str] | None
    """Whose pages may open the WebSocket; see `SocketOptions`."""
    subprotocols: Sequence[str]
    """What the WebSocket speaks; see `SocketOptions`."""
    on_invalid: OnInvalid
    """What becomes of a message that is not valid; see `SocketOptions`."""


_NOTHING: Final[Mapping[int | str, object]] = MappingProxyType({})
_NO_MODELS: Final[Mapping[int, object]] = MappingProxyType({})
_NO_EXTRA: Final[Mapping[str, object]] = MappingProxyType({})


@frozen
class StreamSettings:
    """What a typed stream was told; `model` is None when the return annotation has the items' type."""

    mode: Mode
    model: object = None
    heartbeat: float | None = None


@dataclass(frozen=True, slots=True)
class RouteSettings:
    """What one declaration was told, normalised.

    `response_model` is None when the return annotation decides, and False when nothing does;
    `response_models` are the models that `responses` holds, by status; `answers` are the exception handlers
    of the routers that the route is in, the innermost first.
    """

    methods: frozenset[str] | None = None
    name: str | None = None
    check_existing: bool = True
    gives_way: bool = False
    default: bool = False
    websocket: bool = False
    response_model: object = None
    params_model: type[object] | None = None
    timeout: float | Unset | None = Unset.UNSET
    max_body_size: int | Unset | None = Unset.UNSET
    form_limits: FormLimits | Unset = Unset.UNSET
    status_code: int | None = None
    before: tuple[Callable[..., object], ...] = ()
    after: tuple[Callable[..., object], ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    auth: tuple[Callable[..., object], ...] | Unset = Unset.UNSET
    middleware: Layers = ()
    namespace: tuple[str, ...] = ()
    answers: tuple[Handlers, ...] = ()
    security: tuple[Requirement, ...] | None = None
    include_in_schema: bool = True
    csrf: bool | None = None
    tags: tuple[str, ...] = ()
    summary: str | None = None
    description: str | None = None
    operation_id: str | None = None
    deprecated: bool | None = None
    raises: Problems = ()
    sunset: datetime.datetime | None = None
    responses: Mapping[int | str, object] = field(default_factory=lambda: _NOTHING)
    response_models: Mapping[int, object] = field(default_factory=lambda: _NO_MODELS)
    examples: object = None
    response_examples: Mapping[int | str, object] = field(default_factory=lambda: _NOTHING)
    openapi_extra: Mapping[str, object] = field(default_factory=lambda: _NO_EXTRA)
    stream: StreamSettings | None = None
    allowed_origins: Origins | None = None
    subprotocols: tuple[str, ...] = ()
    on_invalid: OnInvalid = "close"

    def qualified(self, name: str) -> str:
        """A name behind the names of the routers that it is in: `shop:cart`."""
        return ":".join((*self.namespace, name)) if self.namespace else name


_SOCKET_ONLY: Final = frozenset(("allowed_origins", "subprotocols", "on_invalid"))
OPERATION: Final[frozenset[str]] = frozenset((*OperationOptions.__annotations__, "response_model"))
"""What a verb takes."""
STREAM: Final[frozenset[str]] = frozenset(OperationOptions.__annotations__)
"""What a typed stream takes, beside what is its own."""
SOCKET: Final[frozenset[str]] = frozenset(SocketOptions.__annotations__)
"""What a WebSocket route takes."""
PREFIX: Final[frozenset[str]] = frozenset(PrefixOptions.__annotations__)
"""What a router takes, and where one is included."""
ROUTE: Final[frozenset[str]] = frozenset(RouteOptions.__annotations__) - _SOCKET_ONLY
"""What `route` and `add_route` take."""
