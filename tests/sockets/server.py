"""Real uvicorn servers on free loopback ports: one in a thread, one in a process of its own.

`served` is for what goes over the wire; `Process` for what a signal does to a whole program.  Every wait here
is bounded.
"""

from __future__ import annotations

import logging
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp
from typing_extensions import override

from tests.house.source import ROOT

PATIENCE = 30.0
"""Seconds that anything here may take."""


class Served:
    """A server in a thread of this process, and what it logged."""

    def __init__(self, app: ASGIApp, grace: int) -> None:
        self.log: list[logging.LogRecord] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            app, log_config=None, access_log=False, timeout_graceful_shutdown=grace, lifespan="on"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def start(self) -> None:
        """Serve; the socket listens already, so nobody has to wait."""
        self._thread.start()

    def stop(self) -> None:
        """Tell the server to stop, as a signal does, and wait until it has."""
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the server did not stop"

    @property
    def complaints(self) -> list[str]:
        """What was logged as a warning or worse."""
        return [one.getMessage() for one in self.log if one.levelno >= logging.WARNING]

    def connect(self) -> socket.socket:
        """A plain connection, for what no client would send."""
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE)


@contextmanager
def served(app: ASGIApp, grace: int = 5) -> Generator[Served, None, None]:
    """Serve an application while the block runs."""
    server = Served(app, grace)
    handler = _Keeper(server.log)
    loggers = [logging.getLogger(name) for name in ("uvicorn", "responder", "asyncio")]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        for logger in loggers:
            logger.removeHandler(handler)


class _Keeper(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__()
        self._records = records

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


class Process:
    """A program that ends with `api.run(port=0)`, in a process of its own."""

    def __init__(self, folder: Path, program: str) -> None:
        file = folder / "program.py"
        file.write_text(program, encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, str(file)],
            cwd=folder,
            env={"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._said = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._said:
                self.lines.append(line.rstrip("\n"))
                self._said.notify_all()

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Wait until the program has printed a line with this in it."""

        def find() -> re.Match[str] | None:
            return next(filter(None, (re.search(pattern, line) for line in self.lines)), None)

        with self._said:
            assert self._said.wait_for(lambda: find() is not None, PATIENCE), "\n".join(self.lines)
            found = find()
        assert found is not None
        return found

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.wait_for(r"running on http://127\.0\.0\.1:(\d+)")[1])

    def said(self, text: str) -> int:
        """How often it said something; what several processes say at once may share a line."""
        return "\n".join(self.lines).count(text)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def terminate(self, number: int = signal.SIGTERM) -> None:
        """Send SIGTERM, or another signal."""
        self._process.send_signal(number)

    def wait(self) -> int:
        """Wait for its end; gives its status."""
        status = self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return status

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        if self._process.stdout is not None:
            self._process.stdout.close()


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until something that another thread does has happened."""
    waited = threading.Event()
    for _ in range(int(PATIENCE / 0.01)):
        if condition():
            return
        waited.wait(0.01)
    raise AssertionError("it never happened")
