from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest
from starlette.types import Message, Scope
from typing_extensions import override

from responder._http.media import JSONFormat, make_dumps, make_formats
from responder._http.problems import ConfigurationError, Problem
from responder._http.response import Response
from responder._http.sending import Delivery, send_response
from tests.http.wire import FORMATS, PLAIN, send, with_options


def media(value: object) -> Response:
    response: Response = Response()
    response.media = value
    return response


def test_two_messages_are_sent_and_the_head_is_not_sent_before_the_body_is_known() -> None:
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    async def receive() -> Message:
        raise AssertionError

    scope: Scope = {"type": "http", "method": "GET", "headers": []}
    asyncio.run(send_response(scope, receive, keep, None, media(1), PLAIN))
    assert [message["type"] for message in messages] == ["http.response.start", "http.response.body"]
    messages.clear()
    with pytest.raises(TypeError):
        asyncio.run(send_response(scope, receive, keep, None, media(object()), PLAIN))
    assert messages == []


def test_vary_can_be_switched_off() -> None:
    assert send(media(1), delivery=with_options(vary=False)).header("vary") is None


def test_vary_set_by_the_handler_is_one_line_with_ours() -> None:
    response = media(1)
    response.headers["Vary"] = "Origin"
    assert send(response).all("vary") == [b"Origin, Accept"]
    response.headers["Vary"] = "*"
    assert send(response).all("vary") == [b"*"]


def test_the_document_of_a_problem_is_made_by_the_application() -> None:
    async def document(problem: Problem, scope: Scope, request: object) -> Mapping[str, object]:
        return {**problem.payload(), "path": scope["path"]}

    response: Response = Response()
    response.problem(404, "gone")
    payload = send(response, delivery=replace(PLAIN, document=document)).json
    assert payload == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "gone",
        "path": "/",
    }


def test_the_formats_of_the_application_are_used() -> None:
    formats = make_formats(decimal="float")
    del formats["yaml"]
    delivery = Delivery(formats)
    assert send(media(1), headers=[("accept", "application/yaml")], delivery=delivery).body == b"1"
    assert delivery.dumps([1]) == b"[1]"


def test_json_can_be_replaced_but_not_removed() -> None:
    class Loud(JSONFormat):
        @override
        def encode(self, value: object, /) -> bytes:
            return b'"loud"'

    formats = make_formats()
    delivery = Delivery(formats)
    formats["json"] = Loud(make_dumps())
    assert send(media(1), delivery=delivery).body == b'"loud"'
    assert delivery.dumps(1) == b'"loud"'
    with pytest.raises(ConfigurationError, match="replaced, not removed"):
        del formats["json"]


def test_the_built_in_formats_are_there() -> None:
    assert set(FORMATS) == {"json", "yaml", "msgpack"}


@pytest.mark.parametrize("value", ["a\r\nb: c", "\0", "é€\ud800", " x "])
def test_no_header_or_cookie_of_an_answer_can_be_split(value: str) -> None:
    response: Response = Response()
    response.headers["X-A"] = value
    response.headers["Location"] = value
    response.mimetype = value
    response.content = b""
    response.cookies["bare"] = value
    response.set_cookie("whole", value)
    response.etag = value
    for _, sent in send(response).headers:
        assert not set(sent) & set(b"\r\n\0")


def test_the_same_response_can_be_sent_twice() -> None:
    response = media({"a": 1})
    response.set_cookie("a", "b")
    assert send(response) == send(response)
