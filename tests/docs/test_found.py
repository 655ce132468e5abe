"""What users can write is somewhere in the pages: each keyword, option, method and attribute by its name.

That the page is right is seen by running it; this sees that nothing was left out.
"""

from __future__ import annotations

import re

import pytest

from responder import API, Request, Response, Router, UploadFile, WebSocket
from responder._routing.options import RouteOptions, SocketOptions
from responder._serve.options import ApplicationOptions
from responder.params import BodyOptions, Lengths, Limits
from tests.house.source import ROOT

PAGES = (*(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "tour").glob("*.md"))
NOT_FOR_LEARNING = {"rules.md", "defects.md"}
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES if page.name not in NOT_FOR_LEARNING)

OTHER_SPELLINGS = {
    "batch": "what `include_router` asks a router for",
    "read_text": "`text`, as a method",
    "set_text": "`text =`, as a method; so are the next",
    "set_html": "",
    "set_media": "",
    "set_content": "",
    "set_foreign": "what returning a Starlette response does",
    "apply": "what returning does",
    "status_code_safe": "`status_code`, once it is set",
    "close_now": "what the end of a request does",
    "seek": "as for any file",
}
"""Names that say what a page shows under another one."""

KEYWORDS = {
    "API(...)": ApplicationOptions.__annotations__,
    "routes": RouteOptions.__annotations__,
    "sockets": SocketOptions.__annotations__,
    "markers": {**Limits.__annotations__, **Lengths.__annotations__, **BodyOptions.__annotations__},
}
CLASSES = (API, Router, Request, Response, WebSocket, UploadFile)


def is_found(name: str) -> bool:
    return re.search(rf"\b{name}\b", TEXT) is not None


@pytest.mark.parametrize("place", KEYWORDS)
def test_every_keyword_is_shown_somewhere(place: str) -> None:
    assert [name for name in KEYWORDS[place] if not is_found(name)] == []


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_method_and_attribute_is_shown_somewhere(kind: type[object]) -> None:
    names = (name for name in dir(kind) if not name.startswith("_") and name not in OTHER_SPELLINGS)
    assert [name for name in names if not is_found(name)] == []
