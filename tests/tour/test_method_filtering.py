"""Method filtering: a route answers the methods it names, and the others get the right refusal."""

from __future__ import annotations

import pytest

from responder import API, ConfigurationError


@pytest.fixture
def api() -> API:
    api = API()

    @api.route("/items", methods=["GET"])
    def list_items(req, resp):
        resp.media = {"items": []}

    @api.route("/items", methods=["POST"], check_existing=False)
    async def create_item(req, resp):
        data = await req.media()
        resp.media = {"created": data}

    return api


def test_each_method_reaches_its_own_handler(api: API) -> None:
    assert api.requests.get("/items").json() == {"items": []}
    assert api.requests.post("/items", json={"a": 1}).json() == {"created": {"a": 1}}


def test_a_route_without_methods_answers_every_method() -> None:
    api = API()

    @api.route("/any")
    def anything(req, resp):
        resp.text = req.method

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"):
        assert api.requests.request(method, "/any").text == method


def test_an_unsupported_method_is_405_and_lists_what_the_path_supports(api: API) -> None:
    answer = api.requests.delete("/items")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "Method Not Allowed"


def test_options_is_answered_with_the_allow_header(api: API) -> None:
    answer = api.requests.options("/items")
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_head_is_accepted_wherever_get_is(api: API) -> None:
    answer = api.requests.head("/items")
    whole = api.requests.get("/items")
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["content-length"] == str(len(whole.content))
    assert answer.headers["content-type"] == whole.headers["content-type"]


def test_an_unknown_path_is_404_whatever_the_method(api: API) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        answer = api.requests.request(method, "/nothing")
        assert (answer.status_code, answer.json()["title"]) == (404, "Not Found")


def test_disjoint_methods_share_a_path_without_opting_in() -> None:
    api = API()

    @api.get("/items")
    def read(req, resp):
        resp.text = "read"

    @api.post("/items")
    def write(req, resp):
        resp.text = "write"

    assert api.requests.get("/items").text == "read"
    assert api.requests.post("/items").text == "write"


def test_two_routes_for_the_same_path_and_method_are_refused() -> None:
    api = API()

    @api.route("/items")
    def first(req, resp): ...

    def second(req, resp): ...

    with pytest.raises(ConfigurationError, match="/items"):
        api.route("/items")(second)
    with pytest.raises(ValueError, match="/items"):
        api.get("/items")(second)


def test_a_second_route_may_opt_in_and_the_first_declared_wins() -> None:
    api = API()

    @api.route("/items")
    def first(req, resp):
        resp.text = "first"

    @api.route("/items", check_existing=False)  # type: ignore[responder-route]  # what happens then
    def second(req, resp):
        resp.text = "second"

    assert api.requests.get("/items").text == "first"


def test_routes_are_tried_in_the_order_of_declaration() -> None:
    api = API()

    @api.get("/users/{name}")
    def by_name(req, resp, *, name):
        resp.text = f"name {name}"

    @api.get("/users/me")  # type: ignore[responder-route]  # it can never match
    def me(req, resp):
        resp.text = "me"

    assert api.requests.get("/users/me").text == "name me"


@pytest.mark.parametrize("verb", ["get", "post", "put", "patch", "delete", "options"])
def test_each_verb_has_a_decorator(verb: str) -> None:
    api = API()

    def handler(req, resp):
        resp.text = req.method

    getattr(api, verb)("/x")(handler)
    assert api.requests.request(verb, "/x").text == verb.upper()
    assert api.requests.request("TRACE", "/x").status_code == 405
