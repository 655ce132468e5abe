"""What `Accept` means: the most specific range decides, and a header that is broken never fails."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder._http.negotiate import EVERYTHING, best, parse_accept, quality, ranked

OURS = ["application/json", "application/yaml", "application/x-msgpack"]


@pytest.mark.parametrize(
    ("accept", "wanted", "expected"),
    [
        (None, "application/json", 1.0),
        ("", "application/json", 1.0),
        ("*/*", "application/json", 1.0),
        ("*", "application/json", 1.0),
        ("application/json", "application/json", 1.0),
        ("application/json", "application/yaml", 0.0),
        ("APPLICATION/JSON;Q=0.5", "application/json", 0.5),
        ("application/json; charset=utf-8", "application/json", 1.0),
        ("application/json", "application/json; charset=utf-8", 1.0),
        # The most specific range decides, not the best one.
        ("application/json;q=0.2, */*;q=0.9", "application/json", 0.2),
        ("application/*;q=0.4, */*;q=0.9", "application/json", 0.4),
        ("text/*;q=0.4, */*;q=0.1", "application/json", 0.1),
        ("application/json;q=0, */*", "application/json", 0.0),
        # Of two that are equally specific, the larger weight.
        ("application/json;q=0.1, application/json;q=0.7", "application/json", 0.7),
        # A weight that is none counts as if it were not there.
        ("application/json;q=high", "application/json", 1.0),
        ("application/json;q=nan", "application/json", 1.0),
        ("application/json;q=-1", "application/json", 1.0),
        ("application/json;q=1e999", "application/json", 1.0),
        ("application/json;q=", "application/json", 1.0),
        # Bare tokens.
        ("application/x-yaml", "yaml", 1.0),
        ("application/vnd.api+json;q=0.3", "json", 0.3),
        ("text/html, */*;q=0.1", "json", 0.1),
        ("text/html, image/*", "html", 1.0),
        ("text/html", "json", 0.0),
    ],
)
def test_how_good_a_type_is(accept: str | None, wanted: str, expected: float) -> None:
    assert quality(parse_accept(accept), wanted) == expected


@pytest.mark.parametrize(
    ("accept", "winner"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/yaml", "application/yaml"),
        ("application/yaml, application/json", "application/json"),
        ("application/yaml, application/json;q=0.9", "application/yaml"),
        ("application/json;q=0, */*", "application/yaml"),
        ("text/html", None),
        ("*/*;q=0", None),
    ],
)
def test_the_best_of_ours_and_ties_keep_our_order(accept: str | None, winner: str | None) -> None:
    assert best(parse_accept(accept), OURS) == winner


def test_all_acceptable_candidates_are_ranked() -> None:
    ranges = parse_accept("application/x-msgpack, application/json;q=0.5, text/plain;q=0")
    assert ranked(ranges, ["text/plain", *OURS]) == ["application/x-msgpack", "application/json"]


@given(st.text(st.characters(max_codepoint=255)))
def test_any_header_has_a_meaning(accept: str) -> None:
    ranges = parse_accept(accept)
    assert ranges
    for wanted in (*OURS, "json", ""):
        assert 0 <= quality(ranges, wanted) <= 1


def test_without_a_header_everything_is_welcome() -> None:
    assert parse_accept(None) is EVERYTHING
