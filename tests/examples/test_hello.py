"""The smallest example."""

from __future__ import annotations

from examples.hello.app import api


def test_it_greets_and_says_what_is_wrong() -> None:
    client = api.test_client()
    assert client.get("/hello/ada?times=2").json() == {"greeting": "hello hello ada"}
    assert client.get("/hello/ada?times=9").json()["errors"][0]["loc"] == ["query", "times"]
    assert [str(finding) for finding in api.check()] == []
