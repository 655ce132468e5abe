"""Files on the wire: the jail, validators, ranges, compression, and who reads them."""

from __future__ import annotations

import asyncio
import gzip
import os
import re
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from responder._http import jail
from responder._http.files import CHUNK, FileBody, Handle, type_of
from responder._http.jail import NoSuchFile, open_regular
from responder._http.problems import Problem
from responder._http.ranges import Span
from responder._http.response import Response
from responder._http.sending import send_response
from tests.http.wire import PLAIN, Sent, send, with_options

if TYPE_CHECKING:
    from starlette.types import Message

TEXT = b"0123456789" * 30
BIG = os.urandom(3 * CHUNK + 17)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    inside = tmp_path / "public"
    (inside / "sub").mkdir(parents=True)
    (inside / "a.txt").write_bytes(TEXT)
    (inside / "big.bin").write_bytes(BIG)
    (inside / "empty.txt").write_bytes(b"")
    (inside / "sub" / "b.txt").write_bytes(b"inner")
    (inside / "%2e%2e").write_bytes(b"a name like any other")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (tmp_path / "public-secret").mkdir()
    (tmp_path / "public-secret" / "x.txt").write_bytes(b"secret")
    (inside / "out.txt").symlink_to(tmp_path / "secret.txt")
    (inside / "outdir").symlink_to(tmp_path)
    (inside / "in.txt").symlink_to("sub/b.txt")
    (inside / "indir").symlink_to("sub")
    (inside / "loop").symlink_to("loop")
    os.mkfifo(inside / "pipe")
    return inside


def of(root: Path, name: str, **options: object) -> Response:
    response: Response = Response()
    response.file(name, root=root, **options)  # type: ignore[arg-type]  # options of any kind
    return response


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", TEXT),
        ("/a.txt", TEXT),
        ("//a.txt", TEXT),
        ("./sub/../a.txt", TEXT),
        ("sub/b.txt", b"inner"),
        ("in.txt", b"inner"),
        ("indir/b.txt", b"inner"),
        ("%2e%2e", b"a name like any other"),
    ],
)
def test_what_is_inside_is_served(root: Path, name: str, content: bytes) -> None:
    assert send(of(root, name)).body == content


@pytest.mark.parametrize(
    "name",
    [
        "nope.txt",
        "",
        ".",
        "..",
        "/",
        "sub",
        "a.txt/",
        "a.txt/x",
        "../secret.txt",
        "sub/../../secret.txt",
        "/../secret.txt",
        "../public-secret/x.txt",
        "out.txt",
        "outdir/secret.txt",
        "outdir/public/a.txt/../../secret.txt",
        "loop",
        "pipe",
        "a.txt\0",
        "\0",
        "..%2fsecret.txt",
        "%2e%2e/secret.txt",
        "..\\secret.txt",
        "\ud800",
        "x" * 5000,
        "/".join("x" * 300),
        "/etc/passwd",
    ],
)
def test_everything_else_is_not_there(root: Path, name: str) -> None:
    with pytest.raises(Problem) as error:
        send(of(root, name))
    assert (error.value.status_code, error.value.detail) == (404, "Not found")


@pytest.mark.defect(37)
def test_a_missing_file_is_a_404_also_without_a_root(root: Path) -> None:
    for path in (root / "nope", root, root / "pipe", "/dev/null"):
        response: Response = Response()
        response.file(path)
        with pytest.raises(Problem) as error:
            send(response)
        assert error.value.status_code == 404


