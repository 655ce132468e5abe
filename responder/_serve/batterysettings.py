"""The settings of the batteries: the document and its pages, logs, metrics, health, who may call.

Checked here like every other setting, and frozen; what they mean is the batteries' business, which read them
off `api.settings`.  Called by `settings`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias, cast, get_args

from responder._contract.frozen import frozen
from responder._http.problems import ConfigurationError
from responder._serve.options import OpenAPITheme, Server

DEFAULT_OPENAPI: Final = "3.1.1"
DEFAULT_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_VERSION: Final = re.compile(r"3\.(0|1|2)\.[0-9]+")
THEMES: Final = cast("tuple[str, ...]", get_args(OpenAPITheme))

Line: TypeAlias = Literal["auto", "text", "json"]


@frozen
class DocumentSettings:
    """Which OpenAPI document is served, and where; `version` is None when none is."""

    version: str | None = None
    route: str = "/schema.yml"
    docs_route: str | None = None
    theme: OpenAPITheme = "swagger_ui"
    servers: tuple[Server, ...] = ()
    implied: bool = False
    """Whether only `docs_route` asked for the document: its own route then gives way to the user's."""


@frozen
class WatchSettings:
    """What watches over the running application."""

    logging: Line | None = None
    trace: bool = False
    metrics_route: str | None = None
    metrics_buckets: tuple[float, ...] = DEFAULT_BUCKETS
    health_route: str | None = None


def document_settings(options: Mapping[str, object]) -> DocumentSettings:
    """The document that the keywords ask for."""
    asked = options.get("openapi")
    if asked is not None and not (isinstance(asked, str) and _VERSION.fullmatch(asked)):
        raise _wrong("openapi", asked, 'a version such as "3.1.1" (3.0.x, 3.1.x or 3.2.x), or None')
    docs = _path("docs_route", options.get("docs_route"))
    version = DEFAULT_OPENAPI if asked is None and docs is not None else asked
    return DocumentSettings(
        version=version,
        route=_path("openapi_route", options.get("openapi_route", "/schema.yml")) or "/schema.yml",
        docs_route=docs,
        theme=_theme(options.get("openapi_theme", "swagger_ui")),
        servers=_servers(options.get("openapi_servers")),
        implied=asked is None and docs is not None,
    )


def watch_settings(options: Mapping[str, object]) -> WatchSettings:
    """What the keywords ask to be watched."""
    lines = options.get("enable_logging", False)
    trace = options.get("trace_dispatch", False)
    if not isinstance(trace, bool):
        raise _wrong("trace_dispatch", trace, "True or False")
    return WatchSettings(
        logging=_line(lines),
        trace=trace,
        metrics_route=_path("metrics_route", options.get("metrics_route")),
        metrics_buckets=_buckets(options.get("metrics_buckets")),
        health_route=_path("health_route", options.get("health_route")),
    )


def _wrong(name: str, value: object, wanted: str) -> ConfigurationError:
    return ConfigurationError(f"API({name}=...) must be {wanted}, not {value!r}.")


def _path(name: str, value: object) -> str | None:
    if value is None or (isinstance(value, str) and value.startswith("/") and "{" not in value):
        return value
    raise _wrong(name, value, "a path that starts with '/' and has no fields, or None")


def _theme(value: object) -> OpenAPITheme:
    if isinstance(value, str) and value in THEMES:
        return cast("OpenAPITheme", value)
    raise _wrong("openapi_theme", value, "one of " + ", ".join(THEMES))


def _line(value: object) -> Line | None:
    if value is False:
        return None
    if value is True:
        return "auto"
    if value == "text":
        return "text"
    if value == "json":
        return "json"
    raise _wrong("enable_logging", value, 'True, False, "text" or "json"')


def _items(name: str, value: object, wanted: str) -> Sequence[object]:
    if isinstance(value, list | tuple):
        return cast("Sequence[object]", value)
    raise _wrong(name, value, wanted)


def _servers(value: object) -> tuple[Server, ...]:
    if value is None:
        return ()
    wanted = 'a list of servers, such as [{"url": "https://api.example.com"}], or None'
    servers = _items("openapi_servers", value, wanted)
    for server in servers:
        url = cast("Mapping[str, object]", server).get("url") if isinstance(server, dict) else None
        if not isinstance(url, str):
            raise _wrong("openapi_servers", value, wanted)
    return tuple(cast("Sequence[Server]", servers))


def _buckets(value: object) -> tuple[float, ...]:
    if value is None:
        return DEFAULT_BUCKETS
    wanted = "numbers of seconds, each above the one before"
    bounds: list[float] = []
    for bound in _items("metrics_buckets", value, wanted):
        if not isinstance(bound, int | float) or isinstance(bound, bool) or not math.isfinite(bound):
            raise _wrong("metrics_buckets", value, wanted)
        if bounds and bound <= bounds[-1]:
            raise _wrong("metrics_buckets", value, wanted)
        bounds.append(float(bound))
    if not bounds:
        raise _wrong("metrics_buckets", value, wanted)
    return tuple(bounds)


NO_DOCUMENT: Final = DocumentSettings()
NOTHING_WATCHED: Final = WatchSettings()
BATTERY_DEFAULTS: Final[Mapping[str, object]] = {
    "openapi": None,
    "openapi_servers": None,
    "openapi_route": "/schema.yml",
    "docs_route": None,
    "openapi_theme": "swagger_ui",
    "enable_logging": False,
    "trace_dispatch": False,
    "metrics_route": None,
    "metrics_buckets": None,
    "health_route": None,
}
"""What each keyword is when it is not given."""
