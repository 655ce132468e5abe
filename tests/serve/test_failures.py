"""From an exception to one answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message

from responder import API, ConfigurationError, Problem, Request, Response, RouteError, Router, abort
from responder.testing import assert_problem


def quiet(api: API, **options: Any) -> Any:
    return api.test_client(raise_server_exceptions=False, **options)


def app_that_raises(error: BaseException, **options: Any) -> API:
    api = API(**options)

    @api.route("/")
    async def fail(req: Request, resp: Response) -> None:
        resp.headers["X-Before"] = "1"
        resp.set_cookie("before", "1")
        raise error

    return api


def test_an_unhandled_error_is_a_500_that_tells_nothing_and_is_raised_again() -> None:
    api = app_that_raises(ValueError("the secret"))
    with pytest.raises(ValueError, match="the secret"):
        api.requests.get("/")
    answer = quiet(api).get("/")
    assert assert_problem(answer, 500, detail="Internal Server Error") == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "Internal Server Error",
    }
    assert "secret" not in answer.text
    assert "x-before" not in answer.headers
    assert "set-cookie" not in answer.headers


def test_debug_shows_the_traceback_escaped_for_browsers_and_plain_for_others() -> None:
    client = quiet(app_that_raises(ValueError("<b>secret</b>"), debug=True))
    page = client.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 500
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "&lt;b&gt;secret" in page.text
    assert "<b>secret" not in page.text
    text = client.get("/")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Traceback" in text.text


def test_a_handler_answers_a_class_and_those_below_it_with_everything_it_sets() -> None:
    api = app_that_raises(KeyError("x"))

    @api.exception_handler(LookupError)
    async def missing(req: Request, resp: Response, exc: LookupError) -> None:
        resp.status_code = 400
        resp.media = {"error": type(exc).__name__, "path": req.url.path}
        resp.headers["X-Handled"] = "yes"
        resp.set_cookie("seen", "1")

    answer = api.requests.get("/")
    assert answer.status_code == 400
    assert answer.json() == {"error": "KeyError", "path": "/"}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-handled"] == "yes"
    assert answer.headers["set-cookie"].startswith("seen=1")
    assert "x-before" not in answer.headers


def test_a_handler_may_return_its_answer_as_a_view_does_and_be_plain() -> None:
    api = app_that_raises(ValueError("no"))
    threads: list[str] = []

    @api.exception_handler(ValueError)
    def refuse(req: Request, resp: Response, exc: ValueError) -> tuple[dict[str, str], int]:
        threads.append(threading.current_thread().name)
        return {"error": str(exc)}, 418

    answer = api.requests.get("/")
    assert (answer.status_code, answer.json()) == (418, {"error": "no"})
    assert threads != [threading.main_thread().name]


def test_the_status_is_500_when_a_handler_sets_none() -> None:
    api = app_that_raises(ValueError("no"))

    @api.exception_handler(ValueError)
    async def handle(req: Request, resp: Response, exc: ValueError) -> None:
        resp.text = "sorry"

    assert api.requests.get("/").status_code == 500


def test_a_handler_by_status_answers_raised_errors_and_our_own() -> None:
    api = app_that_raises(HTTPException(404, "gone"))

    async def not_found(req: Request, resp: Response, exc: HTTPException) -> None:
        resp.status_code = 404
        resp.media = {"error": exc.detail}

    api.add_exception_handler(404, not_found)
    assert api.requests.get("/").json() == {"error": "gone"}
    assert api.requests.get("/nowhere").json() == {"error": "Not Found"}


def test_the_most_specific_class_wins_and_a_status_wins_over_classes() -> None:
    class Mine(Problem):
        status = 409

    api = app_that_raises(Mine())
    api.add_exception_handler(HTTPException, lambda req, resp, exc: "class")
    assert quiet(api).get("/").text == "class"
    api.add_exception_handler(Mine, lambda req, resp, exc: "mine")
    assert quiet(api).get("/").text == "mine"
    api.add_exception_handler(409, lambda req, resp, exc: "status")
    assert quiet(api).get("/").text == "status"


@pytest.mark.parametrize("key", [Exception, 500])
def test_the_catch_all_answers_and_the_error_still_reaches_the_server(key: Any) -> None:
    api = app_that_raises(ValueError("boom"))

    async def sorry(req: Request, resp: Response, exc: Exception) -> None:
        resp.status_code = 503
        resp.text = "sorry"

    api.add_exception_handler(key, sorry)
    answer = quiet(api).get("/")
    assert (answer.status_code, answer.text) == (503, "sorry")
    with pytest.raises(ValueError, match="boom"):
        api.requests.get("/")
    assert quiet(api).get("/nowhere").status_code == 404


def test_debug_shows_the_traceback_in_place_of_the_catch_all() -> None:
    api = app_that_raises(ValueError("boom"), debug=True)
    api.add_exception_handler(Exception, lambda req, resp, exc: "hidden")
    assert "Traceback" in quiet(api).get("/").text


def test_a_handler_that_fails_itself_is_a_clean_500() -> None:
    api = app_that_raises(ValueError("first"))

    @api.exception_handler(ValueError)
    async def broken(req: Request, resp: Response, exc: ValueError) -> None:
        raise RuntimeError("second")

    assert_problem(quiet(api).get("/"), 500)
    with pytest.raises(RuntimeError, match="second"):
        api.requests.get("/")


def test_a_catch_all_that_fails_itself_is_a_clean_500_and_what_it_raised_reaches_the_server() -> None:
    api = app_that_raises(ValueError("the first secret"))

    @api.exception_handler(Exception)
    async def answer(req: Request, resp: Response, exc: Exception) -> None:
        raise KeyError("the second secret")

    with pytest.raises(KeyError, match="the second secret"):
        api.requests.get("/")
    answered = quiet(api).get("/")
    assert_problem(answered, 500)
    assert "secret" not in answered.text


def test_a_handler_may_abort() -> None:
    api = app_that_raises(ValueError("first"))

    @api.exception_handler(ValueError)
    async def refuse(req: Request, resp: Response, exc: ValueError) -> None:
        abort(409, detail="taken")

    assert_problem(api.requests.get("/"), 409, detail="taken")


def yields(req: Request, resp: Response, exc: Exception) -> Iterator[None]:
    yield


async def yields_later(req: Request, resp: Response, exc: Exception) -> AsyncIterator[None]:
    yield


@pytest.mark.parametrize("wrong", [yields, yields_later])
def test_a_generator_is_no_handler_since_its_body_would_never_run(wrong: Callable[..., object]) -> None:
    api = app_that_raises(ValueError("no"))
    for register in (
        lambda: api.add_exception_handler(ValueError, wrong),
        lambda: Router("/").exception_handler(ValueError)(wrong),
        lambda: API(problem_handler=wrong),
    ):
        with pytest.raises(RouteError, match=f'Hook "{wrong.__name__}" is a generator') as refused:
            register()
        assert str(refused.value).startswith(__file__)
    with pytest.raises(ValueError, match="no"):
        api.requests.get("/")


def test_handlers_are_judged_when_they_are_registered() -> None:
    def four(req: Request, resp: Response, exc: Exception, more: object) -> None: ...

    api = API()
    with pytest.raises(ConfigurationError, match="400 to 599"):
        api.add_exception_handler(200, lambda req, resp, exc: None)  # type: ignore[responder-hook]  # wrong on purpose
    with pytest.raises(ConfigurationError, match="class of exceptions"):
        api.add_exception_handler(int, lambda req, resp, exc: None)  # type: ignore[type-var]  # wrong on purpose
    with pytest.raises(ConfigurationError, match="3 arguments"):
        api.add_exception_handler(404, four)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(ConfigurationError, match="callable"):
        api.add_exception_handler(404, "page")  # type: ignore[call-overload]  # wrong on purpose


def test_errors_carry_their_headers_cleaned() -> None:
    api = app_that_raises(
        HTTPException(
            401, "who?", {"WWW-Authenticate": "Bearer", "X-Evil": "a\r\nSet-Cookie: b", "Bad Name": "x"}
        )
    )
    answer = api.requests.get("/")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["x-evil"] == "aSet-Cookie: b"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("status", [204, 304])
def test_an_exception_without_a_body_sends_none(status: int) -> None:
    answer = app_that_raises(HTTPException(status)).requests.get("/")
    assert answer.status_code == status
    assert answer.content == b""
    assert "content-type" not in answer.headers


def test_a_raised_problem_tells_its_path_and_its_own_members() -> None:
    api = API()

    @api.get("/quota/{name}")
    async def quota(req: Request, resp: Response, *, name: str) -> None:
        raise Problem(409, "All used", title="Quota Exceeded", type="https://e.example/q", balance=0)

    assert_problem(
        api.requests.get("/quota/a b"),
        409,
        detail="All used",
        title="Quota Exceeded",
        type="https://e.example/q",
        balance=0,
        instance="/quota/a%20b",
    )


def test_an_extension_that_cannot_be_encoded_does_not_break_the_answer() -> None:
    api = app_that_raises(Problem(409, "no", odd=object(), nan=float("nan"), text="\ud800"))
    assert api.requests.get("/").status_code == 409


def test_the_problem_handler_sees_every_document_with_one_kind_of_request() -> None:
    seen: list[tuple[str, type[object], type[object]]] = []

    async def enrich(
        payload: dict[str, object], request: Request, exc: Exception | None
    ) -> dict[str, object]:
        seen.append((request.url.path, type(request), type(exc)))
        return {**payload, "service": "shop"}

    api = API(problem_handler=enrich)

    @api.get("/raised")
    async def raised(req: Request, resp: Response) -> None:
        abort(409)

    @api.get("/shown")
    async def shown(req: Request, resp: Response) -> None:
        resp.problem(410, "gone")

    @api.get("/broken")
    async def broken(req: Request, resp: Response) -> None:
        raise ValueError("no")

    client = quiet(api)
    for path, status in (("/raised", 409), ("/shown", 410), ("/broken", 500), ("/nowhere", 404)):
        assert_problem(client.get(path), status, service="shop")
    assert {kind for _, kind, _ in seen} == {Request}
    assert [exc for _, _, exc in seen] == [HTTPException, type(None), ValueError, HTTPException]


def test_a_problem_handler_may_change_the_payload_in_place_and_take_fewer_arguments() -> None:
    def mark(payload: dict[str, object]) -> None:
        payload["marked"] = True

    assert_problem(API(problem_handler=mark).requests.get("/nowhere"), 404, marked=True)
    assert_problem(
        API(problem_handler=lambda: {"status": 404, "own": 1}).requests.get("/nowhere"), 404, own=1
    )


@pytest.mark.parametrize("result", ["text", ValueError("broken")])
def test_a_problem_handler_that_misbehaves_changes_nothing(result: object) -> None:
    def handler(payload: dict[str, object]) -> object:
        payload["half"] = True
        if isinstance(result, Exception):
            raise result
        return result

    document = assert_problem(API(problem_handler=handler).requests.get("/nowhere"), 404)
    assert "half" not in document


def test_legacy_errors_are_json_for_those_who_ask_and_text_for_others() -> None:
    api = API(problem_details=False)
    answer = api.requests.get("/nowhere", headers={"Accept": "application/json"})
    assert answer.json() == {"error": "Not Found"}
    assert answer.headers["content-type"] == "application/json"
    text = api.requests.get("/nowhere", headers={"Accept": "text/html"})
    assert text.text == "Not Found"
    assert text.headers["content-type"] == "text/plain; charset=utf-8"


def test_a_request_that_takes_too_long_is_a_504_that_keeps_headers_and_cookies() -> None:
    api = API(request_timeout=0.05)

    @api.get("/")
    async def slow(req: Request, resp: Response) -> None:
        resp.headers["X-Kept"] = "1"
        resp.set_cookie("kept", "1")
        resp.etag = "gone"
        resp.text = "never"
        await asyncio.Event().wait()

    answer = api.requests.get("/")
    assert_problem(answer, 504, detail="Request timed out")
    assert answer.headers["x-kept"] == "1"
    assert answer.headers["set-cookie"].startswith("kept=1")
    assert "etag" not in answer.headers


def test_a_timeout_of_the_handler_stays_its_own() -> None:
    assert_problem(quiet(app_that_raises(TimeoutError("mine"), request_timeout=5)).get("/"), 500)


def test_a_cancelled_inner_task_is_a_500() -> None:
    api = API()

    @api.get("/")
    async def fail(req: Request, resp: Response) -> None:
        task = asyncio.create_task(asyncio.sleep(10))
        task.cancel()
        await task

    assert_problem(quiet(api).get("/"), 500)


def test_nothing_is_sent_twice_when_the_connection_breaks_in_the_middle() -> None:
    api = API()

    @api.get("/")
    async def show(req: Request, resp: Response) -> dict[str, int]:
        return {"a": 1}

    for broken in (1, 2):
        sent: list[str] = []

        async def send(message: Message, broken: int = broken, sent: list[str] = sent) -> None:
            sent.append(message["type"])
            if len(sent) == broken:
                raise OSError("gone")

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "headers": [],
            "query_string": b"",
            "root_path": "",
        }
        with pytest.raises(OSError, match="gone"):
            asyncio.run(api(scope, receive, send))
        assert len(sent) == broken
