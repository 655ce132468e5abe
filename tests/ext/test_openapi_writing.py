"""The document as text: any plain data comes back as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from responder.ext.openapi.overlay import merge, named_examples, read_docstring
from responder.ext.openapi.writing import to_json, to_yaml

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(TEXT, DATA, min_size=1, max_size=5))
def test_yaml_is_read_as_what_was_written(data: dict[str, Any]) -> None:
    assert yaml.safe_load(to_yaml(data)) == data
    assert json.loads(to_json(data)) == data


@pytest.mark.parametrize(
    "text",
    [
        *("yes", "No", "on", "null", "~", "1", "1e3", "0x1F", "12:30", "2024-01-01", "=", "<<", "-", "? a"),
        *("a: b", "a #b", " a", "a ", "", "'", '"', "\t", "a\nb", "a\n", "\na", "a\n\n", "a \nb", "  a\nb"),
        *("\u2028", "\x85", "\ufeff", "\U0001f600", "\U000e0001", "# a\nb", "- a\n- b", "%a", "@a", "`a"),
    ],
)
def test_texts_that_look_like_something_else_stay_texts(text: str) -> None:
    for data in ({"a": text}, {text: 1}, {"a": [text, {"b": text}]}):
        assert yaml.safe_load(to_yaml(data)) == data


def test_texts_of_several_lines_are_blocks() -> None:
    assert to_yaml({"a": {"b": "one\n\ntwo"}}) == "a:\n  b: |-\n    one\n\n    two\n"


def test_lists_of_mappings_begin_on_the_line_of_the_dash() -> None:
    nested: dict[str, object] = {"a": [{"b": 1, "c": [2]}, []]}
    assert to_yaml(nested) == "a:\n  - b: 1\n    c:\n      - 2\n  - []\n"


def test_mappings_are_merged_deeply_and_anything_else_is_replaced() -> None:
    base = {"a": {"b": 1, "c": [1]}, "d": 1}
    assert merge(base, {"a": {"c": [2], 200: "x"}, "d": {"e": 1}}) == {
        "a": {"b": 1, "c": [2], "200": "x"},
        "d": {"e": 1},
    }
    assert base == {"a": {"b": 1, "c": [1]}, "d": 1}


def test_a_mapping_is_examples_only_if_all_of_it_looks_so() -> None:
    assert named_examples({"a": {"value": 1}}) == {"a": {"value": 1}}
    assert named_examples({"a": {"summary": "x"}}) == {"default": {"value": {"a": {"summary": "x"}}}}
    assert named_examples({"value": 1}) == {"default": {"value": {"value": 1}}}
    assert named_examples({}) == {"default": {"value": {}}}


@given(st.text(max_size=200))
def test_any_docstring_can_be_read(text: str) -> None:
    told = read_docstring(text)
    assert told.by_method is None or "---" in text
