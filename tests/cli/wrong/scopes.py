"""What lives as long as the application needs what lives as long as a request."""

from __future__ import annotations

from collections.abc import Iterator

import responder


def make_session() -> Iterator[list[str]]:
    yield []


def make_cache(session: list[str]) -> dict[str, str]:
    return dict.fromkeys(session, "")


class Deps(responder.Registry):
    session = responder.provider(make_session)
    cache = responder.provider(make_cache, scope="app")  # E: app-scope-dependency


api = responder.API(registry=Deps)


@api.get("/")
def index(cache: dict[str, str]) -> dict[str, str]:
    return cache
