"""Limits: how long a request may take, how large its body may be, how much of a form is read."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from pydantic import BaseModel
from starlette.types import Message

from responder import API, File, Form, FormLimits, RouteError, UploadFile
from responder._http import threads
from tests.tour.support import call


def test_a_slow_handler_is_a_504_and_its_providers_are_torn_down() -> None:
    api = API(request_timeout=0.05)
    told: list[str] = []

    @api.dependency()
    async def db():
        try:
            yield "db"
        finally:
            told.append("closed")

    @api.get("/slow")
    async def slow(req, resp, *, db):
        resp.headers["X-Early"] = "kept"
        await asyncio.sleep(30)

    answer = api.requests.get("/slow")
    assert (answer.status_code, answer.json()["detail"]) == (504, "Request timed out")
    assert answer.headers["x-early"] == "kept"
    assert told == ["closed"]


def test_a_route_has_a_time_of_its_own() -> None:
    api = API(request_timeout=0.05)

    @api.get("/patient", timeout=None)
    async def patient(req, resp):
        await asyncio.sleep(0.1)
        resp.text = "done"

    @api.get("/usual")
    async def usual(req, resp):
        await asyncio.sleep(30)

    unlimited = API()

    @unlimited.get("/hasty", timeout=0.02)
    async def hasty(req, resp):
        await asyncio.sleep(30)

    assert api.requests.get("/patient").text == "done"
    assert api.requests.get("/usual").status_code == 504
    assert unlimited.requests.get("/hasty").status_code == 504


def test_a_timeout_error_of_the_handler_stays_its_own() -> None:
    api = API(request_timeout=5)

    @api.get("/")
    async def home(req, resp):
        raise TimeoutError("mine")

    @api.exception_handler(TimeoutError)
    def answer(req, resp, exc):
        resp.status_code = 503
        resp.text = str(exc)

    assert api.requests.get("/").status_code == 503


@pytest.mark.parametrize("chunks", [(b"x" * 11,), (b"x" * 6, b"x" * 5)])
def test_a_body_over_the_limit_is_a_413(chunks: tuple[bytes, ...]) -> None:
    api = API(max_request_size=10)

    @api.post("/usual")
    async def usual(req, resp):
        resp.media = len(await req.content)

    @api.post("/large", max_body_size=100)
    async def large(req, resp):
        resp.media = len(await req.content)

    @api.post("/small", max_body_size=5)
    async def small(req, resp):
        resp.media = len(await req.content)

    @api.post("/any", max_body_size=None)
    async def unlimited(req, resp):
        resp.media = len(await req.content)

    assert call(api, "POST", "/usual", chunks=chunks).status == 413
    assert call(api, "POST", "/large", chunks=chunks).json() == 11
    assert call(api, "POST", "/small", chunks=(b"x" * 6,)).status == 413
    assert call(api, "POST", "/small", chunks=(b"x" * 5,)).json() == 5
    assert call(api, "POST", "/any", chunks=chunks).json() == 11
    announced = [(b"content-length", b"11")]
    assert call(api, "POST", "/usual", chunks=chunks, headers=announced).status == 413
    assert call(api, "POST", "/large", chunks=chunks, headers=announced).status == 200


class Note(BaseModel):
    text: str


def test_a_model_has_the_limit_of_its_route() -> None:
    api = API(max_request_size=20)

    @api.post("/usual")
    def usual(*, note: Note) -> int:
        return len(note.text)

    @api.post("/large", max_body_size=1000)
    def large(*, note: Note) -> int:
        return len(note.text)

    sent = {"text": "x" * 100}
    assert api.requests.post("/usual", json=sent).status_code == 413
    assert api.requests.post("/large", json=sent).json() == 100
    assert api.requests.post("/large", json={"text": "x" * 1000}).status_code == 413


def form_api(limits: FormLimits | None = None) -> API:
    api = API(form_limits=limits)

    @api.post("/usual")
    async def usual(req, resp):
        resp.media = dict(await req.media("form"))

    @api.post("/markers", form_limits=FormLimits(max_fields=2, max_files=1))
    def markers(*, a: str = Form(), b: str = Form("none"), upload: UploadFile | None = File(None)):
        return [a, b, upload is not None]

    return api


def test_the_limits_of_forms_are_those_of_the_application_or_of_the_route() -> None:
    three = {"a": "1", "b": "2", "c": "3"}
    assert form_api().requests.post("/usual", data=three).json() == three
    few = form_api(FormLimits(max_fields=2)).requests
    answer = few.post("/usual", data=three)
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "Too many fields. Maximum number of fields is 2.",
    )
    client = form_api().requests
    assert client.post("/markers", data={"a": "1"}).json() == ["1", "none", False]
    assert client.post("/markers", data=three).status_code == 400
    files = [("upload", ("x", b"1")), ("upload", ("y", b"2"))]
    assert client.post("/markers", data={"a": "1"}, files=files).status_code == 400
    assert client.post("/markers", data={"a": "1"}, files=files[:1]).json() == ["1", "none", True]
    small = form_api(FormLimits(max_part_size=1024)).requests
    assert small.post("/usual", files={"a": (None, "x" * 1025)}).status_code == 400
    assert small.post("/usual", files={"a": (None, "x" * 1024)}).status_code == 200


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("timeout", 0),
        ("timeout", float("inf")),
        ("timeout", "5"),
        ("max_body_size", -1),
        ("max_body_size", True),
        ("form_limits", 5),
    ],
)
def test_a_limit_of_a_route_that_means_nothing_is_refused(option: str, value: object) -> None:
    with pytest.raises(RouteError, match=option):
        API().get("/", **{option: value})  # type: ignore[arg-type]  # wrong on purpose


@pytest.fixture
def restored() -> Iterator[None]:
    before = threads.WORKERS.limit
    yield
    threads.set_limit(before)


@pytest.mark.usefixtures("restored")
def test_plain_functions_take_turns_in_as_many_threads_as_wanted() -> None:
    api = API(worker_threads=2)
    guard = threading.Lock()
    running: list[int] = [0, 0]
    both = threading.Barrier(2, timeout=10)

    @api.get("/")
    def work(req, resp):
        with guard:
            running[0] += 1
            running[1] = max(running)
        both.wait()
        with guard:
            running[0] -= 1
        resp.text = "ok"

    async def main() -> list[int]:
        async with api.async_requests as client:
            answers = await asyncio.gather(*(client.get("/") for _ in range(6)))
        return [answer.status_code for answer in answers]

    assert asyncio.run(main()) == [200] * 6
    assert running[1] == 2


# --- what the server can do


def served(api: API, extensions: dict[str, object]) -> list[Message]:
    """Serve one GET by hand, with what the server says it can do."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"} if sent else {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "headers": [],
        "extensions": extensions,
    }
    asyncio.run(api(scope, receive, send))
    return sent


def test_hints_go_before_the_answer_where_the_server_can() -> None:
    api = API()

    @api.get("/")
    async def home(req, resp):
        resp.media = await req.send_early_hints("</a.css>; rel=preload", "</ü\r\n>; rel=preload")

    sent = served(api, {"http.response.early_hint": {}})
    assert sent[0]["type"] == "http.response.early_hint"
    assert sent[0]["links"][0] == b"</a.css>; rel=preload"
    assert not any(char in sent[0]["links"][1] for char in b"\r\n")
    assert [message["type"] for message in sent[1:]] == ["http.response.start", "http.response.body"]
    assert sent[2]["body"] == b"true"
    assert served(api, {})[1]["body"] == b"false"


def test_a_handler_can_ask_whether_the_client_is_still_there() -> None:
    api = API()

    @api.get("/")
    async def home(req, resp):
        resp.media = await req.is_disconnected()

    assert call(api, "GET", "/").json() is True
    assert api.requests.get("/").json() is False
