"""GraphQL, as the tour shows it: a schema, a page for people, JSON for programs, and a locked door."""

from __future__ import annotations

from importlib import import_module

import pytest
from graphql import GraphQLArgument, GraphQLField, GraphQLObjectType, GraphQLSchema, GraphQLString
from starlette.testclient import TestClient

import responder


def hello(root, info, name="stranger"):
    return f"Hello {name}"


def whoami(root, info):
    info.context["response"].headers["X-Seen"] = "yes"
    return info.context["request"].headers.get("x-user")


def make_schema() -> GraphQLSchema:
    greeting = GraphQLField(GraphQLString, args={"name": GraphQLArgument(GraphQLString)}, resolve=hello)
    fields = {"hello": greeting, "whoami": GraphQLField(GraphQLString, resolve=whoami)}
    return GraphQLSchema(GraphQLObjectType("Query", fields))


@pytest.fixture
def client() -> TestClient:
    api = responder.API()
    api.graphql("/graphql", schema=make_schema())
    return api.requests


def test_programs_post_json(client: TestClient) -> None:
    answer = client.post("/graphql", json={"query": '{ hello(name: "ada") }'})
    assert (answer.status_code, answer.json()) == (200, {"data": {"hello": "Hello ada"}})


def test_a_browser_is_shown_the_page(client: TestClient) -> None:
    page = client.get("/graphql", headers={"accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert "GraphiQL" in page.text


def test_resolvers_have_the_request_and_the_response(client: TestClient) -> None:
    answer = client.post("/graphql", json={"query": "{ whoami }"}, headers={"x-user": "ada"})
    assert answer.json() == {"data": {"whoami": "ada"}}
    assert answer.headers["x-seen"] == "yes"


def test_the_door_can_be_locked_for_production() -> None:
    api = responder.API()
    api.graphql("/graphql", schema=make_schema(), graphiql=api.debug, introspection=api.debug, max_depth=10)
    client = api.requests
    assert client.get("/graphql", headers={"accept": "text/html"}).status_code == 400
    assert client.post("/graphql", json={"query": "{ __schema { types { name } } }"}).status_code == 400
    assert client.post("/graphql", json={"query": "{ hello }"}).status_code == 200


def test_the_tours_own_schema_made_with_graphene() -> None:
    pytest.importorskip("graphene")
    api = responder.API()
    api.graphql("/graphql", schema=import_module("tests.ext.graphql_graphene").schema)
    assert api.requests.get("/graphql?query={hello}").json() == {"data": {"hello": "Hello stranger"}}
