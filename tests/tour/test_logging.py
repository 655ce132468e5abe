"""Logging and request ids on the wire: the tour's examples, one line for each request, one id for all."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Generator
from pathlib import Path
from typing import TypeAlias

import httpx
import pytest

from responder import API, Depends, Request, Response, WebSocket
from responder.ext.logging import RequestContext, get_logger
from tests.ext.logs import Kept, kept
from tests.sockets.server import Process, served
from tests.tour.support import call

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.fixture
def log() -> Generator[Kept, None, None]:
    with kept() as handler:
        yield handler


@pytest.fixture
def api(log: Kept) -> API:
    # Made while the records are kept: making it sets logging up.
    return API(enable_logging=True)


def test_records_of_a_handler_tell_the_request(api: API, log: Kept) -> None:
    database = get_logger("myapp.db")

    @api.route("/users/{user_id:int}")
    def get_user(req: Request, resp: Response, *, user_id: int) -> None:
        api.log.info("fetching user %d", user_id)
        database.info("SELECT")
        resp.media = {"id": user_id}

    answer = api.requests.get("/users/42")
    for record in (*log.by("responder.app"), *log.by("myapp.db"), *log.by("responder.access")):
        said = record.__dict__
        assert said["request_id"] == answer.headers["x-request-id"]
        assert (said["request_method"], said["request_path"]) == ("GET", "/users/42")
        assert said["client_ip"] == "testclient"
    assert [record.getMessage() for record in log.by("responder.app")] == ["fetching user 42"]
    assert len(log.by("myapp.db")) == 1
    assert re.fullmatch(r"GET /users/42 → 200 \(\d+\.\dms\)", log.by("responder.access")[0].getMessage())
    assert log.by("responder.access")[0].__dict__["route"] == "/users/{user_id}"


def test_the_context_goes_into_threads_background_tasks_and_streams(api: API, log: Kept) -> None:
    seen: dict[str, str] = {}
    done = threading.Event()

    def provide() -> str:
        return RequestContext.get_request_id()

    @api.get("/plain")
    def plain(req: Request, resp: Response, *, given: str = Depends(provide)) -> None:
        seen["provider"] = given
        seen["handler"] = RequestContext.get_request_id()
        api.background.run(later)

        async def chunks() -> AsyncIterator[bytes]:
            seen["stream"] = RequestContext.get_request_id()
            yield b"x"

        resp.stream(chunks)

    def later() -> None:
        seen["background"] = RequestContext.get_request_id()
        done.set()

    with api.requests as client:
        client.get("/plain", headers={"x-request-id": "abc"})
        assert done.wait(10)
    assert seen == dict.fromkeys(("provider", "handler", "stream", "background"), "abc")


def test_requests_that_overlap_keep_their_contexts_apart(api: API, log: Kept) -> None:
    both = threading.Barrier(2, timeout=10)

    @api.get("/meet/{name}")
    def meet(req: Request, resp: Response, *, name: str) -> None:
        both.wait()
        resp.text = RequestContext.get_request_id()

    answers: dict[str, str] = {}

    def ask(name: str) -> None:
        answers[name] = api.requests.get(f"/meet/{name}", headers={"x-request-id": name}).text

    with api.requests:
        threads = [threading.Thread(target=ask, args=(name,)) for name in ("ann", "bob")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == {"ann": "ann", "bob": "bob"}


def test_every_kind_of_answer_has_one_line_and_one_id(log: Kept) -> None:
    api = API(enable_logging=True, request_id=True, allowed_hosts=["testserver"])

    @api.get("/boom")
    async def boom(req: Request, resp: Response) -> None:
        raise ValueError("secret")

    @api.get("/stream")
    async def stream(req: Request, resp: Response) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            yield b"abc"
            yield b"def"

        resp.stream(chunks)

    client = api.test_client("http://testserver", raise_server_exceptions=False)
    stranger = api.test_client("http://elsewhere")
    answers = [
        client.get("/nothing"),
        client.post("/boom"),
        client.get("/boom"),
        client.get("/boom/", follow_redirects=False),
        client.get("/stream", headers={"accept-encoding": "identity"}),
        stranger.get("/boom"),
    ]
    assert [answer.status_code for answer in answers] == [404, 405, 500, 307, 200, 400]
    assert log.access == [
        "GET /nothing → 404",
        "POST /boom → 405",
        "GET /boom → 500",
        "GET /boom/ → 307",
        "GET /stream → 200",
        "GET /boom → 400",
    ]
    for answer, line in zip(answers, log.by("responder.access"), strict=True):
        assert answer.headers.get_list("x-request-id") == [line.__dict__["request_id"]]
        assert UUID4.fullmatch(answer.headers["x-request-id"])
    assert log.by("responder.access")[4].__dict__["bytes_sent"] == 6
    assert answers[2].json()["request_id"] == answers[2].headers["x-request-id"]


def test_a_client_that_leaves_a_stream_has_one_line(api: API, log: Kept) -> None:
    @api.get("/endless")
    async def endless(req: Request, resp: Response) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            while True:
                yield b"x"
                await asyncio.sleep(0)

        resp.stream(chunks)

    call(api, "GET", "/endless")
    assert log.access == ["GET /endless → 200"]
    assert log.by("responder.access")[0].__dict__["client_left"] is True


def test_a_websocket_has_one_line_and_a_context(api: API, log: Kept) -> None:
    @api.route("/ws", websocket=True)
    async def talk(ws: WebSocket) -> None:
        await ws.accept()
        await ws.send_text(RequestContext.get_method() + " " + RequestContext.get_request_id())
        await ws.close(4001)

    with api.requests.websocket_connect("/ws", headers={"x-request-id": "abc"}) as socket:
        assert socket.receive_text() == "WEBSOCKET abc"
    assert log.access == ["WEBSOCKET /ws → 4001"]


# -- request ids: the same with and without logging

EACH = pytest.mark.parametrize("make", [lambda: API(request_id=True), lambda: API(enable_logging=True)])
Make: TypeAlias = Callable[[], API]


@EACH
@pytest.mark.parametrize("given", ["abc", "a" * 128, "!~#:/", "req_1.2-3"])
def test_a_sane_id_is_kept(log: Kept, make: Make, given: str) -> None:
    answer = make().requests.get("/", headers={"x-request-id": given})
    assert answer.headers.get_list("x-request-id") == [given]
    assert answer.json()["request_id"] == given


@EACH
@pytest.mark.parametrize("given", [b"", b"a" * 129, b"a b", b"a\tb", b"\xe9", b"a\x00", b"a\nb", b"a\x7f"])
def test_any_other_is_replaced_and_never_an_error(log: Kept, make: Make, given: bytes) -> None:
    answer = call(make(), "GET", "/", headers=[(b"x-request-id", given)])
    assert answer.status == 404
    assert UUID4.fullmatch(answer.headers["x-request-id"])
    uuid.UUID(answer.headers["x-request-id"])


@EACH
def test_two_ids_are_none(log: Kept, make: Make) -> None:
    headers = [(b"x-request-id", b"a"), (b"x-request-id", b"b")]
    answer = call(make(), "GET", "/", headers=headers)
    assert UUID4.fullmatch(answer.headers["x-request-id"])


@EACH
def test_a_mounted_application_has_the_id_of_the_whole(log: Kept, make: Make) -> None:
    inner = make()

    @inner.get("/x")
    async def show(req: Request, resp: Response) -> None:
        resp.status_code = 200

    outer = make()
    outer.mount("/inner", inner)
    answer = outer.requests.get("/inner/missing")
    assert answer.headers.get_list("x-request-id") == [answer.json()["request_id"]]


def test_a_request_to_a_mounted_application_that_logs_too_has_one_line(api: API, log: Kept) -> None:
    inner = API(enable_logging=True)

    @inner.get("/x")
    async def show(req: Request, resp: Response) -> str:
        return RequestContext.get_path()

    api.mount("/inner", inner)
    assert api.requests.get("/inner/x").text == "/inner/x"
    assert log.access == ["GET /inner/x → 200"]


# -- the stages


def test_the_stages_of_a_request_are_logged_when_asked(log: Kept) -> None:
    api = API(trace_dispatch=True)

    @api.before_request
    def before(req: Request) -> None:
        pass

    @api.after_request
    async def after(req: Request) -> None:
        pass

    def provide() -> int:
        return 1

    async def guard(request: Request) -> str:
        return "ann"

    @api.get("/users/{id}", auth=guard)
    async def show(req: Request, resp: Response, *, id: str, n: int = Depends(provide)) -> None:
        resp.text = id

    @api.get("/quick")
    async def quick(req: Request, resp: Response) -> None:
        resp.text = "x"

    api.requests.get("/users/7")
    assert [record.getMessage() for record in log.by("responder") if record.levelno == logging.DEBUG] == [
        "GET /users/7: before hooks",
        "GET /users/7: auth",
        "GET /users/7: inputs",
        "GET /users/7: dependencies",
        "GET /users/7: handler show",
        "GET /users/7: after hooks",
        "GET /users/7: answer",
    ]


def test_without_asking_there_is_no_line_for_stages() -> None:
    api = API()

    @api.get("/")
    async def index(req: Request, resp: Response) -> None:
        resp.text = "x"

    (operation,) = api.operations[0].operations.values()
    assert "trace" not in api.source_of(operation)
    traced = API(trace_dispatch=True)
    traced.get("/")(index)
    (operation,) = traced.operations[0].operations.values()
    assert "trace" in traced.source_of(operation)


# -- under a real server


def test_clients_that_come_and_go_leave_one_line_each(api: API, log: Kept) -> None:
    with served(api) as server:
        for _ in range(5):
            with server.connect() as connection:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                while connection.recv(4096):
                    pass
    assert log.access == ["GET / → 404"] * 5
    assert server.complaints == []


PROGRAM = """
from __future__ import annotations

