"""The example shop does what its pages say."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from examples.store.app import api
from examples.store.database import Session
from examples.store.deps import Deps

STAFF = {"X-Staff-Key": "key"}
ADA, BEN = {"Authorization": "Bearer her-token"}, {"Authorization": "Bearer his-token"}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def client(database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("STORE_DATABASE", str(database))
    monkeypatch.setenv("STORE_TOKENS", "ada:her-token,ben:his-token")
    monkeypatch.setenv("STORE_STAFF_KEY", "key")
    with api.test_client() as entered:
        yield entered


def stock(client: TestClient, product_id: int) -> object:
    return client.get(f"/products/{product_id}").json()["stock"]


def test_the_declarations_are_sound() -> None:
    assert [str(finding) for finding in api.check()] == []


def test_the_catalogue_is_listed_by_name_in_parts(client: TestClient) -> None:
    answer = client.get("/products", params={"size": 2})
    page = answer.json()
    assert [item["name"] for item in page["items"]] == ["Black tea", "Green tea"]
    assert (page["total"], page["pages"]) == (3, 2)
    assert answer.headers["x-total-count"] == "3"
    (following,) = re.findall(r'<([^<>]*)>; rel="next"', answer.headers["link"])
    rest = client.get(following).json()
    assert [item["name"] for item in rest["items"]] == ["Iron teapot"]


def test_the_catalogue_is_sorted_as_customers_wish_and_by_nothing_else(client: TestClient) -> None:
    page = client.get("/products", params={"sort": "-price_cents"}).json()
    assert [item["price_cents"] for item in page["items"]] == [5900, 450, 390]
    refused = client.get("/products", params={"sort": "id; DROP TABLE products"})
    assert refused.status_code == 400
    assert refused.json()["detail"] == "Cannot sort by 'id; DROP TABLE products'"


def test_the_catalogue_is_searched(client: TestClient) -> None:
    page = client.get("/products", params={"search": "pot"}).json()
    assert [item["sku"] for item in page["items"]] == ["pot-iron"]


def test_a_product_is_added_shown_changed_and_removed(client: TestClient) -> None:
    new = {"sku": "cup-blue", "name": "Blue cup", "price_cents": 700}
    added = client.post("/products", json=new, headers=STAFF)
    assert added.status_code == 201
    assert added.json() == {"id": 4, "stock": 0, **new}
    where = added.headers["location"]
    assert client.get(where).json() == added.json()
    changed = client.patch(where, json={"stock": 5}, headers=STAFF)
    assert changed.json() == {**added.json(), "stock": 5}
    removed = client.delete(where, headers=STAFF)
    assert (removed.status_code, removed.content) == (204, b"")
    assert client.get(where).status_code == 404


def test_a_missing_product_is_a_problem_of_its_own(client: TestClient) -> None:
    answer = client.get("/products/99")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problems/no-such-product",
        "title": "No such product",
        "status": 404,
        "detail": "There is no product 99",
        "instance": "/products/99",
        "product_id": 99,
        "request_id": answer.headers["x-request-id"],
    }


def test_only_the_staff_changes_the_catalogue(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ({}, {"X-Staff-Key": ""}, {"X-Staff-Key": "guessed"}, ADA):
        assert client.delete("/products/1", headers=wrong).status_code == 401
    monkeypatch.delenv("STORE_STAFF_KEY")
    assert client.delete("/products/1", headers=STAFF).status_code == 401
    assert client.get("/products/1").status_code == 200


def test_a_sku_is_given_once(client: TestClient) -> None:
    new = {"sku": "tea-green", "name": "Other", "price_cents": 1}
    answer = client.post("/products", json=new, headers=STAFF)
    assert answer.status_code == 409
    assert answer.json()["sku"] == "tea-green"


def test_every_fault_of_a_new_product_is_told_at_once(client: TestClient) -> None:
    new = {"sku": "NO", "name": "", "price_cents": -1, "colour": "blue"}
    answer = client.post("/products", json=new, headers=STAFF)
    assert answer.status_code == 422
    assert sorted(error["loc"] for error in answer.json()["errors"]) == [
        ["body", "colour"],
        ["body", "name"],
        ["body", "price_cents"],
        ["body", "sku"],
    ]


def test_an_order_takes_from_the_stock_and_can_be_shown(client: TestClient) -> None:
    placed = client.post("/orders", json={"lines": [{"product_id": 1, "quantity": 2}]}, headers=ADA)
    assert placed.status_code == 201
    order = placed.json()
    assert order["customer"] == "ada"
    assert order["total_cents"] == 900
    assert placed.headers["location"] == f"/orders/{UUID(order['id'])}"
    assert client.get(placed.headers["location"], headers=ADA).json() == order
    assert client.get(placed.headers["location"], headers=BEN).status_code == 404
    assert stock(client, 1) == 38


def test_an_order_is_placed_whole_or_not_at_all(client: TestClient) -> None:
    lines = [{"product_id": 1, "quantity": 1}, {"product_id": 3, "quantity": 4}]
    refused = client.post("/orders", json={"lines": lines}, headers=ADA)
    assert refused.status_code == 409
    assert refused.json()["title"] == "Out of stock"
    assert (refused.json()["product_id"], refused.json()["available"]) == (3, 3)
    assert stock(client, 1) == 40
    assert stock(client, 3) == 3


def test_who_orders_without_end_is_told_when_to_come_back(client: TestClient) -> None:
    with api.test_client(client=("203.0.113.9", 1)) as hasty:
        answers = [hasty.post("/orders", json={"lines": []}, headers=ADA) for _ in range(61)]
    assert [answer.status_code for answer in answers] == [422] * 60 + [429]
    assert 0 < int(answers[60].headers["retry-after"]) <= 60
    assert answers[0].headers["x-ratelimit-remaining"] == "59"
    assert client.get("/products").status_code == 200


def test_an_order_without_a_customer_is_refused(client: TestClient) -> None:
    for wrong in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer guessed"}):
        answer = client.post("/orders", json={"lines": [{"product_id": 1}]}, headers=wrong)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer realm="store"'
    assert stock(client, 1) == 40


def test_customers_who_come_at_once_share_the_stock(client: TestClient) -> None:
    def place(_: int) -> int:
        return client.post("/orders", json={"lines": [{"product_id": 3}]}, headers=ADA).status_code

    with ThreadPoolExecutor(8) as threads:
        answers = sorted(threads.map(place, range(8)))
    assert answers == [201] * 3 + [409] * 5
    assert stock(client, 3) == 0


def test_a_locked_database_is_503_and_says_when_to_come_back(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORE_DATABASE", str(database))
    monkeypatch.setenv("STORE_PATIENCE", "0")
    with api.test_client() as client, closing(sqlite3.connect(database, isolation_level=None)) as keeper:
        assert client.get("/products/1").status_code == 200
        keeper.execute("BEGIN IMMEDIATE")
        refused = client.get("/products/1")
        keeper.execute("ROLLBACK")
        assert client.get("/products/1").status_code == 200
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "1"
    assert refused.json()["title"] == "Service Unavailable"


def test_the_front_page_leads_on(client: TestClient) -> None:
    for path in client.get("/").json().values():
        assert client.get(path).status_code in (200, 405)


def test_the_front_page_is_a_page_for_people(client: TestClient) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    page = client.get("/", headers=browser)
    assert page.headers["content-type"].startswith("text/html")
    assert "accept" in page.headers["vary"].lower()
    product = client.get("/products/1").json()
    assert product["name"] in page.text
    links = re.findall(r'href="([^"]+)"', page.text)
    assert {"/docs", "/products", "/products/1"} <= set(links)
    for path in links:
        assert client.get(path, headers=browser).status_code == 200


def test_the_store_says_that_it_is_well_and_counts_what_it_serves(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok", "checks": {"database": {"status": "ok"}}}
    before = client.get("/metrics").text
    client.get("/products/1")
    counted = 'responder_requests_total{method="GET",path="/products/{id}",status="200"}'

    def number(page: str) -> int:
        return sum(int(line.split()[-1]) for line in page.splitlines() if line.startswith(counted))

    assert number(client.get("/metrics").text) == number(before) + 1


def test_a_database_that_cannot_be_read_makes_the_store_unready(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Session:
        raise sqlite3.OperationalError("disk I/O error")

    with api.dependency_overrides({Deps.session: broken}):
        answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": {"status": "error"}}
    assert client.get("/health/live").status_code == 200
    assert "The health check database fails" in caplog.text


def test_every_line_of_the_log_tells_its_request(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/products/1")
    (line,) = [record for record in caplog.records if record.name == "responder.access"]
    assert line.__dict__["request_id"] == answer.headers["x-request-id"]
    assert line.__dict__["route"] == "/products/{id}"


def test_the_document_says_who_may_what_and_what_is_refused(client: TestClient) -> None:
    document = client.get("/schema.yml", headers={"accept": "application/json"}).json()
    orders, product = document["paths"]["/orders"]["post"], document["paths"]["/products/{id}"]
    assert orders["security"] == [{"bearerAuth": []}]
    assert {"401", "409", "422", "429"} <= orders["responses"].keys()
    assert product["get"]["security"] == []
    assert product["delete"]["security"] == [{"staffKey": []}]
    assert {"NoSuchProduct", "OutOfStock", "SkuTaken", "NoSuchOrder"} <= document["components"][
        "schemas"
    ].keys()
    assert "/schema.yml" in client.get("/docs").text


def test_the_catalogue_is_read_as_graphql_too(client: TestClient) -> None:
    pytest.importorskip("graphql")
    asked = (
        '{ products(search: "tea") { name } product(id: 1) { sku priceCents } none: product(id: 99) { id } }'
    )
    assert client.post("/graphql", json={"query": asked}).json() == {
        "data": {
            "products": [{"name": "Black tea"}, {"name": "Green tea"}, {"name": "Iron teapot"}],
            "product": {"sku": "tea-green", "priceCents": 450},
            "none": None,
        }
    }
