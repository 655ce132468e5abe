"""Tour, "Conditional Requests"."""

from __future__ import annotations

import datetime

import pytest

import responder
from responder import API

MOMENT = datetime.datetime(2030, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)


@pytest.fixture
def api() -> API:
    api = responder.API()
    saved: list[str] = []

    @api.get("/report")
    def report(req, resp):
        resp.etag = "report-v1"
        resp.vary("Accept-Language")
        resp.set_cookie("seen", "1")
        resp.media = {"rows": [1, 2]}

    @api.get("/dated")
    def dated(req, resp):
        resp.last_modified = MOMENT
        resp.text = "dated"

    @api.put("/report")
    async def save(req, resp):
        resp.etag = "report-v1"
        resp.media = {"saved": True}

    @api.put("/careful")
    async def careful(req, resp):
        req.check_preconditions(etag="v1", last_modified=MOMENT)
        saved.append("yes")
        resp.media = {"saved": len(saved)}

    return api


@pytest.mark.parametrize("sent", ['"report-v1"', 'W/"report-v1"', '"other", "report-v1"', "*"])
def test_a_client_that_has_it_gets_304_and_no_body(api: API, sent: str) -> None:
    answer = api.requests.get("/report", headers={"If-None-Match": sent})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == '"report-v1"'
    assert "Accept-Language" in answer.headers["vary"]
    assert "seen=1" in answer.headers["set-cookie"]
    assert "content-type" not in answer.headers


def test_repeated_lines_count_as_one_list(api: API) -> None:
    headers = [("If-None-Match", '"a"'), ("If-None-Match", '"report-v1"')]
    assert api.requests.get("/report", headers=headers).status_code == 304


def test_another_version_is_sent(api: API) -> None:
    answer = api.requests.get("/report", headers={"If-None-Match": '"report-v0"'})
    assert (answer.status_code, answer.json()) == (200, {"rows": [1, 2]})


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Wed, 02 Jan 2030 03:04:05 GMT", 304),
        ("Thu, 03 Jan 2030 00:00:00 GMT", 304),
        ("Tue, 01 Jan 2030 00:00:00 GMT", 200),
        ("yesterday", 200),
    ],
)
def test_dates_decide_where_there_is_no_tag(api: API, since: str, status: int) -> None:
    assert api.requests.get("/dated", headers={"If-Modified-Since": since}).status_code == status


def test_a_write_against_another_version_is_412(api: API) -> None:
    assert api.requests.put("/report", headers={"If-Match": '"report-v1"'}).status_code == 200
    answer = api.requests.put("/report", headers={"If-Match": '"report-v0"'})
    assert (answer.status_code, answer.content) == (412, b"")
    assert answer.headers["etag"] == '"report-v1"'


def test_a_handler_may_check_before_it_changes_anything(api: API) -> None:
    for headers in (
        {"If-Match": '"v0"'},
        {"If-Match": 'W/"v1"'},
        {"If-None-Match": "*"},
        {"If-Unmodified-Since": "Tue, 01 Jan 2030 00:00:00 GMT"},
    ):
        answer = api.requests.put("/careful", headers=headers)
        assert answer.status_code == 412, headers
        assert answer.headers["etag"] == '"v1"'
    for fine in ({}, {"If-Match": '"v1"'}, {"If-Match": "*"}, {"If-None-Match": '"v0"'}):
        assert api.requests.put("/careful", headers=fine).status_code == 200
    assert api.requests.put("/careful").json() == {"saved": 5}


@pytest.mark.defect(36)
def test_compressed_bytes_have_a_tag_of_their_own() -> None:
    api = responder.API(auto_etag=True)

    @api.get("/large")
    def large(req, resp):
        resp.text = "x" * 10_000

    packed = api.requests.get("/large")
    plain = api.requests.get("/large", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["etag"] != plain.headers["etag"]
    for tag in (packed.headers["etag"], plain.headers["etag"]):
        assert api.requests.get("/large", headers={"If-None-Match": tag}).status_code == 304
