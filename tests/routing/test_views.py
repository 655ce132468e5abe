"""Class views and other shapes of handlers: which method is served by what."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Annotated

import pytest
from pydantic import BaseModel

import responder
from responder import Body, Depends, Query, Request, Response
from responder._routing.emit import source_of
from tests.routing.asking import ask


class Item(BaseModel):
    name: str


def rules(act: object) -> list[str]:
    with pytest.raises(responder.RouteError) as caught:
        assert callable(act)
        act()
    return [one.finding.rule.name for one in caught.value.findings]


def test_every_verb_has_its_method_and_every_request_its_instance() -> None:
    api = responder.API()

    @api.route("/{id:int}")
    class Items:
        def __init__(self) -> None:
            self.seen = 0

        def on_get(self, *, id: int, size: int = Query(1)) -> dict[str, int]:
            self.seen += 1
            return {"id": id, "size": size, "seen": self.seen}

        async def on_post(self, req: Request, resp: Response, *, id: int, item: Item) -> Item:
            resp.status_code = 201
            return item

        @staticmethod
        def on_delete(*, id: int) -> None: ...

        @classmethod
        def on_patch(cls, *, id: int) -> str:
            return cls.__name__

        on_color = "not a method"

    for _ in range(2):
        assert ask(api, "GET", "/7", b"size=2").json() == {"id": 7, "size": 2, "seen": 1}
    head = ask(api, "HEAD", "/7")
    assert (head.status, head.body) == (200, b"")
    posted = ask(api, "POST", "/7", chunks=[b'{"name":"a"}'])
    assert (posted.status, posted.json()) == (201, {"name": "a"})
    assert ask(api, "DELETE", "/7").status == 200
    assert ask(api, "PATCH", "/7").body == b"Items"
    refused = ask(api, "PUT", "/7")
    assert (refused.status, refused.header(b"allow")) == (405, b"DELETE, GET, HEAD, OPTIONS, PATCH, POST")


def test_on_request_stands_before_every_verb_and_shares_everything_with_it() -> None:
    api, events = responder.API(), list[str]()

    def session() -> Iterator[int]:
        events.append("+session")
        yield 1
        events.append("-session")

    @api.route("/")
    class View:
        def on_request(
            self, req: Request, resp: Response, *, item: Item | None = None, session: int = Depends(session)
        ) -> None:
            self.item = item
            resp.headers["x-all"] = "yes"
            resp.text = "on_request"

        def on_post(self, *, item: Item | None = None, session: int = Depends(session)) -> dict[str, bool]:
            return {"same": item is self.item and item is not None}

    posted = ask(api, "POST", "/", chunks=[b'{"name":"a"}'])
    assert (posted.json(), posted.header(b"x-all")) == ({"same": True}, b"yes")
    assert events == ["+session", "-session"]
    assert ask(api, "PURGE", "/").body == b"on_request"


def test_a_route_may_narrow_what_a_class_serves() -> None:
    api = responder.API()

    class View:
        def on_request(self, resp: Response) -> None:
            resp.text = "request"

        def on_get(self) -> str:
            return "get"

        def on_post(self) -> str:
            return "post"

    api.route("/narrow", methods=["GET", "PUT"])(View)
    assert ask(api, "GET", "/narrow").body == b"get"
    assert ask(api, "PUT", "/narrow").body == b"request"
    assert ask(api, "POST", "/narrow").status == 405
    api.route("/exact", methods=["GET"])(View)
    assert ask(api, "GET", "/exact").body == b"get"
    assert ask(api, "PUT", "/exact").status == 405
    assert sorted(api.operations[0].operations) == ["GET", "PUT"]


def test_a_class_without_on_request_serves_what_it_has_and_the_route_allows() -> None:
    api = responder.API()

    class View:
        def on_get(self) -> str:
            return "get"

        def on_post(self) -> str:
            return "post"

    api.route("/", methods=["GET", "DELETE"])(View)
    assert ask(api, "GET", "/").body == b"get"
    assert ask(api, "DELETE", "/").status == 405


def test_on_request_alone_serves_every_method() -> None:
    api = responder.API()

    @api.route("/")
    class View:
        async def on_request(self, req: Request) -> str:
            return req.method

    for method in ("GET", "POST", "BREW"):
        assert ask(api, method, "/").body.decode() == method
    assert list(api.operations[0].operations) == ["*"]


def test_a_class_that_cannot_serve_is_refused_with_all_that_is_wrong() -> None:
    api = responder.API()

    class Empty:
        on_nothing = 1

    class Misspelt:
        def on_gte(self) -> None: ...  # type: ignore[responder-path]  # wrong on purpose

        def on_get(self) -> None: ...

    class Needy:
        def __init__(self, db: object, *more: object, size: int, **rest: object) -> None: ...

        def on_get(self) -> None: ...

    class Unreadable(BaseException):
        __signature__ = "nonsense"

        def on_get(self) -> None: ...

    assert rules(lambda: api.route("/")(Empty)) == ["view-empty"]  # type: ignore[responder-path]  # wrong on purpose
    assert rules(lambda: api.route("/")(Misspelt)) == ["view-verb"]
    assert rules(lambda: api.route("/")(Needy)) == ["view-constructor"]  # type: ignore[responder-signature]  # wrong on purpose
    with pytest.raises(responder.RouteError, match='needs "db", "size"'):
        api.route("/")(Needy)  # type: ignore[responder-signature]  # wrong on purpose
    api.route("/unreadable")(Unreadable)


def test_partials_bound_methods_and_callable_objects_are_handlers() -> None:
    api = responder.API()

    class Greeter:
        def __init__(self, greeting: str) -> None:
            self.greeting = greeting

        async def __call__(self, *, name: str) -> str:
            return f"{self.greeting} {name}"

        def method(self, *, name: str) -> str:
            return f"{self.greeting}, {name}"

    def greet(greeting: str, *, name: str, mark: str = Query("!")) -> str:
        return f"{greeting} {name}{mark}"

    api.get("/object/{name}")(Greeter("hello"))
    api.get("/method/{name}")(Greeter("hi").method)
    api.get("/partial/{name}")(functools.partial(greet, "hey"))
    assert ask(api, "GET", "/object/a").body == b"hello a"
    assert ask(api, "GET", "/method/a").body == b"hi, a"
    assert ask(api, "GET", "/partial/a", b"mark=?").body == b"hey a?"
    assert [route.operations["GET"].name.rpartition(".")[2] for route in api.operations] == [
        "Greeter",
        "method",
        "greet",
    ]


def test_a_handler_takes_req_and_resp_where_and_how_it_likes() -> None:
    api = responder.API()

    @api.get("/positional/{id}")
    def positional(req, resp, *, id):  # type: ignore[no-untyped-def]  # the oldest way
        resp.text = f"{req.method} {id}"  # pyright: ignore[reportUnknownMemberType]  # not annotated

    @api.get("/named/{id}")
    def named(id: str, *, response: Response, size: int = Query(2), request: Request) -> None:
        response.text = f"{request.method} {id} {size}"

    @api.get("/only/{id}")
    def only(resp: Response, /, **rest: object) -> None:
        resp.text = repr(rest)

    @api.get("/default/{id}/{rest:path}")
    def default(a: int = 1, *, rest: str, **fields: object) -> str:
        return f"{a} {rest} {fields}"

    assert ask(api, "GET", "/positional/7").body == b"GET 7"
    assert ask(api, "GET", "/named/7").body == b"GET 7 2"
    assert ask(api, "GET", "/only/7").body == b"{'id': '7'}"
    assert ask(api, "GET", "/default/7/a/b").body == b"1 a/b {'id': '7'}"


def test_a_body_declared_differently_is_read_for_each() -> None:
    api = responder.API()

    class Longer(BaseModel):
        name: str
        size: int = 1

    @api.route("/")
    class View:
        def on_request(self, *, item: Annotated[Item, Body()]) -> None:
            self.item = item

        def on_post(self, *, item: Annotated[Longer, Body()]) -> list[str]:
            return [repr(self.item), repr(item)]

    assert ask(api, "POST", "/", chunks=[b'{"name":"a"}']).json() == [
        repr(Item(name="a")),
        repr(Longer(name="a")),
    ]


def test_the_generated_lines_can_be_read_and_are_shared_by_routes_of_one_shape() -> None:
    api = responder.API()

    @api.get("/one/{id:int}")
    def one(*, id: int) -> str:
        raise ValueError("one")

    @api.get("/two/{key:int}")
    def two(*, key: int) -> str:
        raise ValueError("two")

    assert api.check() == ()
    lines = source_of("<responder GET /one/{id:int}>")
    assert "async def endpoint(scope, receive, send, values):" in lines
    answer = ask(api, "GET", "/two/1")
    assert answer.status == 500
    assert answer.raised is not None
    trace = answer.raised.__traceback__
    names: set[str] = set()
    while trace is not None:
        names.add(trace.tb_frame.f_code.co_filename)
        trace = trace.tb_next
    assert "<responder GET /two/{key:int}>" in names
    assert source_of("<responder nothing>") == ""


def test_a_generator_is_no_answer_where_nothing_streams() -> None:
    api = responder.API()

    @api.get("/")
    def view() -> Iterator[int]:
        yield 1

    @api.get("/async")
    async def other() -> object:
        return object()

    for path in ("/", "/async"):
        answer = ask(api, "GET", path)
        assert (answer.status, answer.raised is not None) == (500, True)
