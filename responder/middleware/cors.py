"""What CORS may be told, and the typed record that it becomes; and the layer, which is Starlette's but for
what it adds to answers.

The application's settings make the record, the tower the layer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TypedDict

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import override

_ALLOWED = b"access-control-allow-origin"


class CORSOptions(TypedDict, total=False):
    """The keywords of `cors_params=`; what is left out keeps its restrictive default."""

    allow_origins: Sequence[str]
    """Origins that may read answers, such as "https://app.example.com"; `*` for every one."""
    allow_methods: Sequence[str]
    """Methods that other origins may use; `*` for every one."""
    allow_headers: Sequence[str]
    """Request headers that other origins may send; `*` for every one."""
    allow_credentials: bool
    """Whether cookies and credentials may be sent along."""
    allow_origin_regex: str | None
    """Pattern of origins that may read answers; the whole origin has to match."""
    allow_private_network: bool
    """Whether a public site may reach this application on a private network."""
    expose_headers: Sequence[str]
    """Response headers that other origins may read."""
    max_age: int
    """Seconds that a browser may remember the answer to a preflight."""


@dataclass(frozen=True, slots=True)
class CORSConfig:
    """Which other origins may use this application, and how.  Without arguments: none."""

    allow_origins: Sequence[str] = ()
    allow_methods: Sequence[str] = ("GET",)
    allow_headers: Sequence[str] = ()
    allow_credentials: bool = False
    allow_origin_regex: str | None = None
    allow_private_network: bool = False
    expose_headers: Sequence[str] = ()
    max_age: int = 600


class CrossOrigins(CORSMiddleware):
    """Starlette's layer, which decides; what it adds to answers is added here, in one pass."""

    def __init__(self, app: ASGIApp, config: CORSConfig) -> None:
        super().__init__(app, **asdict(config))
        self._lines = {
            name.lower().encode("latin-1"): value.encode("latin-1")
            for name, value in self.simple_headers.items()
        }

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "OPTIONS":
            await super().__call__(scope, receive, send)
            return
        marks = self._marks(next((value for name, value in scope["headers"] if name == b"origin"), None))

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _with(marks, message.get("headers") or ())
            await send(message)

        await self.app(scope, receive, send_marked)

    def _marks(self, origin: bytes | None) -> Mapping[bytes, bytes]:
        """What the answer to a request of this origin carries."""
        if origin is None:
            return {}
        if self.allow_all_origins:
            named = self.allow_credentials
        else:
            named = self.is_allowed_origin(origin=origin.decode("latin-1"))
        return {**self._lines, _ALLOWED: origin} if named else self._lines


def _with(marks: Mapping[bytes, bytes], lines: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The lines of an answer with the marks, which depend on the origin whether there was one or not."""
    marked: list[tuple[bytes, bytes]] = []
    varies: list[bytes] = []
    for line in lines:
        if line[0] == b"vary":
            varies.append(line[1])
        elif line[0] not in marks:
            marked.append(line)
    varies.append(b"Origin")
    return [*marked, *marks.items(), (b"vary", b", ".join(varies))]
