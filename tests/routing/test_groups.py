"""Groups and routers: how paths, tags, guards and hooks nest."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from starlette.websockets import WebSocket
from typing_extensions import override

from responder._routing.declare import Batch
from responder._routing.errors import RouteError
from responder._routing.groups import Router
from responder.convertors import Convertor
from responder.params import Depends, Path
from responder.registry import Registry
from tests.routing.declaring import App, told


def index() -> str:
    return "index"


def show(id: int) -> None: ...


def outer_guard() -> None: ...


def own_guard() -> None: ...


def route_guard() -> None: ...


def hook(req: object, resp: object) -> None: ...


def prefixes(app: App) -> list[str | None]:
    return [None if one.prefix is None else one.prefix.text for one in app.journal.before]


# --- groups ---------------------------------------------------------------------------------------


def test_a_group_declares_at_once_under_its_prefix() -> None:
    app = App()
    v1 = app.group("/v1/")
    assert v1.get("/items/{id:int}")(show) is show
    v1.get("")(index)
    assert v1.prefix == "/v1"
    assert app.labels == ["GET /v1/items/{id:int}", "GET /v1"]


def test_groups_nest() -> None:
    app = App()
    app.group("/a").group("/b").post("/c")(index)
    assert app.labels == ["POST /a/b/c"]


def test_a_group_has_every_way_to_declare() -> None:
    async def chat(ws: object) -> None: ...

    app = App()
    group = app.group("/g")
    group.websocket_route("/ws")(chat)
    group.route("/any")(index)
    group.add_route("/added", index, methods=["GET"])
    assert app.labels == ["WEBSOCKET /g/ws", "ANY /g/any", "GET /g/added"]


def socket_hook(ws: WebSocket) -> None:
    """A hook for sockets."""


def test_hooks_of_a_group_are_scoped_to_its_prefix() -> None:
    app = App()
    group = app.group("/g")
    group.before_request(hook)
    group.before_request()(hook)
    group.group("/h").before_request(hook)
    app.before_request(hook)
    assert prefixes(app) == ["/g", "/g", "/g/h", None]
    group.before_request(websocket=True)(socket_hook)
    assert app.journal.socket_before[0].prefix is not None


def test_a_field_of_the_prefix_is_given_to_the_handlers_below() -> None:
    app = App()
    group = app.group("/{id:int}")
    group.get("/show")(show)
    assert told(lambda: group.get("/index")(index))[0][0] == "path-not-accepted"


def test_a_field_of_the_prefix_cannot_be_bound_again() -> None:
    ((rule, text),) = told(lambda: App().group("/{id:int}").get("/{id:int}")(show))
    assert rule == "path-bound-by-prefix"
    assert text == 'Path parameter "id" is already bound by the prefix "/{id:int}"'


def test_a_prefix_begins_with_a_slash() -> None:
    assert told(lambda: App().group("v1"))[0][0] == "template-slash"
    assert told(lambda: Router("v1"))[0][0] == "template-slash"
    assert told(lambda: App().include_router(Router(), prefix="v1"))[0][0] == "template-slash"


def test_a_prefix_is_a_string() -> None:
    group = cast("Callable[..., object]", App().group)
    assert told(lambda: group(None))[0][0] == "option-value"


def test_a_router_can_be_included_in_a_group() -> None:
    router = Router("/users")
    router.get("")(index)
    app = App()
    app.group("/v1").include_router(router)
    assert app.labels == ["GET /v1/users"]


# --- routers --------------------------------------------------------------------------------------


def test_a_router_is_included_under_prefix_after_prefix() -> None:
    router = Router("/users/")
    router.get("")(index)
    router.get("/{id:int}")(show)
    app = App()
    app.include_router(router, prefix="/api/")
    assert app.labels == ["GET /api/users", "GET /api/users/{id:int}"]


def test_a_router_without_prefix_may_stand_at_the_root() -> None:
    router = Router()
    router.get("/users")(index)
    app = App()
    app.include_router(router)
    assert app.labels == ["GET /users"]


def test_an_empty_path_needs_a_prefix_in_the_end() -> None:
    router = Router()
    router.get("")(index)
    assert told(lambda: App().include_router(router))[0][0] == "path-missing"
    app = App()
    app.include_router(router, prefix="/here")
    assert app.labels == ["GET /here"]


def test_routers_nest() -> None:
    inner = Router("/posts")
    inner.get("/{id:int}")(show)
    outer = Router("/users")
    outer.include_router(inner, prefix="/my")
    app = App()
    app.include_router(outer, prefix="/v1")
    assert app.labels == ["GET /v1/users/my/posts/{id:int}"]


def test_including_takes_what_is_there_by_then() -> None:
    router = Router("/users")
    router.get("/a")(index)
    app = App()
    app.include_router(router)
    router.get("/b")(index)
    assert app.labels == ["GET /users/a"]


def test_one_router_may_be_included_twice_with_different_settings() -> None:
    router = Router("/users")
    router.get("/{id:int}")(show)
    app = App()
    app.include_router(router, prefix="/v1", tags=["old"])
    app.include_router(router, prefix="/v2", tags=["new"], dependencies=Depends(outer_guard))
    assert [one.settings.tags for one in app.journal.routes] == [("old",), ("new",)]
    assert [len(one.settings.dependencies) for one in app.journal.routes] == [0, 1]


def test_tags_come_outer_first_and_once() -> None:
    router = Router("/users", tags=["users", "v1"])
    router.get("", tags=["list", "users"])(index)
    app = App()
    app.include_router(router, tags=["api", "v1"])
    assert app.last.settings.tags == ("api", "v1", "users", "list")


def test_guards_come_outer_first() -> None:
    router = Router("/users", dependencies=[Depends(own_guard)])
    router.get("", dependencies=Depends(route_guard))(index)
    app = App()
    app.include_router(router, dependencies=[Depends(outer_guard)])
    assert [one.provider for one in app.last.settings.dependencies] == [outer_guard, own_guard, route_guard]


def test_hooks_of_a_router_are_scoped_to_where_it_ends_up() -> None:
    router = Router("/users")
    router.before_request(hook)
    app = App()
    app.include_router(router, prefix="/v1")
    app.include_router(router, prefix="/v2")
    assert prefixes(app) == ["/v1/users", "/v2/users"]


def test_hooks_of_a_router_without_prefix_are_global() -> None:
    router = Router()
    router.before_request(hook)
    router.after_request(hook)
    app = App()
    app.include_router(router)
    assert prefixes(app) == [None]
    assert len(app.journal.after) == 1


def test_a_router_cannot_include_itself() -> None:
    router = Router("/a")
    with pytest.raises(ValueError, match="can not include itself"):
        router.include_router(router)


@pytest.mark.parametrize("thing", [None, index, App()])
def test_only_routers_can_be_included(thing: object) -> None:
    include = cast("Callable[..., object]", App().include_router)
    with pytest.raises(TypeError, match="needs a Router"):
        include(thing)


def test_options_of_a_router_are_judged() -> None:
    with pytest.raises(TypeError, match="tags"):
        Router(tags="users")
    with pytest.raises(TypeError, match="dependencies"):
        App().include_router(Router(), dependencies=4)


# --- what a router can judge, and when ------------------------------------------------------------


def test_what_no_prefix_could_cure_is_told_at_the_decorator() -> None:
    router = Router("/users")
    assert told(lambda: router.get("/{id:int}")(index))[0][0] == "path-not-accepted"
    assert router.batch() == Batch()


def test_a_parameter_that_a_prefix_may_fill_is_left_until_it_is_included() -> None:
    router = Router("/users")

    def read(uid: int = Path(alias="user")) -> None: ...

    router.get("/me")(read)
    App().include_router(router, prefix="/{user:int}")
    assert told(lambda: App().include_router(router))[0][0] == "path-marker"


def test_an_unknown_convertor_is_left_to_the_application() -> None:
    class Even(Convertor[int]):
        @override
        def convert(self, text: str, /) -> int:
            return int(text)

    class Deps(Registry):
        even = Even()

    router = Router("/n")
    router.get("/{id:even}")(show)
    assert told(lambda: App().include_router(router))[0][0] == "convertor-unknown"
    App(Deps).include_router(router)


def test_a_router_may_say_what_its_prefix_will_hold() -> None:
    router = Router("/users", outer="/{id:int}")
    router.get("/show")(show)
    assert told(lambda: router.get("/index")(index))[0][0] == "path-not-accepted"
    assert told(lambda: router.get("/{id}")(show))[0][0] == "path-bound-by-prefix"


def test_every_fault_of_a_router_is_told_at_once_with_its_own_line() -> None:
    router = Router("/users")
    router.get("/a")(index)
    router.get("/b")(index)
    with pytest.raises(RouteError) as caught:
        App().include_router(router, prefix="/{tenant}")
    lines = {located.site.line for located in caught.value.findings if located.site is not None}
    assert len(caught.value.findings) == len(lines) == 2


def test_nothing_of_a_router_with_a_fault_is_kept() -> None:
    router = Router("/users")
    router.get("/a")(index)
    router.before_request(hook)
    app = App()
    app.get("/users/a")(index)
    assert told(lambda: app.include_router(router))[0][0] == "route-duplicate"
    assert app.labels == ["GET /users/a"]
    assert app.journal.before == []
