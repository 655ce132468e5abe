"""Who may call, on the wire: where a guard stands, who is let in, and what the others are told."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any, cast

import pytest
from pydantic import BaseModel
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect
from typing_extensions import override

from responder import API, Depends, Header, Query, Request, Response, RouteError, Router, WebSocket, abort
from responder.ext import auth
from responder.ext.auth import (
    APIKeyAuth,
    AuthPolicy,
    AuthScheme,
    BasicAuth,
    BearerAuth,
    MissingScopes,
    NotAuthenticated,
    Principal,
    compare_digest,
)
from responder.testing import assert_problem
from tests.tour.support import call


@dataclass(frozen=True)
class User:
    name: str
    scopes: tuple[str, ...] = ("read",)
    roles: str = ""


ADA, BEN = User("ada", ("read", "write"), "admin staff"), User("ben")
PEOPLE = {"ada-token": ADA, "ben-token": BEN}
AS_ADA, AS_BEN = {"authorization": "Bearer ada-token"}, {"authorization": "Bearer ben-token"}


async def find(token: str) -> User | None:
    return PEOPLE.get(token)


def find_slowly(token: str) -> User | None:
    return PEOPLE.get(token)


bearer = BearerAuth(find)
keys = APIKeyAuth(keys=["first", "second"])


def named_by_header(req: Request) -> str | None:
    return req.headers.get("x-name")


def noted(asked: list[str], what: str) -> bool:
    asked.append(what)
    return True


# --- the tour's own way, as simple as it gets


def test_a_token_lets_its_user_in() -> None:
    api = API()

    @api.route("/me", auth=bearer)
    async def me(req, resp, *, user):
        resp.media = {"name": user.name}

    client = api.requests
    assert client.get("/me", headers=AS_ADA).json() == {"name": "ada"}
    refused = client.get("/me")
    assert_problem(refused, status=401, detail="Not authenticated")
    assert refused.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("name", ["user", "principal", "auth"])
def test_the_principal_has_three_names(name: str) -> None:
    api = API()
    space: dict[str, Any] = {}
    exec(f"def show(*, {name}): return {name}.name", space)
    api.get("/", auth=bearer)(space["show"])
    assert api.requests.get("/", headers=AS_BEN).text == "ben"


def test_the_principal_is_kept_on_the_request() -> None:
    api = API()

    @api.get("/", auth=bearer)
    async def show(req: Request) -> list[bool]:
        return [req.state.user is ADA, req.state.auth is ADA]

    assert api.requests.get("/", headers=AS_ADA).json() == [True, True]


def test_a_plain_function_is_a_guard() -> None:
    api = API()

    @api.get("/", auth=named_by_header)
    def show(*, user: str) -> str:
        return user

    @api.get("/lambda", auth=lambda r: r.headers.get("x-name"))
    def other(*, user: str) -> str:
        return user

    for path in ("/", "/lambda"):
        assert api.requests.get(path, headers={"x-name": "ada"}).text == "ada"
        refused = api.requests.get(path)
        assert_problem(refused, status=401, detail="Not authenticated")
        assert refused.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("nobody", [None, False, "", 0, {}])
def test_a_guard_that_names_nobody_lets_nobody_in(nobody: object) -> None:
    api = API()

    @api.get("/", auth=lambda req: nobody)
    def show() -> str:
        return "in"

    assert api.requests.get("/").status_code == 401


def test_a_guard_that_forgets_to_await_lets_nobody_in() -> None:
    class Later:
        def __await__(self) -> Any:
            yield

    api = API()

    @api.get("/", auth=lambda req: Later())
    def show() -> str:
        return "in"

    assert TestClient(api, raise_server_exceptions=False).get("/").status_code == 500


def test_a_guard_may_have_dependencies_and_end_after_the_request() -> None:
    api = API()
    log: list[str] = []

    @api.dependency()
    async def directory() -> AsyncIterator[dict[str, User]]:
        log.append("open")
        yield PEOPLE
        log.append("closed")

    async def known(req: Request, directory: dict[str, User], x_token: str = Header()) -> AsyncIterator[User]:
        yield directory.get(x_token) or abort(401)
        log.append("let go")

    @api.get("/", auth=known)
    async def show(*, user: User) -> str:
        log.append(user.name)
        return user.name

    assert api.requests.get("/", headers={"x-token": "ada-token"}).text == "ada"
    assert log == ["open", "ada", "let go", "closed"]
    assert api.requests.get("/", headers={"x-token": "no"}).status_code == 401
    assert api.requests.get("/").status_code == 422


# --- where guards stand


def test_everything_has_its_place_around_the_guard() -> None:
    api = API()
    log: list[str] = []

    def step(name: str) -> Any:
        def run(*_: object) -> None:
            log.append(name)

        return run

    def guard(req: Request) -> str:
        log.append("auth")
        return "ada"

    class Item(BaseModel):
        name: str

    async def needed() -> AsyncIterator[int]:
        log.append("dependency")
        yield 1
        log.append("dependency ends")

    def judged() -> None:
        log.append("guard")

    api.before_request(step("global before"))
    api.after_request(step("global after"))

    @api.post(
        "/",
        auth=guard,
        before=step("route before"),
        after=step("route after"),
        dependencies=[Depends(judged)],
    )
    async def write(req: Request, resp: Response, *, item: Item, value: int = Depends(needed)) -> str:
        log.append("handler")
        resp.background(step("background"))
        return item.name

    assert api.requests.post("/", json={"name": "a"}).text == "a"
    order = "global before,route before,auth,guard,dependency,handler,route after,global after"
    assert log == [*order.split(","), "dependency ends", "background"]


def test_the_body_is_not_read_before_the_guard() -> None:
    api = API()
    asked: list[str] = []

    class Item(BaseModel):
        name: str

    @api.post("/", auth=bearer, max_body_size=10)
    async def write(*, item: Item, limit: int = Query()) -> str:
        return item.name

    async def receive() -> Any:
        asked.append("receive")
        return {"type": "http.request", "body": b"{", "more_body": False}

    # Neither the length, nor the type, nor the text of the body, nor the query is looked at.
    refused = api.requests.post("/?limit=x", content=b"{" * 50, headers={"content-type": "text/plain"})
    assert refused.status_code == 401
    assert api.requests.post("/?limit=1", content=b"{" * 50, headers=AS_ADA).status_code == 413
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    import anyio

    scope = {
        "type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": [], "root_path": ""
    }  # fmt: skip
    anyio.run(api, scope, receive, send)
    assert (sent[0]["status"], asked) == (401, [])


def test_a_forged_request_is_refused_before_anybody_is_asked() -> None:
    api = API(csrf=True, secret_key="k" * 32)
    asked: list[str] = []

    @api.post("/", auth=lambda req: noted(asked, "asked"))
    def write() -> str:
        return "done"

    assert api.requests.post("/").status_code == 403
    assert asked == []


def test_a_hook_that_answers_stops_before_the_guard() -> None:
    api = API()

    def answer(req: Request, resp: Response) -> None:
        resp.status_code = 204

    @api.get("/", auth=bearer, before=answer)
    def show() -> str:
        return "in"

    assert api.requests.get("/").status_code == 204


def test_unknown_paths_and_verbs_ask_nobody() -> None:
    api = API(auth=bearer)

    @api.get("/me")
    def me() -> str:
        return "in"

    assert api.requests.get("/nothing").status_code == 404
    assert api.requests.delete("/me").status_code == 405
    assert api.requests.options("/me").status_code == 200
    assert api.requests.head("/me").status_code == 401


# --- of the application, of routers, of routes


def test_the_application_has_a_default_and_routes_opt_out() -> None:
    api = API(auth=bearer)

    @api.get("/me")
    def me(*, user: User) -> str:
        return user.name

    @api.get("/open", auth=None)
    def opened() -> str:
        return "open"

    @api.get("/key", auth=keys)
    def keyed(*, user: str) -> str:
        return user

    client = api.requests
    assert client.get("/me").status_code == 401
    assert client.get("/me", headers=AS_ADA).text == "ada"
    assert client.get("/open").text == "open"
    assert client.get("/key", headers=AS_ADA).status_code == 401
    assert client.get("/key", headers={"x-api-key": "second"}).text == "second"


def test_the_innermost_of_routes_and_routers_decides() -> None:
    router = Router("/r", auth=keys)

    @router.get("/key")
    def keyed(*, user: str) -> str:
        return user

    @router.get("/bearer", auth=bearer)
    def borne(*, user: User) -> str:
        return user.name

    @router.get("/open", auth=None)
    def opened() -> str:
        return "open"

    plain = Router("/p")

    @plain.get("/")
    def show(*, user: object) -> str:
        return str(user)

    api = API(auth=named_by_header)
    api.include_router(router, prefix="/in", auth=bearer)
    api.include_router(plain, auth=keys)
    api.include_router(plain, prefix="/again")
    group = api.group("/g", auth=keys)

    @group.get("/key")
    def grouped(*, user: str) -> str:
        return user

    client, key = api.requests, {"x-api-key": "first"}
    assert client.get("/in/r/key", headers=key).text == "first"
    assert client.get("/in/r/bearer", headers=AS_ADA).text == "ada"
    assert client.get("/in/r/bearer", headers=key).status_code == 401
    assert client.get("/in/r/open").text == "open"
    assert client.get("/p/", headers=key).text == "first"
    assert client.get("/p/", headers={"x-name": "ada"}).status_code == 401
    assert client.get("/again/p/", headers={"x-name": "ada"}).text == "ada"
    assert client.get("/g/key", headers=key).text == "first"
    assert client.get("/g/key").status_code == 401


def test_a_class_is_guarded_as_a_whole_and_by_method() -> None:
    api = API()

    @api.route("/things", auth=keys)
    class Things:
        def on_get(self, *, user: str) -> str:
            return user

        def on_delete(self, *, who: Annotated[User, bearer], user: str) -> list[str]:
            return [who.name, user]

    client, key = api.requests, {"x-api-key": "first"}
    assert client.get("/things", headers=key).text == "first"
    assert client.get("/things").status_code == 401
    assert client.delete("/things", headers=key).status_code == 401
    assert client.delete("/things", headers={**key, **AS_ADA}).json() == ["ada", "first"]


def test_streams_are_guarded() -> None:
    api = API(auth=bearer)

    @api.ndjson("/lines")
    async def lines(*, user: User) -> AsyncIterator[dict[str, str]]:
        yield {"name": user.name}

    assert api.requests.get("/lines").status_code == 401
    assert api.requests.get("/lines", headers=AS_ADA).text == '{"name":"ada"}\n'


# --- several guards


def test_several_guards_all_have_to_let_in() -> None:
    api = API()

    @api.get("/", auth=[bearer, keys])
    def show(*, user: list[object]) -> list[str]:
        ada, key = user
        assert isinstance(ada, User)
        return [ada.name, str(key)]

    client, key = api.requests, {"x-api-key": "first"}
    assert client.get("/", headers={**AS_ADA, **key}).json() == ["ada", "first"]
    assert client.get("/", headers=key).headers["www-authenticate"] == "Bearer"
    assert client.get("/", headers=AS_ADA).headers["www-authenticate"] == "ApiKey"


def test_the_first_guard_that_refuses_is_the_last_that_is_asked() -> None:
    api = API()
    asked: list[str] = []

    @api.get("/", auth=[lambda req: None, lambda req: noted(asked, "second")])
    def show() -> str:
        return "in"

    assert api.requests.get("/").status_code == 401
    assert asked == []


# --- what handlers are told


def test_a_parameter_names_its_guard() -> None:
    api = API()

    @api.get("/me")
    async def me(*, me: Annotated[User, bearer]) -> str:
        return me.name

    @api.get("/both", auth=keys)
    async def both(*, me: Annotated[User, bearer], key: Principal[str]) -> list[str]:
        return [me.name, key]

    assert api.requests.get("/me").status_code == 401
    assert api.requests.get("/me", headers=AS_ADA).text == "ada"
    assert api.requests.get("/both", headers=AS_ADA).status_code == 401
    assert api.requests.get("/both", headers={**AS_ADA, "x-api-key": "first"}).json() == ["ada", "first"]


def test_a_guard_in_an_annotation_stands_before_the_inputs() -> None:
    api = API()

    @api.get("/")
    async def show(*, me: Annotated[User, bearer], limit: int) -> str:
        return me.name

    # As written, `limit` has no source.
    with pytest.raises(RouteError, match="limit"):
        api.requests.get("/")
    api = API()

    @api.get("/")
    async def list_them(*, me: Annotated[User, bearer], limit: int = Query()) -> str:
        return me.name

    assert api.requests.get("/?limit=x").status_code == 401
    assert api.requests.get("/?limit=x", headers=AS_ADA).status_code == 422


def test_a_helper_is_a_dependency_too_and_runs_once() -> None:
    api = API()
    asked: list[str] = []

    async def count(token: str) -> User | None:
        asked.append(token)
        return await find(token)

    counted = BearerAuth(count)
    api.add_dependency("owner", counted)

    @api.get("/", auth=counted)
    async def show(
        *, user: User, owner: User, also: User = Depends(counted), me: Annotated[User, counted]
    ) -> list[bool]:
        return [user is owner, owner is also, also is me]

    @api.get("/alone")
    async def alone(*, owner: User) -> str:
        return owner.name

    assert api.requests.get("/", headers=AS_ADA).json() == [True, True, True]
    assert asked == ["ada-token"]
    assert api.requests.get("/alone").status_code == 401
    assert api.requests.get("/alone", headers=AS_BEN).text == "ben"


def test_path_fields_and_dependencies_come_before_the_principal() -> None:
    api = API()

    @api.dependency()
    def auth() -> str:
        return "a dependency"

    @api.get("/{user}", auth=bearer)
    def show(*, user: str, auth: str, principal: User, q: str = Query()) -> list[str]:
        return [user, auth, principal.name, q]

    assert api.requests.get("/path?q=1", headers=AS_ADA).json() == ["path", "a dependency", "ada", "1"]


def test_without_a_guard_the_names_mean_nothing() -> None:
    api = API()

    @api.get("/")
    def show(*, user: str = "nobody") -> str:
        return user

    assert api.requests.get("/", headers=AS_ADA).text == "nobody"

    @api.get("/must")
    def must(*, user: str) -> str:
        return user

    assert [located.finding.rule.name for located in api.check()] == ["parameter-unknown"]


def test_a_principal_of_another_type_is_found_before_anything_is_served() -> None:
    api = API()

    @api.get("/1", auth=bearer)
    def one(*, user: str) -> str:
        return user

    @api.get("/2", auth=bearer.optional())
    def two(*, user: User) -> str:
        return user.name

    @api.get("/3", auth=[bearer, keys])
    def three(*, user: User) -> str:
        return user.name

    @api.get("/4", auth=bearer)
    def four(*, user: Header) -> str:  # type: ignore[valid-type]  # a class that has nothing to do with it
        return "no"

    @api.get("/5")
    def five(*, who: Principal[User]) -> str:
        return who.name

    @api.get("/6", auth=bearer)
    def six(*, user: object, principal: User | None, auth: Any) -> str:
        return "fine"

    said = [(located.route, located.finding.rule.name) for located in api.check()]
    wrong = [(f"GET /{number}", "principal-type") for number in (1, 2, 3)]
    assert said == [*wrong, ("GET /5", "principal-public")]
    assert {located.finding.code for located in api.check()} == {"responder-auth"}


def test_a_guard_in_an_annotation_is_judged_at_its_line() -> None:
    with pytest.raises(RouteError, match='gives "User", but parameter "who"'):

        @API().get("/")
        def show(*, who: Annotated[str, bearer]) -> str:
            return who


def test_classes_that_have_nothing_in_common_are_found() -> None:
    class Robot:
        pass

    class Admin(User):
        pass

    api = API()

    @api.get("/robot", auth=bearer)
    def robot(*, user: Robot) -> str:
        return "no"

    @api.get("/admin", auth=bearer)
    def admin(*, user: Admin) -> str:
        return "no"

    said = [located.finding.message for located in api.check()]
    assert said == [
        f'The guard of the route gives "User", but parameter "user" of handler "{name}" declares "{kind}"'
        for name, kind in (("robot", "Robot"), ("admin", "Admin"))
    ]


@pytest.mark.parametrize("wrong", [BearerAuth, [], "admin", [bearer, "x"], 5, Depends(bearer)])
def test_what_is_no_guard_is_refused(wrong: Any) -> None:
    with pytest.raises(RouteError, match='Option "auth" must be an auth helper'):
        API().get("/", auth=wrong)
    with pytest.raises(ValueError, match=r"API\(auth=...\) must be an auth helper"):
        API(auth=wrong)
    with pytest.raises(RouteError, match='Option "auth" must be an auth helper'):
        Router(auth=wrong)
    with pytest.raises(RouteError, match='Option "auth" must be an auth helper'):
        API().group("/g", auth=wrong)
    with pytest.raises(RouteError, match='Option "auth" must be an auth helper'):
        API().include_router(Router(), auth=wrong)


def test_a_guard_can_be_replaced_in_tests() -> None:
    api = API()

    @api.get("/", auth=bearer)
    def show(*, user: User) -> str:
        return user.name

    with api.dependency_overrides({bearer: BEN}):
        assert api.requests.get("/").text == "ben"
    assert api.requests.get("/").status_code == 401


# --- WebSockets


def sockets(**options: Any) -> API:
    api = API(**options)

    @api.websocket_route("/ws", auth=APIKeyAuth(find, location="query", name="key"))
    async def talk(ws: WebSocket, *, user: User) -> None:
        await ws.accept()
        await ws.send_text(user.name)
        await ws.close()

    @api.websocket_route("/greeted", auth=bearer, before=lambda ws: ws.accept())
    async def greeted(ws: WebSocket, *, user: User) -> None:
        await ws.send_text(user.name)

    @api.websocket_route("/class")
    class Talk:
        async def on_connect(self, ws: WebSocket, *, user: Annotated[User, bearer]) -> None:
            await ws.accept()
            await ws.send_text(user.name)

    return api


def test_a_socket_is_guarded_before_its_handler() -> None:
    client = sockets().requests
    with client.websocket_connect("/ws?key=ada-token") as socket:
        assert socket.receive_text() == "ada"
    with client.websocket_connect("/class", headers=AS_BEN) as socket:
        assert socket.receive_text() == "ben"
    for path in ("/ws?key=no", "/ws", "/class"):
        with pytest.raises(WebSocketDenialResponse) as refused, client.websocket_connect(path):
            pass
        assert refused.value.status_code == 401
        assert refused.value.headers["www-authenticate"] == ("Bearer" if path == "/class" else "ApiKey")


def test_a_socket_that_is_open_already_is_closed() -> None:
    client = sockets().requests
    with client.websocket_connect("/greeted", headers=AS_ADA) as socket:
        assert socket.receive_text() == "ada"
    with client.websocket_connect("/greeted") as socket:
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
        assert closed.value.code == 1008


def test_a_server_that_can_not_refuse_a_handshake_closes_it() -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    import anyio

    scope = {"type": "websocket", "path": "/ws", "query_string": b"", "headers": [], "root_path": ""}
    anyio.run(sockets(), scope, receive, send)
    assert [(one["type"], one.get("code")) for one in sent] == [("websocket.close", 1008)]


def test_the_default_of_the_application_guards_sockets() -> None:
    api = API(auth=bearer)

    @api.websocket_route("/ws")
    async def talk(ws: WebSocket, *, user: User) -> None:
        await ws.accept()
        await ws.send_text(user.name)

    with api.requests.websocket_connect("/ws", headers=AS_ADA) as socket:
        assert socket.receive_text() == "ada"
    with pytest.raises(WebSocketDenialResponse), api.requests.websocket_connect("/ws"):
        pass


def test_a_guard_of_a_socket_takes_nothing_from_its_handler() -> None:
    api = API()

    async def greedy(req: Request) -> str:
        return f"{req.method} {await req.content!r}"

    @api.websocket_route("/ws", auth=greedy)
    async def talk(ws: WebSocket, *, user: str) -> None:
        await ws.accept()
        await ws.send_text(user + await ws.receive_text())

    with api.requests.websocket_connect("/ws") as socket:
        socket.send_text("!")
        assert socket.receive_text() == "GET b''!"


# --- scopes, optional, policies


def test_scopes_and_roles_are_asked_for() -> None:
    api = API()

    @api.get("/write", auth=bearer.requires("write", roles=["admin"]))
    def write(req: Request, *, user: User) -> list[str]:
        held: frozenset[str] = cast("frozenset[str]", req.state.scopes)
        return sorted(held)

    client = api.requests
    assert client.get("/write", headers=AS_ADA).json() == ["admin", "read", "staff", "write"]
    assert client.get("/write").status_code == 401
    refused = client.get("/write", headers=AS_BEN)
    assert_problem(refused, status=403, detail="Insufficient scope: write admin")
    assert refused.headers["www-authenticate"] == 'Bearer error="insufficient_scope", scope="write admin"'


def test_scopes_add_up() -> None:
    api = API()

    @api.get("/", auth=BearerAuth(find, realm="shop").requires("read").requires("write"))
    def write() -> str:
        return "done"

    assert api.requests.get("/", headers=AS_ADA).text == "done"
    challenge = api.requests.get("/", headers=AS_BEN).headers["www-authenticate"]
    assert challenge == 'Bearer realm="shop", error="insufficient_scope", scope="read write"'


def test_scopes_may_be_extracted() -> None:
    api = API()

    @api.get("/", auth=bearer.requires("a", extractor=lambda user: {user.name[0]}))
    def show() -> str:
        return "in"

    assert api.requests.get("/", headers=AS_ADA).text == "in"
    assert api.requests.get("/", headers=AS_BEN).status_code == 403


def test_optional_lets_those_in_who_bring_nothing_and_nobody_else() -> None:
    api = API()

    @api.get("/", auth=bearer.optional())
    def show(*, user: User | None) -> str:
        return "nobody" if user is None else user.name

    @api.get("/key", auth=keys.optional())
    def keyed(*, user: str | None) -> str:
        return user or "nobody"

    client = api.requests
    assert client.get("/").text == "nobody"
    assert client.get("/", headers=AS_ADA).text == "ada"
    for wrong in ("Bearer no", "Bearer", "Bearer ", "Basic YTpi", "nonsense", ""):
        assert client.get("/", headers={"authorization": wrong}).status_code == 401, wrong
    assert client.get("/key").text == "nobody"
    assert client.get("/key", headers={"x-api-key": ""}).text == "nobody"
    assert client.get("/key", headers={"x-api-key": "no"}).status_code == 401


def test_scopes_can_not_be_optional_by_being_asked_of_nobody() -> None:
    api = API()

    @api.get("/", auth=bearer.optional().requires("read"))
    def show(*, user: User | None) -> str:
        return "in"

    @api.get("/then", auth=bearer.requires("write").optional())
    def then(*, user: User | None) -> str:
        return "nobody" if user is None else user.name

    client = api.requests
    assert client.get("/").status_code == 401
    assert client.get("/", headers=AS_BEN).text == "in"
    assert client.get("/then").text == "nobody"
    assert client.get("/then", headers=AS_BEN).status_code == 403


def test_a_helper_may_be_told_not_to_raise() -> None:
    api = API()

    @api.get("/", auth=BearerAuth(find, auto_error=False))
    def show(*, user: User | None) -> str:
        return "nobody" if user is None else user.name

    client = api.requests
    assert client.get("/", headers={"authorization": "Bearer no"}).text == "nobody"
    assert client.get("/", headers=AS_ADA).text == "ada"


def test_a_policy_is_made_once_and_used_by_many() -> None:
    api = API()
    staff = api.policy("staff", bearer.requires("staff"))
    header = api.policy("header", named_by_header)
    assert dict(api.auth_policies) == {"staff": staff, "header": header}
    assert isinstance(staff, AuthPolicy)
    with pytest.raises(ValueError, match="policy 'staff' already"):
        api.policy("staff", bearer)

    @api.get("/staff", auth=staff)
    def show(*, user: User) -> str:
        return user.name

    @api.get("/header", auth=header.requires("ada", extractor=lambda name: name))
    def by_header(*, user: str) -> str:
        return user

    client = api.requests
    assert client.get("/staff", headers=AS_ADA).text == "ada"
    assert client.get("/staff", headers=AS_BEN).status_code == 403
    assert client.get("/header", headers={"x-name": "ada"}).text == "ada"
    assert client.get("/header", headers={"x-name": "ben"}).status_code == 403
    assert client.get("/header").headers["www-authenticate"] == "Bearer"


# --- schemes of one's own


class Ticket(AuthScheme[tuple[str, str], User]):
    """`X-Ticket: name/number`."""

    @override
    def extract(self, request: Request) -> tuple[str, str] | None:
        name, slash, number = request.headers.get("x-ticket", "").partition("/")
        return (name, number) if slash else None

    @override
    async def verify(self, credential: tuple[str, str]) -> User | None:
        name, number = credential
        return User(name) if compare_digest(number, "42") else None

    @override
    def challenge(self) -> str:
        return "Ticket"

    @override
    def openapi(self) -> dict[str, object]:
        return {"type": "apiKey", "in": "header", "name": "X-Ticket"}


def test_a_scheme_of_ones_own() -> None:
    api = API()
    ticket = Ticket()

    @api.get("/", auth=ticket)
    def show(*, user: User) -> str:
        return user.name

    assert api.requests.get("/", headers={"x-ticket": "ada/42"}).text == "ada"
    for wrong in ({}, {"x-ticket": "ada"}, {"x-ticket": "ada/41"}):
        refused = api.requests.get("/", headers=wrong)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Ticket")
    assert ticket.schemes == {"ticket": {"type": "apiKey", "in": "header", "name": "X-Ticket"}}
    assert ticket == Ticket() != Ticket(scheme_name="other")


# --- names and passwords, keys


def basic(text: str | bytes) -> dict[str, str]:
    raw = text if isinstance(text, bytes) else text.encode()
    return {"authorization": f"Basic {base64.b64encode(raw).decode()}"}


def test_names_and_passwords() -> None:
    api = API()

    @api.get("/fixed", auth=BasicAuth(credentials={"ada": "päss:word", "ben": "b"}))
    def fixed(*, user: str) -> str:
        return user

    def judge(username: str, password: str) -> User | None:
        return ADA if (username, password) == ("ada", "a") else None

    @api.get("/asked", auth=BasicAuth(judge, realm="the shop"))
    def asked(*, user: User) -> str:
        return user.name

    client = api.requests
    assert client.get("/fixed", headers=basic("ada:päss:word")).text == "ada"
    assert client.get("/asked", headers=basic("ada:a")).text == "ada"
    refused = client.get("/fixed", headers=basic("ada:b"))
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, 'Basic realm="Restricted"')
    assert client.get("/asked").headers["www-authenticate"] == 'Basic realm="the shop"'
    for wrong in (basic("ada"), basic(b"\xff:b"), basic(""), {"authorization": "Basic !!!"}, basic("eve:b")):
        assert client.get("/fixed", headers=wrong).status_code == 401


@pytest.mark.parametrize(
    ("location", "sent"),
    [
        ("header", {"headers": {"the-key": "second"}}),
        ("query", {"params": {"the-key": "second"}}),
        ("cookie", {"headers": {"cookie": "the-key=second"}}),
    ],
)
@pytest.mark.defect(31)
def test_keys_stand_in_headers_queries_and_cookies(location: Any, sent: Any) -> None:
    api = API()

    @api.get("/", auth=APIKeyAuth(keys=["first", "second"], name="the-key", location=location))
    def show(*, user: str) -> str:
        return user

    assert api.requests.get("/", **sent).text == "second"
    refused = api.requests.get("/")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "ApiKey")


def test_credentials_said_twice_are_nobodys() -> None:
    api = API()

    @api.get("/", auth=bearer)
    def show() -> str:
        return "in"

    @api.get("/key", auth=keys)
    def keyed() -> str:
        return "in"

    line = (b"authorization", b"Bearer ada-token")
    assert call(api, "GET", "/", headers=[line]).status == 200
    assert call(api, "GET", "/", headers=[line, line]).status == 401
    key = (b"x-api-key", b"first")
    assert call(api, "GET", "/key", headers=[key]).status == 200
    assert call(api, "GET", "/key", headers=[key, key]).status == 401


def test_secrets_may_be_any_text() -> None:
    api = API()

    @api.get("/", auth=APIKeyAuth(keys=["schlüssel-🔑"]))
    def show(*, user: str) -> str:
        return user

    answer = call(api, "GET", "/", headers=[(b"x-api-key", "schlüssel-🔑".encode())])
    assert (answer.status, answer.body.decode()) == (200, "schlüssel-🔑")
    for raw in (b"\xff\xfe", "schlüssel".encode("latin-1"), b"\x00"):
        assert call(api, "GET", "/", headers=[(b"x-api-key", raw)]).status == 401


def test_what_is_raised_has_a_class() -> None:
    api = API()

    @api.get("/", auth=bearer.requires("write"))
    def show() -> str:
        return "in"

    told: list[type[Exception]] = []

    @api.exception_handler(NotAuthenticated)
    def refused(req: Request, resp: Response, exc: NotAuthenticated) -> None:
        told.append(type(exc))
        resp.status_code = 401
        resp.text = "who are you?"

    @api.exception_handler(MissingScopes)
    def forbidden(req: Request, resp: Response, exc: MissingScopes) -> None:
        told.append(type(exc))
        resp.status_code = 403
        resp.text = "not you"

    assert api.requests.get("/").text == "who are you?"
    assert api.requests.get("/", headers=AS_BEN).text == "not you"
    assert told == [NotAuthenticated, MissingScopes]


# --- what the document is told


def test_what_a_route_requires_can_be_read_off_its_guards() -> None:
    both = bearer.requires("read", "write")
    assert bearer.schemes == {"bearerAuth": {"type": "http", "scheme": "bearer"}}
    assert [list(one.security) for one in (bearer, both, bearer.optional(), both.optional())] == [
        [{"bearerAuth": []}],
        [{"bearerAuth": ["read", "write"]}],
        [{}, {"bearerAuth": []}],
        [{}, {"bearerAuth": ["read", "write"]}],
    ]
    assert bearer.optional().requires("read").security == ({"bearerAuth": ["read"]},)
    api = API(auth=bearer)
    api.get("/a")(lambda: "a")
    api.get("/b", auth=None)(lambda: "b")
    api.get("/c", security="keys")(lambda: "c")
    guards = [route.operations["GET"].auth for route in api.operations]
    assert guards == [(bearer,), (), (bearer,)]
    assert api.operations[2].settings.security == ({"keys": ()},)


def test_helpers_are_equal_when_they_were_made_in_the_same_way() -> None:
    assert bearer == BearerAuth(find)
    assert hash(bearer) == hash(BearerAuth(find))
    assert bearer != BearerAuth(find_slowly)
    assert bearer != BearerAuth(find, realm="x")
    assert BearerAuth(tokens=["a", "b"]) == BearerAuth(tokens=["b", "a"])
    assert BearerAuth(tokens=["a"]) != BearerAuth(tokens=["b"])
    assert BasicAuth(credentials={"a": "b"}) == BasicAuth(credentials={"a": "b"})
    assert BasicAuth(credentials={"a": "b"}) != BasicAuth(credentials={"b": "a"})
    assert APIKeyAuth(keys="a") != APIKeyAuth(keys="a", location="query")
    assert bearer.requires("a") == bearer.requires("a") != bearer.requires("b")
    assert bearer.optional() == bearer.optional() != bearer
    assert "ada-token" not in repr(BearerAuth(tokens=["ada-token"]))


loose: Any = auth


@pytest.mark.parametrize(
    "make",
    [
        lambda: loose.BearerAuth(),
        lambda: loose.BearerAuth(tokens=[]),
        lambda: loose.BearerAuth(tokens=[""]),
        lambda: loose.BearerAuth(tokens=""),
        lambda: loose.BearerAuth(find, tokens=["a"]),
        lambda: loose.BearerAuth("find"),
        lambda: loose.BearerAuth(find, realm="a\r\nb"),
        lambda: loose.BearerAuth(find, scheme_name="a b"),
        lambda: loose.BasicAuth(),
        lambda: loose.BasicAuth(credentials={}),
        lambda: loose.BasicAuth(credentials={"a": ""}),
        lambda: loose.APIKeyAuth(),
        lambda: loose.APIKeyAuth(keys="a", location="body"),
        lambda: loose.APIKeyAuth(keys="a", name="a b"),
        lambda: loose.APIKeyAuth(keys="a", name="", location="query"),
        lambda: bearer.requires(),
        lambda: bearer.requires("a b"),
        lambda: bearer.requires('a"'),
        lambda: loose.AuthPolicy("a", BearerAuth),
        lambda: loose.AuthPolicy("a", find).optional(),
    ],
)
def test_what_makes_no_sense_is_refused(make: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        make()


def test_a_plain_function_is_asked_beside_the_event_loop() -> None:
    import threading

    seen: list[str] = []

    def ask(token: str) -> User | None:
        seen.append(threading.current_thread().name)
        return PEOPLE.get(token)

    api = API()

    @api.get("/", auth=BearerAuth(ask))
    async def show(*, user: User) -> str:
        return user.name

    assert api.requests.get("/", headers=AS_ADA).text == "ada"
    assert seen[0].startswith("responder-auth")


# --- no 401 without a challenge


@pytest.mark.defect(31)
def test_every_401_says_how_to_identify_oneself() -> None:
    api = API()

    @api.get("/open")
    def opened() -> None:
        abort(401)

    @api.get("/basic", auth=BasicAuth(credentials={"ada": "a"}))
    def inside() -> None:
        abort(401, detail="not that ada")

    @api.get("/own")
    def own() -> None:
        abort(401, headers={"www-authenticate": "Own"})

    @api.get("/handled", auth=keys)
    def handled() -> str:
        return "in"

    client = api.requests
    assert client.get("/open").headers["www-authenticate"] == "Bearer"
    assert (
        client.get("/basic", headers=basic("ada:a")).headers["www-authenticate"] == 'Basic realm="Restricted"'
    )
    assert client.get("/own").headers.get_list("www-authenticate") == ["Own"]

    @api.exception_handler(401)
    def refused(req: Request, resp: Response, exc: Exception) -> None:
        resp.status_code = 401
        resp.text = "who are you?"

    for path, challenge in (("/handled", "ApiKey"), ("/open", "Bearer"), ("/own", "Own")):
        answer = client.get(path)
        assert (answer.text, answer.headers["www-authenticate"]) == ("who are you?", challenge)
