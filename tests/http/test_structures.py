"""Headers, query dictionaries and state, as handlers use them."""

from __future__ import annotations

import pytest

from responder._http.structures import Headers, MultiDict, QueryDict, State

RAW = [(b"accept", b"a"), (b"x-tag", b"one"), (b"x-tag", b"two"), (b"x-latin", b"\xe9")]


def test_headers_are_found_without_case_and_the_last_line_counts() -> None:
    headers = Headers(RAW)
    assert headers["X-Tag"] == "two"
    assert headers.get_list("X-TAG") == ["one", "two"]
    assert headers["x-latin"] == "é"
    assert "X-Tag" in headers
    assert "missing" not in headers
    assert headers.get("missing") is None
    assert headers.get("missing", "none") == "none"
    assert headers.get_list("missing", ["none"]) == ["none"]
    with pytest.raises(KeyError):
        headers["missing"]


def test_headers_are_a_mapping_of_distinct_names() -> None:
    headers = Headers(RAW)
    assert dict(headers) == {"accept": "a", "x-tag": "two", "x-latin": "é"}
    assert len(headers) == 3
    assert headers.multi_items()[1:3] == [("x-tag", "one"), ("x-tag", "two")]
    assert headers.raw == RAW


def test_a_header_name_that_none_can_have_is_not_found() -> None:
    assert "naïve ☃" not in Headers(RAW)


def test_a_query_dict_gives_the_last_value_and_keeps_all() -> None:
    params = QueryDict("a=1&a=2&b=&c")
    assert params["a"] == "2"
    assert params.get_list("a") == ["1", "2"]
    assert params.getlist("a") == ["1", "2"]
    assert params["b"] == params["c"] == ""
    assert dict(params) == {"a": "2", "b": "", "c": ""}
    assert list(params.items()) == [("a", "2"), ("b", ""), ("c", "")]
    assert params.items_list() == [("a", ["1", "2"]), ("b", [""]), ("c", [""])]
    assert params.get_list("missing") == []
    assert params.get("missing") is None


def test_a_list_from_a_query_dict_is_a_copy() -> None:
    params = QueryDict("a=1")
    params.get_list("a").append("2")
    assert params.get_list("a") == ["1"]


def test_assigning_wraps_and_updating_keeps_every_value() -> None:
    params = QueryDict("a=1&a=2")
    params["a"] = "3"
    assert params.get_list("a") == ["3"]
    params.update(QueryDict("b=1&b=2"))
    assert params.get_list("b") == ["1", "2"]
    params.update({"b": ["5", "6"]}, c="7")
    assert params.items_list() == [("a", ["3"]), ("b", ["5", "6"]), ("c", ["7"])]
    del params["a"]
    assert "a" not in params


@pytest.mark.parametrize(
    "source", ["a=1&a=2", b"a=1&a=2", {"a": ["1", "2"]}, [("a", "1"), ("a", "2")], QueryDict("a=1&a=2")]
)
def test_a_query_dict_is_made_from_anything_that_has_pairs(
    source: str | bytes | dict[str, list[str]] | list[tuple[str, str]] | QueryDict,
) -> None:
    assert QueryDict(source).get_list("a") == ["1", "2"]


def test_equal_contents_are_equal_mappings() -> None:
    assert QueryDict("a=1") == {"a": "1"}
    assert MultiDict([("a", 1), ("a", 2)]) == {"a": 2}


def test_state_is_a_namespace_over_a_shared_dictionary() -> None:
    shared: dict[str, object] = {"db": 1}
    state = State(shared)
    state.user = "ada"
    assert state.user == "ada"
    assert shared == {"db": 1, "user": "ada"}
    assert getattr(state, "role", None) is None
    assert "db" in state
    assert len(state) == 2
    del state.db
    with pytest.raises(AttributeError):
        _ = state.db
    with pytest.raises(AttributeError):
        del state.db


def test_state_gives_values_with_their_type() -> None:
    state = State({"user": "ada"})
    name: str = state.get("user", str)
    assert name == "ada"
    with pytest.raises(TypeError, match="'user' is a str"):
        state.get("user", int)
    with pytest.raises(AttributeError):
        state.get("nobody", str)


def test_state_compares_by_content() -> None:
    assert State({"a": 1}) == State({"a": 1})
    assert State({"a": 1}) != State({"a": 2})
