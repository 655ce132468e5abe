"""What a handler's annotation promises, taken at its word."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from responder import API, Request, Response


class Item(BaseModel):
    name: str


def _api() -> API:
    api = API()

    @api.get("/found/{name}")
    def found(*, name: str) -> Item | None:
        return Item(name=name) if name != "nothing" else None

    @api.get("/status/{name}")
    def status(*, name: str) -> tuple[Item | None, int]:
        return (Item(name=name), 200) if name != "nothing" else (None, 202)

    @api.get("/must", response_model=Item)
    def must(req: Request, resp: Response) -> None:
        return None

    @api.get("/may", response_model=Item | None)
    def may(req: Request, resp: Response) -> None:
        return None

    return api


@pytest.mark.parametrize("path", ["/found/nothing", "/may"])
def test_none_is_an_answer_where_the_contract_allows_it(path: str) -> None:
    answer = _api().requests.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.text == "null"
    assert _api().requests.get(path, headers={"accept": "application/yaml"}).text.startswith("null")


def test_none_is_an_answer_beside_a_status() -> None:
    answer = _api().requests.get("/status/nothing")
    assert (answer.status_code, answer.text) == (202, "null")
    assert _api().requests.get("/status/ada").json() == {"name": "ada"}


def test_none_is_no_answer_where_a_model_is_promised() -> None:
    answer = _api().test_client(raise_server_exceptions=False).get("/must")
    assert answer.status_code == 500
