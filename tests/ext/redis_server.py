"""A Redis server of the tests' own, on a free port, with nothing written to disk."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager

import pytest

PROGRAM = shutil.which("redis-server") or shutil.which("valkey-server")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def redis_server(port: int | None = None) -> Generator[str]:
    """Run a server; gives its URL.  Where there is none the test is skipped, or fails under REQUIRE_REDIS."""
    port = free_port() if port is None else port
    with redis_process(port):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def redis_process(port: int) -> Generator[subprocess.Popen[bytes]]:
    """The same, for whoever wants to stop it: gives the process."""
    if PROGRAM is None:
        if os.environ.get("REQUIRE_REDIS"):
            pytest.fail("REQUIRE_REDIS is set, and there is neither redis-server nor valkey-server")
        pytest.skip("NO REDIS: install redis-server or valkey-server to run what needs one")
    with tempfile.TemporaryDirectory() as folder:
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        process = subprocess.Popen([PROGRAM, *options, "--dir", folder], stdout=subprocess.DEVNULL)
        try:
            _wait(port, process)
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()
            process.wait(10)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError("the server did not listen")
