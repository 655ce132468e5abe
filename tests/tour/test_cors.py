"""Requests from other origins, on the wire."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from responder import API, Response
from responder.middleware import CORSConfig, CORSMiddleware
from tests.tour.support import call

ORIGIN = (b"origin", b"https://app.example")
PREFLIGHT = [ORIGIN, (b"access-control-request-method", b"PUT")]


def app(**options: Any) -> API:
    api = API(**options)

    @api.get("/")
    async def index() -> str:
        return "hello"

    @api.get("/broken")
    async def broken() -> None:
        raise ValueError("broken")

    return api


def allowing(**params: Any) -> API:
    return app(cors=True, cors_params={"allow_origins": ["https://app.example"], **params})


def test_an_origin_that_was_named_is_allowed_and_no_other() -> None:
    api = allowing()
    assert (
        call(api, "GET", "/", headers=[ORIGIN]).headers["access-control-allow-origin"] == ORIGIN[1].decode()
    )
    other = call(api, "GET", "/", headers=[(b"origin", b"https://evil.example")])
    assert other.status == 200
    assert "access-control-allow-origin" not in other.headers


def test_by_itself_cors_allows_no_origin() -> None:
    answer = call(app(cors=True), "GET", "/", headers=[ORIGIN])
    assert "access-control-allow-origin" not in answer.headers
    assert "access-control-allow-origin" not in call(app(), "GET", "/", headers=[ORIGIN]).headers


def test_a_preflight_is_answered_with_what_is_allowed() -> None:
    api = allowing(allow_methods=["PUT"], allow_headers=["X-Token"], allow_credentials=True, max_age=60)
    answer = call(api, "OPTIONS", "/", headers=[*PREFLIGHT, (b"access-control-request-headers", b"x-token")])
    assert answer.status == 200
    assert answer.headers["access-control-allow-methods"] == "PUT"
    assert "X-Token" in answer.headers["access-control-allow-headers"]
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["access-control-max-age"] == "60"


def test_a_preflight_for_a_method_that_is_not_allowed_is_refused() -> None:
    answer = call(allowing(), "OPTIONS", "/", headers=PREFLIGHT)
    assert answer.status == 400
    assert "access-control-max-age" in answer.headers or answer.body


@pytest.mark.defect(29)
@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/broken", 500)])
def test_errors_can_be_read_by_the_other_origin_too(path: str, status: int) -> None:
    client = allowing(expose_headers=["X-Request-ID"]).test_client(raise_server_exceptions=False)
    answer = client.get(path, headers={"Origin": "https://app.example"})
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == "https://app.example"
    assert answer.headers["access-control-expose-headers"] == "X-Request-ID"


def test_a_pattern_matches_whole_origins_only() -> None:
    api = app(cors=CORSConfig(allow_origin_regex=r"https://[a-z]+\.example"))
    for origin, allowed in (
        (b"https://app.example", True),
        (b"https://app.example.evil.test", False),
        (b"http://app.example", False),
    ):
        answer = call(api, "GET", "/", headers=[(b"origin", origin)])
        assert ("access-control-allow-origin" in answer.headers) is allowed


@pytest.mark.parametrize(
    "config",
    [
        CORSConfig(),
        CORSConfig(allow_origins=["https://app.example"], expose_headers=["X-Total"]),
        CORSConfig(allow_origins=["*"]),
        CORSConfig(allow_origins=["*"], allow_credentials=True),
        CORSConfig(allow_origin_regex=r"https://.*\.example"),
    ],
)
@pytest.mark.parametrize("origin", [None, b"https://app.example", b"https://evil.test", b"null"])
@pytest.mark.parametrize("path", ["/", "/varied", "/missing"])
def test_answers_carry_what_starlette_would_give_them(
    config: CORSConfig, origin: bytes | None, path: str
) -> None:
    headers = [] if origin is None else [(b"origin", origin)]
    ours, bare = app(cors=config), app()
    for api in (ours, bare):

        @api.get("/varied")
        async def varied(resp: Response) -> str:
            resp.vary("Cookie")
            resp.headers["Access-Control-Allow-Origin"] = "mine"
            return "hello"

    theirs = CORSMiddleware(bare, **asdict(config))
    for method in ("GET", "OPTIONS"):
        one = call(ours, method, path, headers=headers)
        other = call(theirs, method, path, headers=headers)
        assert (one.status, one.body) == (other.status, other.body)
        assert one.headers == other.headers
