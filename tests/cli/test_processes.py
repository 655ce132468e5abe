"""The real command in processes of its own: it serves, reloads, reads the environment, and ends with 0."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from responder.util.cmd import ResponderProgram, ResponderServer
from tests.house.source import ROOT

APP = """\
import os
import responder

api = responder.API(title="Shop", docs_route="/docs")


@api.get("/")
def index() -> dict[str, object]:
    return {
        "debug": api.debug,
        "pid": os.getpid(),
        "left": [name for name in os.environ if name.startswith("RESPONDER_CLI")],
        "secret": os.environ.get("RESPONDER_SECRET_KEY"),
    }
"""
PATIENCE = 60.0


class Running:
    """One command that serves, and what it says."""

    def __init__(self, folder: Path, arguments: list[str], environ: Mapping[str, str], port: int) -> None:
        self.log = folder / "log.txt"
        self.url = f"http://127.0.0.1:{port}"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "responder", *arguments],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
                stdout=log,
                stderr=log,
            )

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def until(self, wanted: Callable[[Mapping[str, object]], bool]) -> Mapping[str, object]:
        """The first answer that is as wanted."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self.process.poll() is None, self.said()
            try:
                answer: dict[str, object] = httpx.get(self.url, timeout=5).json()
            except (httpx.HTTPError, ValueError):
                answer = {}
            if answer and wanted(answer):
                return answer
            time.sleep(0.05)
        pytest.fail(self.said())

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text(APP)
    return tmp_path


@pytest.fixture
def port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def start(folder: Path, port: int) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def begin(*arguments: str, **environ: str) -> Running:
        started.append(Running(folder, list(arguments), environ, port))
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


Start = Callable[..., Running]


def anything(answer: Mapping[str, object]) -> bool:
    return True


def test_dev_is_in_debug_mode_says_where_it_is_and_starts_anew_when_a_file_changes(
    start: Start, folder: Path, port: int
) -> None:
    server = start("dev", "app.py", "--port", str(port))
    first = server.until(anything)
    assert first["debug"] is True
    assert first["left"] == []
    assert f"Shop: {server.url}\n  Documentation: {server.url}/docs" in server.said()
    (folder / "app.py").write_text(APP.replace('"debug": api.debug', '"debug": "changed"'))
    second = server.until(lambda answer: answer["debug"] == "changed")
    assert second["pid"] != first["pid"]
    assert server.end(signal.SIGINT) == 0


def test_dev_waits_for_a_broken_file_to_be_repaired(start: Start, folder: Path, port: int) -> None:
    server = start("dev", "app:api", "--port", str(port))
    server.until(anything)
    (folder / "app.py").write_text(APP.replace("@api.get", "@api.gte"))
    end = time.monotonic() + PATIENCE
    while "gte" not in server.said():
        assert time.monotonic() < end, server.said()
        time.sleep(0.05)
    assert "fails while it is imported" in server.said()
    (folder / "app.py").write_text(APP.replace('"debug": api.debug', '"debug": "repaired"'))
    server.until(lambda answer: answer["debug"] == "repaired")
    assert server.end() == 0


def test_run_takes_port_from_the_environment_and_is_not_in_debug_mode(start: Start, port: int) -> None:
    server = start("run", "app", PORT=str(port), RESPONDER_SECRET_KEY="s" * 40)
    answer = server.until(anything)
    assert answer["debug"] is False
    assert answer["secret"] == "s" * 40
    assert "http://0.0.0.0:" in server.said()
    assert server.end() == 0


def test_several_workers_serve_a_file(start: Start, port: int) -> None:
    server = start("run", "app.py:api", "--workers", "2", "--debug", "--port", str(port))
    first = server.until(anything)
    assert first["debug"] is True
    assert first["left"] == []
    server.until(lambda answer: answer["pid"] != first["pid"])
    assert server.end() == 0


def test_a_limit_of_requests_ends_the_server(start: Start, port: int) -> None:
    server = start("run", "app", "--limit-max-requests", "1", "--port", str(port))
    server.until(anything)
    assert server.process.wait(PATIENCE) == 0


def test_a_server_that_is_told_to_stop_serves_on_for_the_delay_but_is_not_ready(
    start: Start, folder: Path, port: int
) -> None:
    (folder / "app.py").write_text(APP.replace("API(", 'API(health_route="/health", '))
    server = start("run", "app", "--shutdown-delay", "600", "--port", str(port))
    server.until(anything)
    assert httpx.get(f"{server.url}/health/ready").status_code == 200
    server.process.send_signal(signal.SIGTERM)
    end = time.monotonic() + PATIENCE
    while httpx.get(f"{server.url}/health/ready").status_code == 200:
        assert time.monotonic() < end, server.said()
        time.sleep(0.05)
    assert httpx.get(server.url).status_code == 200
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(PATIENCE) != 0  # the second signal ends it by force


def test_python_m_responder_checks_and_a_closed_pipe_is_no_crash(folder: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m responder routes app.py | :",
        shell=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.stderr == ""
    done = ResponderProgram.run("check", str(folder / "app.py"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "Nothing found in 1 operation.\n", "")


def test_a_server_for_tests_starts_answers_and_stops(folder: Path, port: int) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with ResponderServer(str(folder / "app.py"), port=port) as server:
        assert server.is_running()
        assert httpx.get(server.url).json()["debug"] is False
        assert signal.getsignal(signal.SIGTERM) != before
    assert not server.is_running()
    assert signal.getsignal(signal.SIGTERM) is before
    assert server.stop() is None


def test_a_server_for_tests_that_can_not_start_is_told(folder: Path, port: int) -> None:
    server = ResponderServer(str(folder / "nope.py"), port=port)
    server.start()
    with pytest.raises(RuntimeError, match="ended before it was ready"):
        server.wait_until_ready()
    assert server.stop() == 1
    with pytest.raises(ValueError, match="a port is a number"):
        ResponderServer("app", port=0)
    with pytest.raises(ValueError, match="above 0"):
        ResponderServer("app", limit_max_requests=0)
