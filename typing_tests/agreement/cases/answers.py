"""What handlers answer, against what their routes promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from pydantic import BaseModel, RootModel

import responder
from responder import Request, Response

api = responder.API()


class Item(BaseModel):
    name: str
    price: float = 0.0


class Wide(Item):
    stock: int


class Names(RootModel[list[str]]):
    pass


class Fault(BaseModel):
    code: str


class Row(TypedDict):
    name: str


@dataclass
class Point:
    x: int


class Service:
    def find(self, id: int) -> list[Item]:
        return []


service = Service()


@api.get("/a", response_model=Item)  # E: responder-response
def list_for_a_model() -> list[Item]:
    return []


@api.get("/b", response_model=list[Item])  # E: responder-response
def model_for_a_list() -> Item:
    return Item(name="")


@api.get("/c", response_model=Item)  # E: responder-response
def text_for_a_model() -> str:
    return ""


@api.get("/d", response_model=list[Item])  # E: responder-response
def list_of_others() -> list[int]:
    return []


@api.get("/e", response_model=Item)  # P: responder-response (what a body sets is seen by reading it)
def media_of_another_kind(req: Request, resp: Response) -> None:
    resp.media = [1, 2]


@api.get("/f", response_model=Item)  # P: responder-response (what a body sets is seen by reading it)
def media_without_a_field(req: Request, resp: Response) -> None:
    resp.media = {"price": 1.0}


@api.get("/g", response_model=Item)  # P: responder-response (what a body sets is seen by reading it)
def text_beside_a_model(req: Request, resp: Response) -> None:
    resp.text = "an item"


@api.get("/h", response_model=Item)  # P: responder-response (what a body sets is seen by reading it)
def on_one_way_out(req: Request, resp: Response, flag: bool = responder.Query(False)) -> None:
    if flag:
        resp.status_code = 404
        resp.media = {"anything": 1}
        return
    resp.media = service.find(1)


@api.get("/i", responses={404: Fault})  # P: responder-response (what a body sets is seen by reading it)
def another_fault(req: Request, resp: Response) -> None:
    resp.status_code = 404
    resp.media = [1]


@api.get("/j", responses={404: Fault})  # P: responder-response (what is returned is seen by reading it)
def a_returned_fault(req: Request) -> dict[str, str] | tuple[dict[str, str], int]:
    if req.method == "GET":
        return {}, 404
    return {"name": "a"}


@api.get("/k", response_model=Item)  # P: responder-response (what is returned is seen by reading it)
def a_returned_mapping(req, resp):
    return {"price": 1.0}


@api.get("/l", responses={"40": "none"})  # E: responder-option
def no_status() -> str:
    return ""


@api.get("/m", responses={404: 42})  # E: responder-option
def no_promise() -> str:
    return ""


@api.get("/n", responses={204: Item})  # E: responder-response
def a_model_without_a_body() -> str:
    return ""


@api.get("/o", responses={"4XX": Item})  # E: responder-option
def a_model_for_many() -> str:
    return ""


@api.get("/p", params_model=int)  # E: responder-annotation
def a_number_as_query() -> str:
    return ""


@api.get("/q", params_model=Service)  # E: responder-annotation
def a_plain_class_as_query() -> str:
    return ""


@api.get("/r", response_model=Service)  # E: responder-response
def a_plain_class_as_model() -> dict[str, str]:
    return {}


@api.get("/ok/a", response_model=Item)
def narrowed() -> Wide:
    return Wide(name="", stock=1)


@api.get("/ok/b", response_model=Item)
def mapped() -> dict[str, object]:
    return {"name": ""}


@api.get("/ok/c", response_model=Names)
def read_by_itself() -> list[str]:
    return []


@api.get("/ok/d", response_model=Item)
def or_nothing(resp: Response) -> Item | None:
    if resp.status_code is None:
        return Item(name="")
    resp.media = {"name": "b"}
    return None


@api.get("/ok/e", response_model=Item, responses={404: Fault})
def as_promised(req: Request, resp: Response, id: int = responder.Query(1)) -> None:
    if id < 0:
        resp.status_code = 404
        resp.media = {"code": "gone"}
    elif id == 0:
        resp.status_code = 500
        resp.text = "broken"
    else:
        resp.media = {"name": "a", "price": 1}


@api.get("/ok/f", response_model=Item)
def by_a_status_of_any_kind(req: Request, resp: Response, status: int = responder.Query(400)) -> None:
    resp.status_code = status
    resp.text = "no"


@api.get("/ok/g", response_model=Item)
def overwritten(resp: Response) -> None:
    resp.text = "not yet"
    for _ in range(3):
        resp.media = {"name": "a"}
    resp.media = {"name": "a"}


@api.get("/ok/h", response_model=Item)
def given_away(resp: Response) -> None:
    resp.text = "not yet"
    finish(resp)


def finish(resp: Response) -> None:
    resp.media = {"name": "a"}


@api.get("/ok/i", response_model=Item)
def redirected(resp: Response) -> None:
    resp.media = 1
    resp.redirect("/")


@api.get("/ok/j", response_model=list[Item])
def rows() -> list[Row]:
    return [{"name": "a"}]


@api.get("/ok/k", response_model=Item)
def either() -> Item | str:
    return Item(name="a")


@api.get("/ok/l", response_model=Point, params_model=Item)
def structured() -> dict[str, int]:
    return {"x": 1}


@api.get(
    "/ok/m",
    responses={404: Fault, "default": "anything", 409: {"model": Fault}, 410: {"description": "gone"}},
)
def documented() -> tuple[dict[str, str], int]:
    return {"anything": "x"}, 400


if __name__ == "__main__":
    api.run()
