"""Paths that are none, and convertors that nobody knows."""

from __future__ import annotations

import datetime
import uuid

import responder


class DateConvertor(responder.Convertor[datetime.date], name="date"):
    pattern = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def convert(self, text: str) -> datetime.date:
        return datetime.date.fromisoformat(text)

    def format(self, value: datetime.date) -> str:
        return value.isoformat()


class Deps(responder.Registry):
    date = DateConvertor()


api = responder.API()
dated = responder.API(registry=Deps)


@api.get("")  # E: responder-template
def nothing() -> str:
    return ""


@api.get("items")  # E: responder-template
def no_slash() -> str:
    return ""


@api.get("/items/{id")  # E: responder-template
def opened(id: str) -> str:
    return id


@api.get("/items/id}")  # E: responder-template
def closed(id: str) -> str:
    return id


@api.get("/items/{{id}}")  # E: responder-template
def doubled(id: str) -> str:
    return id


@api.get("/items/{}")  # E: responder-template
def unnamed() -> str:
    return ""


@api.get("/items/{item-id}")  # E: responder-template
def dashed(item_id: str) -> str:
    return item_id


@api.get("/items/{1st}")  # E: responder-template
def digit_first() -> str:
    return ""


@api.get("/items/{id:}")  # E: responder-template
def no_convertor(id: str) -> str:
    return id


@api.get("/items/{id:int }")  # E: responder-template
def spaced(id: int) -> str:
    return str(id)


@api.get("/copies/{id}/of/{id}")  # E: responder-template
def twice(id: str) -> str:
    return id


@api.get("/items/{id:integer}")  # E: responder-convertor
def integer(id: int) -> str:
    return str(id)


@api.get("/items/{id:Int}")  # E: responder-convertor
def capital(id: int) -> str:
    return str(id)


@api.get("/days/{day:date}")  # E: responder-convertor
def no_registry(day: datetime.date) -> str:
    return str(day)


@dated.get("/days/{day:date}")
def with_registry(day: datetime.date) -> str:
    return str(day)


@dated.get("/typed/{day:date}")  # E: responder-type
def day_as_int(day: int) -> str:
    return str(day)


@api.get("/")
def root() -> str:
    return ""


@api.get("/all/{a:int}/{b:float}/{c:uuid}/{d:path}")
def every(a: int, b: float, c: uuid.UUID, d: str) -> str:
    return f"{a}{b}{c}{d}"


@api.get("/files/{name}.{kind}")
def two_in_a_segment(name: str, kind: str) -> str:
    return name + kind


if __name__ == "__main__":
    api.run()
