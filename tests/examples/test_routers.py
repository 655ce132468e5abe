"""Three hundred routes from fifty routers."""

from __future__ import annotations

from examples.routers.app import KINDS, api


def test_there_are_three_hundred_routes_and_they_are_sound() -> None:
    assert sum(len(route.operations) for route in api.operations if route.path.split("/")[1] in KINDS) == 300
    assert [str(finding) for finding in api.check()] == []


def test_each_kind_keeps_its_own_things() -> None:
    client = api.test_client()
    added = client.post("/anvils", json={"name": "big", "weight": 90.5})
    assert (added.status_code, added.headers["location"]) == (201, "/anvils/1")
    assert client.get("/anvils/1").json() == {"id": 1, "name": "big", "weight": 90.5}
    assert client.get("/anvils/heavier/90").json() == [{"id": 1, "name": "big", "weight": 90.5}]
    assert client.get("/axes").json() == []
    changed = client.put("/anvils/1", json={"name": "small", "weight": 3})
    assert changed.json()["name"] == "small"
    assert client.delete("/anvils/1").status_code == 204
    missing = client.get("/anvils/1")
    assert (missing.status_code, missing.json()["id"]) == (404, 1)


def test_the_last_router_is_as_near_as_the_first() -> None:
    client = api.test_client()
    for kind in (KINDS[0], KINDS[-1]):
        assert client.get(f"/{kind}?limit=101").status_code == 422
        assert client.patch(f"/{kind}").status_code == 405
