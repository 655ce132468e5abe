"""Lines of JSON: typed streams that are not events."""

from __future__ import annotations

import datetime
import json
import logging
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import BaseModel, Field

from responder import API
from responder.testing import assert_problem


class Row(BaseModel):
    id: int
    on: datetime.date = Field(default=datetime.date(2030, 1, 2), alias="date")


class Missing(BaseModel):
    why: str


def lines(text: str) -> list[object]:
    assert text == "" or text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def test_each_item_is_a_line() -> None:
    api = API()

    @api.ndjson("/rows")
    async def rows() -> AsyncIterator[Row]:
        yield Row(id=1)
        yield {"id": "2", "date": "2031-01-01", "more": 1}  # type: ignore[misc]  # what is tested

    answer = api.requests.get("/rows")
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert lines(answer.text) == [{"id": 1, "date": "2030-01-02"}, {"id": 2, "date": "2031-01-01"}]


def test_it_is_compressed_for_those_who_take_that() -> None:
    api = API()

    @api.ndjson("/numbers")
    async def numbers() -> AsyncIterator[int]:
        for number in range(3):
            yield number

    assert api.requests.get("/numbers").headers["content-encoding"] == "gzip"
    plain = api.requests.get("/numbers", headers={"Accept-Encoding": "identity"})
    assert plain.text == "0\n1\n2\n"
    assert plain.headers["vary"] == "Accept-Encoding"


def test_a_plain_generator_is_stepped_in_threads_and_closed() -> None:
    api = API()
    seen: list[bool] = []

    @api.ndjson("/numbers")
    def numbers() -> Iterator[int]:
        try:
            for number in range(3):
                seen.append(threading.current_thread() is threading.main_thread())
                yield number
        finally:
            seen.append(False)

    assert api.requests.get("/numbers").text == "0\n1\n2\n"
    assert seen == [False] * 4


def test_a_handler_may_return_what_can_be_iterated_or_an_error() -> None:
    api = API()

    @api.ndjson("/rows/{kind}", item_model=int, responses={404: Missing})
    async def rows(req, resp, *, kind):
        if kind == "list":
            return [1, 2]
        if kind == "status":
            return iter((1, 2)), 202, {"X-Kind": kind}
        if kind == "missing":
            return Missing(why="no such kind"), 404
        if kind == "broken":
            return {"because": "no"}, 404
        if kind == "problem":
            resp.problem(409, "busy")
        return {"dict": {"a": 1}, "str": "text"}.get(kind)

    client = api.test_client(raise_server_exceptions=False)
    assert client.get("/rows/list").text == "1\n2\n"
    accepted = client.get("/rows/status")
    assert (accepted.status_code, accepted.headers["x-kind"], accepted.text) == (202, "status", "1\n2\n")
    missing = client.get("/rows/missing")
    assert (missing.status_code, missing.json()) == (404, {"why": "no such kind"})
    assert_problem(client.get("/rows/problem"), 409, detail="busy")
    for kind in ("broken", "dict", "str", "nothing"):
        assert client.get(f"/rows/{kind}").status_code == 500, kind


def test_what_fails_late_is_logged_and_cut(caplog: pytest.LogCaptureFixture) -> None:
    api = API()

    @api.ndjson("/rows")
    async def rows() -> AsyncIterator[int]:
        yield 1
        yield "secret"  # type: ignore[misc]  # what is tested

    with caplog.at_level(logging.ERROR, logger="responder"):
        assert api.requests.get("/rows").text == "1\n"
    assert "Stream contract failed" in caplog.text
    assert "secret" not in caplog.text


def test_in_debug_mode_it_is_raised() -> None:
    api = API(debug=True)

    @api.ndjson("/rows")
    async def rows() -> AsyncIterator[int]:
        yield 1
        yield "x"  # type: ignore[misc]  # what is tested

    with pytest.raises(Exception, match="must answer int"):
        api.requests.get("/rows")


def test_the_plan_says_what_is_streamed() -> None:
    api = API()

    @api.ndjson("/rows")
    async def rows() -> AsyncIterator[Row]:
        yield Row(id=1)

    operation = api.operations[0].operations["GET"]
    assert operation.items is not None
    assert operation.items.media_type == "application/x-ndjson"
    assert operation.items.promise.model is Row
