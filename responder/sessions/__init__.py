"""Sessions as requests know them: the mapping, its typed forms, and what a store has to offer.

The stores, the signed cookie and the middleware are in `responder.ext.sessions`.
"""

from __future__ import annotations

from responder.sessions.backends import (
    AsyncSessionBackend,
    AsyncUpdatingBackend,
    Merge,
    SessionBackend,
    SessionData,
    UpdatingBackend,
)
from responder.sessions.cookies import SessionCookie
from responder.sessions.passage import (
    discard_session,
    forgiving,
    open_session,
    replace_session,
    saving,
    typed_session,
    with_session,
)
from responder.sessions.session import Change, Keeper, Session
from responder.sessions.stores import Store, store_of
from responder.sessions.values import JSONSessionSerializer, SessionSerializer

__all__ = [
    "AsyncSessionBackend",
    "AsyncUpdatingBackend",
    "Change",
    "JSONSessionSerializer",
    "Keeper",
    "Merge",
    "Session",
    "SessionBackend",
    "SessionCookie",
    "SessionData",
    "SessionSerializer",
    "Store",
    "UpdatingBackend",
    "discard_session",
    "forgiving",
    "open_session",
    "replace_session",
    "saving",
    "store_of",
    "typed_session",
    "with_session",
]