from responder import API, Request, Response

api = API(enable_logging={how!r})


@api.get("/hello")
async def hello(req: Request, resp: Response) -> str:
    return "hello"


@api.get("/boom")
async def boom(req: Request, resp: Response) -> None:
    raise ValueError("first\\n[INFO] forged")


api.run(port=0)
"""


def test_run_prints_one_line_for_each_request(tmp_path: Path) -> None:
    with Process(tmp_path, PROGRAM.format(how=True)) as server:
        httpx.get(f"http://127.0.0.1:{server.port}/hello", headers={"x-request-id": "mine"})
        server.terminate()
        server.wait()
    lines = [line for line in server.lines if "/hello" in line]
    assert len(lines) == 1
    assert re.search(
        r"\[INFO\] responder\.access -- GET /hello → 200 \(\d+\.\dms\) \[GET /hello\] \[req:mine\]"
        r" \[client:127\.0\.0\.1\]$",
        lines[0],
    )


def test_run_prints_json_and_nothing_but_json(tmp_path: Path) -> None:
    with Process(tmp_path, PROGRAM.format(how="json")) as server:
        port = int(server.wait_for(r"running on http://127\.0\.0\.1:(\d+)")[1])
        httpx.get(f"http://127.0.0.1:{port}/hello")
        httpx.get(f"http://127.0.0.1:{port}/boom", headers={"x-request-id": "bad"})
        server.terminate()
        server.wait()
    lines = [json.loads(line) for line in server.lines]
    assert [line["route"] for line in lines if line["logger"] == "responder.access"] == ["/hello", "/boom"]
    (failure,) = [line for line in lines if "exception" in line]
    assert failure["logger"] == "uvicorn.error"
    assert failure["request_id"] == "bad"
    assert "While serving GET /boom, request bad" in failure["exception"]


def test_nothing_is_logged_of_an_application_that_did_not_ask(log: Kept) -> None:
    api = API()
    answer = api.requests.get("/")
    assert "x-request-id" not in answer.headers
    assert log.records == []
