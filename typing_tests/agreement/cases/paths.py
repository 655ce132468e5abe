"""Fields of the path, who takes them, and as what."""

from __future__ import annotations

import enum
import uuid
from decimal import Decimal
from typing import Any, Literal

import responder
from responder import Request, Response

api = responder.API()


class Colour(enum.StrEnum):
    RED = "red"


@api.get("/a/{user_id}")  # E: responder-path
def nobody_takes_it() -> str:
    return ""


@api.get("/b/{user_id}")  # E: responder-path
def another_name(*, id: str) -> str:
    return id


@api.get("/c/{user_id}/{team_id}")  # E: responder-path
def one_of_two(user_id: str) -> str:
    return user_id


@api.get("/d/{user_id}/{team_id}")  # E: responder-path  # E: responder-path
def none_of_two(req: Request, resp: Response) -> None:
    resp.text = ""


@api.get("/e/{user_id}")  # E: responder-path
def default_does_not_help(user: str = "me") -> str:
    return user


@api.get("/f/{req}")  # E: responder-path
def request_is_taken(req, resp) -> None:
    resp.text = ""


@api.get("/g/{id:int}")  # E: responder-type
def int_as_str(id: str) -> str:
    return id


@api.get("/h/{id:float}")  # E: responder-type
def float_as_int(id: int) -> str:
    return str(id)


@api.get("/i/{id:uuid}")  # E: responder-type
def uuid_as_str(id: str) -> str:
    return id


@api.get("/j/{id:int}")  # E: responder-type
def int_as_literal(id: Literal[1, 2]) -> str:
    return str(id)


@api.get("/k/{id:int}")  # E: responder-type
def int_as_list(id: list[int]) -> str:
    return str(id)


@api.get("/l/{id}")  # E: responder-marker
def text_as_list(id: list[str]) -> str:
    return str(id)


@api.get("/m/{id}")  # E: responder-marker
def text_as_dict(id: dict[str, int]) -> str:
    return str(id)


@api.get("/n/{id:int}")  # E: responder-path
def marker_of_another(user: int = responder.Path(alias="uid")) -> str:
    return str(user)


@api.get("/o/{id}")  # E: responder-marker
def query_on_a_field(id: str = responder.Query()) -> str:
    return id


@api.get("/p/{id}")  # E: responder-marker
def depends_on_a_field(id: str = responder.Depends(str)) -> str:
    return id


@api.get("/q/{id}")  # E: responder-signature
def positional_only(id: str, /) -> str:
    return id


@api.get("/r/{id}")  # E: responder-signature  # E: responder-path
def starred(*args: str) -> str:
    return str(args)


@api.get("/ok/a/{id:int}")
def as_declared(id: int) -> str:
    return str(id)


@api.get("/ok/b/{id:int}")
def promoted(id: float) -> str:
    return str(id)


@api.get("/ok/c/{id:int}")
def optional(id: int | None) -> str:
    return str(id)


@api.get("/ok/d/{id:int}")
def anything(id: Any) -> str:
    return str(id)


@api.get("/ok/e/{id:int}")
def an_object(id: object) -> str:
    return str(id)


@api.get("/ok/f/{id}")
def text_as_int(id: int) -> str:
    return str(id)


@api.get("/ok/g/{colour}")
def text_as_enum(colour: Colour) -> str:
    return colour.value


@api.get("/ok/h/{price}")
def text_as_decimal(price: Decimal) -> str:
    return str(price)


@api.get("/ok/i/{id:int}")
def without_annotation(req, resp, *, id) -> None:
    resp.text = str(id)


@api.get("/ok/j/{id:uuid}/{rest:path}")
def rest(id: uuid.UUID, rest: str) -> str:
    return f"{id}{rest}"


@api.get("/ok/k/{a}/{b}")
def keywords(**fields: str) -> str:
    return str(fields)


@api.get("/ok/l/{id:int}")
def renamed(user: int = responder.Path(alias="id")) -> str:
    return str(user)


@api.get("/ok/m/{id:int}")
def read_again(id: str = responder.Path()) -> str:
    return id


@api.get("/ok/n/{response}")
def called_like_the_response(req: Request, resp: Response, *, response: str) -> None:
    resp.text = response


@api.get("/ok/o/{id}")
def in_any_place(id: str, resp: Response, req: Request) -> None:
    resp.text = f"{req.method} {id}"


if __name__ == "__main__":
    api.run()
