"""Files over a real socket: ranges, resuming, and clients that hang up in the middle."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest

from responder import API, Request, Response
from tests.sockets.servers import Connection, serving

CONTENT = os.urandom(20_000_000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("files")
    (made / "large.bin").write_bytes(CONTENT)
    return made


@pytest.fixture
def api(folder: Path) -> API:
    api = API()

    @api.get("/files/{name:path}")
    def serve(req: Request, resp: Response, *, name: str) -> None:
        resp.download(name, root=folder)

    return api


def test_a_download_is_resumed_where_it_broke_off(api: API) -> None:
    with serving(api) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        with client.stream("GET", "/files/large.bin") as first:
            begun = next(first.iter_bytes(100_000))
            etag, date = first.headers["etag"], first.headers["last-modified"]
        assert etag.startswith("W/")
        headers = {"Range": f"bytes={len(begun)}-", "If-Range": date}
        rest = client.get("/files/large.bin", headers=headers)
        assert rest.status_code == 206
        assert begun + rest.content == CONTENT
        several = client.get("/files/large.bin", headers={"Range": "bytes=0-9,500000-1500000,-10"})
        assert several.status_code == 206
        for piece in (CONTENT[:10], CONTENT[500_000:1_500_001], CONTENT[-10:]):
            assert piece in several.content
        assert client.get("/files/large.bin", headers={"Range": "bytes=20000000-"}).status_code == 416


def test_a_connection_stays_in_step_after_answers_without_body(api: API) -> None:
    with serving(api) as port:
        connection = Connection(port)
        connection.get("/files/large.bin", "Range: bytes=99999999-")
        assert connection.until(b"\r\n\r\n").startswith(b"HTTP/1.1 416")
        connection.get("/files/nope")
        head = connection.until(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 404")
        connection.exactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
        connection.get("/files/large.bin", "Range: bytes=5-14")
        assert connection.until(b"\r\n\r\n").startswith(b"HTTP/1.1 206")
        assert connection.exactly(10) == CONTENT[5:15]
        connection.leave()


def test_a_client_that_hangs_up_leaves_no_descriptor_open(api: API) -> None:
    with serving(api) as port:

        def opened() -> int:
            links = [f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd")]
            return sum(os.path.lexists(link) and "large.bin" in os.path.realpath(link) for link in links)

        for _ in range(5):
            connection = Connection(port, buffer=4096)
            connection.get("/files/large.bin")
            connection.until(b"\r\n\r\n")
            connection.exactly(1000)
            connection.leave()
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            for _ in range(200):
                client.get("/files/nope")
                if not opened():
                    break
        assert opened() == 0
