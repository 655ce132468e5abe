"""Schemas of Strawberry and of Graphene.

They need different versions of graphql-core, so only one of them is installed at a time; where both are to be
tested, an environment variable makes the absence of the other one a failure.
"""

from __future__ import annotations

import logging
import os
from importlib import import_module
from types import ModuleType

import pytest
from starlette.testclient import TestClient

from responder import API


def maker(package: str) -> ModuleType:
    """The package, or a skip; a failure where it must be there."""
    try:
        return import_module(package)
    except ImportError:
        if f"REQUIRE_{package.upper()}" in os.environ:
            pytest.fail(f"{package} must be installed here")
        pytest.skip(f"{package} is not installed")


@pytest.fixture
def strawberry_client() -> TestClient:
    maker("strawberry")
    from tests.ext.graphql_strawberry import schema

    api = API()
    api.graphql("/graphql", schema=schema, introspection=False)
    return api.test_client()


@pytest.fixture
def graphene_client() -> TestClient:
    maker("graphene")
    schema = import_module("tests.ext.graphql_graphene").schema
    api = API()
    api.graphql("/graphql", schema=schema, introspection=False)
    return api.test_client()


@pytest.fixture(params=["strawberry", "graphene"])
def client(request: pytest.FixtureRequest) -> TestClient:
    made: TestClient = request.getfixturevalue(f"{request.param}_client")
    return made


def test_queries_and_mutations_are_answered(client: TestClient) -> None:
    asked = {"query": "query($n: String!) { hello(name: $n) later }", "variables": {"n": "ada"}}
    assert client.post("/graphql", json=asked).json()["data"] == {"hello": "Hello ada", "later": 42}
    changed = client.post("/graphql", json={"query": "mutation { add(n: 1) }"})
    assert changed.json()["data"] == {"add": 2}
    assert client.get("/graphql", params={"query": "mutation { add(n: 1) }"}).status_code == 405


def test_resolvers_have_the_request_and_the_response_in_their_context(client: TestClient) -> None:
    answer = client.post("/graphql", json={"query": "{ method }"})
    assert (answer.json()["data"], answer.headers["x-resolved"]) == ({"method": "POST"}, "yes")


def test_what_resolvers_raise_is_hidden(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client.post("/graphql", json={"query": "{ broken }"})
    assert answer.json()["errors"][0]["message"] == "Internal server error"
    assert "hunter2" not in answer.text
    told = [record for record in caplog.records if record.exc_info or "hunter2" in record.getMessage()]
    assert len(told) == 1


def test_no_name_is_suggested_without_introspection(client: TestClient) -> None:
    wrong = {"query": "query($c: Color!) { color(of: $c) }", "variables": {"c": "GREE"}}
    for asked in ({"query": "{ helo }"}, wrong):
        answer = client.post("/graphql", json=asked)
        assert answer.status_code == 400
        assert "Did you mean" not in answer.text


def test_extensions_of_strawberry_take_part(strawberry_client: TestClient) -> None:
    answer = strawberry_client.post("/graphql", json={"query": "{ later }"})
    assert answer.json() == {"data": {"later": 42}, "extensions": {"counted": 1}}
