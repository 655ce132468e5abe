"""`assert_problem` with a class: what it gives has the members of the class, with their types."""

from __future__ import annotations

from datetime import date

import pytest

from responder import API, Problem
from responder.testing import assert_problem


class OutOfStock(Problem):
    status = 409
    type = "https://example.com/problems/out-of-stock"
    title = "Out of stock"
    sku: str
    back: date
    left: int = 0


class Other(Problem):
    status = 409
    type = "https://example.com/problems/other"


class Wider(OutOfStock):
    shelf: int


def shop() -> API:
    api = API()

    @api.get("/buy")
    def buy() -> str:
        raise OutOfStock(detail="The last one is gone", sku="A-1", back=date(2030, 1, 2))

    return api


def test_a_class_gives_its_members_with_their_types() -> None:
    problem = assert_problem(shop().requests.get("/buy"), OutOfStock)
    assert isinstance(problem, OutOfStock)
    assert (problem.sku, problem.back, problem.left) == ("A-1", date(2030, 1, 2), 0)
    assert problem.detail == "The last one is gone"
    assert problem.instance == "/buy"


def test_members_may_be_given_too() -> None:
    answer = shop().requests.get("/buy")
    assert assert_problem(answer, OutOfStock, sku="A-1").sku == "A-1"
    with pytest.raises(AssertionError, match="sku is 'A-1', not 'B-2'"):
        assert_problem(answer, OutOfStock, sku="B-2")


def test_another_class_is_not_this_one() -> None:
    answer = shop().requests.get("/buy")
    with pytest.raises(AssertionError, match="expected Other of type"):
        assert_problem(answer, Other)
    with pytest.raises(AssertionError, match="has a member 'shelf'"):
        assert_problem(answer, Wider)
    with pytest.raises(AssertionError, match="expected 409, got 404"):
        assert_problem(shop().requests.get("/nowhere"), OutOfStock)


def test_a_member_of_another_type_is_told() -> None:
    class Miscounted(OutOfStock):
        sku: int  # type: ignore[assignment]  # what is tested

    with pytest.raises(AssertionError, match="sku of Miscounted is 'A-1'"):
        assert_problem(shop().requests.get("/buy"), Miscounted)
