"""Gives tests a browser; imports the package that drives it only then, for a machine may lack it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from responder import API
from tests.openapi.needs import need_browser
from tests.sockets.server import served

if TYPE_CHECKING:
    from tests.browser.chromium import Visit

    Opened = Callable[..., AbstractContextManager[Visit]]


@pytest.fixture(scope="module")
def opened() -> Generator[Opened, None, None]:
    """`with opened(api, "/docs") as visit:` serves an application and opens one of its pages.

    A module has its own browser: while one runs, no test of the same thread may start an event loop.
    """
    program = need_browser()
    from tests.browser.chromium import chromium, visiting

    with chromium(program) as browser:

        @contextmanager
        def open_page(api: API, path: str, copies: Path | None = None) -> Generator[Visit, None, None]:
            with served(api) as server, visiting(browser, server.port, path, copies) as visit:
                yield visit

        yield open_page
