"""`ApplicationOptions`: every keyword that `API(...)` takes, typed and documented, written once.

This file says what may be written; `settings` says what is accepted and what it becomes.  `registry=` and
`state=` are not here, because they decide the type of the application; `API.__init__` spells them out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from os import PathLike
from typing import Literal, TypedDict

from starlette.datastructures import Secret

from responder._http.forms import FormLimits
from responder._serve.static import StaticDir
from responder.guards import AuthOption
from responder.middleware.cors import CORSConfig, CORSOptions
from responder.middleware.proxy_headers import IPNetwork
from responder.middleware.security_headers import SecurityHeaders, SecurityHeadersOptions
from responder.sessions import AsyncSessionBackend, SessionBackend
from responder.sessions.cookies import SameSite

OpenAPITheme = Literal["swagger_ui", "redoc", "rapidoc", "elements", "scalar"]
DecimalMode = Literal["string", "float"]


class Contact(TypedDict, total=False):
    """The `contact` object of an OpenAPI document."""

    name: str
    url: str
    email: str


class License(TypedDict, total=False):
    """The `license` object of an OpenAPI document."""

    name: str
    identifier: str
    url: str


class ServerVariable(TypedDict, total=False):
    """One variable of a templated server URL in an OpenAPI document."""

    enum: Sequence[str]
    default: str
    description: str


class Server(TypedDict, total=False):
    """One entry of the `servers` array of an OpenAPI document."""

    url: str
    description: str
    variables: Mapping[str, ServerVariable]


class DocumentOptions(TypedDict, total=False):
    """What the OpenAPI document says about the service, and where it is served."""

    title: str | None
    """Name of the service in its OpenAPI document."""
    version: str | None
    """Version of the service in its OpenAPI document."""
    description: str | None
    """What the service is for, in its OpenAPI document; Markdown is allowed."""
    terms_of_service: str | None
    """URL of the terms of service, in the OpenAPI document."""
    contact: Contact | None
    """Whom to ask, in the OpenAPI document."""
    license: License | None
    """Under which licence the service is offered, in the OpenAPI document."""
    openapi: str | None
    """Version of the OpenAPI document to serve, such as "3.1.1"; 3.0.x, 3.1.x and 3.2.x are known."""
    openapi_servers: Sequence[Server] | None
    """The `servers` array of the OpenAPI document."""
    openapi_route: str
    """Path of the OpenAPI document; a path that ends in `.json` always serves JSON."""
    docs_route: str | None
    """Path of the documentation page; also switches the OpenAPI document on."""
    openapi_theme: OpenAPITheme
    """Which documentation page to serve."""


class ServingOptions(TypedDict, total=False):
    """How requests are read, answered and bounded."""

    debug: bool
    """Show tracebacks to clients, and raise what would otherwise only be logged."""
    redirect_slashes: bool
    """Redirect `/x/` to `/x`, and the other way round, when only the other one has a route."""
    max_request_size: int | None
    """Largest request body in bytes; more is a 413.  None means no limit."""
    request_timeout: float | None
    """Seconds a whole request may take before it is answered with 504.  None means no limit."""
    ws_idle_timeout: float | None
    """Seconds a WebSocket may stay silent before it is closed with 1001.  None means no limit."""
    gzip: bool
    """Compress answers of 500 bytes and more for clients that accept it."""
    auto_etag: bool
    """Add an `ETag` to successful answers, and answer 304 when the client already has them."""
    auto_vary: bool
    """Add `Vary: Accept` to answers whose format was negotiated."""
    encoder: Callable[[object], object] | None
    """Called with each value that no writer knows; returns something they know."""
    json_ensure_ascii: bool
    """Write JSON with every character outside ASCII escaped."""
    json_decimal: DecimalMode
    """Write `Decimal` as a JSON string, which is exact, or as a number."""
    problem_details: bool
    """Answer errors with `application/problem+json`; False keeps the older short form."""
    problem_handler: Callable[..., object] | None
    """`(payload, request, exc)`: sees every problem document before it is sent; may change or replace it."""
    form_limits: FormLimits | None
    """How much of a form is read; None means the usual: 1000 files, 1000 fields, 1 MiB each text part."""
    worker_threads: int | None
    """How many plain functions may run at the same time, in this process; None leaves it at the default."""
    trace_dispatch: bool
    """Log each stage of each request at DEBUG."""


class SecurityOptions(TypedDict, total=False):
    """Who may talk to the application, and what browsers are told."""

    allowed_hosts: Sequence[str] | None
    """Values of `Host` that are answered: names, `*.example.com`, or `*`.  None and empty mean every host."""
    allowed_origins: Sequence[str] | None
    """Whose pages may open WebSockets: `https://example.com`, `https://*.example.com`, "self" for our own
    host, or "*".  None asks nobody; each handler has to look at `Origin` itself then."""
    cors: bool | CORSConfig
    """Answer cross-origin requests: True with `cors_params`, or a `CORSConfig`."""
    cors_params: CORSOptions | None
    """The parameters of CORS, for `cors=True`."""
    enable_hsts: bool
    """Redirect plain HTTP to HTTPS, and send `Strict-Transport-Security`."""
    security_headers: bool | SecurityHeaders | SecurityHeadersOptions
    """Send the usual security headers: True for the defaults, or a `SecurityHeaders`."""
    trust_proxy_headers: bool
    """Take scheme, host and client from the headers of a proxy in front."""
    trusted_proxies: Sequence[str | IPNetwork] | int | None
    """Whose such headers are believed: networks, or the number of proxies; None believes everybody."""
    csrf: bool
    """Ask for a CSRF token on every request that writes."""
    auth: AuthOption | None
    """Authentication that every route asks for unless it says otherwise."""
    secret_key: str | Secret | Sequence[str | Secret] | None
    """Key that signs what is handed to clients; of several, the first signs and all of them verify."""


class SessionOptions(TypedDict, total=False):
    """Sessions: where they are kept, and the cookie that carries them."""

    sessions: Literal["auto"] | bool
    """Whether requests have a session."""
    session_backend: SessionBackend | AsyncSessionBackend | None
    """Where sessions are kept; None keeps them in a signed cookie."""
    session_cookie: str | None
    """Name of the session cookie."""
    session_https_only: bool | None
    """Send the session cookie over HTTPS only; None means unless debugging."""
    session_same_site: SameSite
    """The `SameSite` attribute of the session cookie."""
    session_max_age: int
    """Seconds a session lives."""
    session_model: type[object] | None
    """What sessions hold: a class that pydantic reads, or a TypedDict; every field needs a default."""


class SupportOptions(TypedDict, total=False):
    """Files, templates, and what watches over a running application."""

    static_dir: StaticDir
    """Directory of static files; None serves none.  Unset: `static`, when it exists."""
    static_route: str | None
    """Prefix under which static files are served; None and "" mean the root."""
    implicit_static_fallback: bool
    """Let `add_route(path)` without an endpoint serve `index.html` for every unmatched path."""
    templates_dir: str | PathLike[str]
    """Directory of the Jinja templates."""
    auto_escape: bool
    """Escape what templates print."""
    request_id: bool
    """Give each request an id and send it back as `X-Request-ID`."""
    enable_logging: bool | Literal["text", "json"]
    """Log each request, and give log records its id, method, path and client; in text or JSON."""
    metrics_route: str | None
    """Path of the metrics in Prometheus' text format."""
    metrics_buckets: Sequence[float] | None
    """Upper bounds, in seconds, of the duration histogram."""
    health_route: str | None
    """Path of the health checks."""


class PlainOptions(
    DocumentOptions, ServingOptions, SecurityOptions, SessionOptions, SupportOptions, total=False
):
    """Every keyword of `API(...)` that has no part in its type."""


class ApplicationOptions(PlainOptions, total=False):
    """Every keyword of `API(...)` apart from `registry` and `state`."""

    lifespan: Callable[..., AbstractAsyncContextManager[object]] | None
    """Async context manager around the time the application serves; what it yields becomes `api.state`."""
