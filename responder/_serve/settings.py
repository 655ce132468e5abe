"""What an application was told, checked once at construction and frozen.

`settle` is called by `API(...)`; everything below the application reads the `Settings` it returns.  It
knows the keywords and the rules between them, and nothing of routes or requests.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, fields
from os import PathLike
from types import ModuleType, NoneType
from typing import Literal, cast

from responder._contract.hints import misspelt
from responder._http.forms import FormLimits
from responder._http.origins import Origins, read_origins
from responder._http.problems import ConfigurationError
from responder._routing.authenticating import WANTED, Guards, read_auth
from responder._serve.batterysettings import (
    BATTERY_DEFAULTS,
    NO_DOCUMENT,
    NOTHING_WATCHED,
    DocumentSettings,
    WatchSettings,
    document_settings,
    watch_settings,
)
from responder._serve.debugging import is_debugging
from responder._serve.filesettings import FILE_CHECKS
from responder._serve.options import ApplicationOptions, Contact, DecimalMode, License
from responder._serve.sessionsettings import (
    SESSION_DEFAULTS,
    USUAL_SESSIONS,
    SessionSettings,
    proxy_trust,
    secret_keys,
    session_settings,
)
from responder._serve.static import StaticDir, Usual
from responder.middleware.cors import CORSConfig, CORSOptions
from responder.middleware.proxy_headers import Trust
from responder.middleware.security_headers import SecurityHeaders, SecurityHeadersOptions

DEFAULT_BODY_CAP = 104_857_600

KEYWORDS = frozenset(ApplicationOptions.__annotations__)
_TEXTS = ("title", "version", "description", "terms_of_service")
_FLAGS = (
    "debug",
    "redirect_slashes",
    "gzip",
    "auto_etag",
    "auto_vary",
    "json_ensure_ascii",
    "problem_details",
    "enable_hsts",
    "request_id",
    "csrf",
    "implicit_static_fallback",
    "auto_escape",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of an application, with its default."""

    debug: bool = False
    title: str | None = None
    version: str | None = None
    description: str | None = None
    terms_of_service: str | None = None
    contact: Contact | None = None
    license: License | None = None
    lifespan: Callable[..., AbstractAsyncContextManager[object]] | None = None
    redirect_slashes: bool = True
    max_request_size: int | None = DEFAULT_BODY_CAP
    request_timeout: float | None = None
    ws_idle_timeout: float | None = None
    gzip: bool = True
    auto_etag: bool = False
    auto_vary: bool = True
    encoder: Callable[[object], object] | None = None
    json_ensure_ascii: bool = False
    json_decimal: DecimalMode = "string"
    problem_details: bool = True
    problem_handler: Callable[..., object] | None = None
    allowed_hosts: tuple[str, ...] = ("*",)
    allowed_origins: Origins | None = None
    cors: CORSConfig | None = None
    enable_hsts: bool = False
    security_headers: SecurityHeaders | None = None
    request_id: bool = False
    secret_keys: tuple[str, ...] = field(default=(), repr=False)
    sessions: SessionSettings | None = USUAL_SESSIONS
    csrf: bool = False
    proxies: Trust | None = None
    static_dir: StaticDir = Usual.STATIC
    static_route: str = "/static"
    implicit_static_fallback: bool = False
    templates_dir: str | PathLike[str] = "templates"
    auto_escape: bool = True
    form_limits: FormLimits | None = None
    worker_threads: int | None = None
    document: DocumentSettings = NO_DOCUMENT
    watch: WatchSettings = NOTHING_WATCHED
    auth: Guards | None = None


def _defaults() -> dict[str, object]:
    """The default of every keyword, in the order of `ApplicationOptions`."""
    known = {one.name: one.default for one in fields(Settings)}
    known.update({"allowed_hosts": None, "cors": False, "cors_params": None, "security_headers": False})
    known.update(SESSION_DEFAULTS)
    known.update(BATTERY_DEFAULTS)
    return {name: known[name] for name in ApplicationOptions.__annotations__}


DEFAULTS: Mapping[str, object] = _defaults()


