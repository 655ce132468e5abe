"""What `API(...)` was told of sessions and of proxies, checked and frozen.  Called by `settings`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, cast

from pydantic import ValidationError
from pydantic.errors import PydanticUserError
from starlette.datastructures import Secret

from responder._contract.frozen import frozen
from responder._http.problems import ConfigurationError
from responder.middleware.proxy_headers import Trust, read_trust
from responder.sessions import AsyncSessionBackend, SessionBackend, SessionCookie
from responder.sessions.cookies import DEFAULT_MAX_AGE
from responder.sessions.models import session_model

_STORED: Final = "responder_session"
_SIGNED: Final = "session"
_EXPLICIT: Final = ("secret_key", "session_backend", "session_cookie")


SESSION_DEFAULTS: Final[Mapping[str, object]] = {
    "secret_key": None,
    "trust_proxy_headers": False,
    "trusted_proxies": None,
    "sessions": "auto",
    "session_backend": None,
    "session_cookie": None,
    "session_https_only": None,
    "session_same_site": "lax",
    "session_max_age": DEFAULT_MAX_AGE,
    "session_model": None,
}
"""What each keyword is when it is not given."""


@frozen
class SessionSettings:
    """How sessions are kept."""

    mode: Literal["auto", True]
    """Whether they were asked for, and so must have a key that stays."""
    cookie: SessionCookie
    backend: SessionBackend | AsyncSessionBackend | None = None
    model: type[object] | None = None
    explicit: bool = False


USUAL_SESSIONS: Final = SessionSettings("auto", SessionCookie(_SIGNED))
"""Sessions of an application that was told nothing of them."""


def session_settings(options: Mapping[str, object]) -> SessionSettings | None:
    """The session keywords; None when sessions are off."""
    mode = options.get("sessions", "auto")
    if not (isinstance(mode, bool) or mode == "auto"):
        raise ConfigurationError(f'API(sessions=...) must be "auto", True or False, not {mode!r}.')
    backend = options.get("session_backend")
    model = _model(options.get("session_model"))
    if mode is False:
        for name in ("session_backend", "session_model"):
            if options.get(name) is not None:
                raise ConfigurationError(f"API({name}=..., sessions=False) would have nothing to act on.")
        if options.get("csrf") is True:
            raise ConfigurationError("API(csrf=True, sessions=False): the token lives in the session.")
        return None
    if backend is not None and not isinstance(backend, (SessionBackend, AsyncSessionBackend)):
        raise ConfigurationError(
            "API(session_backend=...) must have get, set and delete, or aget, aset and adelete;"
            f" {type(backend).__name__} has neither."
        )
    return SessionSettings(
        mode=True if mode is True else "auto",
        cookie=_cookie(options, _SIGNED if backend is None else _STORED),
        backend=backend,
        model=model,
        explicit=mode is True or any(options.get(name) is not None for name in _EXPLICIT),
    )


def _cookie(options: Mapping[str, object], usual_name: str) -> SessionCookie:
    name, same_site = options.get("session_cookie"), options.get("session_same_site", "lax")
    https_only, max_age = options.get("session_https_only"), options.get("session_max_age", DEFAULT_MAX_AGE)
    if name is not None and not isinstance(name, str):
        raise ConfigurationError(f"API(session_cookie=...) must be a str or None, not {name!r}.")
    if https_only is not None and not isinstance(https_only, bool):
        raise ConfigurationError(
            f"API(session_https_only=...) must be True, False or None, not {https_only!r}."
        )
    if not isinstance(max_age, int) or isinstance(max_age, bool) or max_age <= 0:
        raise ConfigurationError(f"API(session_max_age=...) must be a number of seconds, not {max_age!r}.")
    if same_site not in ("lax", "strict", "none"):
        raise ConfigurationError(
            f'API(session_same_site=...) must be "lax", "strict" or "none", not {same_site!r}.'
        )
    secure = options.get("debug") is not True if https_only is None else https_only
    try:
        return SessionCookie(
            usual_name if name is None else name,
            max_age,
            same_site=same_site,
            https_only=secure,
        )
    except ValueError as exc:
        raise ConfigurationError(f"The session cookie cannot be sent.  {exc}.") from exc


def _model(value: object) -> type[object] | None:
    if value is None:
        return None
    if not isinstance(value, type):
        raise ConfigurationError(f"API(session_model=...) must be a class, not {value!r}.")
    try:
        session_model(value).empty()
    except ValidationError as exc:
        raise ConfigurationError(
            f"API(session_model={value.__qualname__}): a new session is empty, so every field needs a default"
            " (total=False for a TypedDict)."
        ) from exc
    except PydanticUserError as exc:
        raise ConfigurationError(f"API(session_model={value.__qualname__}): {exc.message}") from exc
    return value


def secret_keys(name: str, value: object) -> tuple[str, ...]:
    """The keys that sign, the newest first."""
    kind = type(value).__name__
    if value is None:
        return ()
    if isinstance(value, (str, Secret)):
        return (str(value),)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        keys = cast("Sequence[object]", value)
        if keys and all(isinstance(key, (str, Secret)) for key in keys):
            return tuple(str(key) for key in keys)
    raise ConfigurationError(
        f"API({name}=...) must be a str, a Secret, a list of them (the newest first) or None, not {kind}."
    )


def proxy_trust(options: Mapping[str, object]) -> Trust | None:
    """Whose proxy headers are believed; None when nobody's are."""
    wanted, trusted = options.get("trust_proxy_headers", False), options.get("trusted_proxies")
    if not isinstance(wanted, bool):
        raise ConfigurationError(f"API(trust_proxy_headers=...) must be True or False, not {wanted!r}.")
    if not wanted:
        if trusted is not None:
            raise ConfigurationError(
                "API(trusted_proxies=...) without trust_proxy_headers=True would do nothing; pass both or"
                " neither."
            )
        return None
    try:
        return read_trust(trusted)
    except ValueError as exc:
        raise ConfigurationError(f"API(trusted_proxies=...): {exc}.") from exc
