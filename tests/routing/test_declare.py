"""Declaring: handlers come back untouched, declarations are kept, faults are told on their own line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import cast

import pytest
from typing_extensions import override

import responder
from responder._contract.shapes import Scalar
from responder._http.request import Request
from responder._routing.declare import HookRecord, ProviderRecord
from responder._routing.errors import DependencyScopeError, RouteError
from responder.convertors import Convertor
from responder.params import Depends, Path, Query
from responder.registry import Registry, provider
from tests.routing.declaring import App, told


async def show(req: object, resp: object, *, id: int) -> None: ...


def here() -> int:
    """The line of the caller."""
    return sys._getframe(1).f_lineno


# --- what a declaration leaves behind -------------------------------------------------------------


def nothing(req: Request, resp: object) -> None: ...


def test_a_handler_comes_back_as_it_was() -> None:
    app = App()
    assert app.get("/a/{id:int}")(show) is show
    assert vars(show) == {}


def test_a_class_comes_back_as_it_was() -> None:
    class Items:
        def on_get(self, req: object, resp: object) -> None: ...

    before = dict(vars(Items))
    assert App().route("/items")(Items) is Items
    assert dict(vars(Items)) == before


@pytest.mark.parametrize("verb", ["get", "post", "put", "patch", "delete", "head", "options"])
def test_each_verb_declares_its_method(verb: str) -> None:
    app = App()
    decorate: Callable[..., Callable[..., object]] = getattr(app, verb)
    decorate("/a/{id:int}")(show)
    assert app.last.methods == frozenset({verb.upper()})


def test_a_route_without_methods_answers_all() -> None:
    app = App()
    app.route("/a/{id:int}")(show)
    assert app.last.methods is None
    assert app.labels == ["ANY /a/{id:int}"]


def test_methods_may_be_written_in_either_case() -> None:
    app = App()
    app.route("/a/{id:int}", methods=["get", "POST"])(show)
    assert app.labels == ["GET,POST /a/{id:int}"]


def test_one_handler_may_be_declared_many_times_with_different_settings() -> None:
    app = App()
    app.get("/a/{id:int}", status_code=200, tags=["a"])(show)
    app.post("/a/{id:int}", status_code=201)(show)
    app.get("/b/{id:int}")(show)
    assert [one.settings.status_code for one in app.journal.routes] == [200, 201, None]
    assert [one.settings.tags for one in app.journal.routes] == [("a",), (), ()]
    assert {one.handler for one in app.journal.routes} == {show}


def test_a_websocket_can_be_declared_in_two_spellings() -> None:
    async def chat(ws: object) -> None: ...

    app = App()
    assert app.websocket_route("/a")(chat) is chat
    assert app.route("/b", websocket=True)(chat) is chat
    app.add_route("/c", chat, websocket=True)
    assert app.labels == ["WEBSOCKET /a", "WEBSOCKET /b", "WEBSOCKET /c"]


def test_a_route_can_be_added_without_a_decorator() -> None:
    app = App()
    app.add_route("/a/{id:int}", show, methods=["GET"], name="one")
    assert app.labels == ["GET /a/{id:int}"]
    assert app.last.settings.name == "one"


def test_a_type_that_is_local_to_a_function_is_understood() -> None:
    class Colour(str):
        pass

    app = App()

    @app.get("/a/{colour}")
    def paint(colour: Colour) -> None: ...

    assert app.last.views[0].signature.params[0].annotation == "Colour"


def test_every_change_makes_a_new_version() -> None:
    app = App()
    versions = [app.journal.version]
    app.get("/a/{id:int}")(show)
    versions.append(app.journal.version)
    app.before_request(nothing)
    versions.append(app.journal.version)
    app.add_dependency("db", dict)
    versions.append(app.journal.version)
    override = app.journal.override("db", {})
    versions.append(app.journal.version)
    app.journal.restore(override)
    versions.append(app.journal.version)
    assert versions == sorted(set(versions))


# --- where it is told -----------------------------------------------------------------------------


def test_a_fault_names_the_line_of_its_decorator() -> None:
    app = App()
    with pytest.raises(RouteError) as caught:

        @app.get("/a/{id:int}")
        def missing() -> None: ...

    (located,) = caught.value.findings
    assert located.site is not None
    assert located.site.file == __file__
    assert located.site.line == here() - 6
    assert str(caught.value) == (
        f"{__file__}:{located.site.line}  GET /a/{{id:int}}  [responder-path] "
        'Path parameter "id" is not accepted by handler "missing"  (docs/rules.md#path-not-accepted)'
    )


def test_of_two_decorators_the_right_one_is_named() -> None:
    app = App()
    with pytest.raises(RouteError) as caught:

        @app.get("/fine/{id:int}")
        @app.get("/wrong/{nope}")
        def missing(id: int) -> None: ...

    (located,) = caught.value.findings
    assert located.site is not None
    assert located.site.line == here() - 5
    assert app.labels == []


def test_a_declaration_keeps_its_line() -> None:
    app = App()
    app.get("/a/{id:int}")(show)
    assert app.last.site.line == here() - 1
    app.add_route("/b/{id:int}", show)
    assert app.last.site.line == here() - 1


# --- what is refused ------------------------------------------------------------------------------


def test_a_path_is_required() -> None:
    for act in (lambda: App().get(), lambda: App().route(), lambda: App().route("")):
        assert told(act) == [("path-missing", "A route path is required")]


def test_a_path_begins_with_a_slash() -> None:
    assert told(lambda: App().get("a")) == [("template-slash", 'Path template "a" must start with "/"')]


def test_a_path_is_a_string() -> None:
    get = cast("Callable[..., object]", App().get)
    assert told(lambda: get(None)) == [("path-missing", "A route path is required")]
    assert told(lambda: get(4)) == [
        ("option-value", 'Option "path" must be a string that starts with "/", not 4')
    ]


def test_an_unknown_convertor_is_told_with_the_one_that_was_meant() -> None:
    ((rule, text),) = told(lambda: App().get("/a/{id:itn}")(show))
    assert rule == "convertor-unknown"
    assert text == 'Unknown convertor "itn" for path parameter "id"; did you mean "int"?'


def test_an_error_is_a_value_error_and_a_type_error() -> None:
    with pytest.raises(ValueError, match="required"):
        App().get()
    with pytest.raises(TypeError, match="Depends"):
        App().get("/", dependencies=[4])


def test_a_hook_is_not_taken_for_true() -> None:
    app = App()
    route = cast("Callable[..., object]", app.route)
    with pytest.raises(TypeError, match="before="):
        route("/admin", before_request=nothing)
    assert app.journal.before == []


def test_methods_are_not_for_verbs() -> None:
    get = cast("Callable[..., object]", App().get)
    ((rule, text),) = told(lambda: get("/", methods=["POST"]))
    assert rule == "option-conflict"
    assert "use route(..., methods=[...])" in text


def test_a_socket_takes_no_options_of_http() -> None:
    route = cast("Callable[..., object]", App().route)
    ((rule, text),) = told(lambda: route("/", websocket=True, status_code=200))
    assert (rule, text) == ("option-unknown", 'Unknown option "status_code"')
    ((rule, text),) = told(lambda: route("/", websocket=True, methods=["GET"]))
    assert rule == "option-conflict"
    assert "a WebSocket has no methods" in text


def test_what_is_no_handler_is_refused() -> None:
    get = cast("Callable[..., object]", App().get("/"))
    assert told(lambda: get(4)) == [
        ("handler-callable", "A handler must be a function, a class or another callable, not 4")
    ]
    assert told(lambda: App().add_route("/"))[0][0] == "handler-callable"


def test_several_faults_are_told_together() -> None:
    def wrong(a: int, b: int) -> None: ...

    rules = [rule for rule, _ in told(lambda: App().get("/{x}/{y}")(wrong))]
    assert len(rules) > 1


def test_nothing_of_a_wrong_declaration_is_kept() -> None:
    app = App()
    told(lambda: app.get("/{nope}")(show))
    assert app.journal.routes == []
    assert app.journal.version == 0
    app.get("/{id:int}")(show)


def test_a_marker_that_names_another_field_is_told() -> None:
    def read(uid: int = Path(alias="user")) -> None: ...

    rules = [rule for rule, _ in told(lambda: App().get("/{id:int}")(read))]
    assert "path-marker" in rules


def test_a_marker_with_a_default_out_of_bounds_is_told() -> None:
    def read(n: int = Query(0, ge=1)) -> None: ...

    assert [rule for rule, _ in told(lambda: App().get("/")(read))] == ["marker-bound"]


# --- duplicates -----------------------------------------------------------------------------------


def test_the_same_path_twice_is_refused() -> None:
    app = App()
    app.route("/a/{id:int}")(show)
    assert told(lambda: app.route("/a/{id:int}")(show)) == [
        ("route-duplicate", 'Route "/a/{id:int}" already exists')
    ]


def test_verbs_may_share_a_path() -> None:
    app = App()
    app.get("/a/{id:int}")(show)
    app.post("/a/{id:int}")(show)
    app.route("/a/{id:int}", methods=["PUT", "PATCH"])(show)
    assert len(app.labels) == 3


def test_methods_that_overlap_are_refused() -> None:
    app = App()
    app.route("/a/{id:int}", methods=["GET", "PUT"])(show)
    assert told(lambda: app.route("/a/{id:int}", methods=["PUT", "POST"])(show))[0][0] == "route-duplicate"


def test_a_route_for_every_method_leaves_no_room() -> None:
    app = App()
    app.get("/a/{id:int}")(show)
    assert told(lambda: app.route("/a/{id:int}")(show))[0][0] == "route-duplicate"


def test_a_websocket_does_not_share_its_path() -> None:
    async def chat(ws: object) -> None: ...

    app = App()
    app.get("/a")(lambda: None)
    assert told(lambda: app.websocket_route("/a")(chat))[0][0] == "route-duplicate"


def test_the_guard_can_be_switched_off() -> None:
    app = App()
    app.route("/a/{id:int}")(show)
    app.route("/a/{id:int}", check_existing=False)(show)
    assert len(app.labels) == 2


# --- hooks ----------------------------------------------------------------------------------------


def test_hooks_can_be_declared_bare_and_called() -> None:
    app = App()

    def one(req: object, resp: object) -> None: ...

    assert app.before_request(one) is one
    assert app.before_request()(one) is one
    assert app.route(before_request=True)(one) is one
    app.add_route("", one, before_request=True)
    assert app.after_request(one) is one
    assert app.after_request()(one) is one
    assert [record.hook for record in app.journal.before] == [one] * 4
    assert [record.hook for record in app.journal.after] == [one] * 2
    assert app.journal.routes == []
    assert vars(one) == {}


def test_hooks_of_websockets_are_kept_apart() -> None:
    app = App()

    def one(ws: object) -> None: ...

    app.before_request(websocket=True)(one)
    app.route(before_request=True, websocket=True)(one)
    assert app.journal.before == []
    assert [record.when for record in app.journal.socket_before] == ["socket-before"] * 2


def test_a_global_hook_has_no_path() -> None:
    route = cast("Callable[..., object]", App().route)
    ((rule, text),) = told(lambda: route("/a", before_request=True))
    assert rule == "option-conflict"
    assert "use before= for one route" in text


def test_a_hook_knows_its_line() -> None:
    app = App()
    app.before_request(nothing)
    (record,) = app.journal.before
    assert isinstance(record, HookRecord)
    assert record.site.line == here() - 3


def test_a_hook_that_wants_more_than_there_is_is_refused() -> None:
    def greedy(req: object, resp: object, more: object) -> None: ...

    before = cast("Callable[..., object]", App().before_request)
    assert told(lambda: before(greedy)) == [
        ("hook-signature", f'Hook "{greedy.__name__}" must accept (req, resp) or (req)')
    ]


def test_what_is_no_hook_is_refused() -> None:
    before = cast("Callable[..., object]", App().before_request)
    assert told(lambda: before(4)) == [("hook-callable", "A hook must be callable, not 4")]


# --- names ----------------------------------------------------------------------------------------


def make_db() -> str:
    return "db"


def test_a_provider_can_be_declared_bare_and_called() -> None:
    app = App()
    assert app.dependency(make_db) is make_db
    assert app.dependency()(make_db) is make_db
    assert app.dependency(name="other", scope="app", close="before-send")(make_db) is make_db
    app.add_dependency("third", make_db)
    records = app.journal.providers
    assert list(records) == ["make_db", "other", "third"]
    assert (records["other"].scope, records["other"].close) == ("app", "before-send")
    assert vars(make_db) == {}


def test_the_last_provider_of_a_name_counts() -> None:
    app = App()
    app.add_dependency("db", dict)
    app.add_dependency("db", make_db)
    assert app.journal.providers["db"].provider is make_db


@pytest.mark.parametrize("name", ["req", "resp", "request", "response", "ws", "websocket"])
def test_reserved_names_are_refused(name: str) -> None:
    assert told(lambda: App().add_dependency(name, make_db)) == [
        ("dependency-reserved", f'"{name}" is reserved and can not be a dependency name')
    ]


def test_other_scopes_are_refused() -> None:
    add = cast("Callable[..., object]", App().add_dependency)
    assert told(lambda: add("db", make_db, scope="session"))[0][0] == "dependency-scope"
    assert told(lambda: add("db", make_db, close="never"))[0][0] == "option-value"
    assert told(lambda: add("db", "text"))[0][0] == "depends-provider"
    assert told(lambda: add("d b", make_db))[0][0] == "option-value"


def test_what_lives_as_long_as_the_application_cannot_look_at_a_request() -> None:
    def who(req: Request) -> str:
        return "who"

    app = App()
    with pytest.raises(DependencyScopeError, match=r'can not depend on the request \(parameter "req"\)'):
        app.dependency(scope="app")(who)
    assert app.journal.providers == {}
    app.dependency(who)


def test_an_entry_of_a_registry_keeps_its_scope_under_another_name() -> None:
    class Deps(Registry):
        db = provider(make_db, scope="app")

    app = App()
    app.add_dependency("other", Deps.db)
    record = app.journal.providers["other"]
    assert (record.provider, record.scope) == (make_db, "app")


class Even(Convertor[int]):
    pattern = "[0-9]*[02468]"

    @override
    def convert(self, text: str, /) -> int:
        return int(text)


class Deps(Registry):
    db = provider(make_db, scope="app", close="before-send")
    tenant: str
    even = Even()


def test_a_registry_brings_its_providers_names_and_convertors() -> None:
    journal = App(Deps).journal
    assert journal.providers["db"] == ProviderRecord("db", make_db, "app", "before-send")
    assert journal.providers["tenant"].provider is None
    assert journal.facts["even"].yields == Scalar("int")


def test_a_declared_name_can_be_bound() -> None:
    app = App(Deps)
    app.add_dependency("tenant", make_db)
    assert app.journal.providers["tenant"].provider is make_db


def test_a_name_that_the_registry_does_not_declare_is_refused_with_the_one_that_was_meant() -> None:
    assert told(lambda: App(Deps).add_dependency("tennant", make_db)) == [
        (
            "dependency-undeclared",
            'Dependency "tennant" is not declared in registry "Deps"; did you mean "tenant"?',
        )
    ]


def test_without_names_of_its_own_a_registry_says_nothing_about_names() -> None:
    app = App(Registry)
    app.add_dependency("tenant", make_db)
    assert app.journal.providers["tenant"].provider is make_db


def test_a_convertor_of_the_registry_can_be_used_and_its_type_is_known() -> None:
    app = App(Deps)

    @app.get("/{n:even}")
    def even(n) -> None: ...  # type: ignore[no-untyped-def]  # no type is the case

    def text(n: list[str]) -> None: ...

    assert told(lambda: app.post("/{n:even}")(text))[0][0] == "path-type"


def test_a_guard_is_kept_as_it_was_written() -> None:
    app = App()
    app.get("/{id:int}", dependencies=[Depends(make_db)])(show)
    (guard,) = app.last.settings.dependencies
    assert guard.provider is make_db


# --- overrides ------------------------------------------------------------------------------------


def test_overrides_end_in_any_order() -> None:
    journal = App().journal
    one = journal.override("db", 1)
    two = journal.override("db", 2)
    journal.restore(one)
    assert list(journal.overrides) == [two]
    journal.restore(two)
    assert list(journal.overrides) == []


def test_a_dependency_may_be_named_by_position() -> None:
    api = responder.API()

    @api.dependency("db")
    def make_db() -> str:
        return "db"

    @api.dependency("pool", scope="app")
    def make_pool() -> str:
        return "pool"

    @api.get("/")
    def show(*, db: str, pool: str) -> str:
        return f"{db} {pool}"

    assert api.requests.get("/").text == "db pool"


def test_a_hook_needs_no_path() -> None:
    api = responder.API()

    def mark(req: responder.Request, resp: responder.Response) -> None:
        resp.headers["X-Mark"] = "1"

    api.add_route(endpoint=mark, before_request=True)
    api.add_route("/", lambda req, resp: "home")
    assert api.requests.get("/").headers["X-Mark"] == "1"


def test_a_route_without_path_and_endpoint_is_refused() -> None:
    with pytest.raises(responder.RouteError):
        responder.API().add_route()
    with pytest.raises(responder.RouteError, match="A route path is required"):
        responder.API().add_route(endpoint=lambda req, resp: "home")
