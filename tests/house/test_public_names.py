"""The promised import paths.  Removing a row is a breaking change by definition.

The table grows with what exists: a module that is not there yet has no row.
"""

from __future__ import annotations

import importlib
import inspect
import re
import typing
from collections.abc import Iterator
from types import ModuleType

import pytest

import responder
from tests.house.source import ROOT, modules

PROMISED: dict[str, str] = {
    "responder": """API FormLimits
        Router Request Response UploadFile WebSocket Query Header Cookie Path Form File Body Depends
        abort Problem Registry provider Convertor DependencyError DependencyCycleError DependencyScopeError
        DependencyResolutionError RouteNotFoundError RouteError ConfigurationError SSE __version__""",
    "responder.api": "API RouteGroup abort",
    "responder.application": "Application",
    "responder.types": """Handler Hook SocketHook WebSocket Dependency Request Response SSE Guard Principal
        Raises""",
    "responder.streaming": "SSE",
    "responder.status_codes": """HTTP_200 HTTP_404 HTTP_500 HTTP_404_NOT_FOUND WS_1008_POLICY_VIOLATION ok
        not_found is_100 is_200 is_300 is_400 is_500""",
    "responder.middleware": """FunctionMiddleware NextResponse CallNext BlockingCallNext HSTSMiddleware
        SecurityHeadersMiddleware SecurityHeaders ProxyHeadersMiddleware RequestIDMiddleware CORSConfig
        CORSMiddleware GZipMiddleware Middleware TrustedHostMiddleware""",
    "responder.middleware.watching": "CLIENT_LEFT Watched printable route_of watch",
    "responder.middleware.request_id": "RequestIDMiddleware id_of sends_back",
    "responder.background": "BackgroundQueue",
    "responder.threads": "Breaker LeftAlone Pool from_thread",
    "responder.config": "Config Secret CommaSeparatedStrings Environ environ",
    "responder.staticfiles": "StaticFiles",
    "responder.templates": "Templates",
    "responder.authentication": """AuthenticationMiddleware AuthenticationBackend AuthenticationError
        AuthCredentials BaseUser SimpleUser UnauthenticatedUser requires""",
    "responder.models": "FormLimits Request Response QueryDict UploadFile CaseInsensitiveDict",
    "responder.routes": """Route RouteSpec WebSocketRoute Operation Input Router RouteNotFoundError
        DependencyError DependencyCycleError DependencyScopeError DependencyResolutionError""",
    "responder.routing": "Router",
    "responder.csrf": "CSRF_FIELD_NAME CSRF_HEADER_NAME SAFE_METHODS csrf_input enforce_csrf get_csrf_token",
    "responder.sessions": "Session SessionBackend AsyncSessionBackend JSONSessionSerializer",
    "responder.ext.sessions": """MemorySessionBackend RedisSessionBackend AsyncRedisSessionBackend
        SessionBackend AsyncSessionBackend JSONSessionSerializer ServerSessionMiddleware SessionConfigError
        regenerate_session resolve_secret_key""",
    "responder.ext.ratelimit": """RateLimiter MemoryBackend RedisBackend AsyncRedisBackend RateLimitBackend
        AsyncRateLimitBackend RateLimitMiddleware Hit TooManyRequests RateLimitUnavailable""",
    "responder.ext.pagination": """Page PageParams PageQuery paginate set_pagination_headers CursorPage
        CursorParams CursorQuery InvalidCursor paginate_by_cursor""",
    "responder.ext.query": "parse_sort sort_items filter_items CannotSort CannotFilter",
    "responder.ext.sqlalchemy": """paginate_query paginate_query_sync paginate_query_by_cursor
        paginate_query_by_cursor_sync Keyset sort_query filter_query Column""",
    "responder.ext.redis": "ScriptClient AsyncScriptClient Connections connect",
    "responder.ext.metrics": "MetricsCollector MetricsMiddleware BUCKETS",
    "responder.ext.health": "Check CheckResult HealthChecks HealthReport",
    "responder.ext.logging": """get_logger setup_logging RequestContext RequestContextFilter LoggingMiddleware
        RequestIDMiddleware TextFormatter JSONFormatter LogLine""",
    "responder.ext.openapi": "About Document OpenAPI OpenAPISchema OperationObject Schema build",
    "responder.ext.graphql": "Context GraphQLContext GraphQLView",
    "responder.ext.clients": "generate_client write_client",
    "responder.ext.clientgen": "generate_client write_client",
    "responder.ext.cli": "cli",
    "responder.serving": "VERSION debugging importing listens_on serve",
    "responder.util.cmd": "ResponderProgram ResponderServer",
    "responder.util.python": "InvalidTarget load_target",
    "responder.util.net": "resolve_client_ip",
    "responder.params": "Query Header Cookie Path Form File Body Depends",
    "responder.registry": "Registry provider Provider",
    "responder.convertors": "Convertor",
    "responder.errors": """Finding Located Problem abort found InvalidMessage WebSocketDisconnect
        WebSocketException MissingPackage""",
    "responder.formats": "get_formats Format",
    "responder.guards": "Auth AuthOption Guard Principal",
    "responder.ext.auth": """APIKeyAuth Auth AuthBase AuthPolicy AuthScheme BasicAuth BearerAuth Guard
        Principal OptionalAuth ScopedAuth JWTAuth OAuth2Auth OAuth2Flow OAuth2AuthorizationCodeFlow
        OAuth2ClientCredentialsFlow OAuth2PasswordFlow NotAuthenticated MissingScopes compare_digest""",
    "responder.testing": """ASGIStreamingTransport AsyncTestClient AsyncWebSocketSession CallError CallOptions
        ClientOptions Overrides SSEEvent TestClient WebSocketDenied acollect_sse aiter_sse assert_problem
        collect_sse iter_sse make_client parse_sse""",
    "responder.pytest_plugin": "responder_app api_client async_api_client overrides",
}

