"""Every full name of the framework that the plugin looks for, in one place.

A test imports each of them, so that a definition can't move away unnoticed.  mypy knows a thing by the module
that defines it, however the user imported it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from responder._contract.sources import Source

ROUTES: Final = "responder._routing.decorators.Routes"
ROUTE_DECORATOR: Final = "responder._routing.decorators.RouteDecorator"
SOCKET_DECORATOR: Final = "responder._routing.decorators.SocketDecorator"
HOOK_DECORATOR: Final = "responder._routing.decorators.HookDecorator"
SOCKET_HOOK_DECORATOR: Final = "responder._routing.decorators.SocketHookDecorator"
STREAM_ROUTES: Final = "responder._routing.streamed.StreamRoutes"
STREAM_DECORATOR: Final = "responder._routing.streamed.StreamDecorator"
SSE: Final = "responder._http.events.SSE"
ABORT: Final = "responder._http.problems.abort"
PROBLEM: Final = "responder._http.problems.Problem"
HOST: Final = "responder._routing.groups.Host"
GROUP: Final = "responder._routing.groups.Group"
ROUTER: Final = "responder._routing.groups.Router"
ROUTE_SPEC: Final = "responder._routing.listed.RouteSpec"
SUPPLIES: Final = "responder._routing.supply.Supplies"
DEPENDENCY_DECORATOR: Final = "responder._routing.supply.DependencyDecorator"
EXCEPTION_DECORATOR: Final = "responder._routing.handlers.ExceptionDecorator"
EVENT_DECORATOR: Final = "responder._serve.decorators.EventDecorator"
APPLICATION: Final = "responder.application.Application"
API: Final = "responder.api.API"
REGISTRY: Final = "responder.registry.Registry"
PROVIDER: Final = "responder.registry.Provider"
PROVIDER_FUNCTION: Final = "responder.registry.provider"
CONVERTOR: Final = "responder.convertors.Convertor"
DEPENDS: Final = "responder.params.Depends"
AUTH: Final = "responder.guards.Auth"
PRINCIPAL: Final = "responder.guards.Principal"
"""The alias whose metadata says that a parameter is the principal of its route."""
REQUEST: Final = "responder._http.request.Request"
RESPONSE: Final = "responder._http.response.Response"
SOCKET: Final = "starlette.websockets.WebSocket"
TEST_CLIENT: Final = "responder.testing.clients.TestClient"
ASYNC_TEST_CLIENT: Final = "responder.testing.clients.AsyncTestClient"
UPLOAD: Final = "starlette.datastructures.UploadFile"

MARKERS: Final[Mapping[str, Source]] = MappingProxyType(
    {
        "responder.params.Query": Source.QUERY,
        "responder.params.Header": Source.HEADER,
        "responder.params.Cookie": Source.COOKIE,
        "responder.params.Path": Source.PATH,
        "responder.params.Form": Source.FORM,
        "responder.params.File": Source.FILE,
        "responder.params.Body": Source.BODY,
        DEPENDS: Source.DEPENDS,
    }
)
"""The functions whose call marks a parameter."""

VERBS: Final = ("get", "post", "put", "patch", "delete", "head", "options")
"""The methods of `Routes` that declare a route for the verb of their name."""

STREAMS: Final = {"sse": "event_model", "ndjson": "item_model"}
"""The methods of `StreamRoutes`, each with the option that says what the items are."""

VIEW_VERBS: Final = ("get", "head", "post", "put", "patch", "delete", "options", "trace", "connect")
"""What may follow `on_` in a class-based view, beside "request"."""

WATCHED: Final = (
    ROUTES,
    ROUTE_DECORATOR,
    SOCKET_DECORATOR,
    HOOK_DECORATOR,
    SOCKET_HOOK_DECORATOR,
    STREAM_ROUTES,
    STREAM_DECORATOR,
    SSE,
    ABORT,
    PROBLEM,
    HOST,
    GROUP,
    ROUTER,
    ROUTE_SPEC,
    SUPPLIES,
    DEPENDENCY_DECORATOR,
    EXCEPTION_DECORATOR,
    EVENT_DECORATOR,
    APPLICATION,
    API,
    REGISTRY,
    PROVIDER,
    PROVIDER_FUNCTION,
    CONVERTOR,
    AUTH,
    REQUEST,
    RESPONSE,
    SOCKET,
    UPLOAD,
    *MARKERS,
)
"""All of them."""
