"""Where a provider's parameters get their values."""

from __future__ import annotations

import pytest

from responder._contract.binding import ProviderFacts, bind_provider
from responder._contract.shapes import INT, STR, UNKNOWN, Other, Shape
from responder._contract.signature import MarkerFacts, Param, Signature
from responder._contract.sources import Source
from tests.contract.strategies import messages

NOW = ProviderFacts(dependencies={"pool": Other("app.Pool")})
APP = ProviderFacts("app", {"pool": Other("app.Pool")})


def told(facts: ProviderFacts, *params: Param) -> list[str]:
    return messages(bind_provider(Signature("make", params), facts).findings)


def sources(facts: ProviderFacts, *params: Param) -> list[Source]:
    return [one.source for one in bind_provider(Signature("make", params), facts).inputs]


@pytest.mark.parametrize(
    ("param", "source"),
    [
        (Param("req", "positional"), Source.REQUEST),
        (Param("request"), Source.REQUEST),
        (Param("r", role="request"), Source.REQUEST),
        (Param("ws", "positional"), Source.SOCKET),
        (Param("s", role="socket"), Source.SOCKET),
        (Param("pool", "positional"), Source.NAMED),
        (Param("q", shape=STR, marker=MarkerFacts(Source.QUERY)), Source.QUERY),
        (Param("db", marker=MarkerFacts(Source.DEPENDS, provider="get_db")), Source.DEPENDS),
        (Param("size", shape=INT, has_default=True), Source.DEFAULT),
    ],
)
def test_a_provider_takes_the_request_markers_dependencies_and_defaults(param: Param, source: Source) -> None:
    assert sources(NOW, param) == [source]
    assert told(NOW, param) == []


def test_a_dependency_comes_before_a_default() -> None:
    assert sources(NOW, Param("pool", has_default=True)) == [Source.NAMED]


def test_a_first_parameter_is_not_the_request_by_position() -> None:
    assert told(NOW, Param("thing", "positional")) == [
        'Parameter "thing" of provider "make" is neither a request object nor a dependency'
    ]


def test_a_misspelt_dependency_is_told_with_the_one_that_was_meant() -> None:
    assert told(NOW, Param("pol"))[0].endswith('; did you mean "pool"?')


def test_a_provider_has_no_response() -> None:
    assert told(NOW, Param("resp", "positional")) != []


@pytest.mark.parametrize(
    "param",
    [
        Param("req", "positional"),
        Param("anything", role="socket"),
        Param("q", shape=STR, marker=MarkerFacts(Source.QUERY)),
    ],
)
def test_what_outlives_a_request_can_not_look_at_one(param: Param) -> None:
    assert told(APP, param) == [
        f'App-scoped provider "make" can not depend on the request (parameter "{param.name}")'
    ]


def test_a_dependency_of_another_type_is_a_finding() -> None:
    facts = ProviderFacts(dependencies={"size": STR})
    assert told(facts, Param("size", shape=INT, annotation="int")) == [
        'Dependency "size" provides "str", but provider "make" declares "int"'
    ]


@pytest.mark.parametrize("shape", [INT, UNKNOWN])
def test_names_are_open_until_the_dependencies_are_known(shape: Shape) -> None:
    bound = bind_provider(Signature("make", (Param("size", shape=shape),)), ProviderFacts())
    assert (bound.pending, bound.findings) == (("size",), ())


def test_a_wrong_marker_is_told_in_a_provider_too() -> None:
    marker = MarkerFacts(Source.QUERY, constraints={"ge": 1})
    assert told(NOW, Param("q", shape=STR, annotation="str", marker=marker)) == [
        'Constraint ge does not apply to parameter "q" of type "str"'
    ]


def test_starred_parameters_are_nobody_s_business() -> None:
    assert sources(NOW, Param("args", "var-positional"), Param("kwargs", "var-keyword")) == []
