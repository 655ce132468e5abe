"""Route groups and routers: prefixes, and what comes along with them."""

from __future__ import annotations

import pytest

from responder import API, Depends, Router


def test_groups_share_a_prefix() -> None:
    api = API()
    v1 = api.group("/v1")

    @v1.route("/users")
    def list_users(req, resp):
        resp.media = []

    @v1.route("/users/{user_id:int}")
    def get_user(req, resp, *, user_id):
        resp.media = {"id": user_id}

    v2 = api.group("/v2")

    @v2.route("/users")
    def list_users_v2(req, resp):
        resp.media = {"users": [], "total": 0}

    assert api.requests.get("/v1/users").json() == []
    assert api.requests.get("/v1/users/7").json() == {"id": 7}
    assert api.requests.get("/v2/users").json() == {"users": [], "total": 0}
    assert api.requests.get("/users").status_code == 404


def test_groups_have_verbs_and_sockets() -> None:
    api = API()
    group = api.group("/v1/")

    @group.post("/items")
    def create(req, resp):
        resp.text = "made"

    @group.websocket_route("/ws")
    async def talk(ws):
        await ws.accept()
        await ws.send_text("hi")
        await ws.close()

    assert api.requests.post("/v1/items").text == "made"
    assert api.requests.get("/v1/items").status_code == 405
    with api.requests.websocket_connect("/v1/ws") as socket:
        assert socket.receive_text() == "hi"


def test_a_router_is_declared_alone_and_included() -> None:
    router = Router("/users")

    @router.get("")
    def users(req, resp):
        resp.text = "all"

    @router.get("/{id:int}")
    def user(req, resp, *, id):
        resp.media = id

    api = API()
    api.include_router(router, prefix="/v1")
    assert api.requests.get("/v1/users").text == "all"
    assert api.requests.get("/v1/users/7").json() == 7


def test_routers_nest_and_prefixes_join_from_the_outside_in() -> None:
    inner, outer = Router("/inner"), Router("/outer")

    @inner.get("/x")
    def x(req, resp):
        resp.text = req.url.path

    outer.include_router(inner, prefix="/between")
    api = API()
    api.include_router(outer, prefix="/api")
    assert api.requests.get("/api/outer/between/inner/x").text == "/api/outer/between/inner/x"


def test_including_takes_a_snapshot() -> None:
    router, api = Router("/r"), API()

    @router.get("/early")
    def early(req, resp): ...

    api.include_router(router)

    @router.get("/late")
    def late(req, resp): ...

    assert api.requests.get("/r/early").status_code == 200
    assert api.requests.get("/r/late").status_code == 404


def test_guards_run_from_the_outside_in() -> None:
    told: list[str] = []

    def tell(word: str):
        def guard() -> None:
            told.append(word)

        return Depends(guard)

    router = Router("/r", dependencies=[tell("router")])

    @router.get("/", dependencies=[tell("route")])
    def index(req, resp):
        told.append("handler")

    api = API()
    api.include_router(router, dependencies=[tell("include")])
    api.requests.get("/r/")
    assert told == ["include", "router", "route", "handler"]


def test_one_router_is_included_twice_with_different_guards() -> None:
    def locked(req):
        from responder import abort

        abort(403)

    router = Router()

    @router.get("/x")
    def x(req, resp):
        resp.text = "x"

    api = API()
    api.include_router(router, prefix="/open")
    api.include_router(router, prefix="/locked", dependencies=[Depends(locked)])
    assert api.requests.get("/open/x").text == "x"
    assert api.requests.get("/locked/x").status_code == 403


def test_a_router_can_not_include_itself_or_something_else() -> None:
    router = Router("/r")
    with pytest.raises(ValueError, match="itself"):
        router.include_router(router)
    with pytest.raises(TypeError):
        API().include_router(API())  # type: ignore[arg-type]  # wrong on purpose


def test_a_prefix_starts_with_a_slash() -> None:
    with pytest.raises(ValueError, match="users"):
        Router("users")


def test_tags_are_collected_from_the_outside_in_without_repeating() -> None:
    router = Router("/r", tags=["router", "shared"])

    @router.get("/", tags=["route", "shared"])
    def index(req, resp): ...

    api = API()
    api.include_router(router, tags=["include"])
    (route,) = api.operations
    operation = route.operations["GET"]
    assert tuple(operation.settings.tags) == ("include", "router", "shared", "route")
