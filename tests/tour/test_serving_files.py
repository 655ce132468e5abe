"""Tour, "Serving Files"."""

from __future__ import annotations

from pathlib import Path

import pytest

import responder
from responder import API

CSV = b"id,name\n" + b"1,cat\n" * 200


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("reports", "photos", "data", "public"):
        (tmp_path / folder).mkdir()
    (tmp_path / "reports" / "annual.pdf").write_bytes(b"%PDF-1.7 " + b"x" * 1000)
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"\xff\xd8cat")
    (tmp_path / "data" / "export.csv").write_bytes(CSV)
    (tmp_path / "public" / "hello.txt").write_bytes(b"hello")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (tmp_path / "public" / "link.txt").symlink_to(tmp_path / "secret.txt")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def api(files: Path) -> API:
    api = responder.API()

    @api.route("/download")
    def download(req, resp):
        resp.file("reports/annual.pdf")

    @api.route("/image")
    def image(req, resp):
        resp.file("photos/cat.jpg", content_type="image/x-cat")

    @api.route("/export")
    def export(req, resp):
        resp.stream_file("data/export.csv")

    @api.route("/save")
    def save(req, resp):
        resp.download("reports/annual.pdf", filename="Annual Report.pdf")

    @api.route("/files/{name:path}")
    def serve(req, resp, *, name):
        resp.file(name, root=str(files / "public"))

    @api.route("/gone")
    async def gone(req, resp):
        resp.headers["X-Set"] = "before"
        resp.file("reports/missing.pdf")

    return api


def test_a_file_is_sent_with_the_type_of_its_name(api: API) -> None:
    answer = api.requests.get("/download")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-length"] == str(len(answer.content)) == "1009"
    assert api.requests.get("/image").headers["content-type"] == "image/x-cat"


def test_both_ways_understand_ranges(api: API) -> None:
    for path, start in (("/download", b"%PDF"), ("/export", b"id,n"), ("/save", b"%PDF")):
        answer = api.requests.get(path, headers={"Range": "bytes=0-3"})
        assert (answer.status_code, answer.content) == (206, start)
        several = api.requests.get(path, headers={"Range": "bytes=0-3,8-9"})
        assert several.status_code == 206
        assert several.headers["content-type"].startswith("multipart/byteranges; boundary=")
        beyond = api.requests.get(path, headers={"Range": "bytes=99999-"})
        assert (beyond.status_code, beyond.content) == (416, b"")


def test_a_text_file_is_compressed_for_those_who_take_that(api: API) -> None:
    answer = api.requests.get("/export")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == CSV
    plain = api.requests.get("/export", headers={"Accept-Encoding": "identity"})
    assert plain.headers["content-length"] == str(len(CSV))


def test_a_download_is_saved_under_its_name(api: API) -> None:
    answer = api.requests.get("/save")
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"Annual Report.pdf\"; filename*=UTF-8''Annual%20Report.pdf"
    )


def test_a_file_is_shown_and_still_has_a_name(api: API, files: Path) -> None:
    @api.get("/show")
    def show(req, resp):
        resp.download(files / "public" / "hello.txt", filename="né.txt", disposition="inline")

    @api.get("/wrong")
    def wrong(req, resp):
        resp.download(files / "public" / "hello.txt", disposition="inline; evil")

    answer = api.requests.get("/show")
    assert answer.headers["content-disposition"] == "inline; filename*=UTF-8''n%C3%A9.txt"
    with pytest.raises(ValueError, match="disposition"):
        api.requests.get("/wrong")


def test_head_is_answered_without_the_body(api: API) -> None:
    answer = api.requests.head("/download")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == "1009"


def test_a_root_can_not_be_left(api: API) -> None:
    assert api.requests.get("/files/hello.txt").content == b"hello"
    for path in (
        "/files/../secret.txt",
        "/files/%2e%2e/secret.txt",
        "/files/..%2fsecret.txt",
        "/files/%2e%2e%2fsecret.txt",
        "/files/%252e%252e%252fsecret.txt",
        "/files//etc/passwd",
        "/files/link.txt",
        "/files/hello.txt%00",
        "/files/%2e",
        "/files/" + "x" * 3000,
    ):
        answer = api.requests.get(path)
        assert answer.status_code == 404, path
        assert b"secret" not in answer.content.replace(b"secret.txt", b"")


@pytest.mark.defect(37)
def test_a_missing_file_is_a_404_that_starts_afresh(api: API) -> None:
    answer = api.requests.get("/gone")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "Not found"
    assert "x-set" not in answer.headers


def test_a_file_that_the_client_has_is_not_sent_again(api: API) -> None:
    first = api.requests.get("/download")
    for headers in (
        {"If-None-Match": first.headers["etag"]},
        {"If-Modified-Since": first.headers["last-modified"]},
        {"If-None-Match": first.headers["etag"], "Range": "bytes=0-1"},
    ):
        answer = api.requests.get("/download", headers=headers)
        assert (answer.status_code, answer.content) == (304, b"")


def test_resuming_sends_the_rest_of_the_same_file_only(api: API) -> None:
    first = api.requests.get("/download")
    rest = {"Range": "bytes=1000-", "If-Range": first.headers["last-modified"]}
    assert api.requests.get("/download", headers=rest).status_code == 206
    stale = {"Range": "bytes=1000-", "If-Range": "Sun, 06 Nov 1994 08:49:37 GMT"}
    assert len(api.requests.get("/download", headers=stale).content) == 1009
