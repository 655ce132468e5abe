"""Static files, and the single page that answers what nothing else does."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from responder import API, ConfigurationError
from tests.tour.support import call


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with `static/`."""
    monkeypatch.chdir(tmp_path)
    static = tmp_path / "static"
    (static / "css").mkdir(parents=True)
    (static / "index.html").write_text("<h1>app</h1>")
    (static / "css" / "site.css").write_text("body { color: red }\n" * 100)
    (tmp_path / "secret.txt").write_text("secret")
    return static


def test_the_usual_directory_is_served_when_it_exists(site: Path) -> None:
    api = API(gzip=False)
    answer = api.requests.get("/static/css/site.css")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert answer.text == (site / "css" / "site.css").read_text()
    again = api.requests.get("/static/css/site.css", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = {"If-Modified-Since": answer.headers["last-modified"]}
    assert api.requests.get("/static/css/site.css", headers=since).status_code == 304
    head = api.requests.head("/static/css/site.css")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == answer.headers["content-length"]


def test_without_the_usual_directory_nothing_is_served_and_none_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    api = API()
    assert api.requests.get("/static/a.txt").status_code == 404
    assert list(tmp_path.iterdir()) == []
    more = tmp_path / "more"
    more.mkdir()
    (more / "a.txt").write_text("a")
    api.static_app.add_directory(more)
    assert api.requests.get("/static/a.txt").text == "a"


def test_a_named_directory_must_exist(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        API(static_dir=tmp_path / "nowhere")
    with pytest.raises(ConfigurationError, match="nowhere"):
        API(static_dir=str(tmp_path / "nowhere"))


def test_static_files_can_be_off_or_elsewhere(site: Path) -> None:
    off = API(static_dir=None)
    assert off.requests.get("/static/index.html").status_code == 404
    with pytest.raises(ConfigurationError, match="off"):
        off.static_app.add_directory(site)
    moved = API(static_dir=site, static_route="/assets/")
    assert moved.requests.get("/assets/index.html").text == "<h1>app</h1>"
    assert moved.requests.get("/static/index.html").status_code == 404


def test_a_later_change_of_the_working_directory_moves_nothing(site: Path) -> None:
    api = API()
    os.chdir("/")
    assert api.requests.get("/static/index.html").status_code == 200


def test_at_the_root_files_come_after_routes(site: Path) -> None:
    api = API(static_route=None)

    @api.get("/hello")
    def hello(req, resp):
        resp.text = "hello"

    assert api.requests.get("/index.html").text == "<h1>app</h1>"
    assert api.requests.get("/hello").text == "hello"
    assert api.requests.post("/hello").status_code == 405
    assert api.requests.get("/nothing").json()["title"] == "Not Found"


def test_a_missing_file_is_a_problem_and_only_reading_is_allowed(site: Path) -> None:
    api = API()
    missing = api.requests.get("/static/none.css")
    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/problem+json"
    posted = api.requests.post("/static/index.html")
    assert (posted.status_code, posted.headers["allow"]) == (405, "GET, HEAD")
    assert api.requests.get("/static/css").status_code == 404
    assert api.requests.get("/static/").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/static/../secret.txt",
        "/static/css/../../secret.txt",
        "/static//etc/passwd",
        "/static/link.txt",
        "/static/a\0b",
        "/static/" + "x" * 5000,
        "/static/pipe",
        "/static/css/site.css/more",
    ],
)
def test_nothing_outside_the_directory_and_nothing_but_files(site: Path, path: str) -> None:
    (site / "link.txt").symlink_to(site.parent / "secret.txt")
    os.mkfifo(site / "pipe")
    answer = call(API(), "GET", path)
    assert answer.status == 404
    assert b"secret" not in answer.body


def test_ranges_of_a_static_file(site: Path) -> None:
    api = API()
    part = api.requests.get("/static/index.html", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.text) == (206, "<h1>")
    assert part.headers["content-range"] == "bytes 0-3/12"
    assert api.requests.get("/static/index.html", headers={"Range": "bytes=50-"}).status_code == 416
    assert api.requests.get("/static/index.html", headers={"Range": "lines=1"}).text == "<h1>app</h1>"