def test_a_socket_is_no_file(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        with pytest.raises(NoSuchFile):
            open_regular("s", tmp_path)


def test_a_folder_swapped_for_a_link_after_the_check_leads_nowhere(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolved = jail._resolved

    def swap(name: str, base: str) -> tuple[str, ...]:
        parts = resolved(name, base)
        (root / "sub").rename(root / "was")
        (root / "sub").symlink_to(root.parent)
        (root.parent / "b.txt").write_bytes(b"secret")
        return parts

    monkeypatch.setattr(jail, "_resolved", swap)
    with pytest.raises(NoSuchFile):
        open_regular("sub/b.txt", root)


def test_no_descriptor_stays_open(root: Path) -> None:
    send(of(root, "a.txt"))
    before = set(os.listdir("/proc/self/fd"))
    for name in ("a.txt", "big.bin", "empty.txt"):
        for headers in ((), (("range", "bytes=1-2"),), (("range", "bytes=9999999-"),)):
            send(of(root, name), "GET", headers)
            send(of(root, name), "HEAD", headers)
    for name in ("nope", "pipe", "sub", "out.txt"):
        with pytest.raises(Problem):
            send(of(root, name))
    assert set(os.listdir("/proc/self/fd")) == before


# --- what goes out


def test_a_file_has_type_length_and_validators(root: Path) -> None:
    sent = send(of(root, "a.txt"))
    assert (sent.status, sent.body) == (200, TEXT)
    assert sent.header("content-type") == b"text/plain"
    assert sent.header("content-length") == b"300"
    assert sent.header("accept-ranges") == b"bytes"
    stat = (root / "a.txt").stat()
    assert sent.header("etag") == f'W/"{300:x}-{stat.st_mtime_ns:x}"'.encode()
    assert re.fullmatch(rb"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT", sent.header("last-modified") or b"")


def test_what_the_handler_sets_wins(root: Path) -> None:
    response = of(root, "a.txt", content_type="image/jpeg")
    response.etag = "mine"
    response.headers["Content-Disposition"] = "inline"
    response.headers["Content-Length"] = "7"
    sent = send(response)
    assert sent.header("content-type") == b"image/jpeg"
    assert sent.header("etag") == b'"mine"'
    assert sent.header("content-disposition") == b"inline"
    assert sent.all("content-length") == [b"300"]
    response.mimetype = "text/x-own"
    assert send(response).header("content-type") == b"text/x-own"


def test_without_conditional_there_are_no_validators(root: Path) -> None:
    sent = send(of(root, "a.txt", conditional=False))
    assert sent.header("etag") is None
    assert sent.header("last-modified") is None


def test_head_reads_nothing_and_says_everything(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(handle: Handle, span: Span) -> bytes:
        raise AssertionError("read")

    monkeypatch.setattr(Handle, "read", never)
    sent = send(of(root, "big.bin"), "HEAD")
    assert sent.body == b""
    assert sent.header("content-length") == str(len(BIG)).encode()
    partial = send(of(root, "big.bin"), "HEAD", [("range", "bytes=0-9")])
    assert (partial.status, partial.header("content-length"), partial.body) == (206, b"10", b"")


def test_large_files_arrive_whole_in_large_chunks(root: Path) -> None:
    messages = received(of(root, "big.bin"))
    bodies = [message["body"] for message in messages[1:]]
    assert b"".join(bodies) == BIG
    assert [len(body) for body in bodies] == [CHUNK, CHUNK, CHUNK, 17, 0]


def test_a_chunk_size_of_ones_own(root: Path) -> None:
    response: Response = Response()
    response.stream_file(root / "a.txt", chunk_size=100)
    assert [len(message["body"]) for message in received(response)[1:]] == [100, 100, 100, 0]
    with pytest.raises(ValueError, match="chunk_size"):
        response.stream_file("x", chunk_size=0)


def received(
    response: Response, extensions: Iterable[str] = (), headers: Iterable[tuple[bytes, bytes]] = ()
) -> list[Message]:
    messages: list[Message] = []
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": list(headers),
        "extensions": {name: {} for name in extensions},
    }

    async def receive() -> Message:
        return await asyncio.Future()

    async def keep(message: Message) -> None:
        messages.append(message)

    asyncio.run(send_response(scope, receive, keep, None, response, PLAIN))
    return messages


PATHSEND = "http.response.pathsend"


def test_a_server_that_can_sends_large_files_itself(root: Path) -> None:
    response: Response = Response()
    response.file(root / "big.bin")
    start, sent = received(response, [PATHSEND])
    assert dict(start["headers"])[b"content-length"] == str(len(BIG)).encode()
    assert sent == {"type": PATHSEND, "path": str(root / "big.bin")}


def test_a_server_never_opens_a_name_from_a_client_nor_a_part(root: Path) -> None:
    response: Response = Response()
    response.file(root / "big.bin")
    for messages in (
        received(of(root, "big.bin"), [PATHSEND]),
        received(response, [PATHSEND], [(b"range", b"bytes=1-")]),
    ):
        assert all(message["type"] != PATHSEND for message in messages)


def test_a_file_that_shrinks_is_never_complete(root: Path) -> None:
    messages: list[Message] = []
    response = of(root, "big.bin")

    async def receive() -> Message:
        return await asyncio.Future()

    async def keep(message: Message) -> None:
        messages.append(message)
        os.truncate(root / "big.bin", CHUNK + 5)

    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/", "headers": []}
    with pytest.raises(OSError, match="shorter"):
        asyncio.run(send_response(scope, receive, keep, None, response, PLAIN))
    assert all(message.get("more_body") for message in messages[1:])


# --- conditions, ranges, compression


def test_a_client_that_has_it_gets_304_even_when_it_asks_for_a_range(root: Path) -> None:
    first = send(of(root, "a.txt"))
    etag, date = (first.header(name) or b"" for name in ("etag", "last-modified"))
    for headers in (
        [("if-none-match", etag.decode())],
        [("if-modified-since", date.decode())],
        [("if-none-match", etag.decode()), ("range", "bytes=0-1")],
    ):
        sent = send(of(root, "a.txt"), "GET", headers)
        assert (sent.status, sent.body, sent.header("etag")) == (304, b"", etag)
        assert sent.header("content-length") is None
        assert sent.header("accept-ranges") is None


def test_an_upload_against_another_version_is_412(root: Path) -> None:
    response = of(root, "a.txt")
    response.etag = "v2"
    sent = send(response, "PUT", [("if-match", '"v1"')])
    assert (sent.status, sent.body, sent.header("content-length")) == (412, b"", b"0")


def ranged(root: Path, header: str, name: str = "a.txt", *more: tuple[str, str]) -> Sent:
    return send(of(root, name), "GET", [("range", header), *more])


def test_one_range(root: Path) -> None:
    sent = ranged(root, "bytes=5-9")
    assert (sent.status, sent.body) == (206, b"56789")
    assert sent.header("content-range") == b"bytes 5-9/300"
    assert sent.header("content-length") == b"5"
    assert sent.header("content-type") == b"text/plain"


def test_a_range_over_several_chunks(root: Path) -> None:
    sent = ranged(root, f"bytes=7-{2 * CHUNK + 8}", "big.bin")
    assert sent.body == BIG[7 : 2 * CHUNK + 9]
    assert int(sent.header("content-length") or b"") == len(sent.body)


def test_several_ranges_are_one_multipart_body_of_exact_length(root: Path) -> None:
    sent = ranged(root, "bytes=0-1, 20-21,-2")
    assert sent.status == 206
    kind = (sent.header("content-type") or b"").decode()
    boundary = kind.removeprefix("multipart/byteranges; boundary=")
    assert kind != boundary
    expected = "".join(
        f"\r\n--{boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes {span}/300\r\n\r\n{text}"
        for span, text in (("0-1", "01"), ("20-21", "01"), ("298-299", "89"))
    )
    assert sent.body == f"{expected}\r\n--{boundary}--\r\n".encode()
    assert int(sent.header("content-length") or b"") == len(sent.body)
    assert sent.header("content-range") is None
    assert send(of(root, "a.txt"), "HEAD", [("range", "bytes=0-1,20-21")]).status == 206


def test_a_range_that_is_not_there_is_416(root: Path) -> None:
    sent = ranged(root, "bytes=300-")
    assert (sent.status, sent.body) == (416, b"")
    assert sent.header("content-range") == b"bytes */300"
    assert sent.header("content-length") == b"0"


@pytest.mark.parametrize("header", ["bytes=x", "lines=0-1", "bytes=" + ",".join(["0-0"] * 17)])
def test_a_range_nobody_understands_is_ignored(root: Path, header: str) -> None:
    sent = ranged(root, header)
    assert (sent.status, sent.body) == (200, TEXT)


def test_two_range_headers_are_ignored(root: Path) -> None:
    assert ranged(root, "bytes=0-1", "a.txt", ("range", "bytes=2-3")).status == 200


def test_an_empty_file_has_no_ranges(root: Path) -> None:
    sent = ranged(root, "bytes=0-1", "empty.txt")
    assert (sent.status, sent.body, sent.header("content-length")) == (200, b"", b"0")


def test_if_range_asks_for_the_same_version(root: Path) -> None:
    first = send(of(root, "a.txt"))
    date, etag = ((first.header(name) or b"").decode() for name in ("last-modified", "etag"))
    assert ranged(root, "bytes=0-1", "a.txt", ("if-range", date)).status == 206
    assert ranged(root, "bytes=0-1", "a.txt", ("if-range", "Sun, 06 Nov 1994 08:49:37 GMT")).status == 200
    # A weak tag does not promise the same bytes.
    assert ranged(root, "bytes=0-1", "a.txt", ("if-range", etag)).status == 200
    response = of(root, "a.txt")
    response.etag = "strong"
    headers = [("range", "bytes=0-1"), ("if-range", '"strong"')]
    assert send(response, "GET", headers).status == 206


def test_only_a_plain_read_is_sent_in_parts(root: Path) -> None:
    headers = [("range", "bytes=0-1")]
    assert send(of(root, "a.txt"), "POST", headers).body == TEXT
    missing = of(root, "a.txt")
    missing.status_code = 404
    sent = send(missing, "GET", headers)
    assert (sent.status, sent.body, sent.header("accept-ranges")) == (404, TEXT, None)
    gone = of(root, "a.txt")
    gone.status_code = 204
    sent = send(gone)
    assert (sent.status, sent.body, sent.header("content-type")) == (204, b"", None)


GZIP = [("accept-encoding", "gzip")]


def test_text_is_compressed_and_then_has_no_ranges(root: Path) -> None:
    (root / "page.html").write_bytes(TEXT * 10)
    sent = send(of(root, "page.html"), "GET", GZIP)
    assert sent.unpacked == TEXT * 10
    assert sent.header("content-encoding") == b"gzip"
    assert sent.header("vary") == b"Accept-Encoding"
    assert sent.header("accept-ranges") is None
    assert int(sent.header("content-length") or b"") == len(sent.body)
    plain = send(of(root, "page.html"))
    assert (plain.body, plain.header("vary")) == (TEXT * 10, b"Accept-Encoding")
    part = send(of(root, "page.html"), "GET", [*GZIP, ("range", "bytes=0-3")])
    assert (part.status, part.body, part.header("content-encoding")) == (206, b"0123", None)


def test_large_text_is_compressed_on_its_way(root: Path) -> None:
    content = b"<p>hello</p>\n" * 60_000
    (root / "large.html").write_bytes(content)
    sent = send(of(root, "large.html"), "GET", GZIP)
    assert gzip.decompress(sent.body) == content
    assert sent.header("content-length") is None
    assert send(of(root, "large.html"), "HEAD", GZIP).header("content-length") is None


def test_what_gains_nothing_or_is_small_is_left_alone(root: Path) -> None:
    for name in ("big.bin", "a.txt"):
        sent = send(of(root, name), "GET", GZIP)
        assert sent.header("content-encoding") is None
        assert sent.header("accept-ranges") == b"bytes"
    (root / "page.html").write_bytes(TEXT * 10)
    off = send(of(root, "page.html"), "GET", GZIP, with_options(gzip=False))
    assert (off.body, off.header("vary")) == (TEXT * 10, None)


def test_a_strong_tag_is_another_one_when_compressed(root: Path) -> None:
    (root / "page.html").write_bytes(TEXT * 10)
    response = of(root, "page.html")
    response.etag = "v1"
    assert send(response, "GET", GZIP).header("etag") == b'"v1-gzip"'
    assert send(response, "GET", [*GZIP, ("if-none-match", '"v1-gzip"')]).status == 304


# --- names and types


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.pdf", "application/pdf"),
        ("a.JPG", "image/jpeg"),
        ("a", "application/octet-stream"),
        ("a.unknown-ending", "application/octet-stream"),
        ("a.tar.gz", "application/gzip"),
        ("a.txt.xz", "application/x-xz"),
    ],
)
def test_the_type_follows_from_the_name(name: str, kind: str) -> None:
    assert type_of(name) == kind


