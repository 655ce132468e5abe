"""Defects that must not come back: responses, contracts, errors.

The numbers are those of docs/defects.md.
"""

from __future__ import annotations

import asyncio

import pytest
from pydantic import BaseModel

from responder import API, Request
from tests.tour.support import call


@pytest.mark.defect(21)
def test_raw_bytes_are_an_octet_stream_unless_said_otherwise() -> None:
    api = API()

    @api.get("/")
    def index(req, resp):
        resp.content = b"\x00"

    @api.get("/png")
    def png(req, resp):
        resp.mimetype = "image/png"
        resp.content = b"\x00"

    assert api.requests.get("/").headers["content-type"] == "application/octet-stream"
    assert api.requests.get("/png").headers["content-type"] == "image/png"


@pytest.mark.defect(22)
@pytest.mark.parametrize("accept", ["application/json", "application/yaml", "text/html"])
@pytest.mark.parametrize("legacy", [False, True])
def test_a_broken_contract_is_a_500_that_shows_no_data(accept: str, legacy: bool) -> None:
    class Out(BaseModel):
        id: int

    api = API(problem_details=not legacy)

    @api.get("/", response_model=Out)
    def index(req, resp):
        resp.headers["X-Leak"] = "hunter2"
        resp.media = {"id": "hunter2", "password": "hunter2"}

    answer = api.test_client(raise_server_exceptions=False).get("/", headers={"Accept": accept})
    assert answer.status_code == 500
    assert "hunter2" not in answer.text + str(dict(answer.headers))
    assert "errors" not in answer.text


@pytest.mark.defect(24)
def test_a_raw_inbound_id_never_appears_in_a_problem() -> None:
    answer = API().requests.get("/nothing", headers={"X-Request-ID": "mine"})
    assert "request_id" not in answer.json()
    checked = API(request_id=True).requests.get("/nothing", headers={"X-Request-ID": "not valid!"})
    assert checked.json()["request_id"] == checked.headers["x-request-id"] != "not valid!"
    kept = API(request_id=True).requests.get("/nothing", headers={"X-Request-ID": "valid-1"})
    assert kept.json()["request_id"] == "valid-1"


@pytest.mark.defect(25)
def test_a_refused_host_is_a_problem_document() -> None:
    api = API(allowed_hosts=["example.com"])

    @api.get("/")
    def index(req, resp):
        resp.text = "in"

    client = api.test_client("http://evil.example")
    answer = client.get("/")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "Invalid host header"
    assert api.test_client("http://example.com").get("/").text == "in"


@pytest.mark.defect(26)
def test_everything_an_exception_handler_says_is_sent() -> None:
    api = API()

    @api.exception_handler(ValueError)
    def handle(req, resp, exc):
        resp.status_code = 409
        resp.headers["X-Reason"] = "taken"
        resp.set_cookie("seen", "1")
        resp.media = {"error": str(exc)}

    @api.exception_handler(KeyError)
    def returns(req, resp, exc):
        return {"error": "key"}, 404, {"X-Returned": "1"}

    @api.get("/value")
    def value(req, resp):
        resp.headers["X-Half-Done"] = "1"
        raise ValueError("taken")

    @api.get("/key")
    def key(req, resp):
        raise KeyError

    answer = api.requests.get("/value")
    assert (answer.status_code, answer.json()) == (409, {"error": "taken"})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-reason"] == "taken"
    assert answer.cookies["seen"] == "1"
    assert "x-half-done" not in answer.headers
    returned = api.requests.get("/key")
    assert (returned.status_code, returned.json(), returned.headers["x-returned"]) == (
        404,
        {"error": "key"},
        "1",
    )


@pytest.mark.defect(27)
def test_a_problem_handler_gets_our_request_on_every_road_and_runs_on_the_loop() -> None:
    loops: list[object] = []
    requests: list[object] = []

    async def enrich(payload: dict[str, object], request: Request) -> None:
        await asyncio.sleep(0)
        loops.append(asyncio.get_running_loop())
        requests.append(request)

    api = API(problem_handler=enrich, allowed_hosts=["testserver"])

    @api.get("/fails/{id:int}")
    async def fails(req, resp, *, id):
        loops.append(asyncio.get_running_loop())
        raise RuntimeError

    @api.get("/typed/{id}")
    async def typed(req, resp, *, id: int):
        loops.append(asyncio.get_running_loop())

    @api.get("/says")
    async def says(req, resp):
        loops.append(asyncio.get_running_loop())
        resp.problem(409)

    client = api.test_client("http://testserver", raise_server_exceptions=False)
    with client:
        statuses = [
            client.get("/nothing").status_code,
            client.post("/says").status_code,
            client.get("/says").status_code,
            client.get("/typed/x").status_code,
            client.get("/fails/1").status_code,
        ]
    assert statuses == [404, 405, 409, 422, 500]
    assert [type(request) for request in requests] == [Request] * 5
    assert len(set(loops)) == 1
    call(api, "GET", "/", headers=[])


@pytest.mark.defect(2)
def test_a_legacy_405_says_what_it_is() -> None:
    api = API(problem_details=False)

    @api.get("/")
    def index(req, resp): ...

    answer = api.requests.post("/", headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text == "Method Not Allowed"
