"""A headless Chromium, and a page of it that may talk to one server only."""

from __future__ import annotations

import mimetypes
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, sync_playwright

from responder.ext.openapi.pages_pinned import NETWORK

# Nothing of what a browser does for its maker; no sandbox, for tests may run as root in a container.
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PATIENCE = 20_000.0
"""Milliseconds that anything on a page may take."""


@contextmanager
def chromium(program: str) -> Generator[Browser, None, None]:
    """Run one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """One page, what it asked of other hosts, and what went wrong on it."""

    def __init__(self, page: Page, origin: str, copies: Path | None = None) -> None:
        self.page = page
        self.origin = origin
        self.strangers: list[str] = []
        self.faults: list[str] = []
        self._copies = copies
        page.set_default_timeout(PATIENCE)
        page.route("**/*", self._answered)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: self._said(message.type, message.text))

    def _answered(self, route: Route) -> None:
        """Let a request to our server pass; answer for the content network, and refuse all else."""
        url = route.request.url
        copy = None if self._copies is None else self._copies / url.removeprefix(f"{NETWORK}/npm/")
        if url.startswith((self.origin, "data:", "blob:")):
            route.continue_()
        elif url.startswith(NETWORK) and copy is not None and copy.is_file():
            kind = mimetypes.guess_type(copy.name)[0] or "application/octet-stream"
            route.fulfill(path=copy, headers={"Access-Control-Allow-Origin": "*", "Content-Type": kind})
        else:
            self.strangers.append(url)
            route.abort()

    def _said(self, kind: str, text: str) -> None:
        # ReDoc shows its maker's logo from another host, which the page's policy stops before it is asked.
        if kind == "error" and "cdn.redoc.ly" not in text:
            self.faults.append(text)


@contextmanager
def visiting(
    browser: Browser, port: int, path: str, copies: Path | None = None
) -> Generator[Visit, None, None]:
    """Open a page of a server; `copies` holds files of the content network, to answer in its place."""
    origin = f"http://127.0.0.1:{port}"
    page = browser.new_page()
    try:
        visit = Visit(page, origin, copies)
        page.goto(origin + path)
        yield visit
    finally:
        page.close()
