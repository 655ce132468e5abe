"""A real uvicorn on a free loopback port: in a thread for most tests, in a process where it is to end."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from tests.house.source import ROOT

PATIENCE = 10.0
"""Seconds after which a test gives up, on anything."""


@contextmanager
def serving(app: ASGIApp) -> Generator[int, None, None]:
    """Serve an application; gives the port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port: int = listener.getsockname()[1]
    config = uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    ready = threading.Event()

    async def main() -> None:
        task = asyncio.ensure_future(server.serve(sockets=[listener]))
        while not server.started and not task.done():  # noqa: ASYNC110  # the server has no event for it
            await asyncio.sleep(0.005)
        ready.set()
        await task

    thread = threading.Thread(target=asyncio.run, args=(main(),), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        listener.close()
        assert not thread.is_alive()


class Connection:
    """A client that says exactly what it is told, and reads as slowly as it likes."""

    def __init__(self, port: int, *, buffer: int | None = None) -> None:
        self.socket = socket.socket()
        if buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", port))
        self.taken = b""

    def get(self, path: str, *headers: str) -> None:
        """Ask for something."""
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", *headers, "", ""]
        self.socket.sendall("\r\n".join(lines).encode())

    def until(self, end: bytes) -> bytes:
        """Read up to, and with, some bytes; what comes after is kept."""
        while end not in self.taken:
            more = self.socket.recv(65536)
            assert more, f"the server hung up before {end!r} came, after {self.taken[-200:]!r}"
            self.taken += more
        place = self.taken.index(end) + len(end)
        found, self.taken = self.taken[:place], self.taken[place:]
        return found

    def rest(self) -> bytes:
        """Everything until the server hangs up."""
        found, self.taken = bytearray(self.taken), b""
        while more := self.socket.recv(65536):
            found += more
        self.leave()
        return bytes(found)

    def exactly(self, length: int) -> bytes:
        """So many bytes."""
        while len(self.taken) < length:
            more = self.socket.recv(65536)
            assert more, "the server hung up"
            self.taken += more
        found, self.taken = self.taken[:length], self.taken[length:]
        return found

    def leave(self) -> None:
        """Hang up."""
        self.socket.close()


@contextmanager
def process(program: Path, port: int) -> Generator[subprocess.Popen[str], None, None]:
    """Run a program that serves on a port, until it answers there; it is killed at the end if it has not
    ended.
    """
    started = subprocess.Popen(
        [sys.executable, str(program), str(port)],
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        waited = threading.Event()
        for _ in range(int(PATIENCE / 0.02)):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert started.poll() is None, started.communicate()
            waited.wait(0.02)
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.communicate()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
