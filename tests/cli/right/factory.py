"""An application made by a function, with everything that could look wrong and is not."""

from __future__ import annotations

from collections.abc import Iterator

import responder


def guard(req: responder.Request) -> None:
    """A guard that is used by routes alone."""


def make_url() -> str:
    return "sqlite://"


def make_database(url: str) -> Iterator[dict[str, str]]:
    yield {"url": url}


class Deps(responder.Registry):
    url = responder.provider(make_url, scope="app")
    database = responder.provider(make_database, scope="app")


def make() -> responder.API[Deps]:
    api = responder.API(registry=Deps)
    admin = responder.Router("/admin", registry=Deps, dependencies=[responder.Depends(guard)])

    @api.get("/items/new")
    def new_item() -> str:
        return "before the field that would match it"

    @api.get("/items/{name}")
    def item(name: str, database: dict[str, str]) -> str:
        return database.get(name, "")

    @api.delete("/items/{name}")
    def drop(name: str) -> None:
        return None

    @admin.get("/{page:path}")
    def page(page: str) -> str:
        return page

    api.include_router(admin)
    return api
