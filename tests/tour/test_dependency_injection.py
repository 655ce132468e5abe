"""Dependency injection: providers by name and by `Depends`, composed, scoped, torn down."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from responder import API, DependencyCycleError, DependencyError, DependencyScopeError, Depends, Request


def test_a_registered_dependency_is_injected_by_name_and_torn_down() -> None:
    api = API()
    told: list[str] = []

    @api.dependency()
    async def db():
        told.append("open")
        yield {7: "ada"}
        told.append("close")

    @api.route("/users/{id:int}")
    async def get_user(req, resp, *, id, db):
        told.append("handler")
        resp.media = db[id]

    assert api.requests.get("/users/7").json() == "ada"
    assert told == ["open", "handler", "close"]


def test_depends_belongs_to_one_route() -> None:
    api = API()

    def current_user(req):
        return req.headers.get("Authorization")

    @api.route("/me")
    def me(req, resp, *, user=Depends(current_user)):
        resp.media = {"user": user}

    assert api.requests.get("/me", headers={"Authorization": "ada"}).json() == {"user": "ada"}


def test_depends_nests_and_each_provider_runs_once_a_request() -> None:
    api = API()
    ran: list[str] = []

    def get_db():
        ran.append("db")
        return "db"

    def current_user(db=Depends(get_db)):
        ran.append("user")
        return f"user of {db}"

    @api.route("/me")
    def me(req, resp, *, user=Depends(current_user), db=Depends(get_db)):
        resp.media = [user, db]

    assert api.requests.get("/me").json() == ["user of db", "db"]
    assert ran == ["db", "user"]


def test_a_provider_named_and_used_inline_runs_once() -> None:
    api = API()
    ran: list[str] = []

    def db():
        ran.append("db")
        return "db"

    api.add_dependency("db", db)

    @api.route("/")
    def index(req, resp, *, db, same=Depends(db)):
        resp.media = [db, same]

    assert api.requests.get("/").json() == ["db", "db"]
    assert ran == ["db"]


def test_a_guard_is_attached_to_the_route() -> None:
    api = API()
    told: list[str] = []

    def guard(req):
        told.append("guard")

    @api.route("/private", dependencies=[Depends(guard)])
    def private(req, resp):
        told.append("handler")
        resp.media = {"ok": True}

    assert api.requests.get("/private").json() == {"ok": True}
    assert told == ["guard", "handler"]


@pytest.mark.parametrize("kind", ["plain", "async", "generator", "async generator", "callable"])
def test_providers_come_in_five_kinds(kind: str) -> None:
    api = API()

    def plain():
        return "plain"

    async def coroutine():
        return "async"

    def generator():
        yield "generator"

    async def async_generator():
        yield "async generator"

    class Instance:
        def __call__(self):
            return "callable"

    kinds: dict[str, Callable[..., object]] = {
        "plain": plain,
        "async": coroutine,
        "generator": generator,
        "async generator": async_generator,
        "callable": Instance(),
    }
    api.add_dependency("value", kinds[kind])

    @api.route("/")
    def index(req, resp, *, value):
        resp.text = value

    assert api.requests.get("/").text == kind


def test_a_provider_is_given_the_request_by_name_or_annotation() -> None:
    api = API()

    def by_name(req):
        return req.method

    def by_other_name(request):
        return request.method

    def by_annotation(current: Request):
        return current.method

    @api.route("/")
    def index(req, resp, *, a=Depends(by_name), b=Depends(by_other_name), c=Depends(by_annotation)):
        resp.media = [a, b, c]

    assert api.requests.get("/").json() == ["GET", "GET", "GET"]


def test_providers_compose_by_name_and_are_torn_down_in_reverse() -> None:
    api = API()
    told: list[str] = []

    @api.dependency()
    def config():
        yield {"url": "sqlite"}
        told.append("config")

    @api.dependency()
    async def db(config):
        yield f"db at {config['url']}"
        told.append("db")

    @api.route("/")
    async def index(req, resp, *, db):
        resp.text = db

    assert api.requests.get("/").text == "db at sqlite"
    assert told == ["db", "config"]


def test_on_request_and_on_get_share_one_provider() -> None:
    api = API()
    ran: list[int] = []

    @api.dependency()
    def token():
        ran.append(1)
        return len(ran)

    @api.route("/")
    class View:
        def on_request(self, req, resp, *, token):
            resp.headers["X-Token"] = str(token)

        def on_get(self, req, resp, *, token):
            resp.media = token

    answer = api.requests.get("/")
    assert (answer.headers["x-token"], answer.json()) == ("1", 1)


def test_a_path_parameter_comes_before_a_dependency_of_the_same_name() -> None:
    api = API()
    api.add_dependency("id", lambda: "dependency")

    @api.route("/items/{id}")
    def item(req, resp, *, id):
        resp.text = id

    assert api.requests.get("/items/path").text == "path"


def test_a_registered_name_may_differ_from_the_function() -> None:
    api = API()

    @api.dependency(name="db")
    def make_database():
        return "db"

    @api.get("/")
    def index(req, resp, *, db):
        resp.text = db

    assert api.requests.get("/").text == "db"


@pytest.mark.parametrize("name", ["req", "request", "resp", "response", "ws", "websocket"])
def test_reserved_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        API().add_dependency(name, lambda: None)


def test_an_unknown_scope_is_refused() -> None:
    with pytest.raises(ValueError, match="planet"):
        API().add_dependency("db", lambda: None, scope="planet")  # type: ignore[call-overload, arg-type, unused-ignore]  # wrong on purpose


def test_a_cycle_is_reported_with_its_chain() -> None:
    api = API()

    @api.dependency()
    def a(b): ...

    @api.dependency()
    def b(a): ...

    @api.get("/")
    def index(req, resp, *, a): ...

    with pytest.raises(DependencyError, match="a -> b -> a") as caught:
        api.requests.get("/")
    assert isinstance(caught.value, DependencyCycleError)
    assert any("a -> b -> a" in str(finding) for finding in api.check())


def test_an_app_scoped_provider_runs_once_and_ends_with_the_application() -> None:
    api = API()
    told: list[str] = []

    @api.dependency(scope="app")
    async def pool():
        told.append("open")
        yield "pool"
        told.append("close")

    @api.get("/")
    def index(req, resp, *, pool):
        resp.text = pool

    with api.requests as client:
        assert [client.get("/").text for _ in range(3)] == ["pool"] * 3
        assert told == ["open"]
    assert told == ["open", "close"]


def test_a_session_per_request_on_a_pool_per_application() -> None:
    api = API()
    opened: list[str] = []

    @api.dependency(scope="app")
    def pool():
        opened.append("pool")
        return "pool"

    @api.dependency()
    def session(pool):
        opened.append("session")
        yield f"session on {pool}"

    @api.get("/")
    def index(req, resp, *, session):
        resp.text = session

    with api.requests as client:
        assert [client.get("/").text for _ in range(2)] == ["session on pool"] * 2
    assert opened == ["pool", "session", "session"]


def test_an_app_scoped_provider_cannot_outlive_what_it_depends_on() -> None:
    api = API()

    @api.dependency()
    def session(): ...

    @api.dependency(scope="app")
    def pool(session): ...

    @api.get("/")
    def index(req, resp, *, pool): ...

    with pytest.raises(DependencyScopeError, match="session"):
        api.requests.get("/")


def test_an_app_scoped_provider_cannot_take_the_request() -> None:
    api = API()

    def pool(req): ...

    with pytest.raises(ValueError, match="pool"):
        api.add_dependency("pool", pool, scope="app")


def test_a_failing_app_scoped_provider_is_tried_again_by_the_next_request() -> None:
    api = API()
    tries: list[int] = []

    @api.dependency(scope="app")
    def pool():
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("not up yet")
        return "pool"

    @api.get("/")
    def index(req, resp, *, pool):
        resp.text = pool

    with api.test_client(raise_server_exceptions=False) as client:
        assert client.get("/").status_code == 500
        assert client.get("/").text == "pool"
        assert client.get("/").text == "pool"
    assert len(tries) == 2


def test_teardown_runs_although_the_handler_raised_and_one_failing_teardown_stops_no_other() -> None:
    api = API()
    told: list[str] = []

    def outer():
        try:
            yield "outer"
        finally:
            told.append("outer")

    def inner(outer=Depends(outer)):
        try:
            yield "inner"
        finally:
            told.append("inner")
            raise RuntimeError("teardown failed")

    @api.get("/")
    def index(req, resp, *, inner=Depends(inner)):
        raise ValueError("handler failed")

    assert api.test_client(raise_server_exceptions=False).get("/").status_code == 500
    assert told == ["inner", "outer"]


def test_overrides_stand_in_for_a_while_and_nest() -> None:
    api = API()

    @api.dependency()
    def db():
        return "real"

    @api.get("/")
    def index(req, resp, *, db):
        resp.text = db

    with api.dependency_overrides(db=lambda: "fake"):
        assert api.requests.get("/").text == "fake"
        with api.dependency_overrides(db="plain value"):
            assert api.requests.get("/").text == "plain value"
        assert api.requests.get("/").text == "fake"
    assert api.requests.get("/").text == "real"


def test_an_override_of_an_app_scoped_provider_does_not_touch_its_value() -> None:
    api = API()

    @api.dependency(scope="app")
    def pool():
        return "real"

    @api.dependency(scope="app")
    def cache(pool):
        return f"cache on {pool}"

    @api.get("/")
    def index(req, resp, *, cache):
        resp.text = cache

    with api.requests as client:
        assert client.get("/").text == "cache on real"
        with api.dependency_overrides(pool="fake"):
            assert client.get("/").text == "cache on fake"
        assert client.get("/").text == "cache on real"
