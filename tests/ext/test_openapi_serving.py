"""The document on the wire: YAML and JSON, where it is, and what gives way to what."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
import yaml

from responder import API, Request
from responder.errors import RouteError


def make(**options: Any) -> API:
    settings: dict[str, Any] = {"openapi": "3.1.1", **options}
    api = API(**settings)

    @api.get("/items/{id:int}")
    def show(*, id: int) -> None: ...

    return api


def test_it_is_yaml_unless_json_is_asked_for() -> None:
    api = make()
    plain = api.requests.get("/schema.yml")
    asked = api.requests.get("/schema.yml", headers={"accept": "application/json"})
    assert plain.headers["content-type"] == "application/yaml"
    assert asked.headers["content-type"] == "application/json"
    assert "Accept" in plain.headers["vary"]
    assert yaml.safe_load(plain.text) == asked.json() == api.openapi.document
    assert plain.text == api.openapi.openapi == api.openapi.to_yaml()


def test_a_path_that_ends_in_json_is_always_json() -> None:
    api = make(openapi_route="/openapi.json")
    answer = api.requests.get("/openapi.json", headers={"accept": "application/yaml"})
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.text)["openapi"] == "3.1.1"
    assert api.requests.get("/schema.yml").status_code == 404


def test_nothing_is_served_unless_it_is_asked_for() -> None:
    api = API()
    assert api.requests.get("/schema.yml").status_code == 404
    assert not api.openapi.enabled
    assert api.openapi.document["openapi"] == "3.1.1"


def test_a_docs_route_alone_brings_the_document() -> None:
    api = API(docs_route="/docs")
    assert yaml.safe_load(api.requests.get("/schema.yml").text)["openapi"] == "3.1.1"
    assert api.openapi.enabled


def test_a_document_that_came_by_itself_gives_way_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    api = API(docs_route="/docs")
    with caplog.at_level(logging.WARNING, "responder"):

        @api.get("/schema.yml")
        def mine() -> str:
            return "mine"

    assert api.requests.get("/schema.yml").text == "mine"
    (record,) = [one for one in caplog.records if "takes the place" in one.getMessage()]
    assert "GET /schema.yml" in record.getMessage()


def test_a_document_that_was_asked_for_does_not_give_way() -> None:
    api = make()
    with pytest.raises(RouteError, match="already exists"):
        api.get("/schema.yml")(lambda: "mine")


def test_the_server_is_where_a_proxy_put_the_application() -> None:
    from tests.tour.support import call

    api = make()
    told = yaml.safe_load(call(api, "GET", "/shop/schema.yml", root_path="/shop").body)
    assert told["servers"] == [{"url": "/shop"}]
    assert api.openapi.document["servers"] == [{"url": "/"}]


def test_servers_that_were_given_stay() -> None:
    from tests.tour.support import call

    api = make(openapi_servers=[{"url": "https://api.example.com"}])
    told = yaml.safe_load(call(api, "GET", "/shop/schema.yml", root_path="/shop").body)
    assert told["servers"] == [{"url": "https://api.example.com"}]


def test_a_proxy_that_tells_a_thousand_places_fills_nothing() -> None:
    from responder.ext.openapi.serving import SchemaPage
    from tests.tour.support import call

    api = make()
    (page,) = [route.handler for route in api.operations if isinstance(route.handler, SchemaPage)]
    for number in range(50):
        call(api, "GET", f"/{number}/schema.yml", root_path=f"/{number}")
    assert len(page._written) <= 16


def test_a_later_declaration_is_served() -> None:
    api = make()
    assert "/more" not in api.requests.get("/schema.yml").text

    @api.get("/more")
    def more() -> None: ...

    assert "/more" in api.requests.get("/schema.yml").text


def test_the_document_is_open_where_an_application_has_a_guard() -> None:
    async def nobody(req: Request) -> None: ...

    api = make(auth=nobody)
    assert api.requests.get("/items/1").status_code == 401
    assert api.requests.get("/schema.yml").status_code == 200


@pytest.mark.parametrize("accept", ["*/*", "text/html", "x" * 5000, "application/yaml;q=x"])
def test_any_accept_gets_the_document(accept: str) -> None:
    assert make().requests.get("/schema.yml", headers={"accept": accept}).status_code == 200
