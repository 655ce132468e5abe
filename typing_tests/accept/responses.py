"""A response knows the type of its media; a problem of one's own knows its members."""

from __future__ import annotations

import datetime
from typing import assert_type

from pydantic import BaseModel

from responder import API, Problem, Response, abort


class Item(BaseModel):
    name: str


class OutOfStock(Problem):
    status = 409
    type = "https://example.com/problems/out-of-stock"
    title = "Out of stock"
    sku: str
    left: int = 0


api = API()


@api.get("/loose")
def loose(resp: Response) -> None:
    resp.media = {"anything": 1}
    resp.media = Item(name="x")
    resp.text = "text"
    resp.content = b"bytes"
    resp.content = "text"
    resp.status_code = 201


@api.get("/typed")
def typed(resp: Response[Item]) -> None:
    resp.media = Item(name="x")
    resp.created(Item(name="y"), location="/items/y")


@api.get("/after")
def after(resp: Response[Item]) -> None:
    assert_type(resp.media, Item | None)
    assert_type(resp.text, str | None)
    assert_type(resp.content, bytes | str | None)
    assert_type(resp.etag, str | None)


@api.get("/around")
def around(resp: Response) -> None:
    resp.headers["X-A"] = "1"
    resp.headers = {"X-B": "2"}
    resp.cookies["theme"] = "dark"
    resp.set_cookie("a", "b", expires=datetime.datetime.now(datetime.UTC), samesite="strict")
    resp.set_cookie("a", "b", samesite=None, max_age=60)
    resp.delete_cookie("a", path="/x")
    resp.cache_control(public=True, max_age=60, extension={"x": 1})
    resp.etag = "v1"
    resp.last_modified = datetime.datetime.now(datetime.UTC)
    resp.redirect("/x", permanent=True, allow_external=False)
    resp.problem(409, "Taken", name="x")
    assert_type(resp.ok, bool)
    assert_type(resp.status_code_safe, int)


def send_mail(to: str, *, subject: str) -> int:
    return len(to + subject)


@api.get("/later")
def later(resp: Response) -> None:
    sent = resp.background(send_mail, "a@example.com", subject="Hello")
    assert_type(sent("b", subject="c"), int)


def stop(sku: str | None) -> str:
    if sku is None:
        abort(404, detail="No such thing")
    return sku


def problems(sku: str) -> None:
    try:
        raise OutOfStock(sku=sku, left=1, detail="Gone", headers={"Retry-After": "5"})
    except OutOfStock as problem:
        assert_type(problem.sku, str)
        assert_type(problem.left, int)
        assert_type(problem.detail, str)
