"""The documentation pages as they are served: what they load, from where, and what a browser may keep."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import hashlib
import re
from collections.abc import Callable
from typing import get_args

import pytest
from typing_extensions import Unpack

from responder import API, Request, Response, RouteError
from responder._serve.options import OpenAPITheme
from responder.api import ApiOptions
from responder.ext.openapi.pages import Pages
from responder.ext.openapi.pages_html import policy
from responder.ext.openapi.pages_pinned import PROGRAMS
from tests.openapi.needs import need_packed_files
from tests.tour.support import Answer, call

THEMES: tuple[OpenAPITheme, ...] = get_args(OpenAPITheme)
PACKED = tuple(theme for theme in THEMES if PROGRAMS[theme].packed)
FROM_OUTSIDE = tuple(theme for theme in THEMES if theme not in PACKED)


def served(theme: OpenAPITheme = "swagger_ui", **options: Unpack[ApiOptions]) -> API:
    given: ApiOptions = {"docs_route": "/docs", "openapi_theme": theme}
    return API(**(given | options))


def text_of(answer: Answer) -> str:
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.body.decode()


def page(theme: OpenAPITheme = "swagger_ui", *, root_path: str = "", **options: Unpack[ApiOptions]) -> str:
    return text_of(call(served(theme, **options), "GET", "/docs", root_path=root_path))


def loaded(text: str) -> list[str]:
    """The style sheets and scripts of a page."""
    return re.findall(r'<(?:link rel="stylesheet" href|script defer src)="([^"]+)"', text)


@pytest.mark.parametrize("theme", THEMES)
def test_a_page_names_the_service_and_its_document(theme: OpenAPITheme) -> None:
    text = page(theme, title="Shop", version="1.2")
    assert "<title>Shop 1.2</title>" in text
    assert '="/schema.yml"' in text


@pytest.mark.parametrize("theme", THEMES)
def test_a_title_or_a_path_is_text_and_never_markup(theme: OpenAPITheme) -> None:
    text = page(
        theme, title="</title><script>alert(1)</script>", openapi_route='/a"><script>x', version="&lt;"
    )
    assert "<script>" not in text
    assert "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;</title>" in text


@pytest.mark.parametrize("theme", THEMES)
def test_no_page_holds_a_script_of_its_own(theme: OpenAPITheme) -> None:
    text = page(theme)
    for script in re.findall(r"<script[^>]*>", text):
        assert 'src="' in script
    assert not re.search(r"<script[^>]*>[^<]", text)
    assert not re.search(r"\son\w+=", text)


@pytest.mark.defect(39)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("root_path", ["/behind", "/behind/", "//behind"])
def test_every_url_of_a_page_keeps_the_prefix_that_a_proxy_took_away(
    theme: OpenAPITheme, root_path: str
) -> None:
    text = page(theme, root_path=root_path)
    own = [url for url in re.findall(r'="(/[^"]*)"', text) if not url.startswith("https:")]
    assert own
    assert [url for url in own if not url.startswith("/behind/")] == []


@pytest.mark.parametrize(
    "root_path", ["//evil.example", "/\\evil.example", "\\\\evil.example", '/"><script>x']
)
def test_a_prefix_can_name_no_host_and_end_no_attribute(root_path: str) -> None:
    for url in loaded(page(root_path=root_path)):
        assert re.match(r"/[\w%.-]+/", url)
        assert not url.startswith(("//", "/\\"))


def test_a_mounted_application_serves_its_own_page() -> None:
    outer, inner = API(), served("redoc")
    outer.mount("/inner", inner)
    text = text_of(call(outer, "GET", "/inner/docs"))
    assert 'spec-url="/inner/schema.yml"' in text


@pytest.mark.parametrize("route", ["/", "/docs/", "/a/b"])
def test_a_page_may_be_anywhere(route: str) -> None:
    need_packed_files()
    api = API(docs_route=route)
    for url in loaded(text_of(call(api, "GET", route))):
        assert call(api, "GET", url).status == 200


@pytest.mark.defect(39)
@pytest.mark.parametrize("theme", FROM_OUTSIDE)
def test_what_another_host_serves_is_pinned_and_checked_by_the_browser(theme: OpenAPITheme) -> None:
    check_pinned(page(theme))


@pytest.mark.parametrize("theme", PACKED)
def test_without_the_packed_files_the_same_versions_come_from_another_host(theme: OpenAPITheme) -> None:
    text = shown(lacking_files(theme), "show")
    check_pinned(text)
    assert f"{PROGRAMS[theme].package}@0.0.1/" in text


def test_the_page_after_a_login_is_pinned_too() -> None:
    check_pinned(shown(lacking_files("swagger_ui"), "redirect"))


def check_pinned(text: str) -> None:
    outside = re.findall(r'<[^>]*"https://[^>]*>', text)
    assert outside
    for element in outside:
        assert re.search(r'="https://cdn\.jsdelivr\.net/npm/(@\w+/)?[\w-]+@\d+\.\d+\.\d+/[\w./-]+"', element)
        assert re.search(r' integrity="sha384-[A-Za-z0-9+/]{64}" crossorigin="anonymous"', element)


def lacking_files(theme: OpenAPITheme) -> Pages:
    """The pages of a version that nobody has packed."""
    program = dataclasses.replace(PROGRAMS[theme], version="0.0.1")
    return Pages(program, theme=theme, title="T", schema="/schema.yml", docs_route="/docs")


def shown(pages: Pages, which: str) -> str:
    api = API()
    handlers: dict[str, Callable[[Request, Response], None]] = {
        "show": pages.show,
        "redirect": pages.redirect,
    }
    api.add_route("/docs", handlers[which])
    return text_of(call(api, "GET", "/docs"))


@pytest.mark.parametrize("theme", PACKED)
def test_a_packed_page_names_no_other_host(theme: OpenAPITheme) -> None:
    need_packed_files()
    text = page(theme)
    assert "//" not in text.replace("<!doctype html>", "")
    answer = call(served(theme), "GET", "/docs")
    assert "//" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("theme", PACKED)
def test_packed_files_are_the_pinned_bytes_sent_as_gzip(theme: OpenAPITheme) -> None:
    need_packed_files()
    api, hashes = served(theme), {file.name: file.integrity for file in PROGRAMS[theme].files}
    for url in loaded(page(theme)):
        name = url.rpartition("/")[2]
        if name not in hashes:
            continue
        packed = call(api, "GET", url, headers=[(b"accept-encoding", b"br, gzip;q=0.5")])
        plain = call(api, "GET", url)
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
        assert int(packed.headers["content-length"]) == len(packed.body) < len(plain.body) / 3
        assert gzip.decompress(packed.body) == plain.body
        assert integrity(plain.body) == hashes[name]
        assert packed.headers["etag"] != plain.headers["etag"]


def integrity(body: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()


@pytest.mark.parametrize("refusal", [b"gzip;q=0", b"gzip; q=0.000", b"identity", b"", b"x;q=1, gzip;q=0.0"])
def test_who_takes_no_gzip_gets_none(refusal: bytes) -> None:
    need_packed_files()
    url = loaded(page())[0]
    answer = call(served(), "GET", url, headers=[(b"accept-encoding", refusal)])
    assert "content-encoding" not in answer.headers
    assert answer.body.startswith(b".swagger-ui")


def test_files_may_be_kept_for_ever_and_pages_are_asked_for_again() -> None:
    need_packed_files()
    api = served()
    for url in loaded(page()):
        answer = call(api, "GET", url, headers=[(b"accept-encoding", b"gzip")])
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        kept = [(b"if-none-match", answer.headers["etag"].encode()), (b"accept-encoding", b"gzip")]
        assert call(api, "GET", url, headers=kept).status == 304
    shown = call(api, "GET", "/docs")
    assert shown.headers["cache-control"] == "no-cache"
    tag = [(b"if-none-match", shown.headers["etag"].encode())]
    assert call(api, "GET", "/docs", headers=tag).status == 304


def test_files_say_what_they_are() -> None:
    need_packed_files()
    types = {
        url.rpartition(".")[2]: call(served(), "GET", url).headers["content-type"] for url in loaded(page())
    }
    assert types == {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


@pytest.mark.parametrize("theme", PACKED)
def test_licences_go_along_with_the_files(theme: OpenAPITheme) -> None:
    need_packed_files()
    program = PROGRAMS[theme]
    answer = call(served(theme), "GET", f"/docs/assets/{program.folder}/LICENSE")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert b"icense" in answer.body
    for licence in program.licences:
        assert call(served(theme), "GET", f"/docs/assets/{program.folder}/{licence.name}").status == 200


def test_nothing_else_is_below_the_page() -> None:
    for path in ("/docs/assets", "/docs/assets/", "/docs/assets/../pages.py", "/docs/assets/%2e%2e/pages.py"):
        assert call(served(), "GET", path).status in (404, 307)


@pytest.mark.parametrize("theme", THEMES)
def test_the_policy_of_a_page_lets_its_own_program_run_and_no_other_script(theme: OpenAPITheme) -> None:
    answer = call(
        served(theme, security_headers={"content_security_policy": "default-src 'none'"}), "GET", "/docs"
    )
    rules = dict(rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; "))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in rules["script-src"]
    assert rules["script-src"].split()[0] == "'self'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert policy(theme, packed=True).count("https:") == 0


def test_pages_are_open_and_in_no_document() -> None:
    class Nobody:
        async def __call__(self, connection: object) -> None:
            raise AssertionError("asked")

    api = served(auth=Nobody())
    assert call(api, "GET", "/docs").status == 200
    assert [route.path for route in api.operations if route.settings.include_in_schema] == []


def test_an_application_without_docs_route_has_no_page() -> None:
    assert call(API(), "GET", "/docs").status == 404


def test_a_route_of_the_users_at_the_same_path_is_refused() -> None:
    api = served()
    with pytest.raises(RouteError, match="/docs"):
        api.add_route("/docs", lambda: "mine", methods=["GET"])
