"""Adapters: shared between routes, and able to read text."""

from __future__ import annotations

import enum
import typing
from collections.abc import Sequence

import pytest
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError

from responder._routing.adapters import (
    UnsupportedType,
    adapter_for,
    coercer_for,
    is_sequence,
    text_adapter,
    to_data_of,
    to_json_of,
)
from responder.params import MISSING


class Size(enum.Enum):
    SMALL = 1
    LARGE = 2


class Item(BaseModel):
    price: float


def test_one_type_has_one_adapter() -> None:
    assert adapter_for(list[int]) is adapter_for(list[int])
    assert adapter_for(int, {"ge": 1}) is adapter_for(int, {"ge": 1})
    assert adapter_for(int, {"ge": 1}) is not adapter_for(int, {"ge": 2})


def test_literals_that_compare_equal_keep_apart() -> None:
    one, true = typing.Literal[1], typing.Literal[True]
    assert text_adapter(one).validator.validate_python("1") == 1
    assert text_adapter(true).validator.validate_python("True") is True


@pytest.mark.parametrize("annotation", [str, MISSING, list[str]])
def test_plain_text_needs_no_coercion(annotation: object) -> None:
    assert coercer_for(annotation) is None


def test_constrained_text_is_checked() -> None:
    coerce = coercer_for(str, {"min_length": 3})
    assert coerce is not None
    assert coerce("abc") == "abc"
    with pytest.raises(ValidationError):
        coerce("ab")


def test_text_reads_the_sum_of_flags() -> None:
    class Rights(enum.Flag):
        READ = 1
        WRITE = 2

    read = text_adapter(Rights).validator.validate_python
    assert read("3") == Rights.READ | Rights.WRITE
    for wrong in ("4", "-1", "x", "\u0663"):
        with pytest.raises(ValidationError):
            read(wrong)


def test_text_reads_enums_and_literals_that_are_not_text() -> None:
    coerce = coercer_for(Size)
    assert coerce is not None
    assert coerce("2") is Size.LARGE
    either = coercer_for(typing.Literal[1, 2] | None)
    assert either is not None
    assert either("2") == 2
    with pytest.raises(ValidationError):
        either("3")


def test_a_type_that_pydantic_does_not_know_is_said_in_one_line() -> None:
    class Session:
        pass

    with pytest.raises(UnsupportedType) as raised:
        adapter_for(Session)
    assert "Session" in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("annotation", "many"),
    [
        (list[int], True),
        (tuple[str, ...], True),
        (set[str] | None, True),
        (typing.Annotated[list[str], "x"], True),
        (Sequence[int], True),
        (frozenset, True),
        (str, False),
        (int | None, False),
        (dict[str, int], False),
        (bytes, False),
    ],
)
def test_sequences_collect(annotation: object, many: bool) -> None:
    assert is_sequence(annotation) is many


def test_an_instance_that_was_spoilt_is_not_written() -> None:
    adapter = adapter_for(Item)
    item = Item(price=1.5)
    assert to_json_of(adapter)(item) == b'{"price":1.5}'
    object.__setattr__(item, "price", "much")
    with pytest.raises(PydanticSerializationError):
        to_json_of(adapter)(item)
    with pytest.raises(PydanticSerializationError):
        to_data_of(adapter)(item)


class Unhashable:
    """Metadata that nobody can hash."""

    __hash__ = None  # type: ignore[assignment]  # that is what it is for


def test_a_type_that_cannot_be_hashed_has_an_adapter_all_the_same() -> None:
    annotation = typing.Annotated[int, Unhashable()]
    assert adapter_for(annotation).validator.validate_python("1") == 1
    assert text_adapter(annotation).validator.validate_python("1") == 1
    assert adapter_for(int, {"json_schema_extra": {}}).validator.validate_python(1) == 1


def test_a_forward_reference_that_nobody_can_resolve_is_unsupported() -> None:
    with pytest.raises(UnsupportedType, match="Nowhere"):
        adapter_for(typing.ForwardRef("Nowhere"))
