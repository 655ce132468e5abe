"""The command line as a process of its own, for tests that want a real server.

```python
with ResponderServer("shop.app", port=8000) as server:
    httpx.get(server.url)
```
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType, TracebackType
from typing import Final, Self, TypeAlias

__all__ = ["ResponderProgram", "ResponderServer"]

_Handler: TypeAlias = Callable[[int, FrameType | None], object] | int | None

_PATIENCE: Final = 15.0
"""Seconds that a server has to end in before it is ended."""


class ResponderProgram:
    """The program `responder`, as this Python has it."""

    @staticmethod
    def command(*arguments: str) -> list[str]:
        """The words that call it."""
        return [sys.executable, "-m", "responder", *arguments]

    @classmethod
    def run(cls, *arguments: str, timeout: float = 60.0) -> subprocess.CompletedProcess[str]:
        """Call it and wait for its end; what it says is in the result."""
        return subprocess.run(
            cls.command(*arguments), capture_output=True, text=True, timeout=timeout, check=False
        )

    @classmethod
    def build(cls, folder: str | Path) -> int:
        """Run `npm run build` in a folder, by `responder build`; gives the exit status."""
        return cls.run("build", str(folder), timeout=330.0).returncode


class ResponderServer:
    """A server started by `responder run`, in a process of its own.

    On the main thread, signals that end this process end the server first; `stop` puts the handlers back.
    """

    def __init__(
        self,
        target: str,
        port: int = 5042,
        limit_max_requests: int | None = None,
        *,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        if not 0 < port <= 65535:
            raise ValueError(f"a port is a number from 1 to 65535, not {port!r}")
        if limit_max_requests is not None and limit_max_requests < 1:
            raise ValueError(f"limit_max_requests is a number above 0, not {limit_max_requests!r}")
        self.target = target
        self.port = port
        self.limit_max_requests = limit_max_requests
        self._environ = None if environ is None else dict(environ)
        self._process: subprocess.Popen[bytes] | None = None
        self._handlers: dict[signal.Signals, _Handler] = {}

    @property
    def url(self) -> str:
        """Where the server answers."""
        return f"http://127.0.0.1:{self.port}"

    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process; `wait_until_ready` waits until it answers."""
        if self.is_running():
            raise RuntimeError("the server runs already")
        words = ["run", self.target, "--host", "127.0.0.1", "--port", str(self.port)]
        if self.limit_max_requests is not None:
            words += ["--limit-max-requests", str(self.limit_max_requests)]
        self._process = subprocess.Popen(ResponderProgram.command(*words), env=self._environ)
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._handlers[number] = signal.getsignal(number)
                signal.signal(number, self._on_signal)

    def wait_until_ready(self, timeout: float = 30.0) -> None:
        """Wait until the server accepts connections; `RuntimeError` if it ends, `TimeoutError` if not."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if not self.is_running():
                raise RuntimeError(f"the server for {self.target!r} ended before it was ready")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError(f"the server for {self.target!r} is not ready after {timeout} seconds")

    def stop(self, timeout: float = _PATIENCE) -> int | None:
        """End the process, gracefully if it does so in time; gives its exit status, None if there is none."""
        process, self._process = self._process, None
        try:
            if process is None:
                return None
            process.terminate()
            try:
                return process.wait(timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                return process.wait()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)
            self._handlers.clear()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        handler = self._handlers.get(signal.Signals(number))
        self.stop()
        if callable(handler):
            handler(number, frame)
        elif handler != signal.SIG_IGN:
            signal.raise_signal(number)  # what was there is put back by now

    def __enter__(self) -> Self:
        self.start()
        try:
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
