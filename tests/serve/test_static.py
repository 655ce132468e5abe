"""Static files by themselves, in an application of any make."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from responder import API
from responder.staticfiles import StaticFiles
from tests.tour.support import call


def test_starlettes_options_still_work(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.html").write_text("docs")
    (tmp_path / "404.html").write_text("gone")
    app = Starlette(routes=[Mount("/", StaticFiles(directory=tmp_path, html=True))])
    client = TestClient(app)
    assert client.get("/docs/").text == "docs"
    assert client.get("/docs", follow_redirects=False).status_code == 307
    missing = client.get("/nothing")
    assert (missing.status_code, missing.text) == (404, "gone")


def test_links_may_be_followed_where_that_is_wanted(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (tmp_path / "outside.txt").write_text("outside")
    (site / "link.txt").symlink_to(tmp_path / "outside.txt")
    api = API(static_dir=None)
    api.mount("/strict", StaticFiles(directory=site))
    api.mount("/follows", StaticFiles(directory=site, follow_symlink=True))
    assert call(api, "GET", "/strict/link.txt").status == 404
    assert call(api, "GET", "/follows/link.txt").body == b"outside"


def test_a_directory_is_checked_unless_it_comes_later(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        StaticFiles(directory=tmp_path / "later")
    files = StaticFiles(directory=tmp_path / "later", check_dir=False)
    api = API(static_dir=None)
    api.mount("/files", files)
    with api.requests as client:
        assert client.get("/files/a.txt").status_code == 404
        (tmp_path / "later").mkdir()
        (tmp_path / "later" / "a.txt").write_text("a")
        assert client.get("/files/a.txt").text == "a"


def test_a_file_swapped_for_a_link_after_the_look_is_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (site / "a.txt").write_text("a")
    files = StaticFiles(directory=site)
    looked = files.lookup_path("a.txt")
    (site / "a.txt").unlink()
    (site / "a.txt").symlink_to(tmp_path / "secret.txt")

    def lookup(path: str) -> tuple[str, os.stat_result | None]:
        return looked

    monkeypatch.setattr(files, "lookup_path", lookup)
    api = API(static_dir=None)
    api.mount("/files", files)
    answer = call(api, "GET", "/files/a.txt")
    assert answer.status == 404
    assert b"secret" not in answer.body