SAME = (
    ("responder.Router", "responder.routing.Router"),
    ("responder.Router", "responder.routes.Router"),
    ("responder.API", "responder.api.API"),
    ("responder.Request", "responder.models.Request"),
    ("responder.Request", "responder.types.Request"),
    ("responder.Response", "responder.models.Response"),
    ("responder.UploadFile", "responder.models.UploadFile"),
    ("responder.SSE", "responder.streaming.SSE"),
    ("responder.SSE", "responder.types.SSE"),
    ("responder.abort", "responder.api.abort"),
    ("responder.Problem", "responder.errors.Problem"),
    ("responder.Query", "responder.params.Query"),
    ("responder.RouteNotFoundError", "responder.routes.RouteNotFoundError"),
)
"""Two paths to one object."""

FACES = PROMISED.keys() - {"responder.status_codes", "responder.background"}
"""The modules whose names come from elsewhere, or are for star imports."""

ANY = re.compile(r"\bAny\b")
ROWS = [(module, name) for module, names in PROMISED.items() for name in names.split()]


def get(path: str) -> object:
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def public_modules() -> list[str]:
    return [
        name
        for name in modules()
        if name.split(".")[0] == "responder" and not any(part.startswith("_") for part in name.split("."))
    ]


def exported(module: ModuleType) -> list[str]:
    names: list[str] | None = getattr(module, "__all__", None)
    if names is not None:
        return list(names)
    return [name for name, value in vars(module).items() if not name.startswith("_") and is_ours(value)]


def is_ours(value: object) -> bool:
    return getattr(value, "__module__", "").split(".")[0] == "responder"


@pytest.mark.parametrize(("module", "name"), ROWS, ids=[f"{module}.{name}" for module, name in ROWS])
def test_a_promised_name_can_be_imported(module: str, name: str) -> None:
    assert hasattr(importlib.import_module(module), name)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_paths_lead_to_one_object(one: str, other: str) -> None:
    assert get(one) is get(other)


@pytest.mark.parametrize("module", [name for name in public_modules() if name in FACES])
def test_a_public_face_lists_its_names(module: str) -> None:
    names = getattr(importlib.import_module(module), "__all__", None)
    assert names is not None, f"{module} has no __all__"
    assert len(set(names)) == len(names)
    assert [name for name in names if not hasattr(importlib.import_module(module), name)] == []


def test_the_front_door_offers_every_promised_name_and_no_other() -> None:
    # What pytest puts into modules that it rewrites starts with "@".
    offered = {name for name in dir(responder) if not name.startswith(("_", "@"))}
    submodules = {name.split(".")[1] for name in modules() if name.startswith("responder.")}
    assert sorted(set(PROMISED["responder"].split()) - {"__version__"} - offered) == []
    assert sorted(offered - set(PROMISED["responder"].split()) - submodules - {"annotations"}) == []


