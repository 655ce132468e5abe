"""The order of providers, their cycles, and scopes that leak."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder._contract.graph import Cycle, chain, order, reachable

graphs = st.dictionaries(st.integers(0, 7), st.lists(st.integers(0, 9), max_size=4), max_size=8)


def test_what_is_needed_comes_first_and_the_rest_keeps_its_order() -> None:
    assert order({"a": ["c"], "b": [], "c": []}) == ("c", "a", "b")
    assert order({}) == ()


def test_what_nobody_provides_is_left_out() -> None:
    assert order({"a": ["nobody"]}) == ("a",)


@pytest.mark.parametrize(
    ("nodes", "text"),
    [
        ({"a": ["a"]}, "a -> a"),
        ({"a": ["b"], "b": ["a"]}, "a -> b -> a"),
        ({"x": ["a"], "a": ["b"], "b": ["c"], "c": ["a"]}, "a -> b -> c -> a"),
    ],
)
def test_a_cycle_is_written_out(nodes: dict[str, list[str]], text: str) -> None:
    cycle = order(nodes)
    assert isinstance(cycle, Cycle)
    assert cycle.text() == text
    finding = cycle.finding()
    assert (finding.message, finding.code) == (f"Dependency cycle: {text}", "responder-dependency")


def test_a_long_chain_is_no_trouble() -> None:
    nodes = {number: [number + 1] for number in range(20_000)}
    result = order(nodes)
    assert isinstance(result, tuple)
    assert (result[0], result[-1]) == (19_999, 0)
    assert len(reachable(nodes, [0])) == 20_001


@given(graphs)
def test_an_order_has_every_node_after_its_needs(nodes: dict[int, list[int]]) -> None:
    result = order(nodes)
    if isinstance(result, Cycle):
        ring = result.nodes
        assert ring[0] == ring[-1]
        assert len(set(ring)) == len(ring) - 1
        assert all(later in nodes[node] for node, later in itertools.pairwise(ring))
    else:
        assert sorted(result) == sorted(nodes)
        place = {node: index for index, node in enumerate(result)}
        assert all(place[need] < place[node] for node in nodes for need in nodes[node] if need in nodes)


@given(graphs)
def test_there_is_a_cycle_exactly_when_a_node_reaches_itself(nodes: dict[int, list[int]]) -> None:
    loops = any(node in reachable(nodes, nodes[node]) for node in nodes)
    assert isinstance(order(nodes), Cycle) == loops


def test_all_that_is_needed_is_reached_once() -> None:
    assert reachable({"a": ["b", "c"], "b": ["c"], "c": ["a"]}, ["a"]) == ("a", "b", "c")


def test_nodes_are_named_by_the_caller() -> None:
    assert chain([1, 2], lambda node: f"<{node}>") == "<1> -> <2>"
