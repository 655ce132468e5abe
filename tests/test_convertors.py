"""Convertors: what they accept agrees with the facts the rules know, and values survive the way out and
back."""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from responder import RouteError
from responder._contract.convertors import BUILTIN
from responder._contract.shapes import FLOAT, INT, STR, UUID
from responder._routing.shaping import shape_of
from responder.convertors import CONVERTORS, AnyConvertor, Convertor, FloatConvertor, IntConvertor

T = TypeVar("T")


class DateConvertor(Convertor[date], name="date"):
    pattern = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    @override
    def convert(self, text: str, /) -> date:
        return date.fromisoformat(text)


def matches(convertor: AnyConvertor, text: str) -> bool:
    return re.fullmatch(convertor.pattern, text) is not None


def test_there_is_a_convertor_for_every_fact_and_no_other() -> None:
    assert CONVERTORS.keys() == BUILTIN.keys()


@pytest.mark.parametrize("name", BUILTIN)
def test_a_builtin_convertor_agrees_with_its_facts(name: str) -> None:
    convertor, facts = CONVERTORS[name], BUILTIN[name]
    assert convertor.name == name
    assert convertor.pattern == facts.pattern
    assert convertor.spans == facts.spans
    assert shape_of(convertor.yields) == facts.yields


def test_the_facts_name_the_types_that_come_out() -> None:
    values = {
        "str": ("a", STR, str),
        "path": ("a/b", STR, str),
        "int": ("7", INT, int),
        "float": ("1.5", FLOAT, float),
        "uuid": ("12345678-1234-5678-1234-567812345678", UUID, uuid.UUID),
    }
    for name, (text, shape, kind) in values.items():
        assert BUILTIN[name].yields == shape
        assert type(CONVERTORS[name].convert(text)) is kind


def test_an_integer_too_long_to_read_is_no_match() -> None:
    with pytest.raises(ValueError, match="limit"):
        IntConvertor().convert("9" * 5000)


def test_digits_of_other_alphabets_are_no_match() -> None:
    assert not matches(CONVERTORS["int"], "٣")
    assert not matches(CONVERTORS["float"], "٣.٤")


def test_a_float_that_only_infinity_could_stand_for_is_no_match() -> None:
    with pytest.raises(OverflowError):
        FloatConvertor().convert("9" * 400)


def test_a_uuid_may_be_written_in_either_case() -> None:
    value = uuid.UUID("abcdefab-1234-5678-1234-567812345678")
    for text in (str(value), str(value).upper()):
        assert matches(CONVERTORS["uuid"], text)
        assert CONVERTORS["uuid"].convert(text) == value


def test_a_path_may_hold_anything() -> None:
    assert matches(CONVERTORS["path"], "a/b\nc")
    assert not matches(CONVERTORS["path"], "")


@given(st.integers(min_value=0, max_value=10**30))
def test_integers_go_out_and_come_back(value: int) -> None:
    text = CONVERTORS["int"].format(value)
    assert matches(CONVERTORS["int"], text)
    assert CONVERTORS["int"].convert(text) == value


@given(st.floats(min_value=0, allow_nan=False, allow_infinity=False))
def test_floats_go_out_without_exponent_and_come_back(value: float) -> None:
    text = CONVERTORS["float"].format(abs(value))
    assert matches(CONVERTORS["float"], text)
    assert CONVERTORS["float"].convert(text) == value


@given(st.uuids())
def test_uuids_go_out_and_come_back(value: uuid.UUID) -> None:
    text = CONVERTORS["uuid"].format(value)
    assert matches(CONVERTORS["uuid"], text)
    assert CONVERTORS["uuid"].convert(text) == value


def test_a_convertor_of_ones_own_knows_its_name_and_type() -> None:
    convertor = DateConvertor()
    assert (convertor.name, convertor.yields, convertor.spans) == ("date", date, False)
    assert convertor.convert("2024-02-29") == date(2024, 2, 29)
    assert convertor.format(date(2024, 2, 29)) == "2024-02-29"


def test_a_derived_convertor_keeps_what_it_does_not_change() -> None:
    class Birthday(DateConvertor, name="birthday"):
        pass

    assert (Birthday.name, Birthday.yields, Birthday.pattern) == ("birthday", date, DateConvertor.pattern)


def test_a_generic_convertor_concludes_nothing_about_its_type() -> None:
    class Loose(Convertor[T]):
        @override
        def convert(self, text: str, /) -> T:
            raise ValueError(text)

    class Narrow(Loose[date]):
        pass

    assert shape_of(Loose.yields) == shape_of(Narrow.yields)


def test_a_pattern_with_a_capturing_group_is_refused() -> None:
    with pytest.raises(RouteError, match=r"capturing groups.*docs/rules.md#convertor-pattern"):

        class Grouped(Convertor[str]):  # pyright: ignore[reportUnusedClass]  # declaring it is what is refused
            pattern = "(a|b)"

            @override
            def convert(self, text: str, /) -> str:
                return text


def test_a_pattern_that_is_no_regular_expression_is_refused() -> None:
    with pytest.raises(RouteError, match=r"not a valid regular expression.*docs/rules.md#convertor-pattern"):

        class Broken(Convertor[str]):  # pyright: ignore[reportUnusedClass]  # declaring it is what is refused
            pattern = "["

            @override
            def convert(self, text: str, /) -> str:
                return text


def test_a_name_that_no_template_could_hold_is_refused() -> None:
    with pytest.raises(RouteError, match=r'"my-date" is not a valid convertor name.*rules.md#convertor-name'):

        class Named(Convertor[str], name="my-date"):  # pyright: ignore[reportUnusedClass]  # declaring it is what is refused
            @override
            def convert(self, text: str, /) -> str:
                return text
