"""The documentation pages in headless Chromium: what a reader sees, and what the buttons do.

They look at the elements of a page, never at its pixels.  No page may reach another host: what it asks of the
content network is answered from copies, which the browser checks against the page's integrity hashes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from responder import API
from tests.openapi.needs import need_node_tools, need_packed_files
from tests.openapi.sample.access import TOKEN
from tests.openapi.sample.app import VERSIONS, make

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Opened

WEBHOOK = "Sent when an item was made."
VERBS = frozenset({"get", "put", "post", "delete", "patch", "head", "options", "trace"})


def summaries(api: API) -> list[str]:
    """What the document of an application calls its operations."""
    paths = json.loads(api.openapi.to_json())["paths"]
    return [one["summary"] for item in paths.values() for verb, one in item.items() if verb in VERBS]


def routed(shown: list[str]) -> list[str]:
    """What a page shows but webhooks, which some programs show in some versions."""
    return sorted(text for text in shown if WEBHOOK not in text)


def opened_operation(page: Page, path: str) -> Locator:
    """One operation of Swagger UI, unfolded."""
    block = page.locator(".opblock", has=page.locator(f"[data-path='{path}']")).first
    block.locator("button.opblock-summary-control").first.click()
    block.get_by_role("button", name="Try it out").click()
    return block


def answer(block: Locator) -> tuple[str, str]:
    """Execute an operation of Swagger UI; gives the status and the body that it shows."""
    block.get_by_role("button", name="Execute").click()
    shown = block.locator(".live-responses-table tr.response").first
    shown.wait_for()
    status = shown.locator(".response-col_status").first.inner_text()
    return status.split()[0], shown.locator(".response-col_description").first.inner_text()


@pytest.mark.parametrize("version", VERSIONS)
def test_swagger_ui_shows_every_operation(opened: Opened, version: str) -> None:
    need_packed_files()
    api = make(version)
    with opened(api, "/docs") as visit:
        visit.page.locator(".opblock").first.wait_for()
        shown = visit.page.locator(".opblock .opblock-summary-description").all_inner_texts()
        assert routed(shown) == sorted(summaries(api))
        assert visit.page.title() == "Sample 1.2.3"
        assert visit.page.locator(".errors-wrapper").count() == 0
        assert (visit.strangers, visit.faults) == ([], [])


def test_try_it_out_asks_the_real_server(opened: Opened) -> None:
    need_packed_files()
    with opened(make(), "/docs") as visit:
        block = opened_operation(visit.page, "/scaled/{factor}/{rest}")
        block.locator("tr[data-param-name='factor'] input").fill("2.5")
        block.locator("tr[data-param-name='rest'] input").fill("x")
        status, body = answer(block)
        assert status == "200"
        assert '"factor": 2.5' in body
        assert (visit.strangers, visit.faults) == ([], [])


def test_try_it_out_works_behind_a_prefix(opened: Opened) -> None:
    need_packed_files()
    outer = API()
    outer.mount("/inner", make())
    with opened(outer, "/inner/docs") as visit:
        block = opened_operation(visit.page, "/traffic/text")
        status, body = answer(block)
        assert status == "200"
        assert "plain words" in body


def test_the_authorize_button_sends_what_was_entered(opened: Opened) -> None:
    need_packed_files()
    with opened(make(), "/docs") as visit:
        block = opened_operation(visit.page, "/access/me")
        assert answer(block)[0] == "401"
        visit.page.locator(".scheme-container .btn.authorize").click()
        dialog = visit.page.locator(".modal-ux")
        scheme = dialog.locator(".auth-container", has_text="bearerAuth")
        scheme.locator("input").fill(TOKEN)
        scheme.locator("button.authorize").click()
        scheme.locator("button.btn-done").click()
        block.get_by_role("button", name="Execute").click()
        visit.page.get_by_text('"name": "token"').first.wait_for()


@pytest.mark.parametrize("version", VERSIONS)
def test_redoc_shows_every_operation(opened: Opened, version: str) -> None:
    need_packed_files()
    api = make(version, "redoc")
    with opened(api, "/docs") as visit:
        visit.page.locator("[data-section-id*='operation/']").first.wait_for()
        shown = visit.page.locator("[data-section-id*='operation/'] h2").all_inner_texts()
        names = [text.strip().removesuffix("Deprecated").strip() for text in shown]
        assert routed(names) == sorted(summaries(api))
        assert (visit.strangers, visit.faults) == ([], [])


def test_the_search_of_redoc_finds_an_operation(opened: Opened) -> None:
    need_packed_files()
    with opened(make(theme="redoc"), "/docs") as visit:
        visit.page.get_by_placeholder("Search...").fill("calls")
        visit.page.locator("[data-role='search:results'] li").first.wait_for()
        assert visit.faults == []


def test_rapidoc_shows_every_operation(opened: Opened) -> None:
    api = make(theme="rapidoc")
    with opened(api, "/docs", need_node_tools() / "pages") as visit:
        visit.page.locator("rapi-doc .nav-bar-path").first.wait_for()
        shown = visit.page.locator("rapi-doc .nav-bar-path").all_inner_texts()
        assert routed([text.strip() for text in shown]) == sorted(summaries(api))
        assert (visit.strangers, visit.faults) == ([], [])


def test_elements_shows_the_operations_of_a_tag(opened: Opened) -> None:
    api = make(theme="elements")
    with opened(api, "/docs", need_node_tools() / "pages") as visit:
        visit.page.locator("[title='traffic']").first.click()
        visit.page.locator("[title='Download words.']").first.wait_for()
        assert (visit.strangers, visit.faults) == ([], [])


def test_scalar_shows_the_operations_of_a_tag(opened: Opened) -> None:
    api = make(theme="scalar")
    with opened(api, "/docs", need_node_tools() / "pages") as visit:
        visit.page.get_by_text("List items.").first.wait_for()
        assert (visit.strangers, visit.faults) == ([], [])
