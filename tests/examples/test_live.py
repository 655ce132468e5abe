"""Jobs that report their progress."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from examples.live.app import api


@pytest.fixture
def client() -> Iterator[TestClient]:
    with api.test_client() as entered:
        yield entered


def events(client: TestClient, url: str, after: str | None = None) -> list[dict[str, str]]:
    """The events of a finished stream."""
    headers = {} if after is None else {"last-event-id": after}
    text = client.get(url, headers=headers).text
    blocks = [block for block in text.split("\n\n") if block and not block.startswith(":")]
    return [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]


def test_the_declarations_are_sound() -> None:
    assert [str(finding) for finding in api.check()] == []


def test_a_job_is_watched_to_its_end(client: TestClient) -> None:
    started = client.post("/jobs", json={"steps": 3, "pause": 0})
    assert started.status_code == 201
    heard = events(client, started.json()["events"])
    assert [(one["event"], one.get("id"), one["data"]) for one in heard] == [
        ("progress", "1", '{"done":1,"of":3}'),
        ("progress", "2", '{"done":2,"of":3}'),
        ("progress", "3", '{"done":3,"of":3}'),
        ("finished", None, '{"done":3,"of":3}'),
    ]
    shown = client.get(started.headers["location"]).json()
    assert (shown["done"], shown["of"]) == (3, 3)


def test_a_client_that_comes_back_goes_on_where_it_was(client: TestClient) -> None:
    url = client.post("/jobs", json={"steps": 4, "pause": 0}).json()["events"]
    assert [one.get("id") for one in events(client, url, after="2")] == ["3", "4", None]
    assert [one["event"] for one in events(client, url, after="99")] == ["finished"]
    assert len(events(client, url, after="garbage")) == 5


def test_a_job_that_is_not_there_is_a_404(client: TestClient) -> None:
    for tail in ("", "/events"):
        answer = client.get(f"/jobs/00000000-0000-0000-0000-000000000000{tail}")
        assert (answer.status_code, answer.json()["title"]) == (404, "No such job")


@pytest.mark.parametrize("job", [{}, {"steps": 0}, {"steps": 1001}, {"steps": 1, "pause": 2}])
def test_a_job_is_bounded(client: TestClient, job: dict[str, int]) -> None:
    assert client.post("/jobs", json=job).status_code == 422


def test_the_page_is_served(client: TestClient) -> None:
    assert "static/live.js" in client.get("/").text
    assert client.get("/static/live.js").status_code == 200
