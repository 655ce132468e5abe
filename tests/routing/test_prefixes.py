"""Routers and groups on the wire: what their options mean for the routes below."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel
from starlette.types import ASGIApp, Receive, Scope, Send

from responder import API, Depends, Request, Response, RouteError, Router, abort


class Missing(BaseModel):
    what: str


class Gone(BaseModel):
    when: int


def test_a_group_takes_what_a_router_takes() -> None:
    seen: list[str] = []

    def noting(app: ASGIApp) -> ASGIApp:
        async def note(scope: Scope, receive: Receive, send: Send) -> None:
            seen.append(scope["path"])
            await app(scope, receive, send)

        return note

    def guard() -> None:
        abort(403)

    api = API(openapi="3.1.1")
    group = api.group("/v1", name="v1", middleware=[noting], tags=["one"])
    inner = group.group("/in", name="in", dependencies=[Depends(guard)])
    group.get("/a", name="a")(lambda: "a")
    inner.get("/b", name="b", operation_id="b")(lambda: "b")
    assert api.url_for("v1:a") == "/v1/a"
    assert api.url_for("v1:in:b") == "/v1/in/b"
    assert api.requests.get("/v1/a").text == "a"
    assert api.requests.get("/v1/in/b").status_code == 403
    assert seen == ["/v1/a", "/v1/in/b"]
    assert json.loads(api.openapi.to_json())["paths"]["/v1/a"]["get"]["tags"] == ["one"]
    with pytest.raises(RouteError, match='Unknown option "timeout"'):
        api.group("/v2", timeout=3)  # type: ignore[call-arg]  # what is tested


def test_what_a_router_says_of_statuses_holds_for_routes_that_say_nothing_of_them() -> None:
    api = API(openapi="3.1.1")
    router = Router("/r", responses={404: Missing, 410: "Gone"})

    def miss(req: Request, resp: Response) -> None:
        resp.status_code = int(req.params["status"])
        resp.media = {"what": "it", "when": 3, "secret": "s"}

    router.add_route("/plain", miss, methods=["GET"])
    router.add_route("/own", miss, methods=["GET"], responses={404: Gone})
    router.add_route("/words", miss, methods=["GET"], responses={404: "Not here"})
    api.include_router(router, responses={410: Gone, 409: Gone})
    client = api.requests
    assert client.get("/r/plain?status=404").json() == {"what": "it"}
    assert client.get("/r/own?status=404").json() == {"when": 3}
    assert client.get("/r/words?status=404").json() == {"what": "it", "when": 3, "secret": "s"}
    assert client.get("/r/plain?status=410").json() == {"what": "it", "when": 3, "secret": "s"}
    assert client.get("/r/plain?status=409").json() == {"when": 3}
    told = json.loads(api.openapi.to_json())["paths"]["/r/plain"]["get"]["responses"]
    assert told["410"] == {"description": "Gone"}
    schema = {"application/json": {"schema": {"$ref": "#/components/schemas/Missing"}}}
    assert told["404"] == {"description": "Not Found", "content": schema}
    with pytest.raises(RouteError, match='Option "responses"'):
        Router("/x", responses={99: Gone})
