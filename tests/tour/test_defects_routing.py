"""Defects that must not come back: routing, handlers, hooks, mounts.

The numbers are those of docs/defects.md.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as StarletteRequest
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from responder import API, Query, RouteError
from tests.tour.support import call

if TYPE_CHECKING:
    from decimal import Decimal


@pytest.mark.defect(1)
@pytest.mark.parametrize("segment", ["٣", "௩", "³", "-1", "+1", "1_0", "7" * 5000])
def test_an_int_segment_takes_ascii_digits_and_an_overflow_is_no_match(segment: str) -> None:
    api = API()

    @api.get("/items/{id:int}")
    def item(req, resp, *, id):
        resp.media = id

    assert api.requests.get(f"/items/{segment}").status_code == 404
    assert api.requests.get("/items/0042").json() == 42


@pytest.mark.defect(2)
@pytest.mark.parametrize("legacy", [False, True])
def test_a_405_has_one_shape_wherever_it_comes_from(legacy: bool) -> None:
    api = API(problem_details=not legacy)

    @api.get("/function")
    def function(req, resp): ...

    @api.route("/view")
    class View:
        def on_get(self, req, resp): ...

    for accept in ("application/json", "text/html"):
        first, second = (
            api.requests.delete(path, headers={"Accept": accept}) for path in ("/function", "/view")
        )
        assert first.status_code == second.status_code == 405
        assert first.headers["content-type"] == second.headers["content-type"]
        assert first.headers["allow"] == second.headers["allow"] == "GET, HEAD, OPTIONS"
        assert first.content == second.content


@pytest.mark.defect(3)
@pytest.mark.parametrize("path", ["//evil.example", "//evil.example/x", "/\\evil.example", "///evil.example"])
def test_a_slash_redirect_never_leaves_the_host(path: str) -> None:
    api = API()

    @api.get("/{rest:path}/")
    def greedy(req, resp, *, rest): ...

    answer = call(api, "GET", path)
    location = answer.headers.get("location", "")
    assert not location.startswith(("//", "/\\", "http"))


@pytest.mark.defect(4)
def test_a_slash_redirect_includes_the_root_path() -> None:
    api = API()

    @api.get("/users")
    def users(req, resp): ...

    answer = call(api, "GET", "/prefix/users/", root_path="/prefix")
    assert (answer.status, answer.headers["location"]) == (307, "/prefix/users")


@pytest.mark.defect(5)
def test_a_parameter_that_nothing_supplies_is_refused_at_the_decorator_or_at_sealing() -> None:
    api = API()

    def unknown(req, resp, *, nothing_supplies_this): ...

    api.get("/")(unknown)
    with pytest.raises(RouteError, match="nothing_supplies_this"):
        api.requests.get("/")


@pytest.mark.defect(5)
def test_a_path_field_that_the_handler_does_not_take_is_refused_at_the_decorator() -> None:
    def forgets(req, resp): ...

    with pytest.raises(RouteError, match='"id"'):
        API().get("/{id}")(forgets)


@pytest.mark.defect(5)
def test_a_handler_without_resp_is_served() -> None:
    api = API()

    @api.get("/{id:int}")
    def show(req, *, id):
        return {"id": id, "method": req.method}

    assert api.requests.get("/3").json() == {"id": 3, "method": "GET"}


@pytest.mark.defect(6)
def test_an_untouched_response_is_empty_and_has_no_content_type() -> None:
    api = API()

    @api.get("/")
    def nothing(req, resp): ...

    @api.get("/hooked", before=lambda req, resp: setattr(resp, "status_code", 401))
    def hooked(req, resp): ...

    for path, status in (("/", 200), ("/hooked", 401)):
        answer = api.requests.get(path)
        assert (answer.status_code, answer.content) == (status, b"")
        assert "content-type" not in answer.headers
        assert answer.headers["content-length"] == "0"


@pytest.mark.defect(7)
def test_a_returned_starlette_response_is_sent_as_it_is() -> None:
    api = API()

    @api.get("/")
    def index(req, resp):
        return PlainTextResponse("theirs", 202, {"X-Theirs": "1"})

    answer = api.requests.get("/")
    assert (answer.status_code, answer.text, answer.headers["x-theirs"]) == (202, "theirs", "1")


@pytest.mark.defect(20)
def test_after_hooks_see_the_status_that_will_be_sent() -> None:
    api = API()
    seen: list[object] = []
    api.after_request(lambda req, resp: seen.append(resp.status_code))

    @api.get("/")
    def index(req, resp):
        return {"ok": True}

    @api.post("/", status_code=201)
    def create(req, resp): ...

    api.requests.get("/")
    api.requests.post("/")
    assert seen == [200, 201]


@pytest.mark.defect(28)
def test_function_middleware_sees_traffic_that_matches_no_route() -> None:
    api = API()
    seen: list[tuple[str, int]] = []

    @api.middleware("http")
    async def watch(request, call_next):
        response = await call_next(request)
        seen.append((request.method, response.status_code))
        return response

    @api.get("/known")
    def known(req, resp): ...

    api.requests.get("/unknown")
    api.requests.post("/known")
    api.requests.get("/known/", follow_redirects=False)
    assert seen == [("GET", 404), ("POST", 405), ("GET", 307)]


@pytest.mark.defect(38)
def test_the_lifespan_of_a_mounted_application_runs() -> None:
    told: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Starlette):
        told.append("child starts")
        yield
        told.append("child stops")

    api = API()
    api.add_event_handler("startup", lambda: told.append("parent starts"))
    api.mount("/child", Starlette(lifespan=lifespan))
    grandchild = API()
    grandchild.add_event_handler("startup", lambda: told.append("another starts"))
    api.mount("/other", grandchild)
    with api.requests:
        assert sorted(told) == ["another starts", "child starts", "parent starts"]
    assert told[-1] == "child stops"


@pytest.mark.defect(45)
def test_a_mounted_application_routes_a_path_that_repeats_its_prefix() -> None:
    async def where(request: StarletteRequest) -> JSONResponse:
        return JSONResponse([request.scope["root_path"], request.scope["path"]])

    api = API()
    api.mount("/a", Starlette(routes=[Route("/a/x", where), Route("/x", where)]))
    assert api.requests.get("/a/a/x").json() == ["/a", "/a/a/x"]
    assert api.requests.get("/a/x").json() == ["/a", "/a/x"]
    behind = call(api, "GET", "/proxy/a/x", root_path="/proxy")
    assert behind.json() == ["/proxy/a", "/proxy/a/x"]


@pytest.mark.defect(46)
def test_a_callable_as_before_request_is_refused_and_the_route_is_not_lost() -> None:
    def guard(req, resp): ...

    with pytest.raises(TypeError, match="before="):
        API().route("/admin", before_request=guard)  # type: ignore[call-overload]  # wrong on purpose


@pytest.mark.defect(48)
def test_an_annotation_that_cannot_be_resolved_is_refused_and_named() -> None:
    def handler(req, resp, *, price: Decimal, limit: int = Query(10)): ...

    with pytest.raises(RouteError, match="Decimal"):
        API().get("/{price}")(handler)


@pytest.mark.defect(48)
def test_an_annotation_local_to_a_factory_is_resolved() -> None:
    from pydantic import BaseModel

    def make() -> API:
        class Local(BaseModel):
            name: str

        api = API()

        @api.post("/{id}")
        def create(req, resp, *, id: int, body: Local) -> Local:
            return body

        return api

    api = make()
    assert api.requests.post("/1", json={"name": "tea"}).json() == {"name": "tea"}
    assert api.requests.post("/x", json={"name": "tea"}).status_code == 422
