"""A caller that leaves nothing to a client library: what goes in and comes out is the wire's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import anyio
import orjson
from starlette.types import ASGIApp, Message, Scope

Line = tuple[bytes, bytes]


@dataclass
class Answer:
    """What the application sent, header lines in their order, and what it raised afterwards."""

    status: int = 0
    headers: list[Line] = field(default_factory=list[Line])
    body: bytes = b""
    raised: Exception | None = None

    def json(self) -> object:
        decoded: object = orjson.loads(self.body)
        return decoded

    def header(self, name: bytes) -> bytes | None:
        return next((value for key, value in self.headers if key == name), None)

    def without(self, *names: bytes) -> tuple[int, list[Line], bytes]:
        return self.status, [line for line in self.headers if line[0] not in names], self.body


def scope_of(method: str, path: str, query: bytes = b"", headers: Iterable[Line] = ()) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"testserver"), *headers],
        "client": ("127.0.0.1", 5000),
        "server": ("testserver", 80),
    }


async def asked(
    app: ASGIApp,
    method: str,
    path: str,
    query: bytes = b"",
    headers: Iterable[Line] = (),
    chunks: Sequence[bytes] = (b"",),
) -> Answer:
    """Serve one request on the running loop."""
    waiting: list[Message] = [
        {"type": "http.request", "body": chunk, "more_body": number < len(chunks) - 1}
        for number, chunk in enumerate(chunks)
    ]
    answer = Answer()

    async def receive() -> Message:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            assert not answer.status, "a response was started twice"
            answer.status = message["status"]
            answer.headers = list(message["headers"])
        else:
            answer.body += message.get("body", b"")

    try:
        await app(scope_of(method, path, query, headers), receive, send)
    except Exception as error:
        answer.raised = error
        if not answer.status:
            raise
    return answer


def ask(
    app: ASGIApp,
    method: str,
    path: str,
    query: bytes = b"",
    headers: Iterable[Line] = (),
    chunks: Sequence[bytes] = (b"",),
) -> Answer:
    """Serve one request on a loop of its own."""
    return anyio.run(asked, app, method, path, query, list(headers), chunks)
