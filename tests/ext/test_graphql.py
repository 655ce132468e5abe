"""`api.graphql(...)`: GraphQL over HTTP on the wire."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from typing import cast
from urllib.parse import quote

import pytest
from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from typing_extensions import Unpack

from responder import API, ConfigurationError, Request, Response
from responder.ext.graphql import GraphQLRouteOptions, GraphQLView
from tests.ext.graphql_schemas import make_schema

NEWER = "application/graphql-response+json"


def client(debug: bool = False, **options: Unpack[GraphQLRouteOptions]) -> TestClient:
    api = API(debug=debug)
    api.graphql("/graphql", schema=make_schema(), **options)
    return api.test_client()


def errors(body: Mapping[str, object]) -> list[str]:
    found = cast("list[dict[str, str]]", body["errors"])
    return [error["message"] for error in found]


# -- where the query stands


def test_a_query_as_json_is_answered() -> None:
    answer = client().post("/graphql", json={"query": "{ hello }"})
    assert (answer.status_code, answer.json()) == (200, {"data": {"hello": "Hello stranger"}})
    assert answer.headers["content-type"] == "application/json"
    assert "accept" in answer.headers["vary"].lower()


def test_variables_and_the_name_of_an_operation_are_used() -> None:
    text = "query one($n: String) { hello(name: $n) } query two { later }"
    body = {"query": text, "variables": {"n": "ada"}, "operationName": "one", "extensions": {}}
    assert client().post("/graphql", json=body).json() == {"data": {"hello": "Hello ada"}}
    assert client().post("/graphql", json={**body, "operationName": "two"}).json() == {"data": {"later": 42}}


@pytest.mark.parametrize("name", ["query", "q"])
def test_a_query_in_the_query_string_is_answered(name: str) -> None:
    answer = client().get("/graphql", params={name: "{ hello }"})
    assert answer.json() == {"data": {"hello": "Hello stranger"}}


def test_variables_in_the_query_string_are_json() -> None:
    asked = {"query": "query($n: String) { hello(name: $n) }", "variables": '{"n": "ada"}'}
    assert client().get("/graphql", params=asked).json() == {"data": {"hello": "Hello ada"}}


@pytest.mark.parametrize("text", ["{", "[1]", "NaN", '{"n": NaN}', "[" * 100_000])
def test_variables_that_are_no_object_are_refused(text: str) -> None:
    answer = client().post("/graphql", data={"query": "{ hello }", "variables": text})
    assert (answer.status_code, errors(answer.json())) == (400, ["'variables' must be a JSON object"])


def test_a_form_and_plain_text_are_read() -> None:
    wanted = {"data": {"later": 42}}
    assert client().post("/graphql", data={"query": "{ later }"}).json() == wanted
    plain = {"content-type": "text/plain"}
    assert client().post("/graphql", content="{ later }", headers=plain).json() == wanted
    assert client().post("/graphql", files={"query": (None, "{ later }")}).json() == wanted


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "'query' key is required in the JSON payload"),
        ([{"query": "{ hello }"}], "'query' key is required in the JSON payload"),
        ({"query": None}, "'query' key is required in the JSON payload"),
        ({"query": 5}, "'query' must be a string"),
        ({"query": "{ hello }", "variables": [1]}, "'variables' must be a JSON object"),
        ({"query": "{ hello }", "operationName": 1}, "'operationName' must be a string"),
        ({"query": "{ hello }", "extensions": "x"}, "'extensions' must be a JSON object"),
        ({"query": "{ hello }", "operationName": "no"}, "The document has no operation 'no'."),
        (
            {"query": "query a { hello } query b { hello }"},
            "The document has several operations; operationName says which one to run.",
        ),
        ({"query": "fragment f on Query { hello }"}, "Fragment 'f' is never used."),
    ],
)
def test_what_is_no_request_is_a_400_that_says_why(body: object, message: str) -> None:
    answer = client().post("/graphql", json=body)
    assert (answer.status_code, errors(answer.json())) == (400, [message])


def test_a_media_type_is_not_repeated_at_length() -> None:
    answer = client().post("/graphql", content=b"x", headers={"content-type": "a/" + "b" * 20_000})
    assert (answer.status_code, len(answer.content) < 300) == (415, True)


def test_a_body_that_is_no_json_and_one_of_another_kind_are_refused() -> None:
    broken = client().post("/graphql", content=b"{", headers={"content-type": "application/json"})
    assert (broken.status_code, errors(broken.json())) == (400, ["Invalid JSON body"])
    other = client().post("/graphql", content=b"a: 1", headers={"content-type": "application/yaml"})
    assert other.status_code == 415
    nothing = client().post("/graphql")
    assert (nothing.status_code, nothing.headers["content-type"]) == (400, "application/json")


# -- answers


def test_clients_that_name_the_newer_media_type_get_it() -> None:
    asked = {"query": "{ hello }"}
    for accept in (NEWER, f"{NEWER}, application/json", f"application/json;q=0.5, {NEWER}"):
        answer = client().post("/graphql", json=asked, headers={"accept": accept})
        assert answer.headers["content-type"] == NEWER, accept
    for accept in ("*/*", "application/json", f"application/json, {NEWER};q=0.5", "application/yaml"):
        answer = client().post("/graphql", json=asked, headers={"accept": accept})
        assert answer.headers["content-type"] == "application/json", accept


def test_what_a_resolver_raises_is_logged_and_hidden(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "responder.graphql"):
        answer = client().post("/graphql", json={"query": "{ hello broken }"})
    assert answer.status_code == 200
    assert answer.json() == {
        "data": {"hello": "Hello stranger", "broken": None},
        "errors": [
            {
                "message": "Internal server error",
                "locations": [{"line": 1, "column": 9}],
                "path": ["broken"],
            }
        ],
    }
    assert "hunter2" in caplog.text


@pytest.mark.parametrize("debug", [False, True])
def test_a_result_that_breaks_the_schema_is_hidden_like_any_other_fault(
    debug: bool, caplog: pytest.LogCaptureFixture
) -> None:
    schema = build_schema(
        """
        enum Color { RED }
        type Query { number: Int colour: Color list: [Int] float: Float told: Int argued(n: Int! = 1): Int }
        """
    )
    told = GraphQLError("Only on Sundays", extensions={"code": "CLOSED"})

    def secret(root: object, info: object) -> str:
        return "hunter2"

    def tell(root: object, info: object) -> int:
        raise told

    query = schema.query_type
    assert query is not None
    for name in ("number", "colour", "list", "float"):
        query.fields[name].resolve = secret
    query.fields["told"].resolve = tell
    api = API(debug=debug)
    api.graphql("/graphql", schema=schema)
    with caplog.at_level(logging.CRITICAL):
        for name in ("number", "colour", "list", "float"):
            answer = api.test_client().post("/graphql", json={"query": f"{{ {name} }}"})
            assert answer.json()["data"] == {name: None}
            assert (errors(answer.json()) == ["Internal server error"]) is not debug
            assert "hunter2" not in answer.text or debug
    shown = api.test_client().post("/graphql", json={"query": "{ told }"}).json()["errors"][0]
    assert (shown["message"], shown["extensions"]) == ("Only on Sundays", {"code": "CLOSED"})
    body = {"query": "query($n: Int = 2) { argued(n: $n) }", "variables": {"n": None}}
    assert "Argument 'n'" in errors(api.test_client().post("/graphql", json=body).json())[0]


def test_what_a_resolver_raises_is_shown_when_debugging() -> None:
    answer = client(debug=True).post("/graphql", json={"query": "{ broken }"})
    assert errors(answer.json()) == ["the password is hunter2"]


def test_the_status_of_data_with_errors_can_be_chosen_except_for_the_newer_media_type() -> None:
    api = client(partial_data_status=400)
    asked = {"query": "{ hello broken }"}
    assert api.post("/graphql", json=asked).status_code == 400
    assert api.post("/graphql", json=asked, headers={"accept": NEWER}).status_code == 200
    with pytest.raises(ConfigurationError, match="must be 200 or 400"):
        client(partial_data_status=500)  # type: ignore[arg-type]  # wrong on purpose


def test_no_data_at_all_is_a_400() -> None:
    answer = client().post("/graphql", json={"query": "{ strict }"})
    assert (answer.status_code, answer.json()["data"]) == (400, None)


def test_resolvers_have_the_request_and_the_response() -> None:
    answer = client().post("/graphql", json={"query": "{ method }"})
    assert answer.json() == {"data": {"method": "POST"}}
    assert answer.headers["x-resolved"] == "yes"


def test_more_can_be_put_into_the_context() -> None:
    seen: list[object] = []

    async def context(req: Request, resp: Response[object]) -> dict[str, object]:
        seen.append(req.method)
        return {"user": "ada"}

    assert client(context=context).post("/graphql", json={"query": "{ later }"}).status_code == 200
    assert seen == ["POST"]


# -- what may change something, and how


@pytest.mark.parametrize("verb", ["GET", "HEAD"])
def test_a_mutation_never_runs_by_a_safe_method(verb: str) -> None:
    answer = client().request(verb, "/graphql", params={"query": "mutation { add(n: 1) }"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "request_",
    [
        {"data": {"query": "mutation { add(n: 1) }"}},
        {"files": {"query": (None, "mutation { add(n: 1) }")}},
        {"content": "mutation { add(n: 1) }", "headers": {"content-type": "text/plain"}},
        {"content": "mutation { add(n: 1) }"},
        {"params": {"query": "mutation { add(n: 1) }"}},
    ],
)
def test_a_mutation_never_runs_by_a_request_that_another_site_could_forge(
    request_: dict[str, object],
) -> None:
    answer = client().post("/graphql", **request_)  # type: ignore[arg-type]  # keywords of the client
    assert answer.status_code == 415
    assert "data" not in answer.json()


def test_the_operation_that_is_named_decides_what_it_is() -> None:
    text = "query read { later } mutation write { add(n: 1) }"
    read = client().get("/graphql", params={"query": text, "operationName": "read"})
    assert read.json() == {"data": {"later": 42}}
    write = client().get("/graphql", params={"query": text, "operationName": "write"})
    assert write.status_code == 405
    assert client().post("/graphql", json={"query": text, "operationName": "write"}).json() == {
        "data": {"add": 2}
    }


def test_subscriptions_are_refused_and_other_methods_too() -> None:
    assert client().post("/graphql", json={"query": "subscription { ticks }"}).status_code == 400
    answer = client().put("/graphql", json={"query": "{ hello }"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")


def test_options_tells_what_is_allowed() -> None:
    answer = client().options("/graphql")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_head_has_the_headers_of_get_and_no_body() -> None:
    url = "/graphql?query=" + quote("{ hello }")
    get, head = client().get(url), client().head(url)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]


# -- the page


@pytest.mark.parametrize("accept", ["text/html", "text/html,application/xhtml+xml,*/*;q=0.8"])
def test_browsers_are_shown_graphiql(accept: str) -> None:
    answer = client().get("/graphql", headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "GraphiQL" in answer.text


@pytest.mark.defect(44)
@pytest.mark.parametrize("accept", ["*/*", "", "application/json", "application/json, text/html;q=0.9"])
def test_only_who_prefers_html_is_shown_the_page(accept: str) -> None:
    answer = client().get("/graphql", headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/json")


@pytest.mark.defect(44)
def test_a_query_is_answered_whatever_is_accepted() -> None:
    answer = client().get("/graphql", params={"query": "{ hello }"}, headers={"accept": "text/html"})
    assert answer.json() == {"data": {"hello": "Hello stranger"}}


def test_the_page_can_be_switched_off() -> None:
    assert client(graphiql=False).get("/graphql", headers={"accept": "text/html"}).status_code == 400


@pytest.mark.parametrize("way", ["application", "route"])
def test_the_page_carries_the_token_that_its_requests_need(way: str) -> None:
    api = API(csrf=way == "application", session_https_only=False)
    if way == "application":
        api.graphql("/graphql", schema=make_schema())
        api.graphql("/open", schema=make_schema(), csrf=False)
    else:
        api.graphql("/graphql", schema=make_schema(), csrf=True)
        api.graphql("/open", schema=make_schema())
    asking = api.test_client(base_url="http://testserver")
    page = asking.get("/graphql", headers={"accept": "text/html"})
    found = re.search(r'<meta name="csrf-token" content="([^"]+)">', page.text)
    assert found is not None
    assert page.headers["cache-control"] == "no-store"
    body = {"query": "{ hello }"}
    assert asking.post("/graphql", json=body).status_code == 403
    assert asking.post("/graphql", json=body, headers={"X-CSRF-Token": found[1]}).status_code == 200
    unprotected = asking.get("/open", headers={"accept": "text/html"})
    assert "csrf-token" not in unprotected.text
    assert "etag" in unprotected.headers


# -- what JSON has no word for


def test_what_a_scalar_gives_and_json_has_no_word_for_is_an_error_of_its_field(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Odd:
        """Nothing that could be sent."""

    scalar = GraphQLScalarType("Whatever", serialize=lambda value: value)

    def item(root: object, info: object) -> dict[str, object]:
        return {"good": 1, "bad": Odd(), "several": [1, Odd(), {(1, 2): 3}]}

    def odd(root: object, info: object) -> str:
        raise GraphQLError("no", extensions={"code": Odd()})

    fields = {name: GraphQLField(scalar) for name in ("good", "bad", "several")}
    kind = GraphQLObjectType("Item", fields)
    query = GraphQLObjectType(
        "Query", {"item": GraphQLField(kind, resolve=item), "odd": GraphQLField(scalar, resolve=odd)}
    )
    for debug in (False, True):
        api = API(debug=debug)
        api.graphql("/graphql", schema=GraphQLSchema(query))
        asking = api.test_client()
        told = asking.post("/graphql", json={"query": "{ item { good bad several } }"})
        assert (told.status_code, told.json()["data"]) == (400, None)
        paths = [error["path"] for error in told.json()["errors"]]
        assert paths == [["item", "bad"], ["item", "several", 1], ["item", "several", 2]]
        assert all(("Odd" in one or "tuple" in one) is debug for one in errors(told.json()))
        extended = asking.post("/graphql", json={"query": "{ odd }"})
        assert (extended.status_code, len(extended.json()["errors"])) == (400, 1)
        assert asking.post("/graphql", json={"query": "{ item { good } }"}).json() == {
            "data": {"item": {"good": 1}}
        }
    assert "could not be written" in caplog.text

    own = API(encoder=lambda value: "odd")
    own.graphql("/graphql", schema=GraphQLSchema(query))
    answer = own.test_client().post("/graphql", json={"query": "{ item { bad } }"})
    assert answer.json() == {"data": {"item": {"bad": "odd"}}}


# -- ways to add it


def test_a_view_is_a_handler_like_any_other() -> None:
    api = API()
    api.add_route("/g", GraphQLView(schema=make_schema(), api=api))
    assert api.test_client().post("/g", json={"query": "{ later }"}).json() == {"data": {"later": 42}}


def test_hooks_and_route_options_apply() -> None:
    def closed(req: Request, resp: Response[object]) -> None:
        resp.status_code = 418
        resp.text = "closed"

    assert client(before=closed).post("/graphql", json={"query": "{ later }"}).status_code == 418


def test_what_is_no_schema_is_refused_by_name() -> None:
    with pytest.raises(ConfigurationError, match="takes a schema of graphql-core, Graphene or Strawberry"):
        API().graphql(schema=5)  # type: ignore[arg-type]  # wrong on purpose


@settings(max_examples=60)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.text(max_size=20) | st.integers(),
            lambda inner: st.dictionaries(
                st.sampled_from(["query", "variables", "operationName", "extensions"]), inner, max_size=4
            ),
            max_leaves=8,
        ).map(lambda value: json.dumps(value).encode()),
        st.text(alphabet='{}()[]"$:!.@# \nabqu', max_size=80).map(
            lambda text: json.dumps({"query": text}).encode()
        ),
    )
)
def test_garbage_is_never_a_server_error(body: bytes) -> None:
    answer = SHARED.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (200, 400)
    assert "data" in answer.json() or answer.json()["errors"]


SHARED = client()
