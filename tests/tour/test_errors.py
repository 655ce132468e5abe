"""Custom errors: handlers for exceptions, `abort`, `Problem`, and the problem document."""

from __future__ import annotations

import pytest
from starlette.exceptions import HTTPException

from responder import API, Problem, Request, Response, abort


def failing(api: API, error: BaseException) -> API:
    @api.route("/")
    def handler(req, resp):
        raise error

    return api


def test_a_handler_for_an_exception_answers_in_its_place() -> None:
    api = failing(API(), ValueError("no such thing"))

    @api.exception_handler(ValueError)
    async def handle_value_error(req, resp, exc):
        resp.status_code = 400
        resp.media = {"error": str(exc)}

    answer = api.requests.get("/")
    assert (answer.status_code, answer.json()) == (400, {"error": "no such thing"})


def test_the_nearest_base_class_decides() -> None:
    class Special(KeyError): ...

    api = failing(API(), Special())

    @api.exception_handler(LookupError)
    def lookup(req, resp, exc):
        resp.status_code = 404
        resp.text = "lookup"

    @api.exception_handler(KeyError)
    def key(req, resp, exc):
        resp.status_code = 404
        resp.text = "key"

    assert api.requests.get("/").text == "key"


def test_a_handler_for_a_status_sees_the_frameworks_own_errors() -> None:
    api = API()

    async def not_found(req, resp, exc):
        resp.status_code = 404
        resp.media = {"error": "nothing here"}

    api.add_exception_handler(404, not_found)
    answer = api.requests.get("/nothing")
    assert (answer.status_code, answer.json()) == (404, {"error": "nothing here"})


def test_a_handler_that_sets_no_status_answers_500() -> None:
    api = failing(API(), ValueError())

    @api.exception_handler(ValueError)
    def handle(req, resp, exc):
        resp.text = "sorry"

    answer = api.requests.get("/")
    assert (answer.status_code, answer.text) == (500, "sorry")


def test_a_catch_all_answers_and_the_error_still_reaches_the_server() -> None:
    api = failing(API(), RuntimeError("broken"))

    @api.exception_handler(Exception)
    def handle(req, resp, exc):
        resp.status_code = 500
        resp.media = {"error": "sorry"}

    with pytest.raises(RuntimeError, match="broken"):
        api.requests.get("/")
    answer = api.test_client(raise_server_exceptions=False).get("/")
    assert (answer.status_code, answer.json()) == (500, {"error": "sorry"})


@pytest.mark.parametrize("where", ["handler", "hook", "provider"])
def test_abort_stops_everything_from_anywhere(where: str) -> None:
    api = API()
    told: list[str] = []

    def stop() -> None:
        abort(403, detail="Forbidden here")

    if where == "hook":
        api.before_request(lambda req, resp: stop())
    if where == "provider":
        api.add_dependency("guard", stop)
    else:
        api.add_dependency("guard", lambda: None)

    @api.get("/admin")
    def admin(req, resp, *, guard):
        if where == "handler":
            stop()
        told.append("went on")

    answer = api.requests.get("/admin")
    assert answer.status_code == 403
    assert answer.json() == {
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
        "detail": "Forbidden here",
    }
    assert told == []


def test_abort_with_headers_sends_them_and_the_detail_defaults_to_the_phrase() -> None:
    api = API()

    @api.get("/")
    def index(req, resp):
        abort(503, headers={"Retry-After": "3"})

    answer = api.requests.get("/")
    assert answer.headers["retry-after"] == "3"
    assert answer.json()["detail"] == "Service Unavailable"


def test_abort_refuses_what_is_not_a_status() -> None:
    with pytest.raises(ValueError, match="42"):
        abort(42)


