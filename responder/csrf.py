"""Forged requests: the token that a page carries, and the check that a request which writes has to pass.

The secret lives in the session, so another site can neither read nor guess it; every token that is minted
shows it behind a mask of its own, because pages are compressed, and what is alike in them every time can be
found out by its size.  Generated endpoints call `enforce_csrf` between the before hooks and everything else;
`req.csrf_token` mints.  It knows no request but by what it asks of one.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Mapping, MutableMapping
from typing import Final, Protocol

from markupsafe import Markup

from responder._http.contenttypes import FORM, MULTIPART, media_type
from responder._http.forms import FormData
from responder._http.problems import Problem

__all__ = [
    "CSRF_FIELD_NAME",
    "CSRF_HEADER_NAME",
    "SAFE_METHODS",
    "csrf_input",
    "enforce_csrf",
    "get_csrf_token",
]

SESSION_KEY: Final = "_csrf_token"
CSRF_FIELD_NAME: Final = "csrf_token"
"""The form field that may carry the token."""
CSRF_HEADER_NAME: Final = "X-CSRF-Token"
"""The header that may carry it."""
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""The methods that change nothing, and so need no token."""

_ADVICE: Final = (
    "CSRF token missing or incorrect: send it in the "
    f"{CSRF_HEADER_NAME} header or the {CSRF_FIELD_NAME} form field"
)


class Incoming(Protocol):
    """What the check asks of a request."""

    @property
    def method(self) -> str:
        """The method, in upper case."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers."""
        ...

    @property
    def mimetype(self) -> str:
        """The content type."""
        ...

    @property
    def session(self) -> MutableMapping[str, object]:
        """The session."""
        ...

    async def form(self) -> FormData:
        """The form."""
        ...


def get_csrf_token(session: MutableMapping[str, object]) -> str:
    """A token of the session, another one every time; all of them stay good as long as the session does."""
    secret = session.get(SESSION_KEY)
    if not isinstance(secret, str) or not secret:
        secret = session[SESSION_KEY] = secrets.token_urlsafe(32)
    raw = _raw(secret)
    mask = secrets.token_bytes(len(raw))
    return base64.urlsafe_b64encode(mask + _mixed(raw, mask)).rstrip(b"=").decode("ascii")


def csrf_input(token: str) -> Markup:
    """The token as a hidden field, for a form in a page."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD_NAME, token)


async def enforce_csrf(request: Incoming) -> None:
    """Let a request pass that changes nothing, or that carries the token; anything else is a 403."""
    if request.method in SAFE_METHODS:
        return
    expected = request.session.get(SESSION_KEY)
    given = request.headers.get(CSRF_HEADER_NAME)
    if given is None and media_type(request.mimetype) in (FORM, MULTIPART):
        field = (await request.form()).fields.get(CSRF_FIELD_NAME)
        given = field if isinstance(field, str) else None
    if not isinstance(expected, str) or not expected or not given or not _same(given, expected):
        raise Problem(403, _ADVICE)


def _same(given: str, expected: str) -> bool:
    """Whether a token is one of the session's, or its secret itself."""
    secret = _raw(expected)
    return hmac.compare_digest(_unmasked(given, len(secret)), secret) | hmac.compare_digest(
        _raw(given), secret
    )


def _unmasked(given: str, size: int) -> bytes:
    try:
        raw = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""
    return _mixed(raw[:size], raw[size:]) if len(raw) == 2 * size else b""


def _mixed(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=True))


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "replace")
