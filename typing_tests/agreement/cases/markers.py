"""Query, Header, Cookie, Path, Form, File and Body: places, types, constraints and defaults."""

from __future__ import annotations

import datetime
from typing import Annotated

from pydantic import BaseModel

import responder
from responder import UploadFile

api = responder.API()


class Search(BaseModel):
    q: str
    limit: int = 10


@api.get("/a")  # E: responder-marker
def dict_in_query(window: dict[str, int] = responder.Query()) -> str:
    return str(window)


@api.get("/b")  # E: responder-marker
def model_in_header(search: Search = responder.Header()) -> str:
    return str(search)


@api.get("/c")  # E: responder-marker
def models_in_query(search: list[Search] = responder.Query()) -> str:
    return str(search)


@api.get("/d")  # E: responder-marker
def upload_in_query(image: UploadFile = responder.Query()) -> str:
    return str(image)


@api.post("/e")  # E: responder-marker
def upload_in_form(image: UploadFile = responder.Form()) -> str:
    return str(image)


@api.post("/f")  # E: responder-marker
def text_in_file(image: str = responder.File()) -> str:
    return image


@api.get("/g")  # E: responder-marker
def length_of_int(limit: int = responder.Query(min_length=1)) -> str:
    return str(limit)


@api.get("/h")  # E: responder-marker
def bound_of_text(name: Annotated[str, responder.Query(ge=1)]) -> str:
    return name


@api.get("/i")  # E: responder-marker
def pattern_of_date(day: Annotated[datetime.date, responder.Query(pattern="^2")]) -> str:
    return str(day)


@api.get("/j")  # E: responder-marker
def default_too_small(limit: int = responder.Query(0, ge=1)) -> str:
    return str(limit)


@api.get("/k")  # E: responder-marker
def default_too_big(limit: float = responder.Query(1.5, lt=1.5)) -> str:
    return str(limit)


@api.get("/l")  # E: responder-marker
def default_no_multiple(limit: int = responder.Query(3, multiple_of=2)) -> str:
    return str(limit)


@api.get("/m")  # E: responder-marker
def default_too_short(name: str = responder.Query("", min_length=1)) -> str:
    return name


@api.get("/n")  # E: responder-marker
def default_too_long(name: str = responder.Header("abc", max_length=2)) -> str:
    return name


@api.get("/o")  # E: responder-marker
def default_no_match(name: str = responder.Cookie("A", pattern="^[a-z]$")) -> str:
    return name


@api.get("/p")  # E: responder-marker
def annotated_default(name: Annotated[str, responder.Query(min_length=2)] = "a") -> str:
    return name


@api.get("/q")  # E: responder-marker
def no_pattern(name: str = responder.Query(pattern="[")) -> str:
    return name


@api.get("/r")  # E: responder-marker
def no_room(limit: int = responder.Query(ge=10, le=1)) -> str:
    return str(limit)


@api.get("/s")  # E: responder-marker
def no_integer(limit: int = responder.Query(gt=1, lt=2)) -> str:
    return str(limit)


@api.get("/t")  # E: responder-marker
def no_length(name: str = responder.Query(min_length=3, max_length=2)) -> str:
    return name


@api.get("/u")  # E: responder-marker  # E: responder-marker
def two_mistakes(
    limit: int = responder.Query(0, ge=1),
    name: str = responder.Query("", min_length=1),
) -> str:
    return f"{limit}{name}"


@api.get("/ok/a")
def usual(
    q: str,  # E: responder-dependency
) -> str:
    return q


@api.get("/ok/b")
def query(
    q: str = responder.Query(min_length=1, pattern="^a"),
    limit: int = responder.Query(10, ge=1, le=100),
    ratio: float = responder.Query(0.5, gt=0, allow_inf_nan=False),
    tags: list[str] = responder.Query([], max_length=5),
    day: datetime.date | None = responder.Query(None),
) -> str:
    return f"{q}{limit}{ratio}{tags}{day}"


@api.get("/ok/c")
def annotated(
    q: Annotated[str | None, responder.Query(min_length=1)] = None,
    agent: Annotated[str, responder.Header(alias="User-Agent")] = "none",
    hosts: Annotated[list[str] | None, responder.Header()] = None,
    session: Annotated[str | None, responder.Cookie()] = None,
) -> str:
    return f"{q}{agent}{hosts}{session}"


@api.get("/ok/d")
def model(search: Annotated[Search, responder.Query()]) -> str:
    return search.q


@api.get("/ok/e")
def without_annotation(req, resp, *, q=responder.Query("a", min_length=1)) -> None:
    resp.text = q


@api.post("/ok/f")
def form(
    name: str = responder.Form(),
    image: UploadFile | None = responder.File(None),
    images: list[UploadFile] = responder.File(),
) -> str:
    return f"{name}{image}{images}"


@api.post("/ok/g")
def form_model(search: Search = responder.Form()) -> str:
    return search.q


if __name__ == "__main__":
    api.run()
