"""Templates: the grammar and its faults, printing, joining."""

from __future__ import annotations

import itertools
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder._contract.convertors import BUILTIN
from responder._contract.findings import Finding
from responder._contract.template import (
    EMPTY,
    Field,
    Template,
    join,
    parse,
    same,
    spell,
    unknown_convertors,
)
from tests.contract.strategies import OWN, parsed, templates


def test_a_template_is_literals_and_fields_in_the_order_they_come() -> None:
    template = parsed("/users/{id:int}/files/{name}.{kind:str}")
    assert template.parts == (
        "/users/",
        Field("id", "int"),
        "/files/",
        Field("name", "str"),
        ".",
        Field("kind", "str"),
    )
    assert template.names == ("id", "name", "kind")
    assert template.text == "/users/{id:int}/files/{name}.{kind:str}"
    assert template.public == "/users/{id}/files/{name}.{kind}"
    assert spell(template) == "/users/{id:int}/files/{name}.{kind}"
    assert template.field("name") == Field("name", "str")
    assert template.field("nobody") is None


@pytest.mark.parametrize(
    ("text", "rule", "offset", "message"),
    [
        ("", "path-missing", 0, "A route path is required"),
        ("users", "template-slash", 0, 'Path template "users" must start with "/"'),
        ("{id}", "template-slash", 0, 'Path template "{id}" must start with "/"'),
        ("/a/{id", "template-open", 3, 'Unmatched "{" in path template "/a/{id"'),
        ("/a/{id/{b}", "template-open", 3, 'Unmatched "{" in path template "/a/{id/{b}"'),
        ("/a/id}", "template-close", 5, 'Unmatched "}" in path template "/a/id}"'),
        ("/{a}}", "template-close", 4, 'Unmatched "}" in path template "/{a}}"'),
        ("/{}", "template-name", 2, '"" in path template "/{}" is not a valid parameter name'),
        ("/{1x}", "template-name", 2, '"1x" in path template "/{1x}" is not a valid parameter name'),
        ("/{a-b}", "template-name", 2, '"a-b" in path template "/{a-b}" is not a valid parameter name'),
        ("/{ a}", "template-name", 2, '" a" in path template "/{ a}" is not a valid parameter name'),
        ("/{\u00e9}", "template-name", 2, None),
        ("/{:int}", "template-name", 2, None),
        ("/{a:}", "template-convertor", 4, '"" in path template "/{a:}" is not a valid convertor name'),
        ("/{a:in t}", "template-convertor", 4, None),
        ("/{a:int:x}", "template-convertor", 4, None),
        ("/{a}/{a}", "template-duplicate", 6, 'Duplicate parameter "a" in path template "/{a}/{a}"'),
    ],
)
def test_the_first_fault_is_told_with_its_place(
    text: str, rule: str, offset: int, message: str | None
) -> None:
    finding = parse(text)
    assert isinstance(finding, Finding)
    assert (finding.rule.name, finding.offset) == (rule, offset)
    if message is not None:
        assert finding.message == message


def test_an_empty_tail_is_a_template_where_it_is_allowed() -> None:
    assert parse("", allow_empty=True) == EMPTY


def test_an_unknown_convertor_is_told_with_the_one_that_was_meant() -> None:
    (finding,) = unknown_convertors(parsed("/{a:int}/{id:itn}"), BUILTIN)
    assert finding.message == 'Unknown convertor "itn" for path parameter "id"; did you mean "int"?'
    assert finding.offset == len("/{a:int}/{id:")
    assert unknown_convertors(parsed("/{a:slug}"), OWN) == ()


def test_an_unknown_convertor_that_resembles_none_is_told_with_those_there_are() -> None:
    (finding,) = unknown_convertors(parsed("/{a:zzz}"), BUILTIN)
    assert finding.message == (
        'Unknown convertor "zzz" for path parameter "a"; known are float, int, path, str, uuid'
    )


@given(templates(tuple(OWN)))
def test_what_is_printed_parses_to_the_same_parts(template: Template) -> None:
    again = parsed(spell(template))
    assert again.parts == template.parts
    assert spell(again) == spell(template)
    assert parsed(template.text) == template


@given(st.text(alphabet=string.ascii_lowercase[:3] + "{}:/1 ", max_size=12))
def test_any_text_is_a_template_or_a_fault_inside_it(text: str) -> None:
    result = parse(text)
    if isinstance(result, Finding):
        assert result.offset is not None
        assert 0 <= result.offset <= len(text)
    else:
        assert result.text == text
        assert "" not in result.parts
        assert len(set(result.names)) == len(result.names)
        assert not any(
            isinstance(one, str) and isinstance(two, str) for one, two in itertools.pairwise(result.parts)
        )


@given(templates(), templates())
def test_same_is_symmetric_and_blind_to_names(one: Template, other: Template) -> None:
    renamed = parsed(
        "".join(
            str(Field(f"{part.name}_x", part.convertor)) if isinstance(part, Field) else part
            for part in one.parts
        )
    )
    assert same(one, renamed)
    assert same(one, other) == same(other, one)
    assert same(one, other) == same(renamed, other)


def test_same_tells_convertors_and_literals_apart() -> None:
    assert same(parsed("/{a}"), parsed("/{b:str}"))
    assert not same(parsed("/{a}"), parsed("/{a:int}"))
    assert not same(parsed("/a"), parsed("/a/"))
    assert not same(parsed("/{a}/x"), parsed("/{a}x"))


@pytest.mark.parametrize(
    ("prefix", "tail", "joined"),
    [
        ("", "/items", "/items"),
        ("/", "/items", "/items"),
        ("/v1", "/items", "/v1/items"),
        ("/v1/", "/items", "/v1/items"),
        ("/v1//", "/", "/v1/"),
        ("/v1/{a:int}", "/{b}", "/v1/{a:int}/{b}"),
        ("/v1", "", "/v1"),
    ],
)
def test_a_prefix_goes_in_front_without_its_closing_slashes(prefix: str, tail: str, joined: str) -> None:
    right = parse(tail, allow_empty=True)
    assert isinstance(right, Template)
    result = join(prefix, right)
    assert result == parse(joined)


def test_a_name_of_both_prefix_and_tail_is_a_finding() -> None:
    finding = join("/teams/{id}", parsed("/users/{id}"))
    assert isinstance(finding, Finding)
    assert finding.message == 'Path parameter "id" is already bound by the prefix "/teams/{id}"'
    assert (finding.code, finding.parameter) == ("responder-path", "id")


def test_a_faulty_prefix_is_told_as_itself() -> None:
    finding = join("v1", parsed("/x"))
    assert isinstance(finding, Finding)
    assert finding.rule.name == "template-slash"


def joined(one: Template | Finding, other: Template | Finding) -> Template | Finding:
    if isinstance(one, Finding):
        return one
    return other if isinstance(other, Finding) else join(one, other)


@given(templates(), templates(), templates())
def test_join_is_associative(one: Template, two: Template, three: Template) -> None:
    left = joined(joined(one, two), three)
    right = joined(one, joined(two, three))
    if isinstance(left, Finding) or isinstance(right, Finding):
        assert isinstance(left, Finding)
        assert isinstance(right, Finding)
        assert left.rule == right.rule
    else:
        assert left == right


@given(templates())
def test_the_empty_template_is_neutral(template: Template) -> None:
    assert join("", template) == template
    assert join(template, EMPTY) == template
