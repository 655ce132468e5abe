"""The tour's section on rate limiting, on the wire."""

from __future__ import annotations

import pytest

from responder import API, Request, Response, Router, abort
from responder.ext.ratelimit import RateLimiter, RateLimitMiddleware
from tests.tour.support import Answer, call


def test_every_route_of_an_application_is_limited_together() -> None:
    api = API()
    limiter = RateLimiter(requests=2, period=60)
    limiter.install(api)

    @api.get("/")
    def index(req, resp):
        resp.text = "index"

    @api.get("/other")
    def other(req, resp):
        resp.text = "other"

    answers = [api.requests.get(path) for path in ("/", "/other", "/")]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["x-ratelimit-limit"] for answer in answers] == ["2", "2", "2"]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["1", "0", "0"]
    assert all(0 < int(answer.headers["x-ratelimit-reset"]) <= 60 for answer in answers)


def limited() -> API:
    """An application that answers one request, whatever becomes of it."""
    api = API()
    RateLimiter(requests=1, period=30).install(api)

    @api.get("/")
    async def index() -> dict[str, bool]:
        return {"ok": True}

    @api.get("/gone")
    async def gone() -> None:
        abort(404)

    @api.get("/number/{id}")
    async def number(*, id: int) -> int:
        return id

    @api.exception_handler(418)
    async def teapot(req: Request, resp: Response, exc: Exception) -> None:
        resp.text = "short and stout"

    @api.get("/tea")
    async def tea() -> None:
        abort(418)

    return api


@pytest.mark.defect(41)
def test_a_refusal_is_a_problem_that_says_when_to_come_back() -> None:
    api = limited()
    call(api, "GET", "/")
    answer = call(api, "GET", "/")
    assert answer.status == 429
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "detail": "Rate limit exceeded.",
        "instance": "/",
    }
    assert answer.headers["x-ratelimit-limit"] == "1"
    assert answer.headers["x-ratelimit-remaining"] == "0"
    assert answer.headers["retry-after"] == answer.headers["x-ratelimit-reset"] == "30"


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/gone", 404), ("/number/x", 422), ("/tea", 500)])
def test_every_answer_tells_of_the_budget_whatever_it_is(path: str, status: int) -> None:
    answer = call(limited(), "GET", path)
    assert answer.status == status
    assert answer.headers["x-ratelimit-limit"] == "1"
    assert answer.headers["x-ratelimit-remaining"] == "0"
    assert answer.headers["x-ratelimit-reset"] == "30"


def test_a_client_is_told_by_a_key_or_else_by_its_address() -> None:
    api = API()
    limiter = RateLimiter(requests=1, period=60, key=lambda req: req.headers.get("x-api-key"))

    @api.get("/")
    @limiter.limit
    async def index() -> str:
        return "served"

    keys = ("a", "a", "b", None, None, "", "127.0.0.1")
    given = [[] if key is None else [(b"x-api-key", key.encode())] for key in keys]
    statuses = [call(api, "GET", "/", headers=headers).status for headers in given]
    # What a client calls itself is never taken for another's address.
    assert statuses == [200, 429, 200, 200, 429, 429, 200]


def test_one_handler_is_limited_and_others_are_not() -> None:
    api = API()
    limiter = RateLimiter(requests=1, period=60)

    @api.get("/limited")
    @limiter.limit
    def narrow(req, resp):
        resp.text = "limited"

    @api.get("/free")
    def free(req, resp):
        resp.text = "free"

    assert [api.requests.get("/limited").status_code for _ in range(2)] == [200, 429]
    answers = [api.requests.get("/free") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert "x-ratelimit-limit" not in answers[0].headers


def test_a_router_is_limited_for_itself() -> None:
    api, router = API(), Router("/v1")
    RateLimiter(requests=1, period=60).install(router)

    @router.get("/items")
    async def items() -> str:
        return "items"

    @api.get("/")
    async def index() -> str:
        return "index"

    api.include_router(router)
    assert [call(api, "GET", "/v1/items").status for _ in range(2)] == [200, 429]
    assert [call(api, "GET", "/").status for _ in range(2)] == [200, 200]


@pytest.mark.defect(28)
def test_a_middleware_counts_what_matches_no_route_too() -> None:
    api = API()
    api.add_middleware(RateLimitMiddleware, RateLimiter(requests=3, period=60))

    @api.get("/")
    async def index() -> str:
        return "index"

    answers: list[Answer] = [
        call(api, method, path)
        for method, path in (("GET", "/"), ("GET", "/nowhere"), ("POST", "/"), ("GET", "/nowhere"))
    ]
    assert [answer.status for answer in answers] == [200, 404, 405, 429]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert answers[3].headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("fail_open", "status"), [(False, 503), (True, 200)])
def test_while_the_store_is_down_it_closes_or_opens_as_it_was_told(fail_open: bool, status: int) -> None:
    class Down:
        def hit(self, key: str, max_requests: int, period: float) -> tuple[bool, int]:
            raise ConnectionError("the password is hunter2")

    api = API()
    RateLimiter(requests=1, period=60, backend=Down(), fail_open=fail_open).install(api)

    @api.get("/")
    async def index() -> str:
        return "served"

    answer = call(api, "GET", "/")
    assert answer.status == status
    assert b"hunter2" not in answer.body
    if not fail_open:
        assert answer.headers["retry-after"] == "2"
        assert answer.headers["content-type"] == "application/problem+json"
        assert b"Rate limit backend unavailable." in answer.body


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html", "application/yaml"])
def test_without_problem_details_the_bodies_are_short(accept: str) -> None:
    class Down:
        async def ahit(self, key: str, max_requests: int, period: float) -> tuple[bool, int]:
            raise ConnectionError

    api = API(problem_details=False)
    narrow = RateLimiter(requests=1, period=60)
    broken = RateLimiter(requests=1, period=60, backend=Down())

    @api.get("/narrow")
    @narrow.limit
    async def index() -> str:
        return "served"

    @api.get("/broken")
    @broken.limit
    async def never() -> str:
        return "never"

    headers = [(b"accept", accept.encode())]
    call(api, "GET", "/narrow", headers=headers)
    refused, down = (call(api, "GET", path, headers=headers) for path in ("/narrow", "/broken"))
    assert (refused.status, refused.json()) == (429, {"error": "rate limit exceeded"})
    assert (down.status, down.json()) == (503, {"error": "rate limit backend unavailable"})
    assert refused.headers["content-type"] == down.headers["content-type"] == "application/json"
