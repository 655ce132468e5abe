"""A request's body: read once, shared, counted, and honest about what is gone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
import anyio.lowlevel
import pytest
from starlette.requests import ClientDisconnect as StarletteClientDisconnect
from starlette.types import Message, Receive

from responder._http.body import ClientDisconnect, check_length, read_rest
from responder._http.problems import Problem
from responder._http.request import Request
from tests.http.incoming import LEFT, SlowWire, Wire, byte_by_byte, chunks, request, scope_of, wire

pytestmark = pytest.mark.anyio


async def streamed(req: Request) -> bytes:
    return b"".join([chunk async for chunk in req.stream()])


@pytest.mark.parametrize(
    "parts", [(b"",), (b"abc",), (b"a", b"bc"), (b"", b"abc", b""), (b"a", b"b", b"", b"c")]
)
async def test_a_body_is_put_together_from_its_messages(parts: tuple[bytes, ...]) -> None:
    req = request(*parts)
    assert await req.content == b"".join(parts)
    assert await req.content == b"".join(parts)
    assert await streamed(req) == b"".join(parts)


async def test_a_body_of_many_tiny_chunks_is_put_together() -> None:
    body = bytes(range(256)) * 20
    assert await request(receive=byte_by_byte(body)).content == body
    assert await streamed(request(receive=byte_by_byte(body))) == body


async def test_a_stream_has_no_empty_chunks() -> None:
    assert [chunk async for chunk in request(b"", b"a", b"", b"b", b"").stream()] == [b"a", b"b"]


async def test_requests_over_one_scope_share_the_body() -> None:
    scope, receive = scope_of(), wire(b"ab", b"c")
    assert await Request(scope, receive).content == b"abc"
    assert await Request(scope, receive).content == b"abc"
    assert receive.received == 2


async def test_two_readers_at_once_both_get_it() -> None:
    req = request(receive=SlowWire(chunks(b"ab", b"c")))
    seen: list[bytes] = []

    async def read() -> None:
        seen.append(await req.content)

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(read)
    assert seen == [b"abc"] * 3


async def test_a_stream_waits_for_a_reader_and_gets_what_it_kept() -> None:
    req = request(receive=SlowWire(chunks(b"ab", b"c")))
    seen: list[bytes] = []

    async def read() -> None:
        seen.append(await streamed(req))

    async with anyio.create_task_group() as group:
        group.start_soon(read)
        assert await req.content == b"abc"
    assert seen == [b"abc"]


async def test_asking_for_the_client_does_not_disturb_a_reader() -> None:
    req = request(receive=SlowWire(chunks(b"a", b"b", b"c", b"d")))

    async def ask() -> None:
        for _ in range(20):
            assert not await req.is_disconnected()
            await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as group:
        group.start_soon(ask)
        assert await req.content == b"abcd"


async def test_a_body_that_was_read_by_hand_is_adopted() -> None:
    req = request(receive=Wire([]))
    req._adopt(b"abc")
    assert await req.content == b"abc"
    assert await Request({**req.scope}, Wire([])).content == b"abc"


async def test_after_streaming_the_body_is_gone_and_that_is_said() -> None:
    req = request(b"ab", b"c")
    async for _ in req.stream():
        break
    with pytest.raises(RuntimeError, match=r"streamed and is gone; await request\.content first"):
        await req.content
    with pytest.raises(RuntimeError, match="streamed and is gone"):
        await streamed(req)


async def test_a_reader_that_is_cancelled_leaves_what_it_got() -> None:
    later = anyio.Event()
    messages = chunks(b"ab", b"c")

    async def receive() -> Message:
        if len(messages) == 1:
            await later.wait()
        return messages.pop(0)

    req = request(receive=receive)
    with anyio.move_on_after(0.01) as scope:
        await req.content
    assert scope.cancelled_caught
    later.set()
    assert await req.content == b"abc"


@pytest.mark.parametrize("limit", [0, 1, 9])
async def test_a_body_over_the_limit_is_refused_at_its_first_byte_too_many(limit: int) -> None:
    receive = byte_by_byte(b"x" * 10)
    req = request(receive=receive, limit=limit)
    for _ in range(2):
        with pytest.raises(Problem, match="413") as caught:
            await req.content
        assert caught.value.detail == "Request body too large"
    assert receive.received == limit + 1


async def test_a_body_of_exactly_the_limit_is_read() -> None:
    assert await request(receive=byte_by_byte(b"x" * 10), limit=10).content == b"x" * 10


async def test_a_stream_counts_as_well() -> None:
    with pytest.raises(Problem, match="413"):
        await streamed(request(receive=byte_by_byte(b"x" * 10), limit=9))


async def test_an_announced_length_over_the_limit_is_refused_unread() -> None:
    receive = wire(b"x" * 10)
    req = Request(scope_of(headers={"content-length": "11"}), receive, 10)
    with pytest.raises(Problem, match="413"):
        await req.content
    assert receive.received == 0


@pytest.mark.parametrize("length", ["-1", "+3", "3.0", "0x3", "3 3", "", "٣", "1_0", "abc", "9" * 5000 + "x"])
async def test_a_length_that_is_no_number_is_ignored_and_the_bytes_are_counted(length: str) -> None:
    scope = scope_of()
    scope["headers"] = [(b"content-length", length.encode())]
    assert await Request({**scope}, wire(b"abc"), 10).content == b"abc"
    with pytest.raises(Problem, match="413"):
        await Request({**scope}, wire(b"x" * 11), 10).content


@pytest.mark.parametrize(
    ("length", "refused"),
    [(b"10", False), (b"11", True), (b"9" * 5000, True), (b"0" * 5000 + b"9", False), (b"0" * 50, False)],
)
def test_an_announced_length_is_judged(length: bytes, refused: bool) -> None:
    check_length(length, None)
    if not refused:
        return check_length(length, 10)
    with pytest.raises(Problem, match="413"):
        check_length(length, 10)
    return None


async def test_the_nearest_limit_counts() -> None:
    scope, receive = scope_of(), wire(b"x" * 10)
    Request(scope, receive, 100)._body()
    with pytest.raises(Problem, match="413"):
        await Request(scope, receive, 5).content
    scope, receive = scope_of(), wire(b"x" * 10)
    assert await Request(scope, receive, 100).content == b"x" * 10
    with pytest.raises(Problem, match="413"):
        await Request(scope, receive, 5).content


READERS: list[Callable[[Request], Awaitable[object]]] = [
    lambda req: req.content,
    lambda req: req.text,
    lambda req: req.media(),
    streamed,
]


@pytest.mark.parametrize("read", READERS)
async def test_a_client_that_leaves_in_the_middle_is_told_by_one_type(
    read: Callable[[Request], anyio.abc.TaskStatus[object]],
) -> None:
    messages = [{"type": "http.request", "body": b"ab", "more_body": True}, LEFT]
    req = request(receive=Wire(messages))
    with pytest.raises(ClientDisconnect) as caught:
        await read(req)  # type: ignore[misc]  # each of them gives something to await
    assert isinstance(caught.value, StarletteClientDisconnect)


async def test_the_rest_of_a_body_is_read_after_its_first_message() -> None:
    first, *rest = chunks(b"a", b"b", b"", b"c")
    assert await read_rest(first, Wire(rest), None) == b"abc"
    assert await read_rest(first, Wire(rest), 3) == b"abc"
    with pytest.raises(Problem, match="413"):
        await read_rest(first, Wire(rest), 2)
    with pytest.raises(ClientDisconnect):
        await read_rest(first, Wire([LEFT]), None)
    with pytest.raises(ClientDisconnect):
        await read_rest(LEFT, Wire([]), None)


async def test_asking_whether_the_client_is_there_loses_nothing() -> None:
    req = request(b"ab", b"c")
    assert not await req.is_disconnected()
    assert not await req.is_disconnected()
    assert await req.content == b"abc"
    assert not await req.is_disconnected()


async def test_asking_between_the_chunks_of_a_stream_loses_nothing() -> None:
    req = request(b"a", b"b", b"c")
    seen: list[bytes] = []
    async for chunk in req.stream():
        assert not await req.is_disconnected()
        seen.append(chunk)
    assert b"".join(seen) == b"abc"


async def test_a_client_that_left_is_noticed() -> None:
    req = request(receive=Wire([*chunks(b"abc"), LEFT]))
    assert await req.content == b"abc"
    assert await req.is_disconnected()
    assert await req.is_disconnected()
    assert await req.content == b"abc"


async def test_a_client_that_left_before_its_body_was_complete_is_noticed_by_readers_too() -> None:
    req = request(receive=Wire([{"type": "http.request", "body": b"a", "more_body": True}, LEFT]))
    assert await req.is_disconnected()
    with pytest.raises(ClientDisconnect):
        await req.content


async def test_asking_takes_in_only_a_little_of_a_stream() -> None:
    receive, size = Wire(chunks(*[b"x" * 1000] * 1000)), 0
    req = request(receive=receive)
    async for chunk in req.stream():
        for _ in range(10):
            assert not await req.is_disconnected()
        size += len(chunk)
        assert receive.received * 1000 - size < 70_000
    assert size == 1_000_000


async def test_asking_takes_in_no_more_than_the_limit() -> None:
    parts = chunks(*[b"x" * 1000] * 1000)
    req = request(receive=Wire(parts), limit=500_000)
    assert not await req.is_disconnected()
    with pytest.raises(Problem, match="413"):
        await req.content
    req = request(receive=Wire([*parts[:-1], LEFT]), limit=500_000)
    assert await req.is_disconnected()
    receive = Wire(chunks(*[b"x" * 10_000] * 1000))
    assert not await request(receive=receive).is_disconnected()
    assert receive.received < 500


async def test_the_handshake_of_a_socket_has_no_body_and_loses_no_message() -> None:
    receive = Wire([{"type": "websocket.connect"}])
    req = Request(scope_of(type="websocket"), receive)
    assert await req.content == b""
    assert not await req.is_disconnected()
    assert not await req.form()
    assert receive.received == 0


async def test_a_message_after_the_end_of_a_body_is_nothing() -> None:
    req = request(receive=Wire([*chunks(b"abc"), *chunks(b"more")]))
    assert await req.content == b"abc"
    assert not await req.is_disconnected()
    assert await req.content == b"abc"


async def test_a_client_that_left_is_noticed_behind_a_body_that_is_too_large() -> None:
    parts: list[Message] = [{"type": "http.request", "body": b"x" * 10, "more_body": True}] * 5
    req = request(receive=Wire([*parts, LEFT]), limit=15)
    assert await req.is_disconnected()
    with pytest.raises(Problem, match="413"):
        await req.content


async def drain(receive: Receive) -> bytes:
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return body
        body += message["body"]
        if not message["more_body"]:
            return body


async def test_an_application_behind_a_request_gets_the_body_again() -> None:
    req = request(b"ab", b"c")
    assert await req.content == b"abc"
    assert await drain(req.receive) == b"abc"
    assert await drain(req.receive) == b"abc"
    assert await req.content == b"abc"


async def test_an_application_behind_an_unread_request_reads_the_connection() -> None:
    req = request(b"ab", b"c")
    assert await drain(req.receive) == b"abc"


async def test_what_was_taken_in_by_asking_is_given_on() -> None:
    req = request(b"ab", b"c", b"d")
    assert not await req.is_disconnected()
    assert await drain(req.receive) == b"abcd"
    with pytest.raises(RuntimeError, match="gone"):
        await req.content


async def test_an_application_behind_a_request_learns_that_the_client_left() -> None:
    req = request(receive=Wire([*chunks(b"abc"), LEFT]))
    assert await req.content == b"abc"
    assert await req.is_disconnected()
    receive = req.receive
    assert [(await receive())["type"] for _ in range(3)] == [
        "http.request",
        "http.disconnect",
        "http.disconnect",
    ]


async def test_a_body_that_somebody_behind_a_request_took_is_gone() -> None:
    req = request(b"ab", b"c")
    req._body()
    assert await drain(req.receive) == b"abc"
    with pytest.raises(RuntimeError, match="gone"):
        await req.content


async def test_a_copied_scope_with_a_replay_reads_the_same_body() -> None:
    req = request(b"ab", b"c")
    assert await req.content == b"abc"
    inner = dict(req.scope)
    del inner["responder"]
    assert await Request(inner, req.receive).content == b"abc"


async def test_a_receive_that_wraps_the_first_one_is_read_through() -> None:
    scope, receive = scope_of(), wire(b"abc")
    outer = Request(scope, receive)

    async def shouting() -> Message:
        message = await receive()
        return {**message, "body": message["body"].upper()}

    outer._body()
    assert await Request(scope, shouting).content == b"ABC"
    assert await outer.content == b"ABC"
