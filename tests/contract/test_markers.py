"""What a marker may say about a parameter of some type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder._contract.markers import CONSTRAINTS, constraint_findings, marker_findings
from responder._contract.places import PLACES, carries
from responder._contract.shapes import (
    FLOAT,
    INT,
    NOTHING,
    STR,
    UNKNOWN,
    Choice,
    Many,
    Model,
    Other,
    Scalar,
    Shape,
    Upload,
)
from responder._contract.signature import MarkerFacts, Param
from responder._contract.sources import Source
from tests.contract.strategies import messages, shapes

DECIMAL = Scalar("decimal.Decimal")
COLOR = Scalar("app.Color", ("str",))
URL = Scalar("pydantic.networks.HttpUrl")
ITEM = Model("app.Item")
MISSING = object()


def query(shape: Shape, default: object = MISSING, **constraints: object) -> list[str]:
    marker = MarkerFacts(
        Source.QUERY,
        has_default=default is not MISSING,
        default=None if default is MISSING else default,
        constraints=constraints,
    )
    return messages(marker_findings(Param("q", shape=shape, annotation="A", marker=marker), marker))


@pytest.mark.parametrize(
    ("source", "shape", "fine"),
    [
        (Source.QUERY, INT, True),
        (Source.QUERY, Many(INT), True),
        (Source.QUERY, Choice((Many(STR), NOTHING)), True),
        (Source.QUERY, ITEM, True),
        (Source.QUERY, Many(ITEM), False),
        (Source.QUERY, Other("dict"), False),
        (Source.QUERY, Upload(), False),
        (Source.QUERY, UNKNOWN, True),
        (Source.HEADER, Many(STR), True),
        (Source.HEADER, ITEM, False),
        (Source.COOKIE, Many(STR), True),
        (Source.COOKIE, Other("app.Session"), False),
        (Source.PATH, INT, True),
        (Source.PATH, Many(INT), False),
        (Source.FORM, ITEM, True),
        (Source.FORM, Upload(), False),
        (Source.FILE, Upload(), True),
        (Source.FILE, Many(Upload()), True),
        (Source.FILE, Choice((Upload(), NOTHING)), True),
        (Source.FILE, STR, False),
        (Source.FILE, UNKNOWN, True),
        (Source.BODY, Other("dict"), True),
        (Source.BODY, ITEM, True),
        (Source.BODY, INT, True),
        (Source.BODY, Upload(), False),
        (Source.BODY, Many(Upload()), False),
    ],
)
def test_a_place_carries_some_types_only(source: Source, shape: Shape, fine: bool) -> None:
    marker = MarkerFacts(source)
    told = messages(marker_findings(Param("q", shape=shape, annotation="A", marker=marker), marker))
    assert told == ([] if fine else [f'Parameter "q" of type "A" can not be read from {PLACES[source]}'])


@pytest.mark.parametrize(
    ("shape", "constraints", "wrong"),
    [
        (INT, {"ge": 1, "multiple_of": 2}, []),
        (INT, {"min_length": 1}, ["min_length"]),
        (INT, {"pattern": "x"}, ["pattern"]),
        (STR, {"min_length": 1, "max_length": 2, "pattern": "x"}, []),
        (STR, {"ge": 1, "lt": 5}, ["ge", "lt"]),
        (COLOR, {"ge": 1}, ["ge"]),
        (URL, {"max_length": 9, "ge": 1}, []),
        (Many(INT), {"min_length": 1}, []),
        (Many(INT), {"ge": 1}, ["ge"]),
        (Choice((INT, NOTHING)), {"ge": 1}, []),
        (Choice((INT, STR)), {"ge": 1, "min_length": 1}, []),
        (FLOAT, {"allow_inf_nan": False}, []),
        (INT, {"allow_inf_nan": False}, ["allow_inf_nan"]),
        (DECIMAL, {"max_digits": 4, "decimal_places": 2, "gt": 0}, []),
        (FLOAT, {"max_digits": 4}, ["max_digits"]),
        (Scalar("datetime.date"), {"ge": 1, "multiple_of": 2}, ["multiple_of"]),
        (ITEM, {"min_length": 1}, ["min_length"]),
        (UNKNOWN, {"ge": 1, "min_length": 1}, []),
        (INT, {"strict": True, "examples": [1]}, []),
        (STR, {"ge": None}, []),
    ],
)
def test_a_constraint_applies_to_some_types_only(
    shape: Shape, constraints: dict[str, object], wrong: list[str]
) -> None:
    told = query(shape, **constraints)
    assert told == [f'Constraint {name} does not apply to parameter "q" of type "A"' for name in wrong]


def test_a_parameter_without_annotation_is_text() -> None:
    marker = MarkerFacts(Source.QUERY, constraints={"ge": 1})
    (finding,) = marker_findings(Param("q", marker=marker), marker)
    assert finding.message == 'Constraint ge does not apply to parameter "q" of type "str"'
    path = MarkerFacts(Source.PATH, constraints={"ge": 1})
    assert marker_findings(Param("q", marker=path), path) == ()


@pytest.mark.parametrize(
    ("shape", "default", "constraints", "message"),
    [
        (INT, 0, {"ge": 1}, "Default 0 violates ge=1"),
        (INT, 1, {"gt": 1}, "Default 1 violates gt=1"),
        (FLOAT, 1.5, {"lt": 1.5}, "Default 1.5 violates lt=1.5"),
        (INT, 3, {"le": 2}, "Default 3 violates le=2"),
        (INT, 3, {"multiple_of": 2}, "Default 3 violates multiple_of=2"),
        (STR, "a", {"min_length": 2}, 'Default "a" is shorter than min_length=2'),
        (STR, "abc", {"max_length": 2}, 'Default "abc" is longer than max_length=2'),
        (STR, "abc", {"pattern": "^[0-9]+$"}, 'Default "abc" does not match pattern "^[0-9]+$"'),
    ],
)
def test_a_default_that_breaks_a_constraint_is_a_finding(
    shape: Shape, default: object, constraints: dict[str, object], message: str
) -> None:
    assert query(shape, default, **constraints) == [message]


@pytest.mark.parametrize(
    ("shape", "default", "constraints"),
    [
        (INT, 1, {"ge": 1, "le": 1}),
        (INT, None, {"ge": 1}),
        (Choice((INT, NOTHING)), None, {"ge": 1}),
        (FLOAT, 0.3, {"multiple_of": 0.1}),
        (FLOAT, float("inf"), {"multiple_of": 3}),
        (FLOAT, float("nan"), {"ge": 1}),
        (INT, True, {"ge": 5}),
        (STR, "abc", {"pattern": "b"}),
        (Many(STR), [], {"min_length": 1}),
        (INT, 10**400, {"multiple_of": 7}),
        (INT, 4, {"multiple_of": 0}),
    ],
)
def test_a_default_that_keeps_them_or_can_not_be_judged_is_fine(
    shape: Shape, default: object, constraints: dict[str, object]
) -> None:
    assert query(shape, default, **constraints) == []


@pytest.mark.parametrize(
    ("shape", "constraints", "impossible"),
    [
        (INT, {"ge": 2, "le": 1}, True),
        (INT, {"gt": 1, "lt": 1}, True),
        (FLOAT, {"gt": 1, "le": 1}, True),
        (FLOAT, {"ge": 1, "le": 1}, False),
        (INT, {"gt": 1, "lt": 2}, True),
        (FLOAT, {"gt": 1, "lt": 2}, False),
        (INT, {"ge": 1.2, "le": 1.8}, True),
        (INT, {"gt": 1, "le": 2}, False),
        (INT, {"ge": 1, "gt": 5, "le": 4}, True),
        (STR, {"min_length": 3, "max_length": 2}, True),
        (STR, {"max_length": -1}, True),
        (STR, {"min_length": 2, "max_length": 2}, False),
    ],
)
def test_constraints_that_leave_no_value_are_a_finding(
    shape: Shape, constraints: dict[str, object], impossible: bool
) -> None:
    told = query(shape, **constraints)
    assert [text.startswith("No value satisfies the constraints") for text in told] == [True] * impossible


def test_the_bounds_that_meet_are_named() -> None:
    assert query(INT, ge=5, lt=3) == ["No value satisfies the constraints (lower bound 5, upper bound 3)"]


@pytest.mark.parametrize("pattern", ["[", "(?P<a>", "a**", "(?<=a+)b"])
def test_a_pattern_that_is_none_is_a_finding(pattern: str) -> None:
    (told,) = query(STR, pattern=pattern)
    assert told.startswith("Pattern is not a valid regular expression: ")


def test_every_constraint_is_known_to_the_table() -> None:
    assert len(CONSTRAINTS) == len(set(CONSTRAINTS)) == 13


whole = st.integers(-4, 4)
optional = st.one_of(st.none(), whole)


@given(optional, optional, optional, optional)
def test_bounds_are_called_impossible_exactly_when_no_integer_keeps_them(
    ge: int | None, gt: int | None, le: int | None, lt: int | None
) -> None:
    limits = {"ge": ge, "gt": gt, "le": le, "lt": lt}
    kept = [
        value
        for value in range(-6, 7)
        if (ge is None or value >= ge)
        and (gt is None or value > gt)
        and (le is None or value <= le)
        and (lt is None or value < lt)
    ]
    assert (query(INT, **limits) != []) == (kept == [])


@given(whole, optional, optional)
def test_a_default_is_judged_like_any_value(default: int, ge: int | None, le: int | None) -> None:
    breaks = (ge is not None and default < ge) or (le is not None and default > le)
    told = query(INT, default, ge=ge, le=le)
    assert (told != []) == (breaks or (ge is not None and le is not None and ge > le))


@given(st.sampled_from(sorted(PLACES, key=lambda source: source.name)), shapes)
def test_a_place_that_carries_a_type_carries_it_when_it_may_be_none(source: Source, shape: Shape) -> None:
    if carries(source, shape) and shape != NOTHING:
        assert carries(source, Choice((shape, NOTHING)))


def test_the_pieces_can_be_asked_by_themselves() -> None:
    marker = MarkerFacts(Source.QUERY, has_default=True, default=0, constraints={"ge": 1})
    (finding,) = constraint_findings(marker, None, INT)
    assert (finding.code, finding.parameter) == ("responder-marker", None)
