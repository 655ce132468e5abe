"""Errors: every finding with its place, and the class that says most."""

from __future__ import annotations

import pytest

from responder._contract.findings import Finding, found
from responder._http.problems import ConfigurationError
from responder._routing.errors import (
    DependencyCycleError,
    DependencyError,
    DependencyResolutionError,
    DependencyScopeError,
    Located,
    RouteError,
    RouteNotFoundError,
    Site,
    error_for,
    site_of_caller,
)

CYCLE = found("dependency-cycle", chain="a -> b -> a")
SCOPE = found("app-scope-dependency", parameter="b", handler="a")
UNKNOWN = found("provider-parameter", parameter="x", handler="make")
OPTION = found("option-unknown", option="x")


def test_an_error_lists_every_finding_with_file_line_route_code_and_anchor() -> None:
    error = RouteError(
        [
            Located(
                found("path-not-accepted", parameter="id", handler="show"), Site("app.py", 3), "GET /{id:int}"
            ),
            Located(CYCLE, Site("deps.py", 9)),
            Located(OPTION),
        ]
    )
    assert str(error) == (
        'app.py:3  GET /{id:int}  [responder-path] Path parameter "id" is not accepted by handler "show"  '
        "(docs/rules.md#path-not-accepted)\n"
        "deps.py:9  [responder-dependency] Dependency cycle: a -> b -> a  (docs/rules.md#dependency-cycle)\n"
        '[responder-option] Unknown option "x"  (docs/rules.md#option-unknown)'
    )
    assert len(error.findings) == 3


def test_an_error_answers_for_its_first_finding() -> None:
    located = Located(found("path-not-accepted", parameter="id", handler="show"), None, "GET /{id}")
    error = RouteError([located, Located(OPTION)])
    assert (error.code, error.route, error.parameter) == ("responder-path", "GET /{id}", "id")


def test_the_children_can_be_caught_as_their_parents() -> None:
    for kind in (DependencyCycleError, DependencyScopeError, DependencyResolutionError):
        assert issubclass(kind, DependencyError)
        assert issubclass(kind, RouteError)
        assert issubclass(kind, ConfigurationError)
        assert issubclass(kind, ValueError)
    assert issubclass(RouteNotFoundError, LookupError)


@pytest.mark.parametrize(
    ("findings", "kind"),
    [
        ([CYCLE], DependencyCycleError),
        ([SCOPE, SCOPE], DependencyScopeError),
        ([UNKNOWN], DependencyResolutionError),
        ([CYCLE, SCOPE], DependencyError),
        ([CYCLE, OPTION], RouteError),
        ([OPTION], RouteError),
        ([], RouteError),
    ],
)
def test_the_most_telling_class_is_chosen(findings: list[Finding], kind: type[RouteError]) -> None:
    assert type(error_for(Located(finding) for finding in findings)) is kind


def test_the_site_of_a_caller_is_outside_the_package() -> None:
    assert site_of_caller().file == __file__
