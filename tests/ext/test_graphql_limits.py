"""What a GraphQL document may ask for: refused before anything runs, and before it costs much to judge."""

from __future__ import annotations

import pytest
from graphql import parse

from responder import ConfigurationError
from responder.ext.graphql.limits import Limits, amount, excess
from tests.ext.test_graphql import client, errors

DEEP = "{ friend { friend { friend { name } } } }"
ROUND = "{ friend { ...f } } fragment f on Friend { friend { ...g } } fragment g on Friend { name }"


@pytest.mark.parametrize(
    ("text", "depth", "aliases"),
    [
        ("{ a }", 1, 0),
        ("{ a b c }", 1, 0),
        ("{ a { b { c } } }", 3, 0),
        ("{ x: a y: a { b } }", 2, 2),
        ("{ a a a }", 1, 2),
        ("{ ... on Query { a { b } } }", 2, 0),
        (ROUND, 3, 0),
        ("{ ...f ...f } fragment f on Query { x: a }", 1, 2),
        ("{ ...none }", 0, 0),
        ("query one { a } query two { a { x: b } }", 2, 1),
        ("{ __schema { types { fields { type { name } } } } }", 1, 0),
        ("{ ...f } fragment f on Query { a { ...f } }", 1, 0),
        ("type Query { a: Int }", 0, 0),
    ],
)
def test_a_document_is_counted_as_it_will_be_run(text: str, depth: int, aliases: int) -> None:
    found = amount(parse(text))
    assert (found.depth, found.aliases) == (depth, aliases)


def test_fragments_that_double_each_other_are_counted_without_walking_them() -> None:
    doubled = " ".join(f"fragment f{i} on Q {{ x: a ...f{i + 1} ...f{i + 1} }}" for i in range(200))
    found = amount(parse(f"{{ ...f0 }} {doubled} fragment f200 on Q {{ a }}"))
    assert found.aliases == 2**200 - 1
    assert excess(found, Limits()) == (
        "The query has more than a million aliases and repeated fields; at most 100 are allowed."
    )


def test_depth_is_bounded_through_fragments_too() -> None:
    api = client(max_depth=2)
    for text in (DEEP, ROUND):
        answer = api.post("/graphql", json={"query": text})
        assert answer.status_code == 400
        assert "deep; at most 2 levels are allowed" in errors(answer.json())[0]
    assert api.post("/graphql", json={"query": "{ friend { name } }"}).status_code == 200


def test_aliases_are_bounded() -> None:
    api = client(max_aliases=3)
    assert api.post("/graphql", json={"query": "{ a: later b: later c: later }"}).status_code == 200
    answer = api.post("/graphql", json={"query": "{ a: later b: later c: later d: later }"})
    assert errors(answer.json()) == ["The query has 4 aliases and repeated fields; at most 3 are allowed."]


def test_repeated_fields_are_bounded_before_validation_compares_them_all() -> None:
    answer = client().post("/graphql", json={"query": "{ " + "friend { name } " * 300 + "}"})
    assert (answer.status_code, "repeated fields" in errors(answer.json())[0]) == (400, True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{" + " hello" * 2001 + " }", "Document contains more than 2000"),
        ("{ hello }" + " " * 100_000, "The query is too long: at most 100000 characters are allowed."),
        ("# x\n" * 2001 + "{ hello }", "comments"),
        ("{ friend " * 900 + "{ name }" + "}" * 900, "nest"),
    ],
)
def test_the_text_itself_is_bounded(text: str, told: str) -> None:
    answer = client().post("/graphql", json={"query": text})
    assert answer.status_code == 400
    assert told in errors(answer.json())[0]


def test_limits_can_be_lifted() -> None:
    api = client(max_tokens=None, max_aliases=None)
    text = "{" + "".join(f" a{i}: later" for i in range(1000)) + " }"
    assert len(api.post("/graphql", json={"query": text}).json()["data"]) == 1000


@pytest.mark.parametrize("name", ["max_depth", "max_aliases", "max_tokens"])
@pytest.mark.parametrize("value", [0, -1, True, "9"])
def test_a_limit_is_a_number_above_zero(name: str, value: object) -> None:
    with pytest.raises(ConfigurationError, match=f"{name}=...\\) must be a number above 0"):
        client(**{name: value})  # type: ignore[arg-type]  # wrong on purpose


def test_introspection_can_be_switched_off_and_names_are_not_suggested_then() -> None:
    closed = client(introspection=False)
    for text in ("{ __schema { types { name } } }", '{ __type(name: "Query") { name } }'):
        answer = closed.post("/graphql", json={"query": text})
        assert (answer.status_code, "introspection has been disabled" in answer.text) == (400, True)
    assert closed.post("/graphql", json={"query": "{ __typename }"}).status_code == 200
    wrong = [
        {"query": "{ helo }"},
        {"query": "{ hello(nam: 1) }"},
        {"query": "{ color(of: GREE) }"},
        {"query": "query($c: Color) { color(of: $c) }", "variables": {"c": "GREE"}},
        {"query": "{ ... on Frien { name } }"},
    ]
    for asked in wrong:
        answer = closed.post("/graphql", json=asked)
        assert answer.status_code == 400
        assert "Did you mean" not in answer.text, asked
    assert "Did you mean 'hello'" in client().post("/graphql", json={"query": "{ helo }"}).text


def test_deep_introspection_is_refused_though_introspection_is_on() -> None:
    deep = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
    answer = client().post("/graphql", json={"query": deep})
    assert (answer.status_code, errors(answer.json())) == (400, ["Maximum introspection depth exceeded"])
