"""Backends of Starlette's kind, and `requires` before every kind of function."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from starlette.authentication import (
    AuthCredentials,
    AuthenticationBackend,
    AuthenticationError,
    SimpleUser,
)
from starlette.requests import HTTPConnection
from typing_extensions import override

from responder import API, ConfigurationError, Request, WebSocket
from responder.authentication import AuthenticationMiddleware, requires
from responder.errors import WebSocketDisconnect


class ByHeader(AuthenticationBackend):
    """`X-User: ada read write` is Ada with two scopes; `X-User: -` is refused."""

    @override
    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, SimpleUser] | None:
        given = conn.headers.get("x-user")
        if given is None:
            return None
        if given == "-":
            raise AuthenticationError("No such user")
        name, *scopes = given.split()
        return AuthCredentials(scopes), SimpleUser(name)


def make() -> API:
    api = API()
    api.add_middleware(AuthenticationMiddleware, ByHeader())

    @api.get("/plain")
    @requires("read")
    def plain() -> str:
        return "plain"

    @api.get("/async")
    @requires(["read", "write"])
    async def awaited(req: Request) -> str:
        return "async"

    @api.ndjson("/steps")
    @requires("read")
    def steps() -> Iterator[int]:
        yield 1

    @api.ndjson("/items")
    @requires("read")
    async def items() -> AsyncIterator[int]:
        yield 1

    @api.websocket_route("/ws")
    @requires("read")
    async def talk(ws: WebSocket) -> None:
        await ws.accept()
        await ws.send_text("hello")

    return api


READER = {"X-User": "ada read"}


@pytest.mark.parametrize(("path", "said"), [("/plain", "plain"), ("/steps", "1\n"), ("/items", "1\n")])
def test_every_kind_of_function_is_guarded(path: str, said: str) -> None:
    with make().test_client(raise_server_exceptions=False) as client:
        assert client.get(path, headers=READER).text == said
        assert client.get(path).status_code == 403


def test_all_scopes_are_needed() -> None:
    client = make().requests
    assert client.get("/async", headers=READER).status_code == 403
    assert client.get("/async", headers={"X-User": "ada write read"}).text == "async"


def test_a_refused_user_is_a_401_and_a_closed_socket() -> None:
    client = make().requests
    answer = client.get("/plain", headers={"X-User": "-"})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json()["detail"] == "No such user"
    with pytest.raises(WebSocketDisconnect) as told, client.websocket_connect("/ws", headers={"X-User": "-"}):
        pass
    assert told.value.code == 1008


def test_sockets_are_guarded_too() -> None:
    client = make().requests
    with client.websocket_connect("/ws", headers=READER) as socket:
        assert socket.receive_text() == "hello"


def test_without_a_backend_it_is_a_fault_of_the_application() -> None:
    api = API()

    @api.get("/")
    @requires("read")
    def index() -> str:
        return ""

    with pytest.raises(RuntimeError, match="needs AuthenticationMiddleware"):
        api.requests.get("/")


def test_what_cannot_be_required_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="takes a scope or several"):
        requires([1])  # type: ignore[list-item]  # wrong on purpose
    with pytest.raises(ConfigurationError, match="must be from 400 to 499"):
        requires("read", status_code=200)
    with pytest.raises(ConfigurationError, match="decorates functions and methods"):

        @requires("read")
        class View:
            pass
