"""Sorting and filtering lists in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder import API, Query
from responder.ext.query import CannotFilter, CannotSort, filter_items, parse_sort, sort_items
from tests.tour.support import call


@dataclass
class Item:
    name: str
    price: int | float | None = None


ITEMS = [Item("b", 2), Item("a", 1), Item("c"), Item("a", 3)]


def names(items: list[Item]) -> list[tuple[str, object]]:
    return [(item.name, item.price) for item in items]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("name,-created", [("name", False), ("created", True)]),
        ("+name", [("name", False)]),
        (" name", [("name", False)]),
        (" - name , created ", [("name", True), ("created", False)]),
        (",,name,", [("name", False)]),
        ("name,-name", [("name", False)]),
        ("", []),
        (None, []),
    ],
)
def test_a_sort_is_a_list_of_fields_and_directions(
    spec: str | None, expected: list[tuple[str, bool]]
) -> None:
    assert parse_sort(spec) == expected


def test_fields_that_are_allowed_keep_their_type() -> None:
    allowed: tuple[Literal["name"], Literal["price"]] = ("name", "price")
    keys: list[tuple[Literal["name", "price"], bool]] = parse_sort("-price", allowed=allowed)
    assert keys == [("price", True)]


@pytest.mark.parametrize("spec", ["secret", "name,secret", "-", "+", "--name", "name;drop", "NAME"])
def test_a_field_that_is_not_allowed_is_refused(spec: str) -> None:
    with pytest.raises(CannotSort):
        parse_sort(spec, allowed={"name"})


def test_what_is_refused_is_told_in_so_many_words() -> None:
    api = API()

    @api.get("/")
    def index(*, sort: str = Query("name")) -> list[str]:
        return [item.name for item in sort_items(ITEMS, sort, allowed={"name"})]

    answer = call(api, "GET", "/", query=b"sort=x")
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert isinstance(document, dict)
    assert document["detail"] == "Cannot sort by 'x'"
    assert document["title"] == "Bad Request"
    assert len(call(api, "GET", "/", query=b"sort=" + b"x" * 50_000).body) < 400


def test_items_are_sorted_by_several_fields_and_what_has_no_value_is_last() -> None:
    assert names(sort_items(ITEMS, "name,-price")) == [("a", 3), ("a", 1), ("b", 2), ("c", None)]
    assert names(sort_items(ITEMS, "price")) == [("a", 1), ("b", 2), ("a", 3), ("c", None)]
    assert names(sort_items(ITEMS, "-price")) == [("a", 3), ("b", 2), ("a", 1), ("c", None)]
    assert names(sort_items(ITEMS, "-name"))[-2:] == [("a", 1), ("a", 3)]
    assert sort_items(ITEMS, "") == ITEMS
    rows = [{"name": "b"}, {"name": "a", "n": 1}, {}]
    assert sort_items(rows, "name") == [{"name": "a", "n": 1}, {"name": "b"}, {}]
    assert sort_items([Item("x", float("nan")), Item("y", 1.0)], "price")[0].name == "y"


@pytest.mark.parametrize("spec", ["nothing", "__class__", "_name", "-__dict__"])
def test_without_a_list_of_what_is_allowed_only_fields_can_be_named(spec: str) -> None:
    with pytest.raises(CannotSort):
        sort_items(ITEMS, spec)
    assert sort_items([], "nothing") == []


def test_what_is_allowed_may_have_any_name() -> None:
    rows = [{"_id": 2}, {"_id": 1}]
    assert sort_items(rows, "_id", allowed={"_id"}) == rows[::-1]


def test_what_cannot_be_compared_cannot_be_sorted_by() -> None:
    with pytest.raises(CannotSort, match="'price'"):
        sort_items([{"price": 1}, {"price": "1"}], "price")
    with pytest.raises(CannotSort):
        sort_items([{"price": 1}, {"price": 2}], ",".join(f"f{number}" for number in range(1000)))


@given(st.lists(st.tuples(st.integers(0, 3), st.one_of(st.none(), st.integers(0, 3)))), st.booleans())
def test_a_sort_is_stable_in_both_directions(pairs: list[tuple[int, int | None]], descending: bool) -> None:
    rows = [{"a": a, "b": b, "place": place} for place, (a, b) in enumerate(pairs)]
    way: Callable[[int], int] = (lambda value: -value) if descending else (lambda value: value)
    expected = sorted(rows, key=lambda row: (row["b"] is None, way(row["b"] or 0)))
    assert sort_items(rows, "-b" if descending else "b") == expected


def test_a_filter_keeps_what_equals_and_one_that_is_none_is_no_filter() -> None:
    assert names(filter_items(ITEMS, {"name": "a", "price": None})) == [("a", 1), ("a", 3)]
    assert names(filter_items(ITEMS, {"name": "a", "price": 3})) == [("a", 3)]
    assert filter_items(ITEMS, {}) == ITEMS
    assert filter_items([{"a": 1}, {}], {"a": 1, "b": None}) == [{"a": 1}]
    assert filter_items(ITEMS, {"nothing": 1}) == []
    with pytest.raises(CannotFilter, match="'price'"):
        filter_items(ITEMS, {"price": 1}, allowed={"name"})
