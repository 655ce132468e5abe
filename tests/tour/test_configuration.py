"""Settings from outside, hosts, links, convertors, and Starlette's way of authentication."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.requests import Request as StarletteRequest
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect
from typing_extensions import override

from responder import API, ConfigurationError, Convertor, Registry, Request, Response
from responder.authentication import (
    AuthCredentials,
    AuthenticationBackend,
    AuthenticationError,
    AuthenticationMiddleware,
    BaseUser,
    SimpleUser,
    requires,
)
from responder.config import CommaSeparatedStrings, Config, Secret
from responder.routes import RouteError
from tests.tour.support import call


def test_an_application_is_configured_from_the_environment_and_a_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('SECRET_KEY="from the file"\nHOSTS=a.example, b.example\n')
    config = Config(tmp_path / ".env", environ={"DEBUG": "true"})
    api = API(
        debug=config("DEBUG", cast=bool, default=False),
        secret_key=config("SECRET_KEY", cast=Secret),
        allowed_hosts=config("HOSTS", cast=CommaSeparatedStrings),
    )
    assert (api.debug, api.secret_key) == (True, "from the file")
    assert api.settings.allowed_hosts == ("a.example", "b.example")


# --- hosts


def tenant_api() -> API:
    tenant = API()

    @tenant.get("/")
    def home(req, resp):
        resp.media = dict(req.host_params)

    @tenant.get("/users/{id:int}")
    def user(req, resp, *, id):
        resp.media = {"id": id, "tenant": req.host_params["tenant"], "url": req.url_for(user, id=id)}

    return tenant


def test_another_application_answers_for_a_host() -> None:
    api = API()
    admin = API()

    @api.get("/")
    def public(req, resp):
        resp.text = "public"

    @admin.get("/")
    def private(req, resp):
        resp.text = "admin"

    api.host("admin.example.com", admin)
    api.host("{tenant}.example.com", tenant_api())

    def ask(host: str, path: str = "/") -> object:
        answer = api.requests.get(path, headers={"Host": host})
        return answer.json() if answer.headers["content-type"] == "application/json" else answer.text

    assert ask("example.com") == "public"
    assert ask("Admin.Example.com:8000") == "admin"
    assert ask("acme.example.com") == {"tenant": "acme"}
    assert ask("acme.example.com:80", "/users/3") == {
        "id": 3,
        "tenant": "acme",
        "url": "http://acme.example.com:80/users/3",
    }
    assert ask("a.b.example.com") == "public"
    assert ask("evil@example.com") == "public"
    missing = api.requests.get("/none", headers={"Host": "acme.example.com"})
    assert missing.json()["title"] == "Not Found"


def test_a_host_declared_late_and_a_starlette_application() -> None:
    api = API()
    assert api.requests.get("/", headers={"Host": "x.example.com"}).status_code == 404

    async def show(request: StarletteRequest) -> JSONResponse:
        return JSONResponse(dict(request.path_params))

    api.host("{name}.example.com", Starlette(routes=[Route("/{page}", show)]))
    answer = api.requests.get("/about", headers={"Host": "x.example.com"})
    assert answer.json() == {"name": "x", "page": "about"}


def test_the_lifespan_of_a_host_runs() -> None:
    api, inner = API(), API()
    told: list[str] = []
    inner.on_event("startup")(lambda: told.append("up"))
    inner.on_event("shutdown")(lambda: told.append("down"))
    api.host("a.example.com", inner)
    with api.requests:
        assert told == ["up"]
    assert told == ["up", "down"]


@pytest.mark.parametrize(
    "pattern", ["", "a..b", "a.example.com:80", "{x}.{x}.com", "http://a", "a b", "{x:int}.com"]
)
def test_what_is_no_host_is_refused(pattern: str) -> None:
    with pytest.raises(ConfigurationError):
        API().host(pattern, API())


def test_a_websocket_goes_to_the_application_of_its_host() -> None:
    api, inner = API(), API()

    @inner.websocket_route("/ws")
    async def ws(ws):
        await ws.accept()
        await ws.send_text("inner")
        await ws.close()

    api.host("a.example.com", inner)
    with api.requests.websocket_connect("/ws", headers={"Host": "a.example.com"}) as socket:
        assert socket.receive_text() == "inner"


# --- links and convertors


def test_links_of_a_request_are_absolute() -> None:
    api = API()

    @api.get("/items/{id:int}", name="item")
    def item(req, resp, *, id):
        resp.media = [req.url_for("item", id=id + 1), api.url_for(item, id=id)]

    assert api.requests.get("/items/1", headers={"Host": "example.com"}).json() == [
        "http://example.com/items/2",
        "/items/1",
    ]
    below = call(api, "GET", "/root/items/1", root_path="/root", headers=[])
    assert below.json() == ["http://testserver/root/items/2", "/items/1"]


class Hex(Convertor[int], name="hex"):
    pattern = "[0-9a-f]+"

    @override
    def convert(self, text: str, /) -> int:
        return int(text, 16)

    @override
    def format(self, value: int, /) -> str:
        return f"{value:x}"


def test_a_convertor_of_your_own() -> None:
    api = API()
    api.add_convertor(Hex)
    api.add_convertor(Hex(), name="colour")

    @api.get("/n/{value:hex}/{colour:colour}")
    def number(req, resp, *, value: int, colour: int):
        resp.media = [value, colour]

    assert api.requests.get("/n/ff/10").json() == [255, 16]
    assert api.requests.get("/n/xyz/10").status_code == 404
    assert api.url_for(number, value=255, colour=1) == "/n/ff/1"
    for wrong in (lambda: api.add_convertor(Hex), lambda: api.add_convertor(Hex, name="int")):
        with pytest.raises(ConfigurationError, match="already"):
            wrong()
    with pytest.raises(ConfigurationError, match="Convertor"):
        api.add_convertor("hex")  # type: ignore[arg-type]  # wrong on purpose


def test_a_registry_lists_all_convertors() -> None:
    class Deps(Registry):
        hex = Hex()

    api = API(registry=Deps)
    with pytest.raises(RouteError, match='Convertor "colour" is not declared in registry "Deps"') as told:
        api.add_convertor(Hex(), name="colour")  # type: ignore[responder-convertor]  # wrong on purpose
    assert told.value.findings[0].site is not None
    assert told.value.findings[0].site.file == __file__


# --- Starlette's way of authentication


class BasicBackend(AuthenticationBackend):
    @override
    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, BaseUser] | None:
        if "Authorization" not in conn.headers:
            return None
        try:
            text = base64.b64decode(conn.headers["Authorization"].removeprefix("Basic ")).decode()
        except (ValueError, binascii.Error) as exc:
            raise AuthenticationError("Invalid basic auth credentials") from exc
        name, _, _ = text.partition(":")
        scopes = ["authenticated", "admin"] if name == "root" else ["authenticated"]
        return AuthCredentials(scopes), SimpleUser(name)


def basic(name: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:x".encode()).decode()}


def guarded() -> API:
    api = API()
    api.add_middleware(AuthenticationMiddleware, backend=BasicBackend(), challenge='Basic realm="here"')

    @api.get("/who")
    def who(req: Request, resp: Response) -> None:
        resp.media = [req.user.is_authenticated, req.user.display_name, list(req.credentials.scopes)]

    @api.get("/member")
    @requires("authenticated")
    async def member() -> dict[str, bool]:
        return {"in": True}

    @api.get("/hidden/{id:int}")
    @requires(["authenticated", "admin"], status_code=404)
    def hidden(*, id: int) -> dict[str, int]:
        return {"id": id}

    @api.get("/account", name="account")
    @requires("authenticated", redirect="login")
    def account(req, resp):
        resp.text = "account"

    @api.get("/login", name="login")
    def login(req, resp):
        resp.text = "login"

    @api.route("/view")
    class View:
        def on_get(self, req, resp):
            resp.text = "open"

        @requires("admin")
        def on_post(self, req, resp):
            resp.text = "posted"

    @api.websocket_route("/ws")
    @requires("authenticated")
    async def ws(ws):
        await ws.accept()
        await ws.send_text(ws.user.display_name)
        await ws.close()

    return api


def test_who_sent_a_request_is_known_in_handlers() -> None:
    api = guarded()
    assert api.requests.get("/who").json() == [False, "", []]
    assert api.requests.get("/who", headers=basic("ada")).json() == [True, "ada", ["authenticated"]]


def test_bad_credentials_are_a_401_with_a_challenge() -> None:
    answer = guarded().requests.get("/who", headers={"Authorization": "Basic x"})
    assert (answer.status_code, answer.json()["detail"]) == (401, "Invalid basic auth credentials")
    assert answer.headers["www-authenticate"] == 'Basic realm="here"'


def test_bad_credentials_can_have_a_handler() -> None:
    api = guarded()

    @api.exception_handler(AuthenticationError)
    def refused(req, resp, exc):
        resp.status_code = 400
        resp.text = "who are you?"

    answer = api.requests.get("/who", headers={"Authorization": "Basic x"})
    assert (answer.status_code, answer.text) == (400, "who are you?")


def test_a_handler_can_require_scopes() -> None:
    client = guarded().requests
    assert client.get("/member").status_code == 403
    assert client.get("/member", headers=basic("ada")).json() == {"in": True}
    assert client.get("/hidden/3", headers=basic("ada")).status_code == 404
    assert client.get("/hidden/3", headers=basic("root")).json() == {"id": 3}
    assert client.get("/view").text == "open"
    assert client.post("/view", headers=basic("ada")).status_code == 403
    assert client.post("/view", headers=basic("root")).text == "posted"


def test_a_stranger_is_sent_to_another_route_and_comes_back() -> None:
    client = guarded().requests
    answer = client.get("/account?tab=1", headers={"Host": "example.com"}, follow_redirects=False)
    assert answer.status_code == 303
    assert (
        answer.headers["location"]
        == "http://example.com/login?next=http%3A%2F%2Fexample.com%2Faccount%3Ftab%3D1"
    )
    assert client.get("/account", headers=basic("ada")).text == "account"


def test_as_a_guard_it_judges_before_anything_is_read() -> None:
    api = API()
    api.add_middleware(AuthenticationMiddleware, backend=BasicBackend())

    @api.get("/items/{id}", dependencies=[requires("admin")])
    def item(*, id: int) -> int:
        return id

    assert api.requests.get("/items/x").status_code == 403
    assert api.requests.get("/items/x", headers=basic("root")).status_code == 422


def test_a_websocket_can_require_scopes() -> None:
    client = guarded().requests
    with client.websocket_connect("/ws", headers=basic("ada")) as socket:
        assert socket.receive_text() == "ada"
    with pytest.raises(WebSocketDenialResponse) as denied, client.websocket_connect("/ws"):
        pass
    assert denied.value.status_code == 403
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        client.websocket_connect("/ws", headers={"Authorization": "Basic x"}),
    ):
        pass
    assert closed.value.code == 1008


def test_requires_without_the_middleware_says_what_is_missing() -> None:
    api = API()

    @api.get("/")
    @requires("x")
    def home(): ...

    with pytest.raises(RuntimeError, match="AuthenticationMiddleware"):
        api.requests.get("/")

    @api.get("/user")
    def user(req, resp):
        resp.text = req.user.display_name

    with pytest.raises(RuntimeError, match="AuthenticationMiddleware"):
        api.requests.get("/user")


def test_a_decorated_handler_keeps_its_kind_and_its_own_errors() -> None:
    with pytest.raises(ConfigurationError, match="class view"):
        requires("x")(BasicBackend)
    with pytest.raises(ConfigurationError, match="400 to 499"):
        requires("x", status_code=200)
    with pytest.raises(ConfigurationError, match="scope"):
        requires([1])  # type: ignore[list-item]  # wrong on purpose
