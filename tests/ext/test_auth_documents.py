"""What documents say of who may call: each scheme under its own name, and what is left to the handler."""

from __future__ import annotations

import pytest

from responder import API
from responder.errors import RouteError
from responder.ext.auth import APIKeyAuth, BearerAuth
from tests.ext.openapi import operation, whole


def shown() -> str:
    return "shown"


def test_two_schemes_of_one_name_are_told_before_anything_is_served() -> None:
    inside = APIKeyAuth(keys=["a secret"], name="X-Inside")
    same = APIKeyAuth(keys=["another secret"], name="X-Inside")
    partners = APIKeyAuth(keys=["a secret"], name="X-Partner")
    named = APIKeyAuth(keys=["a secret"], name="X-Partner", scheme_name="partnerKey")

    fine = API(openapi="3.1.1")
    for path, guard in (("/a", inside), ("/b", same), ("/c", named)):
        fine.add_route(path, shown, auth=guard)
    schemes = whole(fine)["components"]["securitySchemes"]
    assert {name: one["name"] for name, one in schemes.items()} == {
        "apiKeyAuth": "X-Inside",
        "partnerKey": "X-Partner",
    }

    wrong = API(openapi="3.1.1")
    wrong.add_route("/a", shown, auth=[inside, named])
    wrong.add_route("/b", shown, auth=partners)
    with pytest.raises(RouteError, match='schemes are called "apiKeyAuth" and differ'):
        _ = wrong.operations

    undocumented = API()
    undocumented.add_route("/a", shown, auth=inside)
    undocumented.add_route("/b", shown, auth=partners)
    assert undocumented.check() == ()

    added = API(openapi="3.1.1")
    added.add_security_scheme("apiKeyAuth", {"type": "apiKey", "in": "query", "name": "key"})
    added.add_route("/a", shown, auth=inside)
    with pytest.raises(RouteError, match="apiKeyAuth"):
        _ = added.operations


def test_a_guard_that_lets_everybody_in_requires_nothing() -> None:
    api = API(openapi="3.1.1")
    lenient = BearerAuth(tokens=["a secret"], auto_error=False)
    api.add_route("/left", shown, methods=["GET"], auth=lenient)
    api.add_route("/scoped", shown, methods=["GET"], auth=lenient.requires("read"))
    assert operation(api, "/left")["security"] == [{}, {"bearerAuth": []}]
    assert operation(api, "/scoped")["security"] == [{"bearerAuth": ["read"]}]
