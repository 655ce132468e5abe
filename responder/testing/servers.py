"""A real server for tests that need one: `responder run` as a process of its own, watched by a thread."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType
from typing import Final, Self, TypeAlias

from typing_extensions import override

__all__ = ["ResponderProgram", "ResponderServer"]

_Handler: TypeAlias = "Callable[[int, FrameType | None], object] | int | signal.Handlers | None"

_GRACE: Final = 15.0
"""Seconds that the server has to end after it was told to."""
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class ResponderProgram:
    """The command line program of this package."""

    @staticmethod
    def path() -> str:
        """Where it is installed; `RuntimeError` when it is not."""
        beside = Path(sys.executable).with_name("responder")
        found = shutil.which("responder", path=str(beside.parent)) or shutil.which("responder")
        if found is None:
            raise RuntimeError("The program `responder` is not installed, or not on the PATH.")
        return found

    @staticmethod
    def command(*arguments: str) -> list[str]:
        """What runs it with this interpreter, wherever it is installed."""
        return [sys.executable, "-m", "responder", *arguments]

    @classmethod
    def build(cls, path: str | Path) -> int:
        """Run `responder build` in a folder; gives its exit status."""
        return subprocess.run(cls.command("build", str(path)), check=False).returncode


class ResponderServer(threading.Thread):
    """`responder run target` in a process, until `stop()`: a context manager, or by hand.

    While it runs, a signal that ends this program ends the server first.
    """

    def __init__(self, target: str, port: int = 5042, limit_max_requests: int | None = None) -> None:
        if not target:
            raise ValueError("A target is needed: package.module:name or file.py:name.")
        if not 0 < port < 65536:
            raise ValueError(f"A port is a number from 1 to 65535, not {port!r}.")
        if limit_max_requests is not None and limit_max_requests < 1:
            raise ValueError(f"limit_max_requests is a number above 0, not {limit_max_requests!r}.")
        super().__init__(name="responder-server", daemon=True)
        self.target = target
        self.port = port
        self.limit_max_requests = limit_max_requests
        self.process: subprocess.Popen[bytes] | None = None
        self._handlers: dict[int, _Handler] = {}

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.port}"

    @override
    def start(self) -> None:
        """Start the server; `wait_until_ready()` says when it answers."""
        arguments = ["run", "--host=127.0.0.1", f"--port={self.port}"]
        if self.limit_max_requests is not None:
            arguments.append(f"--limit-max-requests={self.limit_max_requests}")
        self.process = subprocess.Popen(ResponderProgram.command(*arguments, self.target))
        if threading.current_thread() is threading.main_thread():
            self._handlers = {number: signal.signal(number, self._told) for number in _SIGNALS}
        super().start()

    @override
    def run(self) -> None:
        """Wait for the process to end; in the thread."""
        if self.process is not None:
            self.process.wait()

    def stop(self) -> None:
        """End the server and wait for its end."""
        process = self.process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self.is_alive():
            self.join()
        self._restore()

    def wait_until_ready(
        self, timeout: float = 30.0, request_timeout: float = 1.0, delay: float = 0.1
    ) -> bool:
        """Wait until it takes connections; False when it ended, or the time is up."""
        deadline = time.monotonic() + timeout
        while self.is_running() and time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", self.port), request_timeout):
                    return self.is_running()
            except OSError:
                time.sleep(delay)
        return False

    def is_running(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def _told(self, number: int, frame: FrameType | None) -> None:
        """This program is to end: end the server, then do what would have been done without it."""
        self.stop()
        signal.raise_signal(number)

    def _restore(self) -> None:
        if threading.current_thread() is threading.main_thread():
            handlers, self._handlers = self._handlers, {}
            for number, handler in handlers.items():
                if signal.getsignal(number) == self._told:
                    signal.signal(number, handler)

    def __enter__(self) -> Self:
        self.start()
        if not self.wait_until_ready():
            self.stop()
            raise RuntimeError(f"{self.target} did not start on port {self.port}; its output says why.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