def settle(options: Mapping[str, object]) -> Settings:
    """Check every keyword and every pair of them; raise `ConfigurationError` in one plain sentence."""
    for name in options:
        if name not in KEYWORDS:
            raise ConfigurationError(_unknown(name))
    chosen: dict[str, object] = {}
    for name in _FLAGS:
        if name in options:
            chosen[name] = _flag(name, options[name])
    for name in _TEXTS:
        if name in options:
            chosen[name] = _text_or_none(name, options[name])
    for name in ("contact", "license"):
        if name in options:
            chosen[name] = _mapping_or_none(name, options[name])
    for name in ("encoder", "problem_handler"):
        if name in options:
            chosen[name] = _callable_or_none(name, options[name])
    for name, check in _CHECKS.items():
        if name in options:
            chosen[name] = check(name, options[name])
    if is_debugging():
        chosen["debug"] = True
    cors = _cors(options)
    sessions, proxies = session_settings(options), proxy_trust(options)
    keys = secret_keys("secret_key", options.get("secret_key"))
    return Settings(
        **chosen,  # type: ignore[arg-type]  # each value was checked above, by its name
        cors=cors,
        sessions=sessions,
        proxies=proxies,
        secret_keys=keys,
        document=document_settings(options),
        watch=watch_settings(options),
        auth=_auth(options.get("auth")),
    )


def options_in(settings: object) -> dict[str, object]:
    """The keywords of `API(...)` among the fields of an object, or the keys of a mapping; others are the
    user's own, unless they look like a keyword written wrong.
    """
    if isinstance(settings, (type, NoneType)) or (
        type(settings).__module__ == "builtins" and not isinstance(settings, (Mapping, ModuleType))
    ):
        raise ConfigurationError(f"from_settings() takes an object with settings, not {settings!r}.")
    if isinstance(settings, Mapping):
        given = cast("Mapping[object, object]", settings)
        found = {name: given[name] for name in DEFAULTS if name in given}
        names = {name for name in given if isinstance(name, str)}
    else:
        found = {name: getattr(settings, name) for name in DEFAULTS if hasattr(settings, name)}
        names = {*dir(settings), *_annotated(type(settings))}
    for name in sorted(names):
        meant = None if name.startswith("_") else misspelt(name, DEFAULTS)
        if meant is not None and meant not in found:
            raise ConfigurationError(f"API() takes no keyword {name!r}; did you mean {meant!r}?")
    return found


def _annotated(kind: type) -> set[str]:
    return {name for one in kind.__mro__ for name in inspect.get_annotations(one)}


def _auth(value: object) -> Guards | None:
    guards = read_auth(value)
    if guards is None:
        raise _wrong("auth", value, WANTED)
    return guards or None


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, sorted({*KEYWORDS, "registry", "routes", "state"}), n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    return f"API() takes no keyword {name!r}{hint}"


def _wrong(name: str, value: object, wanted: str) -> ConfigurationError:
    return ConfigurationError(f"API({name}=...) must be {wanted}, not {value!r}.")


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(name, value, "True or False")
    return value


