"""HTTP over a real socket: bodies that stop or never end, connections that stay in step, a clean end."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from starlette.requests import ClientDisconnect

from responder import API, Request
from tests.sockets.server import PATIENCE, Process, Served, eventually, served

CAP = 1000


def taking() -> tuple[API, list[str]]:
    api = API(max_request_size=CAP)
    told: list[str] = []

    @api.post("/whole")
    async def whole(req: Request) -> dict[str, int]:
        try:
            return {"length": len(await req.content)}
        except ClientDisconnect:
            told.append("gone")
            raise

    @api.post("/stream")
    async def stream(req: Request) -> dict[str, int]:
        length = 0
        try:
            async for chunk in req.stream():
                length += len(chunk)
        except ClientDisconnect:
            told.append("gone")
            raise
        return {"length": length}

    @api.post("/unread")
    async def unread() -> str:
        return "not read"

    @api.get("/here")
    async def here() -> str:
        return "here"

    return api, told


def ask(server: Served | Process, head: str, body: bytes = b"") -> socket.socket:
    """Send a request as it is written, and leave the connection open."""
    sock = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
    sock.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
    return sock


def answer(sock: socket.socket, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """Read one answer and nothing behind it."""
    response = HTTPResponse(sock, method=method)
    response.begin()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))


@pytest.mark.parametrize("path", ["/whole", "/stream"])
def test_a_chunked_upload_is_read_whatever_the_chunks(path: str) -> None:
    api, _ = taking()
    head = f"POST {path} HTTP/1.1\nHost: x\nTransfer-Encoding: chunked"
    with served(api) as server:
        with ask(server, head, chunked(*[b"x"] * 300, b"y" * 300)) as sock:
            assert answer(sock)[::2] == (200, b'{"length":600}')
            sock.sendall(b"GET /here HTTP/1.1\r\nHost: x\r\n\r\n")
            assert answer(sock)[2] == b"here"
        with ask(server, head, chunked(*[b"x" * 100] * 11)) as sock:
            assert answer(sock)[0] == 413
    assert server.complaints == []


@pytest.mark.parametrize("path", ["/whole", "/stream"])
def test_a_client_that_leaves_in_the_middle_of_its_body_is_noticed_silently(path: str) -> None:
    api, told = taking()
    with served(api) as server:
        for headers in ("Content-Length: 500", "Transfer-Encoding: chunked"):
            told.clear()
            with ask(server, f"POST {path} HTTP/1.1\nHost: x\n{headers}", b"5\r\nhello\r\n"):
                pass
            eventually(lambda: told == ["gone"])
        connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        connection.request("GET", "/here")
        assert connection.getresponse().read() == b"here"
        connection.close()
    assert server.complaints == []


def test_a_connection_stays_in_step_after_head_and_after_bodies_that_nobody_read() -> None:
    api, _ = taking()
    with served(api) as server, ask(server, "HEAD /here HTTP/1.1\nHost: x") as sock:
        status, headers, body = answer(sock, "HEAD")
        assert (status, headers["content-length"], body) == (200, "4", b"")
        sock.sendall(b"GET /here HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answer(sock)[2] == b"here"
        sock.sendall(b"POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
        assert answer(sock)[2] == b"not read"
        sock.sendall(b"GET /here HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answer(sock)[2] == b"here"
    assert server.complaints == []


def test_requests_in_a_pipeline_are_answered_in_order() -> None:
    api, _ = taking()
    several = (
        b"GET /here HTTP/1.1\r\nHost: x\r\n\r\n"
        b"POST /whole HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
        b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    with served(api) as server, server.connect() as sock:
        sock.sendall(several)
        stream = sock.makefile("rb")
        statuses: list[int] = []
        for _ in range(3):
            statuses.append(int(stream.readline().split()[1]))
            length = 0
            while (line := stream.readline().strip().lower()) != b"":
                if line.startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            stream.read(length)
        stream.close()
    assert statuses == [200, 200, 404]
    assert server.complaints == []


@pytest.mark.parametrize("path", ["/whole", "/stream", "/unread"])
def test_after_a_413_nothing_of_the_body_is_taken_for_a_request(path: str) -> None:
    api, _ = taking()
    smuggled = b"GET /here HTTP/1.1\r\nHost: x\r\n\r\n"
    body = smuggled * (CAP // len(smuggled) + 2)
    with served(api) as server:
        with ask(server, f"POST {path} HTTP/1.1\nHost: x\nContent-Length: {len(body)}", body) as sock:
            assert answer(sock)[0] == 413
            try:
                sock.sendall(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
                sock.shutdown(socket.SHUT_WR)
                rest = b"".join(iter(lambda: sock.recv(65536), b""))
            except ConnectionError:
                rest = b""
        assert b"200 OK" not in rest
        assert rest == b"" or rest.startswith(b"HTTP/1.1 404")
    assert server.complaints == []


def test_a_client_that_leaves_before_its_answer_leaves_the_log_silent() -> None:
    api = API()
    asked, left, ended = (threading.Event() for _ in range(3))

    @api.get("/slow")
    async def slow() -> str:
        asked.set()
        assert await asyncio.to_thread(left.wait, PATIENCE)
        ended.set()
        return "x" * 100_000

    with served(api) as server:
        with ask(server, "GET /slow HTTP/1.1\nHost: x"):
            assert asked.wait(PATIENCE)
        left.set()
        assert ended.wait(PATIENCE)
    assert server.complaints == []


WORKING = """\
from __future__ import annotations

import asyncio
import time
from pathlib import Path

from responder import API, Response

api = API()
go = Path("go")


@api.on_event("shutdown")
async def last() -> None:
    print("down", flush=True)


@api.dependency()
async def seat():
    yield "seat"
    print("left", flush=True)


@api.get("/slow")
async def slow(resp: Response, *, seat: str) -> str:
    resp.background(note)
    print("asked", flush=True)
    while not go.exists():
        await asyncio.sleep(0.01)
    return "done"


@api.get("/blocking")
def blocking(*, seat: str) -> str:
    print("asked", flush=True)
    while not go.exists():
        time.sleep(0.01)
    return "done"


async def note() -> None:
    await asyncio.sleep(0.1)
    print("noted", flush=True)


api.run(port=0)
"""


@pytest.mark.parametrize(
    ("path", "said"), [("/slow", ["left", "noted", "down"]), ("/blocking", ["left", "down"])]
)
def test_sigterm_lets_what_is_in_flight_finish(path: str, said: list[str], tmp_path: Path) -> None:
    with Process(tmp_path, WORKING) as program:
        with ask(program, f"GET {path} HTTP/1.1\nHost: x") as sock:
            program.wait_for("^asked$")
            program.terminate()
            program.wait_for("Shutting down")
            (tmp_path / "go").touch()
            assert answer(sock)[::2] == (200, b"done")
        assert program.wait() in (0, -signal.SIGTERM)
        assert [line for line in program.lines if line in ("left", "noted", "down")] == said
