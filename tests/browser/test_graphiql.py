"""GraphiQL in headless Chromium, from the endpoint's own files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from responder import API
from responder.ext.openapi.pages_files import packed_files
from responder.ext.openapi.pages_pinned import EXPLORER
from tests.ext.graphql_schemas import make_schema
from tests.openapi.needs import lacking

if TYPE_CHECKING:
    from tests.browser.conftest import Opened


@pytest.mark.parametrize(("prefix", "csrf"), [("", False), ("/inner", False), ("", True)])
def test_a_query_is_written_and_answered_with_no_other_host(opened: Opened, prefix: str, csrf: bool) -> None:
    if not all(packed_files(program) for program in EXPLORER):
        lacking("REQUIRE_NODE", "the files of GraphiQL are not packed: python scripts/pack_assets.py")
    api = outer = API(security_headers=True, csrf=csrf, session_https_only=False)
    if prefix:
        outer = API()
        outer.mount(prefix, api)
    api.graphql("/graphql", schema=make_schema())
    with opened(outer, f"{prefix}/graphql") as visit:
        page = visit.page
        page.locator(".graphiql-query-editor .CodeMirror").click()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text('{ hello(name: "ada") }')
        page.get_by_role("button", name="Execute query").click()
        page.locator(".result-window").get_by_text("Hello ada").wait_for()
        page.get_by_role("button", name="Show Documentation Explorer").click()
        page.locator(".graphiql-doc-explorer").get_by_text("Query", exact=True).first.wait_for()
        assert (visit.strangers, visit.faults) == ([], [])