def test_a_problem_carries_its_members_into_the_document() -> None:
    api = API()

    @api.route("/quota")
    def quota(req, resp):
        raise Problem(
            409,
            "You have used all 100 requests for today.",
            title="Quota Exceeded",
            type="https://api.example.com/errors/quota-exceeded",
            balance=0,
        )

    answer = api.requests.get("/quota")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "https://api.example.com/errors/quota-exceeded",
        "title": "Quota Exceeded",
        "status": 409,
        "detail": "You have used all 100 requests for today.",
        "instance": "/quota",
        "balance": 0,
    }


def test_abort_with_a_problem_member_raises_a_problem() -> None:
    with pytest.raises(Problem):
        abort(409, type="https://example.com/quota", balance=0)
    with pytest.raises(HTTPException) as caught:
        abort(409, detail="plain")
    assert not isinstance(caught.value, Problem)


def test_resp_problem_writes_the_document_without_raising() -> None:
    api = API()

    @api.post("/items")
    def reject_duplicate(req, resp):
        resp.problem(409, "Item already exists", type="https://example.com/conflict")

    answer = api.requests.post("/items")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "https://example.com/conflict",
        "title": "Conflict",
        "status": 409,
        "detail": "Item already exists",
    }


def test_a_problem_is_sent_as_json_whatever_the_client_accepts() -> None:
    answer = API().requests.get("/nothing", headers={"Accept": "text/html, application/yaml"})
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unhandled_error_is_a_500_that_tells_nothing() -> None:
    api = failing(API(), RuntimeError("password is hunter2"))
    answer = api.test_client(raise_server_exceptions=False).get("/")
    assert answer.status_code == 500
    assert answer.json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "Internal Server Error",
    }


def test_debug_shows_the_traceback() -> None:
    api = failing(API(debug=True), RuntimeError("look here"))
    answer = api.test_client(raise_server_exceptions=False).get("/")
    assert answer.status_code == 500
    assert "look here" in answer.text


@pytest.mark.parametrize("status", [204, 304])
def test_an_error_of_a_status_without_body_has_none(status: int) -> None:
    answer = failing(API(), HTTPException(status)).requests.get("/")
    assert (answer.status_code, answer.content) == (status, b"")
    assert "content-type" not in answer.headers


def test_a_problem_handler_enriches_every_document() -> None:
    async def enrich(payload: dict[str, object], request: Request, exc: Exception | None) -> None:
        payload["path"] = request.url.path
        payload["kind"] = type(exc).__name__

    api = failing(API(problem_handler=enrich), Problem(409, "taken"))
    assert api.requests.get("/").json()["path"] == "/"
    assert api.requests.get("/").json()["kind"] == "Problem"
    assert api.requests.get("/nothing").json()["path"] == "/nothing"


def test_a_failing_problem_handler_leaves_the_document_as_it_was() -> None:
    def broken(payload: dict[str, object]) -> None:
        payload["half"] = True
        raise RuntimeError("broken")

    api = API(problem_handler=broken)
    assert api.requests.get("/nothing").json()["title"] == "Not Found"
    assert "half" not in api.requests.get("/nothing").json()


def test_the_legacy_mode_answers_json_clients_and_others_in_their_way() -> None:
    api = API(problem_details=False)
    as_json = api.requests.get("/nothing", headers={"Accept": "application/json"})
    assert as_json.headers["content-type"] == "application/json"
    assert as_json.json() == {"error": "Not Found"}
    as_text = api.requests.get("/nothing", headers={"Accept": "text/html"})
    assert as_text.headers["content-type"].startswith("text/plain")
    assert as_text.text == "Not Found"


def test_a_typed_handler_gets_the_exception_it_was_registered_for() -> None:
    class Taken(Exception):
        def __init__(self, name: str) -> None:
            self.name = name

    api = failing(API(), Taken("ada"))

    @api.exception_handler(Taken)
    def taken(req: Request, resp: Response, exc: Taken) -> None:
        resp.problem(409, f"{exc.name} is taken")

    assert api.requests.get("/").json()["detail"] == "ada is taken"
