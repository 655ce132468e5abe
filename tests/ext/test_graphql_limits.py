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


def test_fragments_that_multiply_what_is_run_are_refused_before_they_run() -> None:
    # Thirty lines that rename and repeat nothing, and ask for a thousand million friends.
    levels = "".join(
        f" fragment f{i} on Friend {{ friend {{ ...f{i + 1} }} other: friend {{ ...f{i + 1} }} }}"
        for i in range(30)
    )
    text = f"{{ friend {{ ...f0 }} }} {levels} fragment f30 on Friend {{ name }}"
    answer = client(max_aliases=None).post("/graphql", json={"query": text})
    assert answer.status_code == 400
    assert errors(answer.json()) == [
        "The query has more than a million fields, fragments included; at most 2000 are allowed."
    ]


def test_fields_are_bounded() -> None:
    api = client(max_fields=3)
    assert api.post("/graphql", json={"query": "{ friend { name } later }"}).status_code == 200
    text = "{ ...f later } fragment f on Query { friend { name } hello }"
    answer = api.post("/graphql", json={"query": text})
    assert errors(answer.json()) == ["The query has 4 fields, fragments included; at most 3 are allowed."]


@pytest.mark.parametrize("part", ["...{ friend { name } }", "... on Query { friend { name } }"])
def test_repeated_fields_are_found_in_parts_of_the_same_kind(part: str) -> None:
    answer = client().post("/graphql", json={"query": "{" + part * 200 + "}"})
    assert "The query has 199 aliases and repeated fields" in errors(answer.json())[0]


def test_a_field_of_objects_of_several_kinds_is_not_a_repeated_one() -> None:
    found = amount(parse("{ ... on A { id name } ... on B { id name } ... on C { id } }"))
    assert (found.aliases, found.fields) == (0, 5)


@pytest.mark.parametrize(
    "text",
    [
        "{ __schema {" + "".join(f" a{i}: types {{ name }}" for i in range(90)) + " } }",
        "{" + "".join(f" a{i}: __schema {{ types {{ name }} }}" for i in range(90)) + " }",
        "{ __schema { ...f } } fragment f on __Schema {"
        + "".join(f" a{i}: types {{ name }}" for i in range(90))
        + " }",
    ],
)
def test_the_schema_is_not_told_many_times_over(text: str) -> None:
    answer = client().post("/graphql", json={"query": text})
    assert (answer.status_code, "aliases and repeated fields" in errors(answer.json())[0]) == (400, True)


@pytest.mark.parametrize("value", [[1] * 60_000, {str(n): 1 for n in range(60_000)}, [[{"a": 1}]] * 20_000])
def test_what_variables_hold_is_bounded_before_it_is_looked_at(value: object) -> None:
    body = {"query": "query($n: String) { hello(name: $n) }", "variables": {"n": value}}
    answer = client().post("/graphql", json=body)
    assert answer.status_code == 400
    assert errors(answer.json()) == ["The variables hold more than 50000 values."]


def test_messages_are_bounded_whatever_they_repeat() -> None:
    for text in ('{ hello(name: "' + "x" * 90_000 + '", nam: 1) }', '{ color(of: "' + "x" * 90_000 + '") }'):
        answer = client().post("/graphql", json={"query": text})
        assert (answer.status_code, len(answer.content) < 4000) == (400, True)


def test_limits_can_be_lifted() -> None:
    api = client(max_tokens=None, max_aliases=None, max_fields=None, max_values=None)
    text = "{" + "".join(f" a{i}: later" for i in range(1000)) + " }"
    assert len(api.post("/graphql", json={"query": text}).json()["data"]) == 1000


@pytest.mark.parametrize("name", ["max_depth", "max_aliases", "max_tokens", "max_fields", "max_values"])
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
