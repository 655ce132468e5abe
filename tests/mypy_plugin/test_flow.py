"""Which bodies and statuses are followed through a handler, and of which expressions the type is evident.

One program of handlers: those called `wrong_...` are told, the others are not.
"""

from __future__ import annotations

import re

import pytest

from tests.mypy_plugin.checking import said

HEAD = """
from __future__ import annotations
import contextlib
from pydantic import BaseModel
from responder import API, Request, Response, abort

api = API()

class Item(BaseModel):
    name: str

RIGHT = Item(name="")

class Fault(BaseModel):
    code: int

class Shelf:
    def one(self) -> int:
        return 1
    def item(self) -> Item:
        return Item(name="")
    async def later(self) -> list[Item]:
        return []

shelf = Shelf()
declared: int = 3
grows = []

def number() -> int:
    return 1

def anything():
    return 1

class Odd:
    def __new__(cls) -> Item:  # type: ignore[misc]
        return Item(name="")
"""

FLOW = {
    "wrong_at_once": "resp.media = 1",
    "wrong_text": "resp.text = 'a'",
    "wrong_after_a_right_one": "resp.media = RIGHT\nresp.media = 1",
    "replaced": "resp.media = 1\nresp.media = RIGHT",
    "wrong_in_both_branches": "if id:\n    resp.media = 1\nelse:\n    resp.media = RIGHT",
    "status_in_a_branch": "if id:\n    resp.status_code = 404\n    resp.media = 1",
    "wrong_status_set_elsewhere": "if id:\n    resp.status_code = 404\n    return\nresp.media = 1",
    "unknown_status": "resp.status_code = id\nresp.media = 1",
    "wrong_under_its_status": "resp.status_code = 409\nresp.media = 1",
    "right_under_its_status": "resp.status_code = 409\nresp.media = {'code': 1}",
    "one_of_two_statuses": "resp.status_code = 200 if id else 404\nresp.media = 1",
    "never_sent": "resp.media = 1\nabort(404)",
    "raised_before": "raise ValueError\nresp.media = 1",
    "handed_on": "resp.media = 1\nprint(resp)",
    "inner_function": "def inner() -> None:\n    resp.status_code = 404\ninner()\nresp.media = 1",
    "wrong_in_a_loop": "for _ in range(id):\n    resp.media = 1",
    "replaced_after_a_loop": "for _ in range(id):\n    resp.media = 1\n    break\nresp.media = RIGHT",
    "status_by_a_loop": "while id:\n    resp.status_code = 404\n    break\nresp.media = 1",
    "wrong_in_try": "try:\n    resp.media = 1\nexcept ValueError:\n    abort(404)",
    "finally_says": "try:\n    resp.media = 1\nfinally:\n    resp.media = RIGHT",
    "status_in_except": "try:\n    number()\nexcept ValueError:\n    resp.status_code = 404\nresp.media = 1",
    "wrong_in_with": "with contextlib.suppress(ValueError):\n    resp.media = 1",
    "status_in_with": "with contextlib.suppress(ValueError):\n    resp.status_code = 404\nresp.media = 1",
    "wrong_in_match": "match id:\n    case 1:\n        resp.media = 1",
    "status_in_match": "match id:\n    case 1:\n        resp.status_code = 404\nresp.media = 1",
    "another_attribute": "resp.headers['a'] = 'b'\nresp.media = RIGHT",
    "wrong_beside_headers": "resp.headers['a'] = 'b'\nresp.media = 1",
    "own_name": "resp = Response()\nresp.media = 1",
}
EVIDENT = {
    "wrong_number": "1",
    "wrong_list": "[1, 2]",
    "wrong_list_of_models": "[Item(name='')]",
    "wrong_comprehension": "[Item(name='') for _ in range(id)]",
    "instance": "Shelf()",
    "other_model": "Fault(code=1)",
    "model": "Item(name='')",
    "wrong_declared": "declared",
    "wrong_result": "number()",
    "untyped_result": "anything()",
    "wrong_method": "shelf.one()",
    "right_method": "shelf.item()",
    "wrong_both": "1 if id else 2",
    "one_of_both": "1 if id else RIGHT",
    "wrong_key_missing": "{}",
    "unknown_key": "{'nom': ''}",
    "computed_key": "{str(id): ''}",
    "spread": "{**{}}",
    "made_by_new": "Odd()",
    "arithmetic": "id + 1",
    "parameter": "other",
    "wrong_awaited": "await shelf.later()",
}


def program() -> str:
    """All of them."""
    options = "response_model=Item, responses={409: Fault, 404: 'There is none'}"
    text = HEAD
    for name, body in FLOW.items():
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        text += f"@api.get('/{name}/{{id:int}}', {options})\n"
        text += f"def {name}(resp: Response, id: int) -> None:\n{lines}"
    for name, value in EVIDENT.items():
        text += f"@api.get('/{name}/{{id:int}}', {options})\n"
        text += f"async def {name}(resp: Response, id: int, other: Item | None = None) -> None:\n"
        text += f"    resp.media = {value}\n"
    return text


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The handlers that are told."""
    folder = tmp_path_factory.mktemp("flow")
    (folder / "case.py").write_text(program(), encoding="utf-8")
    lines = [line for line in said(folder) if "[responder-response]" in line]
    return {match[1] for line in lines for match in [re.search(r'[Hh]andler "(\w+)"', line)] if match}


@pytest.mark.parametrize("name", [*FLOW, *EVIDENT])
def test_a_body_is_told_when_it_is_wrong_in_every_way_that_it_can_be_sent(name: str, told: set[str]) -> None:
    assert (name in told) == name.startswith("wrong_")
