"""Returning values: a handler may return its answer instead of writing it onto the response."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from pydantic import BaseModel

from responder import API


class Item(BaseModel):
    id: int
    name: str


@dataclass
class Point:
    x: int
    y: int


def serve(result: object) -> API:
    """An application whose only handler returns this."""
    api = API()

    @api.route("/")
    def handler(req, resp):
        return result

    return api


@pytest.mark.parametrize(
    ("result", "content", "media_type"),
    [
        ([{"name": "alice"}], b'[{"name":"alice"}]', "application/json"),
        ({"a": 1}, b'{"a":1}', "application/json"),
        ("hello, world!", b"hello, world!", "text/plain; charset=utf-8"),
        (b"\x00\x01", b"\x00\x01", "application/octet-stream"),
        (Item(id=1, name="tea"), b'{"id":1,"name":"tea"}', "application/json"),
        (Point(1, 2), b'{"x":1,"y":2}', "application/json"),
        (True, b"true", "application/json"),
        (7, b"7", "application/json"),
        (1.5, b"1.5", "application/json"),
    ],
)
def test_a_returned_value_is_the_body(result: object, content: bytes, media_type: str) -> None:
    answer = serve(result).requests.get("/")
    assert answer.status_code == 200
    assert answer.content == content
    assert answer.headers["content-type"] == media_type


def test_a_model_is_sent_in_the_format_the_client_prefers() -> None:
    answer = serve(Item(id=1, name="tea")).requests.get("/", headers={"Accept": "application/yaml"})
    assert answer.headers["content-type"] == "application/yaml"
    assert answer.text == "id: 1\nname: tea\n"


def test_returning_none_leaves_the_response_as_it_was_set() -> None:
    api = API()

    @api.route("/")
    def handler(req, resp):
        resp.status_code = 202
        resp.text = "later"

    answer = api.requests.get("/")
    assert (answer.status_code, answer.text) == (202, "later")


def test_a_tuple_says_body_status_and_headers() -> None:
    api = API()

    @api.route("/items/{id:int}")
    def get_item(req, resp, *, id):
        if id == 0:
            return {"error": "not found"}, 404
        return {"id": id}, 200, {"X-Source": "cache"}

    missing = api.requests.get("/items/0")
    assert (missing.status_code, missing.json()) == (404, {"error": "not found"})
    found = api.requests.get("/items/3")
    assert (found.status_code, found.json(), found.headers["x-source"]) == (200, {"id": 3}, "cache")


@pytest.mark.parametrize(
    "result",
    [
        ("body",),
        ("body", 200, {}, 1),
        ("body", True),
        ("body", 99),
        ("body", 600),
        ("body", "200"),
        ("body", 200, [("X", "y")]),
        object(),
        {1, 2},
    ],
)
def test_what_cannot_be_a_response_is_a_500(result: object) -> None:
    answer = serve(result).test_client(raise_server_exceptions=False).get("/")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_returned_body_replaces_the_written_one_and_keeps_headers_and_status() -> None:
    api = API()

    @api.route("/")
    def handler(req, resp):
        resp.status_code = 201
        resp.headers["X-Kept"] = "yes"
        resp.text = "written"
        return {"returned": True}

    answer = api.requests.get("/")
    assert (answer.status_code, answer.headers["x-kept"], answer.json()) == (201, "yes", {"returned": True})


def test_the_other_trailing_slash_redirects_with_method_and_query() -> None:
    api = API()

    @api.route("/users")
    def users(req, resp):
        resp.text = req.method

    answer = api.requests.post("/users/?page=2", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/users?page=2")
    assert answer.content == b""
    assert api.requests.post("/users/?page=2").text == "POST"


def test_slash_redirects_can_be_switched_off() -> None:
    api = API(redirect_slashes=False)

    @api.route("/users")
    def users(req, resp): ...

    assert api.requests.get("/users/", follow_redirects=False).status_code == 404


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_plain_and_async_handlers_return_alike(kind: str) -> None:
    api = API()

    def plain(req, resp):
        return {"kind": "sync"}

    async def coroutine(req, resp):
        return {"kind": "async"}

    api.route("/")(plain if kind == "sync" else coroutine)
    assert api.requests.get("/").json() == {"kind": kind}
