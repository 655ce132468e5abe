"""A place to keep files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from examples.uploads.app import api


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("UPLOADS", str(tmp_path / "kept"))
    with api.test_client() as entered:
        yield entered


def test_the_declarations_are_sound() -> None:
    assert [str(finding) for finding in api.check()] == []


def test_files_of_a_form_are_kept_listed_and_given_back(client: TestClient) -> None:
    sent = client.post("/files", files=[("files", ("a.txt", b"hello")), ("files", ("b.bin", b"\0\1"))])
    assert sent.status_code == 201
    assert [(one["name"], one["size"]) for one in sent.json()] == [("a.txt", 5), ("b.bin", 2)]
    assert [one["name"] for one in client.get("/files").json()] == ["a.txt", "b.bin"]
    whole = client.get("/files/a.txt")
    assert (whole.content, whole.headers["content-disposition"].split(";")[0]) == (b"hello", "attachment")
    part = client.get("/files/a.txt", headers={"range": "bytes=1-2"})
    assert (part.status_code, part.content) == (206, b"el")


def test_a_body_is_kept_as_a_file_and_forgotten(client: TestClient) -> None:
    assert client.put("/files/big.bin", content=b"x" * 300_000).json()["size"] == 300_000
    assert client.delete("/files/big.bin").status_code == 204
    assert client.delete("/files/big.bin").status_code == 404
    assert client.get("/files/big.bin").status_code == 404


@pytest.mark.parametrize("name", ["../evil", ".hidden", "a/b", "x" * 101, "tab\t"])
def test_a_bad_name_is_refused_and_nothing_of_the_form_is_kept(client: TestClient, name: str) -> None:
    sent = client.post("/files", files=[("files", ("good.txt", b"1")), ("files", (name, b"2"))])
    assert sent.status_code == 422
    assert client.get("/files").json() == []


@pytest.mark.parametrize("name", ["..%2Fapp.py", "%2Fetc%2Fpasswd", "%2E%2E", "%00"])
def test_nothing_outside_is_given(client: TestClient, name: str) -> None:
    assert client.get(f"/files/{name}").status_code in (404, 422)


def test_what_is_too_large_is_refused(client: TestClient) -> None:
    headers = {"content-length": str(10**9)}
    assert client.put("/files/big.bin", content=b"", headers=headers).status_code == 413


def test_the_page_is_served(client: TestClient) -> None:
    assert "static/uploads.js" in client.get("/").text
    assert client.get("/static/uploads.js").status_code == 200
