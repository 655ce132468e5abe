"""Tour, "Server-Sent Events", and their typed form."""

from __future__ import annotations

import asyncio
import datetime
import logging
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from pydantic import BaseModel

import responder
from responder import API, SSE, Problem, Request, Response, RouteError, Router, abort
from responder.testing import AsyncTestClient, assert_problem


class Progress(BaseModel):
    done: int
    at: datetime.date = datetime.date(2030, 1, 2)


LINE = 'data: {"done":%d,"at":"2030-01-02"}\n\n'


@pytest.fixture
def api() -> API:
    api = responder.API()

    @api.route("/events")
    async def events(req, resp):
        @resp.sse
        async def stream():
            for i in range(3):
                yield {"data": f"message {i}"}

    @api.route("/structured")
    async def structured(req, resp):
        @resp.sse
        async def stream():
            yield {"event": "update", "data": {"progress": 42}, "id": "1"}
            yield "simple string message"
            yield {"comment": "keepalive"}

    @api.route("/resumed")
    async def resumed(req, resp):
        resume_from = req.last_event_id

        @resp.sse(heartbeat=15)
        async def stream():
            yield {"data": f"after {resume_from}", "id": 8}

    return api


def test_events_of_a_generator_arrive_in_order(api: API) -> None:
    answer = api.requests.get("/events")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-accel-buffering"] == "no"
    assert answer.text == "".join(f"data: message {i}\n\n" for i in range(3))


def test_fields_have_their_order_and_structure_is_json(api: API) -> None:
    assert api.requests.get("/structured").text == (
        'event: update\nid: 1\ndata: {"progress":42}\n\ndata: simple string message\n\n: keepalive\n\n'
    )


def test_a_client_goes_on_where_it_was(api: API) -> None:
    answer = api.requests.get("/resumed", headers={"Last-Event-ID": "7"})
    assert answer.text == "id: 8\ndata: after 7\n\n"


@pytest.mark.defect(35)
def test_data_is_written_by_the_serializer_of_the_application() -> None:
    class Money:
        def __init__(self, cents: int) -> None:
            self.cents = cents

    def encode(value: object) -> object:
        if isinstance(value, Money):
            return f"{value.cents / 100:.2f}"
        raise TypeError

    api = API(encoder=encode)

    @api.get("/prices")
    async def prices(req: Request, resp: Response) -> None:
        @resp.sse
        async def stream() -> AsyncIterator[object]:
            yield {"data": {"price": Money(1250), "on": datetime.date(2030, 1, 2)}}
            yield {"data": Progress(done=1)}

    assert api.requests.get("/prices").text == 'data: {"price":"12.50","on":"2030-01-02"}\n\n' + LINE % 1


# --- typed


def test_items_are_checked_written_and_framed() -> None:
    api = API()

    @api.sse("/progress")
    async def progress() -> AsyncIterator[SSE[Progress]]:
        yield SSE(Progress(done=1), event="step", id=1, retry=10)
        yield SSE(comment="half")
        yield SSE(Progress.model_construct(done=2))

    answer = api.requests.get("/progress")
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.text == f"event: step\nid: 1\nretry: 10\n{LINE % 1}: half\n\n{LINE % 2}"


def test_bare_items_are_the_data_of_events() -> None:
    api = API()

    @api.sse("/progress", event_model=Progress)
    async def progress():
        yield {"done": "1"}
        yield Progress(done=2)

    @api.sse("/words")
    def words() -> Iterator[str]:
        yield "one\ntwo"

    assert api.requests.get("/progress").text == LINE % 1 + LINE % 2
    assert api.requests.get("/words").text == 'data: "one\\ntwo"\n\n'


def test_what_a_stream_may_be_declared_on() -> None:
    router = Router("/r")

    @router.sse("/a")
    async def a() -> AsyncIterator[int]:
        yield 1

    api = API()
    api.include_router(router)
    group = api.group("/g")

    @group.sse("/b")
    class B:
        async def on_get(self, req: Request, resp: Response) -> AsyncIterator[int]:
            yield 2

    @api.sse("/c/{id:int}")
    async def c(*, id: int) -> AsyncIterator[int]:
        return given(id)

    async def given(id: int) -> AsyncIterator[int]:
        yield id

    assert [api.requests.get(path).text for path in ("/r/a", "/g/b", "/c/3")] == [
        "data: 1\n\n",
        "data: 2\n\n",
        "data: 3\n\n",
    ]
    assert api.requests.post("/r/a").status_code == 405
    assert api.check() == ()


