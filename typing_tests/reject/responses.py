"""What a response or a problem cannot mean."""

from __future__ import annotations

from pydantic import BaseModel

from responder import Problem, Response, abort


class Item(BaseModel):
    name: str


class OutOfStock(Problem):
    status = 409
    sku: str


def send_mail(to: str) -> None: ...


def handler(resp: Response[Item]) -> None:
    resp.media = {"name": "x"}  # E: assignment | reportAttributeAccessIssue
    resp.created({"name": "x"})  # E: arg-type | reportArgumentType
    resp.text = b"x"  # E: assignment | reportAttributeAccessIssue
    resp.content = 5  # E: assignment | reportAttributeAccessIssue
    resp.status_code = "201"  # E: assignment | reportAttributeAccessIssue
    resp.headers["X-A"] = 1  # E: assignment | reportArgumentType
    resp.set_cookie("a", "b", samesite="sometimes")  # E: arg-type | reportArgumentType
    resp.cache_control(max_age="60")  # E: arg-type | reportArgumentType
    resp.cache_control(maxage=60)  # E: call-arg | reportCallIssue
    resp.background(send_mail, 5)  # E: arg-type | reportArgumentType
    resp.background(send_mail)  # E: call-arg | reportCallIssue
    abort("404")  # E: arg-type | reportArgumentType


def problems() -> None:
    OutOfStock()  # E: call-arg | reportCallIssue
    OutOfStock(sku=5)  # E: arg-type | reportArgumentType
    OutOfStock(sku="a", colour="red")  # E: call-arg | reportCallIssue
