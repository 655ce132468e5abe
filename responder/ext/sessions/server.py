"""Sessions in a store: the cookie carries an id of 32 random bytes and nothing else.

An id that the store does not know is never taken over.  What a request changed is merged into what is stored
at that moment, and only if the session still exists: requests that overlap keep each other's keys, and a
logout stays one.
"""

from __future__ import annotations

import logging
import re
import secrets
from typing import Final

from starlette.types import Scope
from typing_extensions import override

from responder.errors import Problem
from responder.sessions import Change, Keeper, Session, SessionCookie, SessionData, Store

_ID: Final = re.compile(r"[A-Za-z0-9_-]{43}")

_log = logging.getLogger("responder")


class ServerKeeper(Keeper):
    """Keeps sessions in a store."""

    def __init__(
        self,
        store: Store,
        cookie: SessionCookie,
        *,
        model: type[object] | None = None,
        explicit: bool = True,
    ) -> None:
        super().__init__(model=model, explicit=explicit)
        self._store = store
        self._cookie = cookie

    @property
    @override
    def loads_ahead(self) -> bool:
        """The store has to be asked before a handler can look."""
        return True

    @override
    def open(self, scope: Scope) -> Session:
        """A session for a request that nothing was loaded for."""
        return self._session(scope, None, "")

    @override
    async def load(self, scope: Scope) -> None:
        """Fetch the session that the cookie names.  While the store is down, whoever looks at it is told."""
        value = self._cookie.read(scope)
        if value is None or not _ID.fullmatch(value):
            scope["session"] = self.open(scope)
            return
        try:
            data = await self._store.load(value)
        except Problem as exc:
            scope["session"] = self._session(scope, value, exc)
            return
        if data is None:
            scope["session"] = self.open(scope)
            return
        try:
            stored: str | Exception = self.serializer.dumps(data)
        except (TypeError, ValueError) as exc:
            # A backend of somebody's own holds what no session can: a fault, of whoever looks at it.
            stored = exc
        scope["session"] = self._session(scope, value, stored)

    def _session(self, scope: Scope, id: str | None, stored: str | Exception) -> Session:
        def read() -> str:
            if isinstance(stored, Exception):
                raise stored
            return stored

        return Session(self, read, id=id, readonly=scope["type"] == "websocket")

    @override
    async def save(self, session: Session, change: Change) -> str | None:
        """Store what was changed; the line of the cookie goes along with every session that was looked at."""
        known = session.id
        if known is None:
            return await self._create(session, change)
        if not change.data and change.replaced:
            await self._store.forget(known)
            return self._cookie.removal()
        if not change:
            return await self._prolong(known)
        return await self._update(known, session, change)

    async def _create(self, session: Session, change: Change) -> str | None:
        if not change.data:
            return None
        session.id = secrets.token_urlsafe(32)
        await self._store.create(session.id, change.data, self._cookie.max_age)
        return self._cookie.line(session.id)

    async def _prolong(self, known: str) -> str | None:
        try:
            await self._store.touch(known, self._cookie.max_age)
        except Problem:
            # Nothing is lost but some of its time.
            return None
        return self._cookie.line(known)

    async def _update(self, known: str, session: Session, change: Change) -> str | None:
        left: SessionData = {}

        def merge(stored: SessionData) -> SessionData:
            left.clear()
            left.update(change.merge(stored))
            return dict(left)

        new = secrets.token_urlsafe(32) if change.renew else None
        if not await self._store.update(known, merge, self._cookie.max_age, new):
            # Another request ended it meanwhile, or its time was over.  It stays ended, and the cookie is
            # left alone: it may belong to the next session already.
            _log.info("A session had ended before its request did; what it changed was not kept")
            return None
        session.id = new or known
        return self._cookie.line(session.id) if left else self._cookie.removal()

    @override
    async def close(self) -> None:
        """Close the connections of the store."""
        await self._store.close()
