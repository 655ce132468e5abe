"""Metrics of several worker processes behind one socket, counted together."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from responder import API
from responder.errors import ConfigurationError
from tests.ext.driving import Samples, requests_of, samples
from tests.sockets.server import PATIENCE, Process, eventually

pytest.importorskip("prometheus_client")

PROGRAM = """
from __future__ import annotations

import os

os.environ["PROMETHEUS_MULTIPROC_DIR"] = {folder!r}

import asyncio

from prometheus_client import Counter

from responder import API, Request, Response

api = API(metrics_route="/metrics", metrics_buckets=(0.5, 1))
orders = Counter("orders", "Orders that were placed.")


@api.get("/who")
async def who(req: Request, resp: Response) -> dict[str, int]:
    orders.inc()
    return {{"pid": os.getpid()}}


@api.get("/hang")
async def hang(req: Request, resp: Response) -> None:
    print("hanging in", os.getpid(), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    api.run(port=0, workers=2)
"""


def scrape(server: Process) -> Samples:
    # A new connection each time, so that either worker may be the one that is asked.
    return samples(httpx.get(f"http://127.0.0.1:{server.port}/metrics").text)


def ask(server: Process) -> int:
    pid: int = httpx.get(f"http://127.0.0.1:{server.port}/who").json()["pid"]
    return pid


def test_the_totals_are_those_of_all_workers_also_of_dead_ones(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    with Process(tmp_path, PROGRAM.format(folder=str(folder))) as server:
        eventually(lambda: sum("startup complete" in line for line in server.lines) == 2)
        asked = Counter[int]()
        eventually(lambda: asked.update([ask(server)]) is None and len(asked) == 2)
        total = asked.total()
        for _ in range(6):
            read = scrape(server)
            assert requests_of(read)["GET", "/who", "200"] == total
            assert read["orders_total", ()] == total
            assert read["responder_requests_in_flight", ()] == 1

        with server_side(server) as victim:
            eventually(lambda: scrape(server)["responder_requests_in_flight", ()] == 2)
            os.kill(victim, signal.SIGKILL)
        # Whoever is asked next buries the dead.
        eventually(lambda: busy(server) == 1)
        assert requests_of(scrape(server))["GET", "/who", "200"] == total
        assert list(folder.glob(f"gauge_live*_{victim}.db")) == []
        server.terminate()
        assert server.wait() == 0


@contextmanager
def server_side(server: Process) -> Generator[int, None, None]:
    """A request that hangs; gives the process that serves it."""
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as connection:
        connection.sendall(b"GET /hang HTTP/1.1\r\nHost: x\r\n\r\n")
        yield int(server.wait_for(r"hanging in (\d+)")[1])


def busy(server: Process) -> float | None:
    """What is in flight; None when the connection had gone to a worker that was being killed."""
    try:
        return scrape(server)["responder_requests_in_flight", ()]
    except httpx.HTTPError:
        return None


def test_the_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(RuntimeError, match=r"pip install 'responder\[metrics\]'"):
        API(metrics_route="/metrics")


def test_a_directory_that_is_named_too_late_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # This process has imported prometheus_client, and it counts in memory.
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    with pytest.raises(ConfigurationError, match="before prometheus_client is imported"):
        API(metrics_route="/metrics")
