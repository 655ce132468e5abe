from __future__ import annotations

import json
import math
from typing import Annotated, Literal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator
from typing_extensions import override

from responder._http.faults import (
    MAX_BYTES,
    MAX_COUNTED,
    ErrorItem,
    bounded,
    error_item,
    error_items,
    missing,
)
from responder._http.problems import RequestInvalid
from responder._http.response import Response
from tests.http.wire import send


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    price: float = Field(gt=0)
    kind: Literal["a", "b"] = "a"

    @field_validator("name")
    @classmethod
    def no_secrets(cls, value: str) -> str:
        if value == "bad":
            raise ValueError("that name is taken")
        return value


def faults(data: object, prefix: tuple[str, ...] = ("body",)) -> list[ErrorItem]:
    with pytest.raises(ValidationError) as caught:
        Item.model_validate(data)
    return error_items(caught.value, prefix)


def test_a_fault_says_where_what_and_which_without_the_input() -> None:
    assert faults({"name": 5, "price": -1, "password": "hunter2"}) == [
        {"loc": ["body", "name"], "msg": "Input should be a valid string", "type": "string_type"},
        {
            "loc": ["body", "price"],
            "msg": "Input should be greater than 0",
            "type": "greater_than",
            "ctx": {"gt": 0.0},
        },
        {"loc": ["body", "password"], "msg": "Extra inputs are not permitted", "type": "extra_forbidden"},
    ]


def test_the_error_of_a_validator_becomes_its_text() -> None:
    assert faults({"name": "bad", "price": 1}) == [
        {
            "loc": ["body", "name"],
            "msg": "Value error, that name is taken",
            "type": "value_error",
            "ctx": {"error": "that name is taken"},
        }
    ]


@pytest.mark.parametrize(
    "data",
    [
        {"name": "x", "price": math.nan},
        {"name": "x", "price": math.inf},
        {"name": "\ud800", "price": 1},
        {"name": b"\xff", "price": 1},
        {"name": 10**5000, "price": 10**5000},
        {"name": ValueError("x"), "price": object()},
        {"name": "x", "price": 1, "\ud800": 1},
        {"name": "x", "price": 1, "k" * 10_000: 1},
        [],
        None,
        {5: 6},
    ],
)
def test_the_faults_of_any_value_can_be_sent(data: object) -> None:
    response: Response = Response()
    try:
        Item.model_validate(data)
    except ValidationError as exc:
        response.show(RequestInvalid(error_items(exc, ("body",)), cause=exc))
        sent = send(response)
        assert sent.status == 422
        assert len(sent.body) < 64 * 1024
        payload = json.loads(sent.body)
        assert all(item["loc"][0] == "body" for item in payload["errors"])


@pytest.mark.parametrize("count", [100, 5_000, MAX_COUNTED + 1])
def test_an_answer_stays_small_however_many_faults_there_are(count: int) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(dict[str, Annotated[int, Field(gt=0)]]).validate_python(
            {f"{index}" + "é" * 2_000: "x" for index in range(count)}
        )
    problem = RequestInvalid(error_items(caught.value, ("body",)))
    response: Response = Response()
    response.show(problem)
    assert len(send(response).body) <= 64 * 1024
    assert problem.errors


def test_a_caller_may_ask_for_a_smaller_list() -> None:
    items = [error_item(["body", index], "m" * 100, "t") for index in range(50)]
    errors = RequestInvalid(items, limit=1_000).errors
    assert errors is not None
    assert 5 < len(errors) < 10
    assert len(RequestInvalid(items, limit=0).errors or ()) == 1


def test_thousands_of_faults_are_counted_not_listed() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(list[int]).validate_python(["x"] * (MAX_COUNTED + 1))
    assert error_items(caught.value, ("body",)) == [
        {"loc": ["body"], "msg": "10001 faults, too many to list", "type": "too_many_errors"}
    ]


def test_a_missing_value_has_one_shape() -> None:
    assert missing(["header", "x-token"]) == {
        "loc": ["header", "x-token"],
        "msg": "Field required",
        "type": "missing",
    }


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary()


@given(
    st.lists(st.text(st.characters(), max_size=3000) | st.integers(), max_size=60),
    st.text(st.characters()),
    st.dictionaries(st.text(st.characters()), scalars, max_size=12),
)
def test_an_item_always_encodes(loc: list[str | int], msg: str, ctx: dict[str, object]) -> None:
    item = error_item(loc, msg, "t", ctx)
    assert len(orjson.dumps(item)) < MAX_BYTES
    assert bounded([item]) == [item]


def test_the_text_of_a_context_value_that_cannot_be_read_is_its_type() -> None:
    class Odd:
        @override
        def __str__(self) -> str:
            raise RuntimeError

    assert error_item(["body"], "m", "t", {"odd": Odd()}).get("ctx") == {"odd": "Odd"}
