"""Numbered pages: what clients ask for, what they get, and a list cut into them.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Generic, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from responder.params import Query

T = TypeVar("T")
S = TypeVar("S")

LAST_PAGE = 2_147_483_647
"""So that an offset fits the integers of every database."""


class PageQuery(BaseModel):
    """Which page a client wants, and how large: at most 100 items, 20 unless it says.

    Derive from it, and give `size` other bounds, for pages of another size.
    """

    model_config = ConfigDict(frozen=True)

    page: int = Field(default=1, ge=1, le=LAST_PAGE, description="The number of the page, from 1.")
    size: int = Field(default=20, ge=1, le=100, description="How many items a page has.")

    @property
    def offset(self) -> int:
        """How many items come before the page."""
        return (self.page - 1) * self.size


PageParams: TypeAlias = Annotated[PageQuery, Query()]
"""The annotation of a handler's parameter: `?page=2&size=50`."""


class Page(BaseModel, Generic[T]):
    """A page of a list, and how much there is in all."""

    items: list[T]
    total: int
    """How many items all pages have."""
    page: int
    size: int
    pages: int
    """How many pages there are; none for an empty list."""

    def map(self, change: Callable[[T], S]) -> Page[S]:
        """The same page of other items: rows made into what clients get."""
        return cut([change(item) for item in self.items], self.total, self.page, self.size)


def cut(items: Iterable[T], total: int, page: int, size: int) -> Page[T]:
    """The envelope of a page that was cut already."""
    return Page(items=list(items), total=total, page=page, size=size, pages=-(-total // size))


def paginate(items: Iterable[T], *, page: int = 1, size: int = 20, total: int | None = None) -> Page[T]:
    """Cut a page out of a list.

    With `total` the items are the page already, out of so many.
    """
    page, size = max(1, page), max(1, size)
    if total is not None:
        return cut(items, max(0, total), page, size)
    start = (page - 1) * size
    every = items if isinstance(items, Sequence) else list(items)
    # However large the numbers are: a slice ends where the list does.
    return cut(every[start : start + size], len(every), page, size)
