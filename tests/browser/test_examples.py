"""The pages of the examples, in headless Chromium."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from examples.chat.app import api as chat
from examples.live.app import api as live
from examples.uploads.app import api as uploads

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Opened


def enter(page: Page, name: str) -> None:
    """Come into the chat's first room."""
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Enter").click()
    page.get_by_text(f"In lobby as {name}").wait_for()


def another(page: Page) -> Page:
    """The same page once more, for somebody else."""
    browser = page.context.browser
    assert browser is not None
    other = browser.new_page()
    other.goto(page.url)
    return other


def test_two_people_talk_in_the_chat(opened: Opened) -> None:
    with opened(chat, "/") as visit:
        ada = visit.page
        enter(ada, "ada")
        bob = another(ada)
        enter(bob, "bob")
        ada.get_by_text("Here: ada, bob").wait_for()
        bob.get_by_label("What to say").fill("<b>hello</b>")
        bob.get_by_role("button", name="Say").click()
        said = ada.locator("li.said")
        said.wait_for()
        assert said.inner_text().replace("\n", "").endswith("<b>hello</b>")
        assert said.locator("b").inner_text() == "bob"
        bob.close()
        ada.get_by_text("bob left").wait_for()
        ada.get_by_text("Here: ada", exact=True).wait_for()
        assert (visit.strangers, visit.faults) == ([], [])


def test_a_name_that_is_taken_is_refused_in_the_chat(opened: Opened) -> None:
    with opened(chat, "/") as visit:
        ada = visit.page
        enter(ada, "ada")
        other = another(ada)
        other.get_by_label("Your name").fill("ada")
        other.get_by_role("button", name="Enter").click()
        other.get_by_text("Not connected (1006").wait_for()
        assert other.locator("li.said").count() == 0
        assert ada.get_by_text("Here: ada", exact=True).is_visible()
        other.close()


def test_a_job_is_watched_to_its_end(opened: Opened) -> None:
    with opened(live, "/") as visit:
        visit.page.get_by_label("Steps").fill("3")
        visit.page.get_by_role("button", name="Start").click()
        visit.page.get_by_text("finished").wait_for()
        assert visit.page.locator("progress").evaluate("bar => [bar.value, bar.max]") == [3, 3]
        assert (visit.strangers, visit.faults) == ([], [])


def test_files_are_sent_and_listed(opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPLOADS", str(tmp_path / "kept"))
    (tmp_path / "a note.txt").write_text("hello")
    with opened(uploads, "/") as visit:
        visit.page.locator("input[type=file]").set_input_files(tmp_path / "a note.txt")
        visit.page.get_by_role("button", name="Send").click()
        visit.page.get_by_text("Kept").wait_for()
        link = visit.page.get_by_role("link", name="a note.txt")
        link.wait_for()
        with visit.page.expect_download() as download:
            link.click()
        assert Path(download.value.path()).read_text() == "hello"
        assert (visit.strangers, visit.faults) == ([], [])
