"""Class-based views: one resource, a method for each verb."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from responder import API, Query


class ItemIn(BaseModel):
    name: str
    price: float


@pytest.fixture
def api() -> API:
    api = API()

    @api.route("/greetings/{greeting}")
    class GreetingResource:
        def on_get(self, req, resp, *, greeting):
            resp.text = f"{greeting}, world!"

        def on_post(self, req, resp, *, greeting):
            resp.media = {"received": greeting}

        def on_request(self, req, resp, *, greeting):
            """Called on EVERY request, before the method-specific handler."""
            resp.headers["X-Greeting"] = greeting

    @api.route("/items")
    class ItemResource:
        def on_get(self, req, resp, *, limit: int = Query(10)):
            resp.media = {"limit": limit}

        def on_post(self, req, resp, *, item: ItemIn):
            resp.media = {"name": item.name, "price": item.price}

    return api


def test_each_verb_has_its_method(api: API) -> None:
    assert api.requests.get("/greetings/hello").text == "hello, world!"
    assert api.requests.post("/greetings/hello").json() == {"received": "hello"}


def test_on_request_runs_before_every_method(api: API) -> None:
    for method in ("GET", "POST"):
        assert api.requests.request(method, "/greetings/hi").headers["x-greeting"] == "hi"


def test_on_request_alone_serves_the_verbs_that_have_no_method(api: API) -> None:
    answer = api.requests.delete("/greetings/hi")
    assert (answer.status_code, answer.headers["x-greeting"]) == (200, "hi")


def test_markers_and_bodies_work_on_methods(api: API) -> None:
    assert api.requests.get("/items?limit=3").json() == {"limit": 3}
    assert api.requests.post("/items", json={"name": "tea", "price": 4.5}).json() == {
        "name": "tea",
        "price": 4.5,
    }


def test_an_invalid_body_is_422_before_the_method_runs(api: API) -> None:
    answer = api.requests.post("/items", json={"name": "tea"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["body", "price"]


def test_a_missing_verb_is_405_with_the_verbs_that_are_served(api: API) -> None:
    answer = api.requests.delete("/items")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")


def test_a_method_for_head_goes_before_the_one_for_get() -> None:
    api = API()

    @api.route("/reports/{name}")
    class Report:
        def on_get(self, req, resp, *, name):
            raise AssertionError("HEAD needs no report")

        def on_head(self, req, resp, *, name):
            resp.headers["X-Report"] = name

    answer = api.requests.head("/reports/may")
    assert (answer.status_code, answer.headers["x-report"], answer.content) == (200, "may", b"")


def test_options_lists_the_implemented_methods(api: API) -> None:
    answer = api.requests.options("/items")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_head_falls_back_to_on_get(api: API) -> None:
    answer = api.requests.head("/items?limit=3")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(b'{"limit":3}'))


def test_on_options_takes_over() -> None:
    api = API()

    @api.route("/")
    class View:
        def on_options(self, req, resp):
            resp.text = "mine"

    assert api.requests.options("/").text == "mine"


def test_every_request_gets_an_instance_of_its_own() -> None:
    api = API()

    @api.route("/")
    class Counter:
        def __init__(self) -> None:
            self.count = 0

        def on_request(self, req, resp):
            self.count += 1

        def on_get(self, req, resp):
            self.count += 1
            resp.media = self.count

    assert [api.requests.get("/").json() for _ in range(2)] == [2, 2]


def test_a_body_wanted_twice_is_read_once_and_is_one_instance() -> None:
    api = API()
    seen: list[ItemIn] = []

    @api.route("/", methods=["POST"])
    class View:
        def on_request(self, req, resp, *, item: ItemIn):
            seen.append(item)

        def on_post(self, req, resp, *, item: ItemIn):
            seen.append(item)
            resp.media = item

    assert api.requests.post("/", json={"name": "tea", "price": 1}).json() == {"name": "tea", "price": 1.0}
    assert seen[0] is seen[1]


def test_methods_return_values_too() -> None:
    api = API()

    @api.route("/")
    class View:
        async def on_get(self, req, resp):
            return {"got": True}, 202

    answer = api.requests.get("/")
    assert (answer.status_code, answer.json()) == (202, {"got": True})


def test_inherited_methods_serve_too() -> None:
    api = API()

    class Base:
        def on_get(self, req, resp):
            resp.text = "base"

    @api.route("/")
    class View(Base):
        def on_post(self, req, resp):
            resp.text = "view"

    assert [api.requests.get("/").text, api.requests.post("/").text] == ["base", "view"]
