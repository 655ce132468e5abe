from __future__ import annotations

import datetime
import decimal
import enum
import pathlib
import uuid
from typing import ClassVar

import pytest
from starlette.exceptions import HTTPException
from typing_extensions import override

from responder._http.faults import error_item
from responder._http.problems import ConfigurationError, Problem, RequestInvalid, abort, base_payload
from responder._http.response import Response
from tests.http.wire import send


class OutOfStock(Problem):
    status = 409
    type = "https://example.com/problems/out-of-stock"
    title = "Out of stock"
    sku: str
    left: int = 0


class Reserved(OutOfStock):
    until: datetime.date


def test_a_problem_has_type_title_status_and_detail() -> None:
    assert Problem(404).payload() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "Not Found",
    }


def test_every_member_can_be_given() -> None:
    problem = Problem(
        413,
        "Too much",
        title="Large",
        type="https://example.com/large",
        instance="/uploads/1",
        errors=[{"msg": "x"}],
        headers={"Retry-After": "5"},
        limit=10,
    )
    assert problem.payload() == {
        "type": "https://example.com/large",
        "title": "Large",
        "status": 413,
        "detail": "Too much",
        "instance": "/uploads/1",
        "errors": [{"msg": "x"}],
        "limit": 10,
    }
    assert problem.headers == {"Retry-After": "5"}
    assert isinstance(problem, HTTPException)


def test_the_explicit_members_can_be_told_from_the_base() -> None:
    problem = Problem(400, title="T", type="u:t", instance="/i", more=1)
    assert problem.base() == {"type": "about:blank", "title": "T", "status": 400, "detail": "Bad Request"}
    assert problem.explicit() == {"type": "u:t", "instance": "/i", "more": 1}


def test_a_class_of_problems_declares_its_members() -> None:
    problem = OutOfStock(detail="The last one is gone", sku="A-1", headers={"X-A": "1"})
    assert problem.status_code == 409
    assert problem.sku == "A-1"
    assert problem.payload() == {
        "type": "https://example.com/problems/out-of-stock",
        "title": "Out of stock",
        "status": 409,
        "detail": "The last one is gone",
        "sku": "A-1",
        "left": 0,
    }
    assert OutOfStock.members() == {"sku": str, "left": int}
    assert Reserved.members() == {"sku": str, "left": int, "until": datetime.date}
    assert Problem.members() == {}


def test_a_class_keeps_its_defaults_when_an_occurrence_changes_them() -> None:
    assert OutOfStock(sku="a", left=3).payload()["left"] == 3
    assert OutOfStock(sku="b").payload()["left"] == 0


def test_a_member_that_is_missing_or_not_declared_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="OutOfStock needs 'sku'"):
        OutOfStock()  # type: ignore[call-arg]  # on purpose
    with pytest.raises(ConfigurationError, match="OutOfStock does not declare 'colour'"):
        OutOfStock(sku="a", colour="red")  # type: ignore[call-arg]  # on purpose


def test_reserved_members_cannot_be_extensions() -> None:
    for name in ("status", "request_id"):
        with pytest.raises(ConfigurationError, match="reserved"):
            Problem(400, **{name: 1})  # type: ignore[arg-type]  # on purpose
    with pytest.raises(ConfigurationError, match="reserved"):
        type("Bad", (Problem,), {"__annotations__": {"request_id": "str"}})


def test_a_subclass_may_have_a_constructor_of_its_own() -> None:
    class Gone(Problem):
        status: ClassVar[int] = 410

        def __init__(self, name: str) -> None:
            super().__init__(detail=f"{name} is gone")

    assert Gone("it").payload()["status"] == 410


@pytest.mark.parametrize("status", [399, 600, 200, True, "404", 4.0])
def test_the_status_of_an_error_is_an_error(status: object) -> None:
    with pytest.raises(ConfigurationError, match="from 400 to 599"):
        Problem(status)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(ConfigurationError):
        abort(status)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(ConfigurationError):
        type("Bad", (Problem,), {"status": status})


def test_a_configuration_error_is_a_value_error_and_a_type_error() -> None:
    for kind in (ValueError, TypeError):
        with pytest.raises(kind, match="no such"):
            raise ConfigurationError("no such option", parameter="gzip", hint="see the docs")


def test_abort_raises_the_plain_exception_when_nothing_more_is_said() -> None:
    with pytest.raises(HTTPException) as caught:
        abort(404, headers={"X-A": "1"})
    assert type(caught.value) is HTTPException
    assert (caught.value.status_code, caught.value.detail, caught.value.headers) == (
        404,
        "Not Found",
        {"X-A": "1"},
    )
    with pytest.raises(HTTPException) as caught:
        abort(413)
    assert caught.value.detail == "Content Too Large"


def test_abort_raises_a_problem_when_more_is_said() -> None:
    with pytest.raises(Problem) as caught:
        abort(409, detail="Taken", name="x")
    assert caught.value.payload()["name"] == "x"


def test_an_invalid_request_lists_its_faults() -> None:
    problem = RequestInvalid([error_item(["query", "limit"], "must be less", "less_than")])
    assert problem.payload() == {
        "type": "about:blank",
        "title": "Validation Error",
        "status": 422,
        "detail": "Validation failed",
        "errors": [{"loc": ["query", "limit"], "msg": "must be less", "type": "less_than"}],
    }


def test_the_base_document_carries_an_id_when_one_is_known() -> None:
    assert base_payload(500, "x", request_id="r1")["request_id"] == "r1"
    assert base_payload(500) == {"type": "about:blank", "title": "Internal Server Error", "status": 500}


class Odd:
    @override
    def __str__(self) -> str:
        raise RuntimeError("secret")


class OddError(Exception):
    @override
    def __str__(self) -> str:
        raise RuntimeError("secret")


class Colour(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (float("nan"), None),
        (float("-inf"), None),
        ("\ud800", "\ufffd"),
        ({"\ud800": 1}, {"\ufffd": 1}),
        (b"\xff", "\ufffd"),
        (datetime.date(2024, 1, 2), "2024-01-02"),
        (datetime.timedelta(seconds=5), 5.0),
        ({1}, [1]),
        (decimal.Decimal("1.10"), "1.10"),
        (Colour.RED, "red"),
        (uuid.UUID(int=0), "00000000-0000-0000-0000-000000000000"),
        (pathlib.PurePosixPath("/a"), "/a"),
        (ValueError("broken"), "broken"),
        (Odd(), "Odd"),
        (OddError(), "OddError"),
        (object, "type"),
        (2**70, 2**70),
        (10**5000, None),
        ([10**5000, {"a": 10**5000}], [None, {"a": None}]),
        ({1: "a", None: "b", (1, 2): "c", 2.5: 1}, {"1": "a", "null": "b", "tuple": "c", "2.5": 1}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_problem_document_can_carry_anything(value: object, sent: object) -> None:
    response: Response = Response()
    response.problem(400, "no", extra=value)
    answer = send(response)
    assert answer.status == 400
    assert answer.header("content-type") == b"application/problem+json"
    payload = answer.json
    assert isinstance(payload, dict)
    assert payload["extra"] == sent


def test_a_problem_document_may_hold_itself() -> None:
    loop: list[object] = []
    loop.append(loop)
    response: Response = Response()
    response.problem(400, extra=loop)
    assert send(response).status == 400
