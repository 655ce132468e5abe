"""Sessions: in a signed cookie, in memory, or in Redis.

`make_keeper` is what `API(...)` calls; everything else here may be used with any ASGI application.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping, Sequence
from functools import partial
from typing import Literal, Protocol

from starlette.datastructures import Secret

from responder.ext.sessions.cookie import CookieKeeper, SessionTooLarge
from responder.ext.sessions.keys import SECRET_KEY_VARIABLE, SessionConfigError, resolve_secret_key
from responder.ext.sessions.memory import MemorySessionBackend
from responder.ext.sessions.middleware import ServerSessionMiddleware
from responder.ext.sessions.redis import AsyncRedisSessionBackend, RedisSessionBackend
from responder.ext.sessions.server import ServerKeeper
from responder.sessions import (
    AsyncSessionBackend,
    JSONSessionSerializer,
    Keeper,
    Session,
    SessionBackend,
    SessionCookie,
    SessionSerializer,
    store_of,
)

__all__ = [
    "AsyncRedisSessionBackend",
    "AsyncSessionBackend",
    "JSONSessionSerializer",
    "MemorySessionBackend",
    "RedisSessionBackend",
    "SECRET_KEY_VARIABLE",
    "ServerSessionMiddleware",
    "Session",
    "SessionBackend",
    "SessionConfigError",
    "SessionSerializer",
    "SessionTooLarge",
    "make_keeper",
    "regenerate_session",
    "resolve_secret_key",
]


class HasSession(Protocol):
    """A request."""

    @property
    def session(self) -> MutableMapping[str, object]:
        """Its session."""
        ...


def regenerate_session(request: HasSession) -> None:
    """Give the session another id, with what it holds; call it when somebody logs in.

    The old id is worth nothing from then on.  A session in a cookie has no id, and is signed anew.
    """
    session = request.session
    if isinstance(session, Session):
        session.renew()


def make_keeper(
    *,
    sessions: Literal["auto"] | bool,
    backend: SessionBackend | AsyncSessionBackend | None,
    cookie: SessionCookie,
    secret_key: Sequence[str | Secret] = (),
    model: type[object] | None = None,
    explicit: bool = True,
    debug: bool = False,
) -> Keeper | None:
    """Who keeps the sessions of an application; None when it has none."""
    if sessions is False:
        return None
    if backend is not None:
        return ServerKeeper(store_of(backend), cookie, model=model, explicit=explicit)
    keys = partial(resolve_secret_key, secret_key, sessions=sessions, debug=debug)
    keeper = CookieKeeper(keys, cookie, model=model, explicit=explicit)
    if sessions is True or secret_key or os.environ.get(SECRET_KEY_VARIABLE):
        # What is wrong with the key is told now; only a random one waits until somebody needs it.
        _ = keeper.key
    return keeper
