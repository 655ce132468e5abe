"""Frozen classes of named values: what `@dataclass(frozen=True, slots=True)` makes, as far as it is used."""

from __future__ import annotations

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, asdict, dataclass, fields, is_dataclass, replace
from typing import Generic, TypeVar

import pytest

from responder._contract.frozen import frozen, record

T = TypeVar("T")


@frozen
class Point:
    """A place."""

    x: int
    y: int = 0

    def __bool__(self) -> bool:
        return bool(self.x or self.y)

    @property
    def far(self) -> int:
        return abs(self.x) + abs(self.y)


@dataclass(frozen=True, slots=True)
class Twin:
    """A place."""

    x: int
    y: int = 0


@frozen
class Nothing:
    """Holds nothing."""


@frozen
class Box(Generic[T]):
    held: T


@record
class Line(Generic[T]):
    start: T
    stop: T | None = None


def test_values_come_by_place_by_name_and_by_default() -> None:
    assert (Point(1).x, Point(1).y, Point(1, 2).y, Point(y=3, x=1).y) == (1, 0, 2, 3)
    assert (Point(3, -4).far, bool(Point(0))) == (7, False)


def test_the_constructor_takes_what_a_dataclass_takes() -> None:
    mine, theirs = inspect.signature(Point), inspect.signature(Twin)
    assert [(one.name, one.kind) for one in mine.parameters.values()] == [
        (one.name, one.kind) for one in theirs.parameters.values()
    ]
    assert mine.parameters["y"].default == theirs.parameters["y"].default
    with pytest.raises(TypeError):
        Point()  # type: ignore[call-arg]  # the mistake
    with pytest.raises(TypeError):
        Point(1, z=2)  # type: ignore[call-arg]  # the mistake


def test_equal_values_are_equal_and_have_one_hash() -> None:
    assert Point(1, 2) == Point(1, 2) != Point(2, 1)
    assert len({Point(1, 2), Point(1, 2), Point(1, 3)}) == 2
    assert Nothing() == Nothing()
    assert hash(Nothing()) == hash(Nothing())
    assert Box([1]) == Box([1])
    with pytest.raises(TypeError, match="unhashable"):
        hash(Box([1]))


def test_another_class_with_the_same_values_is_something_else() -> None:
    others: tuple[object, ...] = (Twin(1, 2), (1, 2), None)
    assert Point(1, 2) not in others


def test_nothing_can_be_changed_added_or_taken_away() -> None:
    point = Point(1)
    with pytest.raises(FrozenInstanceError, match="'x'"):
        point.x = 2  # type: ignore[misc]  # the mistake
    with pytest.raises(FrozenInstanceError, match="'z'"):
        setattr(point, "z", 2)  # noqa: B010  # no type checker lets it through
    with pytest.raises(FrozenInstanceError, match="'x'"):
        delattr(point, "x")
    assert not hasattr(point, "__dict__")


def test_it_says_what_it_holds() -> None:
    assert repr(Point(1)) == "Point(x=1, y=0)"
    assert (repr(Nothing()), repr(Box("a"))) == ("Nothing()", "Box(held='a')")
    assert (Point.__qualname__, Point.__doc__, Point.__module__) == ("Point", "A place.", __name__)


def test_it_is_taken_apart_by_match() -> None:
    match Point(1, 2):
        case Point(x, 2):
            assert x == 1
        case _:
            raise AssertionError("no match")


def test_it_can_be_copied_and_pickled() -> None:
    point = Point(1, 2)
    assert copy.deepcopy(point) == copy.copy(point) == pickle.loads(pickle.dumps(point)) == point


def test_dataclasses_know_it() -> None:
    assert [(one.name, one.type) for one in fields(Point)] == [(one.name, one.type) for one in fields(Twin)]
    assert (is_dataclass(Point), replace(Point(1, 2), y=3), asdict(Box(1))) == (
        True,
        Point(1, 3),
        {"held": 1},
    )
    with pytest.raises(TypeError):
        replace(Point(1), z=1)  # type: ignore[call-arg]  # the mistake


def test_a_record_is_the_same_for_those_who_do_not_change_it() -> None:
    line = Line(1, stop=2)
    assert line == Line(1, 2) != Line(1)
    assert len({line, Line(1, 2), Line(1)}) == 2
    assert (repr(line), hasattr(line, "__dict__")) == ("Line(start=1, stop=2)", False)
    assert copy.deepcopy(line) == copy.copy(line) == pickle.loads(pickle.dumps(line)) == line
    assert (replace(line, stop=3), [one.name for one in fields(line)]) == (Line(1, 3), ["start", "stop"])
    with pytest.raises(AttributeError, match="other"):
        setattr(line, "other", 1)  # noqa: B010  # no type checker lets it through