def _text_or_none(name: str, value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise _wrong(name, value, "a str or None")
    return value


def _mapping_or_none(name: str, value: object) -> dict[str, object] | None:
    if value is None:
        return None
    known = Contact.__annotations__ if name == "contact" else License.__annotations__
    given = _keyed(name, value, known, extensions=True)
    return dict(given)


def _keyed(
    name: str, value: object, known: Mapping[str, object], extensions: bool = False
) -> Mapping[str, object]:
    """A mapping of which every key is known."""
    if not isinstance(value, Mapping):
        raise _wrong(name, value, "a mapping or None")
    given = cast("Mapping[str, object]", value)
    for key in given:
        if key not in known and not (extensions and str(key).startswith("x-")):
            raise ConfigurationError(f"API({name}=...) takes {', '.join(known)}; {key!r} is none of them.")
    return given


def _callable_or_none(name: str, value: object) -> Callable[..., object] | None:
    if value is None or callable(value):
        return value
    raise _wrong(name, value, "callable or None")


def _origins(name: str, value: object) -> Origins | None:
    if value is None:
        return None
    given = cast("Sequence[object]", value)
    texts = isinstance(value, list | tuple | frozenset | set) and all(isinstance(item, str) for item in given)
    if not texts:
        raise _wrong(name, given, "a list of origins or None")
    try:
        return read_origins(cast("Sequence[str]", given))
    except ValueError as exc:
        raise ConfigurationError(f"API({name}=...): {exc}.") from exc


def _lifespan(name: str, value: object) -> Callable[..., AbstractAsyncContextManager[object]] | None:
    if inspect.isasyncgenfunction(value) or inspect.isgeneratorfunction(value):
        raise ConfigurationError(
            "API(lifespan=...) must return an async context manager: decorate the function with"
            " @contextlib.asynccontextmanager."
        )
    checked = _callable_or_none(name, value)
    return cast("Callable[..., AbstractAsyncContextManager[object]] | None", checked)


def _size(name: str, value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise _wrong(name, value, "a number of bytes (0 or more) or None")


def _seconds(name: str, value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0:
        return float(value)
    raise _wrong(name, value, "a number of seconds above 0, or None")


def _decimal(name: str, value: object) -> Literal["string", "float"]:
    if value == "string":
        return "string"
    if value == "float":
        return "float"
    raise _wrong(name, value, '"string" or "float"')


def _hosts(name: str, value: object) -> tuple[str, ...]:
    if value is None:
        return ("*",)
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise _wrong(name, value, "a sequence of host names, or None")
    hosts = cast("Sequence[object]", value)
    for host in hosts:
        plain = isinstance(host, str) and bool(host) and host.strip() == host
        if not plain or not _is_pattern(str(host)):
            raise ConfigurationError(
                f"API(allowed_hosts=...) takes names, '*.example.com' or '*'; {host!r} is none of these."
            )
    return tuple(str(host).lower() for host in hosts) or ("*",)


def _is_pattern(host: str) -> bool:
    return "*" not in host or host == "*" or (host.startswith("*.") and "*" not in host[1:])


def _security_headers(name: str, value: object) -> SecurityHeaders | None:
    if isinstance(value, bool):
        return SecurityHeaders() if value else None
    if isinstance(value, Mapping):
        given = _keyed(name, cast("object", value), SecurityHeadersOptions.__annotations__)
        value = SecurityHeaders(**cast("SecurityHeadersOptions", given))
    if not isinstance(value, SecurityHeaders):
        raise _wrong(name, value, "True, False, or a SecurityHeaders")
    try:
        value.lines()
    except (ValueError, TypeError, AttributeError) as exc:
        raise ConfigurationError(f"API(security_headers=...) cannot be sent: {exc}") from exc
    return value


def _cors(options: Mapping[str, object]) -> CORSConfig | None:
    wanted, given = options.get("cors", False), options.get("cors_params")
    if isinstance(wanted, CORSConfig):
        if given is not None:
            raise ConfigurationError(
                "API(cors=CORSConfig(...), cors_params=...) says it twice; keep one of them."
            )
        return _checked_cors(wanted)
    if not isinstance(wanted, bool):
        raise _wrong("cors", wanted, "True, False, or a CORSConfig")
    if given is None:
        return CORSConfig() if wanted else None
    params = cast("CORSOptions", _keyed("cors_params", given, CORSOptions.__annotations__))
    if not wanted:
        raise ConfigurationError(
            "API(cors_params=...) without cors=True would do nothing; pass both or neither."
        )
    return _checked_cors(CORSConfig(**params))


def _checked_cors(config: CORSConfig) -> CORSConfig:
    for name in ("allow_origins", "allow_methods", "allow_headers", "expose_headers"):
        value: object = getattr(config, name)
        texts = isinstance(value, Sequence | frozenset | set) and not isinstance(value, str | bytes)
        if not texts or not all(isinstance(item, str) for item in cast("Sequence[object]", value)):
            raise ConfigurationError(f"CORS {name} must be a sequence of str, not {value!r}.")
    if config.allow_origin_regex is not None:
        try:
            re.compile(config.allow_origin_regex)
        except (re.error, TypeError) as exc:
            raise ConfigurationError(f"CORS allow_origin_regex is not a pattern: {exc}.") from exc
    return config


_CHECKS: Mapping[str, Callable[[str, object], object]] = {
    "lifespan": _lifespan,
    "max_request_size": _size,
    "request_timeout": _seconds,
    "ws_idle_timeout": _seconds,
    "json_decimal": _decimal,
    "allowed_hosts": _hosts,
    "allowed_origins": _origins,
    "security_headers": _security_headers,
    **FILE_CHECKS,
}
