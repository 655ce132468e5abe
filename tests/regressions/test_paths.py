"""Paths that no honest client sends."""

from __future__ import annotations

import pytest
from starlette.types import ASGIApp

from responder import API, Request, Response
from responder.middleware.hsts import HTTPSRedirect
from tests.tour.support import call


def _api() -> API:
    api = API()

    @api.get("/items/{name}")
    def show(req: Request, resp: Response, *, name: str) -> None:
        resp.text = "shown"

    return api


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/items/\ud800/", "/items/%3F"),
        ("/items/\udcff/", "/items/%FF"),
        ("/items/é\r\n/", "/items/%C3%A9%0D%0A"),
    ],
)
def test_a_redirect_to_a_path_of_lone_surrogates_can_be_sent(path: str, location: str) -> None:
    answer = call(_api(), "GET", path, query=b"a=\xff\r\n")
    assert answer.status == 307
    assert answer.headers["location"] == location + "?a=%FF%0D%0A"


def test_a_redirect_to_https_can_be_sent_whatever_the_client_asked_for() -> None:
    app: ASGIApp = HTTPSRedirect(_api())
    answer = call(app, "GET", "/items/\ud800", query=b"a=\r\nSet-Cookie: b")
    assert answer.status == 307
    assert answer.headers["location"] == "https://testserver/items/%3F?a=%0D%0ASet-Cookie:%20b"