def test_what_fails_before_the_first_event_is_an_answer_of_its_own() -> None:
    api = API()

    @api.sse("/broken")
    async def broken() -> AsyncIterator[Progress]:
        yield {"done": "no"}  # type: ignore[misc]  # what is tested

    def find(job: Progress | None) -> None:
        if job is None:
            abort(404, detail="No such job")

    @api.sse("/missing")
    async def missing() -> AsyncIterator[Progress]:
        find(None)
        yield Progress(done=1)

    @api.sse("/refused")
    async def refused() -> AsyncIterator[Progress]:
        for step in range(-1, 2):
            if step < 0:
                raise Problem(409)
            yield Progress(done=step)

    client = api.test_client(raise_server_exceptions=False)
    document = assert_problem(client.get("/broken"), 500)
    assert "no" not in str(document.get("detail"))
    assert_problem(client.get("/missing"), 404, detail="No such job")
    assert_problem(client.get("/refused"), 409)


def test_a_later_event_that_breaks_the_contract_ends_the_stream(caplog: pytest.LogCaptureFixture) -> None:
    api = API()
    closed: list[bool] = []

    @api.sse("/broken")
    async def broken() -> AsyncIterator[Progress]:
        try:
            yield Progress(done=1)
            yield {"done": "secret"}  # type: ignore[misc]  # what is tested
            yield Progress(done=3)
        finally:
            closed.append(True)

    with caplog.at_level(logging.ERROR, logger="responder"):
        assert api.requests.get("/broken").text == LINE % 1
    assert closed == [True]
    assert "Stream contract failed" in caplog.text
    assert "secret" not in caplog.text


def test_a_heartbeat_shows_a_stream_that_has_nothing_to_say_yet() -> None:
    api = API()

    @api.sse("/quiet", heartbeat=0.05)
    async def quiet() -> AsyncIterator[int]:
        await asyncio.sleep(0.2)
        yield 1

    text = api.requests.get("/quiet").text
    assert text.startswith(": keepalive\n\n")
    assert text.endswith("data: 1\n\n")


def test_head_and_a_stream_of_nothing() -> None:
    api = API()
    started: list[bool] = []

    @api.sse("/nothing")
    async def nothing() -> AsyncIterator[int]:
        started.append(True)
        if started == []:
            yield 1

    head = api.requests.head("/nothing")
    assert (head.status_code, head.headers["content-type"], started) == (200, "text/event-stream", [])
    answer = api.requests.get("/nothing")
    assert (answer.status_code, answer.text) == (200, "")


def numbers() -> Iterator[int]:
    yield 1


WRONG: list[Callable[[API], object]] = [
    lambda api: api.sse("/x", methods=["POST"])(numbers),  # type: ignore[call-arg]
    lambda api: api.sse("/x", response_model=int)(numbers),  # type: ignore[call-arg]
    lambda api: api.sse("/x", websocket=True)(numbers),  # type: ignore[call-arg]
    lambda api: api.sse("/x", heartbeat=0)(numbers),  # type: ignore[responder-option]
    lambda api: api.sse("/x", heartbeat=True)(numbers),  # type: ignore[responder-option]
    lambda api: api.sse("/x", status_code=204)(numbers),
    lambda api: api.sse("/x", responses={200: Progress})(numbers),
    lambda api: api.sse("/x")(list),
    lambda api: api.ndjson("/x", heartbeat=1)(numbers),  # type: ignore[call-arg]
]


@pytest.mark.parametrize("declare", WRONG)
def test_what_contradicts_a_stream_is_refused_where_it_is_written(declare: Callable[[API], object]) -> None:
    with pytest.raises(RouteError) as error:
        declare(API())
    assert isinstance(error.value, TypeError)
    assert isinstance(error.value, ValueError)


def test_a_client_that_leaves_closes_the_generator_before_the_provider() -> None:
    api = API()
    log: list[str] = []

    @api.dependency()
    async def feed() -> AsyncIterator[str]:
        try:
            yield "news"
        finally:
            log.append("provider closed")

    @api.sse("/endless", heartbeat=30)
    async def endless(*, feed: str) -> AsyncIterator[str]:
        try:
            yield feed
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            log.append("generator closed")

    async def main() -> None:
        async with AsyncTestClient(api) as client, client.stream("GET", "/endless") as answer:
            async for line in answer.aiter_lines():
                assert line == 'data: "news"'
                break

    asyncio.run(asyncio.wait_for(main(), 5))
    assert log == ["generator closed", "provider closed"]