def test_the_front_door_refuses_unknown_names_in_the_usual_words() -> None:
    with pytest.raises(AttributeError, match="module 'responder' has no attribute 'Nope'"):
        getattr(responder, "Nope")  # noqa: B009  # the name must not be known to the checker


def test_the_version_is_said_once() -> None:
    from importlib.metadata import PackageNotFoundError, version

    import responder_mypy

    try:
        installed = version("responder")
    except PackageNotFoundError:
        pytest.skip("run from the source, without an installation")
    assert responder.__version__ == responder_mypy.__version__ == installed
    quoted = re.compile(
        rf'^\s*\w*version\w* = "{re.escape(responder.__version__)}"', re.IGNORECASE | re.MULTILINE
    )
    said = [
        path for path in [*modules().values(), ROOT / "pyproject.toml"] if quoted.search(path.read_text())
    ]
    assert [str(path.relative_to(ROOT)) for path in said] == ["responder/_contract/version.py"]


# --- every public name is documented and typed --------------------------------------------------------------


def public_callables() -> Iterator[tuple[str, object]]:
    """Path and object of every public function, class, method and property, each once."""
    seen: set[int] = set()
    for module_name in public_modules():
        module = importlib.import_module(module_name)
        for name in exported(module):
            value = getattr(module, name)
            if id(value) in seen or not is_ours(value):
                continue
            seen.add(id(value))
            if inspect.isclass(value):
                yield f"{module_name}.{name}", value
                yield from members(f"{module_name}.{name}", value, seen)
            elif inspect.isroutine(value):
                yield f"{module_name}.{name}", value


def members(path: str, cls: type, seen: set[int]) -> Iterator[tuple[str, object]]:
    for owner in cls.__mro__:
        if not is_ours(owner):
            continue
        for name, raw in vars(owner).items():
            value: object = getattr(raw, "__func__", raw)  # what a class method or a static one is made of
            value = value.fget if isinstance(value, property) else value
            if (name.startswith("_") and name != "__init__") or id(value) in seen:
                continue
            if inspect.isfunction(value) and value.__module__.split(".")[0] == "responder":
                seen.add(id(value))
                yield f"{path}.{name}", value


CALLABLES = list(public_callables())
IDS = [path for path, _ in CALLABLES]


@pytest.mark.parametrize(("path", "value"), CALLABLES, ids=IDS)
def test_a_public_name_is_documented(path: str, value: object) -> None:
    if path.endswith(".__init__") or "<locals>" in getattr(value, "__qualname__", ""):
        return
    doc = vars(value).get("__doc__") if inspect.isclass(value) else getattr(value, "__doc__", None)
    assert doc or documented_above(path), f"{path} has no docstring"


def documented_above(path: str) -> bool:
    """An override of a documented method, or of one that is not ours to document."""
    owner, _, name = path.rpartition(".")
    cls = get(owner)
    return inspect.isclass(cls) and any(
        vars(base)[name].__doc__ or not is_ours(base) for base in cls.__mro__ if name in vars(base)
    )


@pytest.mark.parametrize(("path", "value"), CALLABLES, ids=IDS)
def test_a_public_signature_is_typed_without_any(path: str, value: object) -> None:
    if inspect.isclass(value):
        notes = inspect.get_annotations(value)
        assert [name for name, note in notes.items() if not name.startswith("_") and says_any(note)] == []
        return
    # A fixture wraps its function.
    value = getattr(value, "__wrapped__", value)
    assert callable(value)
    inner = inspect.unwrap(value)  # what a decorator, such as pytest's for fixtures, was put on
    assert inspect.isfunction(inner)
    for one in typing.get_overloads(inner) or [inner]:
        function: object = getattr(one, "__func__", one)  # what a class method or a static one is made of
        assert inspect.isfunction(function)
        code, notes = function.__code__, inspect.get_annotations(function)
        count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)
        names = [name for name in code.co_varnames[:count] if name not in ("self", "cls")]
        if function.__name__ != "__init__":
            names.append("return")
        assert [name for name in names if name not in notes] == [], f"{path} leaves parameters untyped"
        assert [name for name in notes if says_any(notes[name])] == [], f"{path} says Any"


def says_any(note: object) -> bool:
    return bool(ANY.search(note if isinstance(note, str) else repr(note)))
