"""Types that stand in a function, beside the providers that name them in postponed annotations."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from typing import Annotated

import pytest
from pydantic import BaseModel

from responder import API, DependencyResolutionError, Depends, Query, Request, Response, RouteError


def _api() -> API:
    api = API()

    class Settings(BaseModel):
        size: int = 3

    class Page(BaseModel):
        number: int = 1

    @api.dependency()
    def settings() -> Settings:
        return Settings()

    @api.dependency()
    def pages(settings: Settings, page: Annotated[Page, Query()]) -> Iterator[int]:
        yield settings.size * page.number

    def inner(page: Annotated[Page, Query()]) -> Page:
        return page

    def outer(page: Annotated[Page, Depends(inner)]) -> int:
        return page.number

    @api.get("/function")
    def function(req: Request, resp: Response, *, pages: int, outer: int = Depends(outer)) -> list[int]:
        return [pages, outer]

    @api.route("/class")
    class View:
        def on_get(self, *, outer: Annotated[int, Depends(outer)]) -> list[int]:
            return [outer]

    return api


def test_providers_find_types_of_the_function_that_they_stand_in() -> None:
    api = _api()
    assert api.check() == ()
    assert api.requests.get("/function?number=2").json() == [6, 2]
    assert api.requests.get("/class?number=2").json() == [2]


def test_a_type_that_nobody_can_find_is_refused_in_a_provider_too() -> None:
    api = API()

    def provider(other: Nowhere) -> int:  # type: ignore[name-defined]  # noqa: F821  # what this is about
        return 1

    with pytest.raises(RouteError, match="Nowhere"):
        api.add_dependency("value", provider)  # pyright: ignore[reportUnknownArgumentType]  # `Nowhere`

    @api.get("/")
    def show(*, value: int = Depends(provider)) -> int:  # pyright: ignore[reportUnknownArgumentType]  # the same
        return value

    with pytest.raises((RouteError, DependencyResolutionError), match="Nowhere"):
        api.requests.get("/")


def test_what_was_read_of_a_provider_does_not_keep_it_alive() -> None:
    def made() -> weakref.ref[object]:
        api = API()

        @api.dependency()
        def value(page: Annotated[int, Query()]) -> int:
            return page

        return weakref.ref(value)

    kept = made()
    gc.collect()
    assert kept() is None