def test_a_download_has_its_own_name_or_another(root: Path) -> None:
    response: Response = Response()
    response.download(root / "a.txt")
    assert send(response).header("content-disposition") == b'attachment; filename="a.txt"'
    response.download(root / "a.txt", filename="Größe.txt")
    assert send(response).header("content-disposition") == b"attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe.txt"
    assert send(response, "GET", [("range", "bytes=0-1")]).status == 206


def test_another_body_replaces_a_file_and_all_that_came_with_it(root: Path) -> None:
    response: Response = Response()
    response.download(root / "a.txt")
    response.text = "sorry"
    sent = send(response)
    assert sent.body == b"sorry"
    for name in ("accept-ranges", "content-disposition", "etag", "last-modified"):
        assert sent.header(name) is None
    response.file(root / "a.txt")
    assert response.text is None
    assert send(response).body == TEXT


def test_what_is_no_path_is_refused_where_it_is_written() -> None:
    response: Response = Response()
    for call in (response.file, response.stream_file, response.download):
        with pytest.raises(TypeError, match="A path must be"):
            call(7)  # type: ignore[arg-type]  # what is tested


def test_a_cancelled_opening_leaves_nothing_open(root: Path) -> None:
    handle = Handle()
    handle.open(FileBody(root / "a.txt"), 10)
    handle.close()
    handle.close()
    with pytest.raises(OSError):
        handle.read(Span(0, 1))
