"""WebSocket operations: what a handshake brings, who may refuse it, and what is torn down when it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

import responder
from responder import Cookie, Depends, Header, Query
from responder.testing import make_client

Events = list[str]


@pytest.fixture(params=["asyncio", "trio"])
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def said(api: responder.API, path: str, **options: dict[str, str]) -> object:
    """What the application says first on a new socket."""
    client = make_client(api, headers=options.get("headers"), cookies=options.get("cookies"))
    with client.websocket_connect(path) as socket:
        told: object = socket.receive_json()
        return told


def refused(api: responder.API, path: str) -> int:
    """The code that a handshake is refused with; the status where it is answered like a request."""
    with pytest.raises(WebSocketDisconnect) as caught:
        said(api, path)
    denial = caught.value
    return denial.status_code if isinstance(denial, WebSocketDenialResponse) else denial.code


def echo() -> responder.API:
    api = responder.API()

    @api.websocket_route("/rooms/{room}/{seat:int}")
    async def join(
        ws: WebSocket,
        *,
        room: str,
        seat: int,
        size: int = Query(1, ge=1),
        tags: list[str] = Query([], alias="tag"),
        x_key: Annotated[str | None, Header()] = None,
        sid: str = Cookie("nobody"),
    ) -> None:
        await ws.accept()
        await ws.send_json([room, seat, size, tags, x_key, sid])

    return api


def test_a_handshake_is_read_like_a_request() -> None:
    api = echo()
    assert said(api, "/rooms/a/1") == ["a", 1, 1, [], None, "nobody"]
    told = said(api, "/rooms/a/1?size=2&tag=x&tag=y", headers={"x-key": "k"}, cookies={"sid": "s"})
    assert told == ["a", 1, 2, ["x", "y"], "k", "s"]


@pytest.mark.parametrize("path", ["/rooms/a/1?size=x", "/rooms/a/1?size=0"])
def test_an_input_that_does_not_fit_closes_with_1008_before_anything_is_accepted(path: str) -> None:
    assert refused(echo(), path) == 1008


def test_a_path_that_leads_nowhere_is_closed_with_1000() -> None:
    assert refused(echo(), "/rooms/a/b") == 1000


def test_providers_open_before_and_close_after_the_conversation(backend: str) -> None:
    api, events = responder.API(), Events()

    async def outer(ws: WebSocket) -> AsyncIterator[str]:
        events.append("+outer")
        yield ws.url.path
        events.append("-outer")

    def inner(outer: str = Depends(outer)) -> Iterator[str]:
        events.append("+inner")
        try:
            yield f"inner {outer}"
        finally:
            events.append("-inner")

    @api.websocket_route("/")
    async def talk(ws: WebSocket, *, inner: str = Depends(inner)) -> None:
        await ws.accept()
        await ws.send_json(inner)
        await ws.receive_text()
        events.append("handled")

    client = api.test_client(backend="trio" if backend == "trio" else "asyncio")
    with client.websocket_connect("/") as socket:
        assert socket.receive_json() == "inner /"
        assert events == ["+outer", "+inner"]
        socket.send_text("done")
        assert socket.receive()["code"] == 1000
    assert events == ["+outer", "+inner", "handled", "-inner", "-outer"]


def test_a_client_that_leaves_ends_the_handler_and_closes_the_providers(backend: str) -> None:
    api, events = responder.API(), Events()

    async def session() -> AsyncIterator[int]:
        try:
            yield 1
        except WebSocketDisconnect as gone:
            events.append(f"gone {gone.code}")
            raise
        finally:
            events.append("closed")

    @api.websocket_route("/")
    async def talk(ws: WebSocket, *, session: int = Depends(session)) -> None:
        await ws.accept()
        await ws.receive_text()

    client = api.test_client(backend="trio" if backend == "trio" else "asyncio")
    with client.websocket_connect("/") as socket:
        socket.close(1001)
    assert events == ["gone 1001", "closed"]


def test_what_the_handler_raises_is_told_to_the_providers_and_closes_with_1011() -> None:
    api, events = responder.API(), Events()

    def session() -> Iterator[int]:
        try:
            yield 1
        except ValueError as error:
            events.append(f"saw {error}")
            raise

    @api.websocket_route("/")
    async def talk(ws: WebSocket, *, session: int = Depends(session)) -> None:
        await ws.accept()
        raise ValueError("mistake")

    with pytest.raises(ValueError, match="mistake"), api.requests.websocket_connect("/") as socket:
        assert socket.receive()["code"] == 1011
    assert events == ["saw mistake"]


def test_a_guard_refuses_before_the_inputs_are_read() -> None:
    api, events = responder.API(), Events()

    def guard(key: str = Query("")) -> Iterator[None]:
        events.append("+guard")
        if key != "secret":
            responder.abort(403)
        yield
        events.append("-guard")

    @api.websocket_route("/", dependencies=[Depends(guard)])
    async def talk(ws: WebSocket, *, size: int = Query()) -> None:
        await ws.accept()
        await ws.send_json(size)

    assert refused(api, "/?size=x") == 403
    assert events == ["+guard"]
    assert refused(api, "/?size=x&key=secret") == 1008
    assert said(api, "/?size=1&key=secret") == 1
    assert events == ["+guard", "+guard", "+guard", "-guard"]


def test_hooks_stand_before_and_a_routes_own_after() -> None:
    api, events = responder.API(), Events()

    @api.before_request(websocket=True)
    def first(ws: WebSocket) -> None:
        events.append("first")

    async def own(ws: WebSocket) -> None:
        events.append("own")
        await ws.accept()

    @api.after_request
    def never(req: responder.Request, resp: responder.Response) -> None:
        events.append("never")

    @api.websocket_route("/", before=own, after=lambda ws: events.append("after"))
    async def talk(ws: WebSocket) -> None:
        await ws.accept()
        await ws.send_json("said")

    assert said(api, "/") == "said"
    assert events == ["first", "own", "after"]


def test_a_hook_that_closes_the_socket_ends_it_in_silence() -> None:
    api, events = responder.API(), Events()

    @api.before_request(websocket=True)
    async def refuse(ws: WebSocket) -> None:
        await ws.close(4000)

    @api.before_request(websocket=True)
    def later(ws: WebSocket) -> None:
        events.append("later")

    @api.websocket_route("/")
    async def talk(ws: WebSocket) -> None:
        events.append("handler")

    assert refused(api, "/") == 4000
    assert events == []


@pytest.mark.parametrize(("path", "expected"), [("/a/x", ["below"]), ("/b/x", [])])
def test_a_hook_of_a_prefix_looks_at_the_path(path: str, expected: Events) -> None:
    child, events = responder.API(), Events()

    @child.group("/a").before_request(websocket=True)
    def below(ws: WebSocket) -> None:
        events.append("below")

    @child.websocket_route("/{rest:path}")
    async def talk(ws: WebSocket, *, rest: str) -> None:
        await ws.accept()
        await ws.send_json(rest)

    assert said(child, path) == path[1:]
    assert events == expected
    api = responder.API()
    api.mount("/outer", child)
    events.clear()
    assert said(api, f"/outer{path}") == path[1:]
    assert events == expected


def test_a_stand_in_serves_sockets_as_well() -> None:
    api = responder.API()

    @api.dependency(scope="app")
    def name() -> str:
        return "real"

    @api.websocket_route("/")
    async def talk(ws: WebSocket, *, name: str) -> None:
        await ws.accept()
        await ws.send_json(name)

    def wrong(nobody: str) -> str:
        return nobody

    assert said(api, "/") == "real"
    with api.dependency_overrides(name="fake"):
        assert said(api, "/") == "fake"
    with (
        api.dependency_overrides(name=wrong),
        pytest.raises(responder.DependencyResolutionError, match="nobody"),
    ):
        said(api, "/")
    assert said(api, "/") == "real"


def test_tracing_tools_find_the_route_in_the_scope() -> None:
    api = responder.API()

    @api.websocket_route("/{room}")
    async def talk(ws: WebSocket, *, room: str) -> None:
        await ws.accept()
        scope = ws.scope
        await ws.send_json([scope["route"].path, scope["endpoint"] is talk, scope["path_params"]])

    assert said(api, "/a") == ["/{room}", True, {"room": "a"}]
    assert api.check() == ()


def test_a_socket_is_served_by_async_functions_and_nothing_else() -> None:
    api = responder.API()

    def sync(ws: WebSocket) -> None: ...

    class View:
        async def on_get(self, ws: WebSocket) -> None: ...

    class Sync:
        def on_receive(self, ws: WebSocket, data: str) -> None: ...

    handlers: list[tuple[Any, str]] = [
        (sync, "socket-handler-sync"),
        (View, "socket-view-step"),
        (Sync, "socket-handler-sync"),
    ]
    for handler, rule in handlers:
        with pytest.raises(responder.RouteError) as caught:
            api.websocket_route("/")(handler)
        assert [one.finding.rule.name for one in caught.value.findings] == [rule]
