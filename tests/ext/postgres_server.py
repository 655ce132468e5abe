"""A PostgreSQL server of the tests' own, on a free port, with nothing synced to disk."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ext.redis_server import free_port


@contextmanager
def postgres_server() -> Generator[str, None, None]:
    """Run a server; gives its URL for SQLAlchemy.  Where something is missing the test is skipped, or fails
    under REQUIRE_POSTGRES.
    """
    programs = _programs()
    if programs is None or importlib.util.find_spec("psycopg") is None:
        if os.environ.get("REQUIRE_POSTGRES"):
            pytest.fail("REQUIRE_POSTGRES is set, and PostgreSQL or psycopg is missing")
        pytest.skip("NO POSTGRESQL: install postgresql and psycopg[binary] to run what needs them")
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        _own(Path(folder), data)
        made = ["-D", str(data), "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run([*_as_nobody(), programs / "initdb", *made], check=True, stdout=subprocess.DEVNULL)
        settings = ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-k", folder]
        server = subprocess.Popen(
            [*_as_nobody(), programs / "postgres", "-D", str(data), "-p", str(port), *settings],
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(programs, port, server)
            yield f"postgresql+psycopg://tester@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # which ends its connections, too
            server.wait(20)


def _programs() -> Path | None:
    """Where the programs are: some systems keep them off the path."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    return next((one.parent for one in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)


def _as_nobody() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]


def _own(*folders: Path) -> None:
    if os.geteuid() == 0:
        for folder in folders:
            shutil.chown(folder, "nobody", "nogroup")


def _wait(programs: Path, port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    while subprocess.run(ready, check=False).returncode != 0:
        assert server.poll() is None, "the server ended"
        assert time.monotonic() < deadline, "the server did not listen"
        time.sleep(0.05)
