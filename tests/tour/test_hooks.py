"""Hooks before and after requests: global, of a group, of a route."""

from __future__ import annotations

import pytest

from responder import API, Router


def test_a_global_before_hook_runs_before_every_handler() -> None:
    api = API()

    @api.route(before_request=True)
    def add_headers(req, resp):
        resp.headers["X-API-Version"] = "3.2"

    @api.get("/")
    def index(req, resp):
        resp.text = "index"

    assert api.requests.get("/").headers["x-api-version"] == "3.2"


@pytest.mark.parametrize("spelling", ["bare", "called", "route"])
def test_a_before_hook_is_spelled_in_three_ways(spelling: str) -> None:
    api = API()

    async def hook(req, resp):
        resp.headers["X-Hook"] = spelling

    if spelling == "bare":
        assert api.before_request(hook) is hook
    elif spelling == "called":
        assert api.before_request()(hook) is hook
    else:
        assert api.route(before_request=True)(hook) is hook

    @api.get("/")
    def index(req, resp): ...

    assert api.requests.get("/").headers["x-hook"] == spelling


def test_a_hook_that_sets_a_status_answers_and_nothing_else_runs() -> None:
    api = API()
    told: list[str] = []

    @api.before_request
    def auth_check(req, resp):
        if "Authorization" not in req.headers:
            resp.status_code = 401
            resp.media = {"error": "unauthorized"}

    @api.before_request
    def second(req, resp):
        told.append("second")

    @api.after_request
    def after(req, resp):
        told.append("after")

    @api.get("/")
    def index(req, resp):
        told.append("handler")

    answer = api.requests.get("/")
    assert (answer.status_code, answer.json()) == (401, {"error": "unauthorized"})
    assert told == []
    assert api.requests.get("/", headers={"Authorization": "x"}).status_code == 200
    assert told == ["second", "handler", "after"]


def test_a_hook_of_one_route_leaves_the_others_alone() -> None:
    api = API()

    def require_admin(req, resp):
        if req.headers.get("X-Role") != "admin":
            resp.status_code = 403
            resp.media = {"error": "forbidden"}

    @api.route("/admin", before=require_admin)
    def admin(req, resp):
        resp.media = {"ok": True}

    @api.route("/open")
    def open_to_all(req, resp):
        resp.media = {"ok": True}

    assert api.requests.get("/admin").status_code == 403
    assert api.requests.get("/admin", headers={"X-Role": "admin"}).json() == {"ok": True}
    assert api.requests.get("/open").json() == {"ok": True}


def test_after_hooks_run_after_the_handler_the_routes_own_first() -> None:
    api = API()
    told: list[str] = []

    @api.after_request()
    async def add_timing(req, resp):
        told.append("global")
        resp.headers["X-Served-By"] = "responder"

    @api.after_request
    def second(req, resp):
        told.append("second global")

    def audit(req, resp):
        told.append("route")
        resp.headers["X-Audited"] = "1"

    @api.route("/reports", after=audit)
    def reports(req, resp):
        told.append("handler")
        resp.media = []

    answer = api.requests.get("/reports")
    assert told == ["handler", "route", "global", "second global"]
    assert (answer.headers["x-audited"], answer.headers["x-served-by"]) == ("1", "responder")


def test_hooks_run_in_the_order_before_global_before_route() -> None:
    api = API()
    told: list[str] = []

    @api.route("/", before=[lambda req, resp: told.append("route 1"), lambda req: told.append("route 2")])
    def index(req, resp):
        told.append("handler")

    @api.before_request
    def late(req, resp):
        told.append("global")

    api.requests.get("/")
    assert told == ["global", "route 1", "route 2", "handler"]


def test_after_hooks_are_skipped_when_the_request_failed() -> None:
    api = API()
    told: list[str] = []
    api.after_request(lambda req, resp: told.append("after"))

    @api.get("/fails/{how}")
    def fails(req, resp, *, how: int):
        raise ValueError(how)

    client = api.test_client(raise_server_exceptions=False)
    assert client.get("/fails/1").status_code == 500
    assert client.get("/fails/x").status_code == 422
    assert told == []


def test_a_failing_after_hook_is_a_clean_500() -> None:
    api = API()
    told: list[str] = []

    @api.after_request
    def broken(req, resp):
        raise RuntimeError("broken")

    @api.after_request
    def never(req, resp):
        told.append("never")

    @api.get("/")
    def index(req, resp):
        resp.headers["X-Leak"] = "1"
        resp.set_cookie("leak", "1")
        resp.text = "leak"

    answer = api.test_client(raise_server_exceptions=False).get("/")
    assert answer.status_code == 500
    assert answer.json()["title"] == "Internal Server Error"
    assert "x-leak" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert told == []


def test_a_hook_of_a_group_sees_its_prefix_only() -> None:
    api = API()
    v1 = api.group("/v1")

    @v1.before_request()
    def require_key(req, resp):
        if "X-Api-Key" not in req.headers:
            resp.status_code = 401
            resp.media = {"error": "missing API key"}

    @v1.route("/users")
    def users(req, resp):
        resp.media = []

    @api.route("/v1")
    def root(req, resp):
        resp.media = "root"

    @api.route("/v10/users")
    def other(req, resp):
        resp.media = "other"

    assert api.requests.get("/v1/users").status_code == 401
    assert api.requests.get("/v1").status_code == 401
    assert api.requests.get("/v1/users", headers={"X-Api-Key": "k"}).json() == []
    assert api.requests.get("/v10/users").json() == "other"


def test_a_hook_of_a_router_comes_along_with_its_final_prefix() -> None:
    router = Router("/inner")

    @router.before_request
    def mark(req, resp):
        resp.headers["X-Inner"] = "1"

    @router.get("/a")
    def a(req, resp): ...

    api = API()
    api.include_router(router, prefix="/outer")

    @api.get("/inner/a")
    def elsewhere(req, resp): ...

    assert "x-inner" in api.requests.get("/outer/inner/a").headers
    assert "x-inner" not in api.requests.get("/inner/a").headers


def test_a_declared_status_is_set_before_the_handler_and_after_the_hooks() -> None:
    api = API()
    seen: list[object] = []
    api.before_request(lambda req, resp: seen.append(resp.status_code))

    @api.post("/", status_code=201)
    def create(req, resp):
        seen.append(resp.status_code)
        resp.text = "made"

    assert api.requests.post("/").status_code == 201
    assert seen == [None, 201]


def test_a_hook_may_abort() -> None:
    from responder import abort

    api = API()

    @api.before_request
    def maintenance(req, resp):
        abort(503, detail="Down for maintenance")

    @api.get("/")
    def index(req, resp): ...

    answer = api.requests.get("/")
    assert (answer.status_code, answer.json()["detail"]) == (503, "Down for maintenance")
