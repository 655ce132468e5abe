"""A small HTTP server on the loopback that publishes keys, and counts how often they are asked for."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from typing_extensions import override


@dataclass
class Published:
    """What is published, and how the server behaves at the moment."""

    keys: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    raw: bytes | None = None
    status: int = 200
    location: str | None = None
    asked: int = 0
    url: str = ""
    open: threading.Event = field(default_factory=threading.Event)
    """Cleared, it makes every request wait."""


@contextmanager
def published(*keys: dict[str, object]) -> Generator[Published]:
    """Serve keys until the end of the block."""
    told = Published(list(keys))
    told.open.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked += 1
            told.open.wait(30)
            body = json.dumps({"keys": told.keys}).encode() if told.raw is None else told.raw
            self.send_response(told.status)
            if told.location is not None:
                self.send_header("Location", told.location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                return  # who asked has gone

        @override
        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.url = f"http://127.0.0.1:{server.server_address[1]}/jwks.json"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        told.open.set()
        server.shutdown()
        server.server_close()
        thread.join()
