"""What `covers` and `prefixes` conclude, compared with the slow answer of regular expressions."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from responder._contract.convertors import BUILTIN
from responder._contract.template import Template, covers, parse, prefixes
from tests.contract.strategies import OWN, matches, parsed, paths, templates

ANY = templates(tuple(OWN))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/{x}", "/{y:int}"),
        ("/{x}", "/{y:uuid}"),
        ("/{x}", "/{y:float}"),
        ("/{x}", "/literal"),
        ("/{x}", "/{y}.{z}"),
        ("/{x}{y}", "/{z:uuid}"),
        ("/{x:float}", "/{y:int}"),
        ("/{x:float}", "/{y:int}.{z:int}"),
        ("/{x:int}", "/12"),
        ("/{x:path}", "/{y}/{z}"),
        ("/{x:path}", "/a/{y:path}"),
        ("/a{x}", "/ab{y}"),
        ("/{x:uuid}", "/01234567-89ab-cdef-0123-456789ABCDEF"),
        ("/{x}", "/{y:date}"),
        ("/{x:path}", "/{y:date}"),
    ],
)
def test_a_wider_template_covers_a_narrower_one(one: str, other: str) -> None:
    assert covers(parsed(one), parsed(other), OWN)
    assert not covers(parsed(other), parsed(one), OWN)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/{x:int}", "/{y}"),
        ("/{x}", "/{y:path}"),
        ("/{x}/a", "/{y:int}/b"),
        ("/{x}", "/{y:slug}"),
        ("/{x:path}", "/{y:tail}"),
        ("/{x:path}", "/{y}{z:slug}"),
        ("/{x:date}", "/2024-05"),
        ("/{x:nobody}", "/{y:int}"),
        ("/{x:int}", "/{y:nobody}"),
        ("/a", "/a/"),
    ],
)
def test_what_can_not_be_shown_is_not_claimed(one: str, other: str) -> None:
    assert not covers(parsed(one), parsed(other), OWN)


def test_the_built_in_convertors_are_the_default() -> None:
    assert covers(parsed("/{x}"), parsed("/{y:int}"))


@settings(max_examples=200)
@given(st.data())
def test_what_is_covered_is_matched(data: st.DataObject) -> None:
    one, other = data.draw(ANY), data.draw(ANY)
    if covers(one, other, OWN):
        path = data.draw(paths(other))
        assert matches(other, path)
        assert matches(one, path)


@given(ANY)
def test_a_template_covers_itself(template: Template) -> None:
    assert covers(template, template, OWN)


@given(ANY, ANY, ANY)
def test_covering_is_handed_on(one: Template, two: Template, three: Template) -> None:
    if covers(one, two, OWN) and covers(two, three, OWN):
        assert covers(one, three, OWN)


@pytest.mark.parametrize(
    ("prefix", "template", "under"),
    [
        ("/a", "/a", True),
        ("/a", "/a/", True),
        ("/a/", "/a/b", True),
        ("/a", "/a/{x}", True),
        ("/a", "/a/{x:path}", True),
        ("/a", "/ab", False),
        ("/a", "/b", False),
        ("/a", "/{x}", None),
        ("/a", "/{x}/b", None),
        ("/a", "/{x:path}", None),
        ("/a", "/{x:int}/b", False),
        ("/{t}", "/{u}/b", True),
        ("/{t}", "/b", True),
        ("/{t:int}", "/{u}/b", None),
        ("/{t:int}", "/b/{u}", False),
        ("/{t:date}", "/{u:date}/b", True),
        ("/{t:date}", "/2024-05/b", None),
        ("/{t:nobody}", "/b", None),
        ("/v1/{t}", "/v1", False),
        ("/", "/anything", True),
    ],
)
def test_a_prefix_ends_at_a_slash(prefix: str, template: str, under: bool | None) -> None:
    assert prefixes(parsed(prefix), parsed(template), OWN) is under


def test_no_prefix_is_above_everything() -> None:
    nothing = parse("", allow_empty=True)
    assert isinstance(nothing, Template)
    assert prefixes(nothing, parsed("/x")) is True


@settings(max_examples=200)
@given(st.data())
def test_a_path_lies_under_the_prefix_as_was_said(data: st.DataObject) -> None:
    prefix, template = data.draw(templates()), data.draw(templates())
    said = prefixes(prefix, template)
    path = data.draw(paths(template))
    bare = prefix.text.rstrip("/")
    lies = bare == "" or any(
        matches(parsed(bare), path[:end]) for end in range(len(path) + 1) if path[end : end + 1] in ("", "/")
    )
    if said is not None:
        assert lies is said


def test_a_comparison_that_would_take_too_long_is_given_up() -> None:
    long = "/" + "x" * 5_000
    assert covers(parsed(long), parsed(long))
    assert not covers(parsed("/{a}"), parsed(f"{long}{{b:int}}"))


def test_the_patterns_have_no_groups_and_say_whether_they_span() -> None:
    for facts in BUILTIN.values():
        assert re.compile(facts.pattern).groups == 0
        assert facts.spans == (re.fullmatch(facts.pattern, "a/b") is not None)
    assert re.fullmatch(BUILTIN["int"].pattern, "\u0663") is None
