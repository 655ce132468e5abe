"""A redirect has no body of its route's model, and needs none."""

from __future__ import annotations

from pydantic import BaseModel

import responder


class Item(BaseModel):
    name: str


def test_a_redirect_is_not_held_to_the_model_of_the_answer() -> None:
    api = responder.API()

    @api.get("/old", response_model=Item)
    async def old(req: responder.Request, resp: responder.Response) -> None:
        resp.redirect("/new")

    answer = api.requests.get("/old", follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == "/new"
