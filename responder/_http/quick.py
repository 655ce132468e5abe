"""What generated endpoints need for the answers they send themselves.

They answer one body of known length; a larger one is compressed here, by the rules of `sending`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.types import Message, Scope, Send

from responder._http.choosing import choose
from responder._http.gzip import MINIMUM, accepts_gzip, gzip_body
from responder._http.headers import RawHeader, content_length
from responder._http.heads import aside
from responder._http.media import Formats
from responder.status_codes import bodyless

GZIP_MINIMUM: Final = MINIMUM
_VARY_ENCODING: Final[RawHeader] = (b"vary", b"Accept-Encoding")
_VARY_BOTH: Final[RawHeader] = (b"vary", b"Accept, Accept-Encoding")
_GZIP: Final[RawHeader] = (b"content-encoding", b"gzip")


class Sender:
    """A `send` that remembers whether anything was sent, so that nobody answers twice."""

    __slots__ = ("_left", "_send", "started")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._left: OSError | None = None
        self.started = False

    async def __call__(self, message: Message) -> None:
        """Send one message."""
        self.started = True
        try:
            await self._send(message)
        except OSError as error:
            self._left = error
            raise

    def is_left(self, error: Exception) -> bool:
        """Whether this only says that the client is not there any more, as the server has told us."""
        return self._left is not None and (error is self._left or isinstance(error, ClientDisconnect))


def has_body(status: int) -> bool:
    """Whether a status is one whose answer carries a body; what is no status at all is for `sending` to
    refuse, and part of a body is not compressed.
    """
    return status.__class__ is int and 200 <= status <= 999 and status != 206 and not bodyless(status)


async def squeeze(
    scope: Scope, body: bytes, content_type: RawHeader, vary: RawHeader | None
) -> tuple[list[RawHeader], bytes]:
    """Compress a large body if the client takes that; give the header lines and the body to send."""
    varies = _VARY_ENCODING if vary is None else _VARY_BOTH
    encoding = b", ".join(value for name, value in scope["headers"] if name == b"accept-encoding")
    if not encoding or not accepts_gzip(encoding):
        return [content_length(len(body)), content_type, varies], body
    packed = await aside(gzip_body, body)
    return [content_length(len(packed)), content_type, varies, _GZIP], packed


def json_preference(formats: Formats) -> Callable[[bytes], bool]:
    """Make the question whether an `Accept` asks for JSON, of an application's formats."""

    def prefers_json(accept: bytes) -> bool:
        return choose(formats, accept).name == "json"

    return prefers_json
