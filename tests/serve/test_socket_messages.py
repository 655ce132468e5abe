"""What handlers of WebSockets can say and hear: typed messages, classes, refusals, and what ends them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Literal, cast

import anyio
import pytest
from pydantic import BaseModel
from starlette.responses import PlainTextResponse
from starlette.testclient import WebSocketDenialResponse
from starlette.types import Message
from starlette.websockets import WebSocketDisconnect

from responder import API, Depends, RouteError, WebSocket, abort
from responder.errors import ConfigurationError, InvalidMessage, Problem


class Move(BaseModel):
    kind: Literal["move"] = "move"
    x: int


class Say(BaseModel):
    kind: Literal["say"]
    text: str


@dataclass
class Point:
    x: int
    y: float


def closed_with(api: API, path: str = "/ws", **sent: Any) -> tuple[int, str]:
    with pytest.raises(WebSocketDisconnect) as closed, api.requests.websocket_connect(path) as socket:
        if "text" in sent:
            socket.send_text(sent["text"])
        if "data" in sent:
            socket.send_bytes(sent["data"])
        while True:
            socket.receive_text()
    return closed.value.code, closed.value.reason


async def played(
    api: API, inbox: list[Message], extensions: dict[str, object] | None = None
) -> list[Message]:
    """What an application sends to a server that gives these messages and then waits."""
    sent: list[Message] = []

    async def receive() -> Message:
        if inbox:
            return inbox.pop(0)
        await asyncio.Event().wait()
        raise AssertionError("never reached")

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, object] = {"type": "websocket", "path": "/ws", "headers": [], "query_string": b""}
    if extensions is not None:
        scope["extensions"] = extensions
    await api(scope, receive, send)
    return sent


CONNECT: Message = {"type": "websocket.connect"}


def test_a_message_is_read_as_the_model_that_is_asked_for() -> None:
    api = API()

    @api.websocket_route("/ws")
    async def ws(ws: WebSocket) -> None:
        await ws.accept()
        move = await ws.receive(Move)
        await ws.send(move)
        await ws.send(Point(move.x, 1.5))
        await ws.send_json({"it": float("nan")})
        assert isinstance(await ws.receive(bytes), bytes)
        async for say in ws.iter_messages(Say):
            await ws.send(say.text)

    with api.requests.websocket_connect("/ws") as socket:
        socket.send_json({"x": 1})
        assert socket.receive_json() == {"kind": "move", "x": 1}
        assert socket.receive_json() == {"x": 1, "y": 1.5}
        assert socket.receive_text() == '{"it":null}'
        socket.send_bytes(b"\x00")
        socket.send_json({"kind": "say", "text": "hello"})
        assert socket.receive_text() == "hello"


def test_a_socket_names_the_types_of_its_messages_unions_too() -> None:
    api = API()

    @api.websocket_route("/ws")
    async def ws(socket: WebSocket[Move | Say, dict[str, int]]) -> None:
        await socket.accept()
        async for message in socket.iter_messages():
            await socket.send(
                {"x": message.x} if isinstance(message, Move) else {"length": len(message.text)}
            )

    @api.websocket_route("/raw")
    async def raw(socket: WebSocket[str | bytes, str | bytes]) -> None:
        await socket.accept()
        await socket.send(await socket.receive())
        await socket.send(await socket.receive())

    with api.requests.websocket_connect("/ws") as socket:
        socket.send_json({"kind": "say", "text": "hello"})
        assert socket.receive_json() == {"length": 5}
        socket.send_bytes(b'{"x": 4}')
        assert socket.receive_json() == {"x": 4}
    with api.requests.websocket_connect("/raw") as socket:
        socket.send_text("text")
        assert socket.receive_text() == "text"
        socket.send_bytes(b"bytes")
        assert socket.receive_bytes() == b"bytes"


def test_a_plain_socket_receives_and_sends_asgi_messages_as_starlettes_does() -> None:
    api = API()

    @api.websocket_route("/ws")
    async def ws(ws: WebSocket) -> None:
        await ws.accept()
        message = await ws.receive()
        await ws.send({"type": "websocket.send", "text": str(message["text"])})
        with pytest.raises(TypeError, match="send_json"):
            await ws.send({"hello": "world"})

    with api.requests.websocket_connect("/ws") as socket:
        socket.send_text("hello")
        assert socket.receive_text() == "hello"


def test_json_is_read_strictly_and_what_is_none_closes_with_1007() -> None:
    api = API()

    @api.websocket_route("/ws")
    async def ws(ws: WebSocket) -> None:
        await ws.accept()
        await ws.send_json(await ws.receive_json())

    for text in ("{", "NaN", "", '{"a": Infinity}'):
        assert closed_with(api, text=text) == (1007, "The message is not JSON")
    assert closed_with(api, data=b"{}") == (1003, "A text message is needed")


def test_a_handler_may_answer_a_message_that_is_not_valid_itself() -> None:
    api = API()

    @api.websocket_route("/ws")
    async def ws(ws: WebSocket) -> None:
        await ws.accept()
        try:
            await ws.receive(Move)
        except InvalidMessage as invalid:
            await ws.send_json({"code": invalid.code, "errors": invalid.errors})
        try:
            await ws.receive_json()
        except ValueError:
            await ws.send_text("no JSON")

    with api.requests.websocket_connect("/ws") as socket:
        socket.send_text('{"x": "much"}')
        told = socket.receive_json()
        assert told["code"] == 1008
        assert told["errors"][0]["loc"] == ["message", "x"]
        assert "much" not in str(told)
        socket.send_text("}")
        assert socket.receive_text() == "no JSON"


def test_a_type_that_cannot_be_read_is_told_at_the_decorator() -> None:
    api = API()

    class Odd: ...

    async def ws(ws: WebSocket[Odd, str]) -> None: ...

    class View:
        async def on_receive(self, ws: WebSocket, data: Odd) -> None: ...

    for handler in (ws, View):
        with pytest.raises(RouteError, match="can not be validated"):
            api.add_route("/ws", handler, websocket=True)
    with pytest.raises(RouteError, match="responder-option"):
        api.add_route("/x", lambda: None, subprotocols=["a"])


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("allowed_origins", ["example.com"]),
        ("allowed_origins", "https://example.com"),
        ("subprotocols", ["two words"]),
        ("on_invalid", "ignore"),
    ],
)
def test_options_of_a_socket_are_judged_at_the_decorator(option: str, value: Any) -> None:
    with pytest.raises(RouteError, match=option):
        API().websocket_route("/ws", **{option: value})


@pytest.mark.parametrize("value", [["example.com"], "https://example.com", [1], ["https://example.com/path"]])
def test_origins_of_an_application_are_judged_when_it_is_made(value: Any) -> None:
    with pytest.raises(ConfigurationError, match="allowed_origins"):
        API(allowed_origins=value)


@pytest.mark.defect(33)
def test_a_hook_may_refuse_with_an_answer_a_problem_or_a_code() -> None:
    api = API()

    @api.before_request(websocket=True)
    async def guard(ws: WebSocket) -> None:
        how = ws.query_params.get("how")
        if how == "answer":
            await ws.send_denial_response(PlainTextResponse("no", 418))
        elif how == "problem":
            abort(403, detail="not you")
        elif how == "code":
            await ws.close(4403, "not you")

    @api.websocket_route("/ws")
    async def ws(ws: WebSocket) -> None:
        raise AssertionError("never reached")

    with pytest.raises(WebSocketDenialResponse) as denied, api.requests.websocket_connect("/ws?how=answer"):
        pass
    assert (denied.value.status_code, denied.value.text) == (418, "no")
    with pytest.raises(WebSocketDenialResponse) as denied, api.requests.websocket_connect("/ws?how=problem"):
        pass
    assert denied.value.status_code == 403
    assert closed_with(api, "/ws?how=code") == (4403, "not you")


def test_a_denial_that_the_server_cannot_send_is_1008() -> None:
    api = API()

    @api.websocket_route("/ws")
    async def ws(ws: WebSocket) -> None:
        await ws.send_denial_response(PlainTextResponse("no", 418))

    sent = asyncio.run(played(api, [CONNECT]))
    assert [(one["type"], one.get("code")) for one in sent] == [("websocket.close", 1008)]


def test_a_guard_or_provider_that_closes_the_socket_keeps_the_handler_from_running() -> None:
    api = API()
    told: list[str] = []

    async def guard(ws: WebSocket) -> None:
        if "guard" in ws.query_params:
            await ws.close(4001)

    async def provided(ws: WebSocket) -> AsyncIterator[str]:
        if "provider" in ws.query_params:
            await ws.close(4002)
        yield "it"
        told.append("closed")

    @api.websocket_route("/ws", dependencies=[Depends(guard)])
    async def ws(ws: WebSocket, *, it: str = Depends(provided)) -> None:
        await ws.accept()
        told.append(it)

    assert closed_with(api, "/ws?guard=1")[0] == 4001
    assert told == []
    assert closed_with(api, "/ws?provider=1")[0] == 4002
    assert told == ["closed"]
    assert closed_with(api)[0] == 1000
    assert told == ["closed", "it", "closed"]


@pytest.mark.defect(47)
def test_a_hook_that_accepts_leaves_the_handler_free_to_accept_and_a_close_may_be_said_twice() -> None:
    api = API()

    @api.before_request(websocket=True)
    async def welcome(ws: WebSocket) -> None:
        await ws.accept()

    @api.websocket_route("/ws")
    async def ws(ws: WebSocket) -> None:
        await ws.accept()
        with pytest.raises(RuntimeError, match="accepted already"):
            await ws.accept("chat")
        with pytest.raises(ValueError, match="1006"):
            await ws.close(1006)
        await ws.close(4000, "é" * 100)
        await ws.close()

    code, reason = closed_with(api)
    assert (code, reason) == (4000, "é" * 61)


@pytest.mark.defect(34)
def test_a_timeout_of_the_handler_is_no_silence_and_the_leave_of_another_client_no_leave_of_ours() -> None:
    for error in (TimeoutError("mine"), WebSocketDisconnect(1001)):
        api = API(ws_idle_timeout=5)

        @api.websocket_route("/ws")
        async def ws(ws: WebSocket, error: Any = error) -> None:
            await ws.accept()
            raise error

        with pytest.raises(type(error)), api.requests.websocket_connect("/ws") as socket:
            with pytest.raises(WebSocketDisconnect) as closed:
                socket.receive_text()
            assert closed.value.code == 1011


def test_a_client_that_leaves_a_group_of_tasks_is_no_error() -> None:
    api = API()

    @api.websocket_route("/ws")
    async def ws(ws: WebSocket) -> None:
        await ws.accept()

        async def listen() -> None:
            await ws.receive_text()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listen)
            tasks.start_soon(anyio.sleep, 60)

    leave: Message = {"type": "websocket.disconnect", "code": 1001}
    sent = asyncio.run(played(api, [CONNECT, leave]))
    assert [one["type"] for one in sent] == ["websocket.accept"]


def test_a_socket_whose_task_is_cancelled_is_closed_with_1001_and_torn_down() -> None:
    api = API()
    told: list[str] = []

    async def seat() -> AsyncIterator[str]:
        try:
            yield "seat"
        finally:
            await asyncio.sleep(0)
            told.append("left")

    @api.websocket_route("/ws")
    class View:
        async def on_connect(self, ws: WebSocket, *, seat: str = Depends(seat)) -> None:
            told.append(seat)

        async def on_disconnect(self, code: int) -> None:
            await asyncio.sleep(0)
            told.append(str(code))

    async def main() -> list[Message]:
        sent: list[Message] = []
        inbox = [CONNECT]
        accepted = asyncio.Event()

        async def receive() -> Message:
            if inbox:
                return inbox.pop()
            await asyncio.Event().wait()
            raise AssertionError("never reached")

        async def send(message: Message) -> None:
            sent.append(message)
            accepted.set()

        scope: dict[str, Any] = {"type": "websocket", "path": "/ws", "headers": [], "query_string": b""}
        task = asyncio.create_task(api(scope, receive, send))
        await accepted.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return sent

    sent = asyncio.run(main())
    assert [(one["type"], one.get("code")) for one in sent] == [
        ("websocket.accept", None),
        ("websocket.close", 1001),
    ]
    assert told == ["seat", "1001", "left"]


def test_something_cancelled_that_the_handler_awaits_is_a_fault() -> None:
    api = API()

    @api.websocket_route("/ws")
    async def ws(ws: WebSocket) -> None:
        await ws.accept()
        inner = asyncio.get_running_loop().create_future()
        inner.cancel()
        await inner

    async def main() -> None:
        with pytest.raises(RuntimeError, match="was cancelled"):
            await played(api, [CONNECT])

    asyncio.run(main())


def test_a_class_is_told_of_faults_idleness_and_its_own_close() -> None:
    api = API(ws_idle_timeout=0.05)
    codes: list[int] = []

    @api.websocket_route("/ws")
    class View:
        async def on_receive(self, ws: WebSocket, data: str) -> None:
            if data == "close":
                await ws.close(4000)
            elif data == "abort":
                raise Problem(409)
            elif data == "fault":
                raise LookupError

        async def on_disconnect(self, ws: WebSocket, code: int) -> None:
            codes.append(code)

    assert closed_with(api, text="close")[0] == 4000
    assert closed_with(api, text="abort")[0] == 1008
    assert closed_with(api, text="wait")[0] == 1001
    with pytest.raises(LookupError), api.requests.websocket_connect("/ws") as socket:
        socket.send_text("fault")
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
        assert closed.value.code == 1011
    assert codes == [4000, 1008, 1001, 1011]


def test_a_class_without_an_annotation_gets_text_and_bytes_or_what_its_encoding_says() -> None:
    api = API()

    class Plain:
        async def on_receive(self, ws, data) -> None:  # type: ignore[no-untyped-def]  # that is the case
            told = cast("str | bytes | dict[str, object]", data)
            said = len(told) if isinstance(told, bytes) else told
            await cast("WebSocket", ws).send_json([type(told).__name__, said])

    class Encoded(Plain):
        encoding = "json"

    api.add_route("/plain", Plain, websocket=True)
    api.add_route("/json", Encoded, websocket=True)
    with api.requests.websocket_connect("/plain") as socket:
        socket.send_text("hello")
        assert socket.receive_json() == ["str", "hello"]
        socket.send_bytes(b"hello")
        assert socket.receive_json() == ["bytes", 5]
    with api.requests.websocket_connect("/json") as socket:
        socket.send_text('{"a": 1}')
        assert socket.receive_json() == ["dict", {"a": 1}]


def test_a_header_of_the_acceptance_cannot_carry_another() -> None:
    api = API()

    @api.websocket_route("/ws")
    async def ws(ws: WebSocket) -> None:
        await ws.accept("chat\r\nx-a: 1", [(b"x-b", b"1\r\nx-c: 2")])

    sent = asyncio.run(played(api, [CONNECT]))
    assert sent[0]["subprotocol"] == "chatx-a: 1"
    assert sent[0]["headers"] == [(b"x-b", b"1x-c: 2")]


def test_a_handler_of_errors_that_answers_http_is_not_asked_about_a_handshake() -> None:
    api = API(allowed_hosts=["example.com"])

    @api.exception_handler(400)
    async def answer(req: Any, resp: Any, exc: Exception) -> None:
        resp.text = "never sent"

    @api.websocket_route("/ws")
    async def ws(ws: WebSocket) -> None: ...

    with pytest.raises(WebSocketDenialResponse) as denied, api.requests.websocket_connect("/ws"):
        pass
    assert denied.value.status_code == 400
