"""Annotations that mean nothing, and types that can't be validated."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Annotated

from pydantic import PlainValidator

import responder

if TYPE_CHECKING:
    import decimal
    from decimal import Decimal

if TYPE_CHECKING:
    from datetime import date as Day
else:
    from datetime import datetime as Day

api = responder.API()


class Session:
    pass


@api.get("/a/{price}")  # E: responder-annotation
def only_for_checkers(price: Decimal) -> str:
    return str(price)


@api.get("/b")  # R: responder-annotation (mypy: name-defined)
def nowhere(item: Nowhere = responder.Query()) -> str:
    return str(item)


@api.get("/c")  # R: responder-annotation (mypy: name-defined)
def returns_nothing_known() -> Nowhere:
    return 1


@api.post("/d")  # E: responder-annotation
def no_schema(session: Session = responder.Body()) -> str:
    return str(session)


@api.get("/e")  # E: responder-annotation
def in_a_union(price: decimal.Decimal | None = None) -> str:
    return str(price)


@api.get("/f")  # E: responder-annotation
def for_checkers_only() -> list[Decimal]:
    return []


@api.get("/ok/c")
def both_ways(day: Day = responder.Query()) -> str:
    return str(day)


@api.post("/ok/a")
def read_by_a_function(session: Annotated[Session, PlainValidator(bool)] = responder.Body()) -> str:
    return str(session)


Made = Annotated[Session, PlainValidator(bool)]


@api.post("/ok/b")
def read_by_an_alias(session: Made = responder.Body()) -> str:
    return str(session)


def factory() -> responder.API:
    inner = responder.API()

    class Local(enum.Enum):
        ONE = "one"

    @inner.get("/{id}")
    def show(id: Local | str) -> str:
        return str(id)

    return inner


made = factory()


if __name__ == "__main__":
    api.run()
