"""What stays on an answer whoever makes it, and what a handler brings along: hooks, and a short body."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from typing_extensions import override

from responder import API, Problem, Request, Response, abort
from tests.tour.support import call


def application(**handlers: Callable[[], object]) -> API:
    api = API()

    @api.before_request
    async def mark(req: Request, resp: Response) -> None:
        resp.headers["X-Own"] = "of the answer"
        resp.keep_header("X-Kept", "first")
        resp.keep_header("X-Kept", "kept")

    for name, handler in handlers.items():
        api.add_route(f"/{name}", handler)
    return api


def gone() -> None:
    abort(404, headers={"X-Other": "1"})


def replaced() -> None:
    abort(400, headers={"x-kept": "of the error"})


def broken() -> None:
    raise LookupError("broken")


def test_a_header_that_is_kept_is_on_every_answer_and_others_on_their_own_only() -> None:
    api = application(fine=lambda: "fine", gone=gone, replaced=replaced)
    fine, missing, other = (call(api, "GET", path).headers for path in ("/fine", "/gone", "/replaced"))
    assert (fine["x-kept"], fine["x-own"]) == ("kept", "of the answer")
    assert (missing["x-kept"], missing["x-other"]) == ("kept", "1")
    assert "x-own" not in missing
    # What the error says itself has the last word.
    assert other["x-kept"] == "of the error"


def test_a_header_is_kept_by_a_handler_of_errors_and_by_a_failure() -> None:
    api = application(gone=gone, broken=broken)

    @api.exception_handler(404)
    async def missing(req: Request, resp: Response, exc: Exception) -> None:
        resp.status_code = 404
        resp.text = "missing"

    assert call(api, "GET", "/gone").headers["x-kept"] == "kept"
    client = api.test_client(raise_server_exceptions=False)
    answer = client.get("/broken")
    assert (answer.status_code, answer.headers["x-kept"]) == (500, "kept")


def test_a_response_to_nothing_keeps_headers_like_any_other() -> None:
    response: Response = Response()
    response.keep_header("X-Kept", "kept")
    assert response.headers["x-kept"] == "kept"


@pytest.mark.parametrize("accept", [b"text/html", b"application/json"])
def test_a_problem_may_have_a_short_form_of_its_own(accept: bytes) -> None:
    class Late(Problem):
        status = 409

        @override
        def short_payload(self) -> Mapping[str, object]:
            return {"late": True}

    api = API(problem_details=False)

    @api.get("/")
    def index() -> None:
        raise Late

    answer = call(api, "GET", "/", headers=[(b"accept", accept)])
    assert (answer.status, answer.json()) == (409, {"late": True})


def test_a_handler_brings_hooks_of_its_own_which_run_last_before_it() -> None:
    seen: list[str] = []

    def hook(name: str) -> Callable[[Request, Response], None]:
        def run(req: Request, resp: Response) -> None:
            seen.append(name)

        return run

    def handler() -> str:
        seen.append("handler")
        return "served"

    handler.before_hooks = (hook("first"), hook("second"))  # type: ignore[attr-defined]  # as a decorator would
    api = API()
    api.before_request(hook("global"))
    api.add_route("/", handler, before=[hook("route")])
    assert call(api, "GET", "/").status == 200
    assert seen == ["global", "route", "first", "second", "handler"]