def test_static_files_are_compressed_with_a_weak_tag(site: Path) -> None:
    api = API()
    answer = call(api, "GET", "/static/css/site.css", headers=[(b"accept-encoding", b"gzip")])
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["etag"].startswith("W/")
    assert "Accept-Encoding" in answer.headers["vary"]
    assert gzip.decompress(answer.body) == (site / "css" / "site.css").read_bytes()


def test_a_second_directory_is_searched_after_the_first(site: Path, tmp_path: Path) -> None:
    extra = tmp_path / "extra"
    extra.mkdir()
    (extra / "index.html").write_text("other")
    (extra / "new.txt").write_text("new")
    api = API()
    api.static_app.add_directory(extra)
    assert api.requests.get("/static/new.txt").text == "new"
    assert api.requests.get("/static/index.html").text == "<h1>app</h1>"
    with pytest.raises(FileNotFoundError):
        api.static_app.add_directory(tmp_path / "gone")


def test_a_file_that_goes_while_we_serve_is_a_404(site: Path) -> None:
    api = API()
    (site / "index.html").unlink()
    assert api.requests.get("/static/index.html").status_code == 404


# --- single pages


def test_a_single_page_application_answers_what_nothing_else_does(site: Path) -> None:
    api = API(static_dir=None)
    api.spa(site, exclude=["/api"])

    @api.get("/api/items")
    def items(req, resp):
        resp.media = []

    for path in ("/", "/users/7", "/apiary"):
        page = api.requests.get(path)
        assert (page.status_code, page.text) == (200, "<h1>app</h1>")
        assert page.headers["cache-control"] == "no-cache"
    assert api.requests.get("/css/site.css").headers["content-type"].startswith("text/css")
    assert "cache-control" not in api.requests.get("/css/site.css").headers
    assert api.requests.get("/api/items").json() == []
    assert api.requests.post("/api/items").status_code == 405
    assert api.requests.get("/api/other").json()["title"] == "Not Found"
    assert api.requests.post("/users/7").status_code == 404
    assert api.requests.get("/api/items/", follow_redirects=False).status_code == 307


def test_a_single_page_application_below_a_prefix(site: Path) -> None:
    api = API(static_dir=None)
    api.spa(site, prefix="/admin")
    assert api.requests.get("/admin/users").text == "<h1>app</h1>"
    assert api.requests.get("/admin/css/site.css").status_code == 200
    assert api.requests.get("/elsewhere").status_code == 404


def test_what_is_wrong_with_a_single_page_is_told_at_once(site: Path) -> None:
    api = API()
    with pytest.raises(FileNotFoundError):
        api.spa("nowhere")
    with pytest.raises(ConfigurationError, match="exclude"):
        api.spa(site, exclude=["api"])
    with pytest.raises(ConfigurationError, match="list"):
        api.spa(site, exclude="/api")
    api.spa(site)
    with pytest.raises(ConfigurationError, match="already"):
        api.spa(site)


def test_a_page_that_is_not_there_is_a_404(site: Path) -> None:
    api = API()
    api.spa(site, index="none.html")
    assert api.requests.get("/anything").status_code == 404


def test_a_route_without_an_endpoint_serves_the_index_where_that_is_wanted(site: Path) -> None:
    api = API(implicit_static_fallback=True)
    api.add_route("/", static=True)
    assert api.requests.get("/").text == "<h1>app</h1>"
    assert api.requests.get("/any/path").text == "<h1>app</h1>"
    assert api.requests.get("/css/site.css").text == "<h1>app</h1>"
    assert api.requests.get("/static/css/site.css").headers["content-type"].startswith("text/css")
    assert api.requests.get("/static/none").status_code == 404


def test_a_route_without_an_endpoint_is_refused_otherwise(site: Path) -> None:
    with pytest.raises(ValueError, match=r"endpoint|handler|callable"):
        API().add_route("/", static=True)
    with pytest.raises(ValueError, match="off"):
        API(implicit_static_fallback=True, static_dir=None).add_route("/", static=True)


def test_a_websocket_to_a_static_path_is_closed(site: Path) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), API().requests.websocket_connect("/static/index.html"):
        pass
