"""Sessions in a signed cookie: nothing is stored here, and nothing costs until a handler looks.

The cookie is Starlette's: JSON, base64, a timestamp and a signature.  It can be read by its owner, not
changed.  Several keys may be given: the newest signs, all of them verify.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import functools
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from starlette.types import Scope
from typing_extensions import override

from responder.sessions import Change, Keeper, Session, SessionCookie

if TYPE_CHECKING:
    from itsdangerous import TimestampSigner

LIMIT: Final = 4096
"""Bytes of a name and a value together that browsers keep."""
WARNING: Final = 3584
"""From here on it is told that the limit is near."""

_log = logging.getLogger("responder")


class SessionTooLarge(ValueError):
    """A session does not fit into a cookie; the browser would drop it without a word."""


class CookieSession(Session):
    """A session that knows when its cookie was signed."""

    __slots__ = ("signed",)

    signed: datetime.datetime | None


class CookieKeeper(Keeper):
    """Keeps sessions in their cookies.  `keys` gives the keys, when the first session needs them."""

    def __init__(
        self,
        keys: Callable[[], tuple[str, ...]],
        cookie: SessionCookie,
        *,
        model: type[object] | None = None,
        explicit: bool = True,
    ) -> None:
        super().__init__(model=model, explicit=explicit)
        self._keys = functools.cache(keys)
        self._cookie = cookie
        self._warned = False

    @property
    @override
    def key(self) -> str | None:
        """The key that signs."""
        return self._keys()[0]

    @functools.cached_property
    def _signer(self) -> TimestampSigner:
        from itsdangerous import TimestampSigner

        return TimestampSigner(list(reversed(self._keys())))

    @override
    def open(self, scope: Scope) -> Session:
        """The session of a request, not decoded yet."""

        def read() -> str:
            value = self._cookie.read(scope)
            text, session.signed = ("", None) if value is None else self._verified(value)
            return text

        session = CookieSession(self, read, readonly=scope["type"] == "websocket")
        session.signed = None
        return session

    @override
    async def save(self, session: Session, change: Change) -> str | None:
        """The line of the cookie, when it has changed or has lived through half its time."""
        signed = session.signed if isinstance(session, CookieSession) else None
        if not change.data:
            return None if signed is None else self._cookie.removal()
        if not change and (signed is None or not self._is_old(signed)):
            return None
        text = self.serializer.dumps(change.data)
        value = self._signer.sign(base64.b64encode(text.encode())).decode("ascii")
        self._check_size(len(value))
        return self._cookie.line(value)

    def _verified(self, value: str) -> tuple[str, datetime.datetime | None]:
        """The text and the time of signing; nothing for what was not signed by us, or too long ago."""
        from itsdangerous import BadSignature

        try:
            payload, signed = self._signer.unsign(value, max_age=self._cookie.max_age, return_timestamp=True)
            return base64.b64decode(payload).decode(), signed
        except (BadSignature, binascii.Error, ValueError):
            return "", None

    def _is_old(self, signed: datetime.datetime) -> bool:
        return (datetime.datetime.now(datetime.UTC) - signed).total_seconds() > self._cookie.max_age / 2

    def _check_size(self, length: int) -> None:
        size = len(self._cookie.name) + length
        if size > LIMIT:
            raise SessionTooLarge(
                f"The session needs a cookie of {size} bytes, and browsers keep {LIMIT}: hold less in it, or"
                " give the application a session_backend"
            )
        if size > WARNING and not self._warned:
            self._warned = True
            _log.warning("A session cookie has %d bytes; browsers drop it above %d", size, LIMIT)
