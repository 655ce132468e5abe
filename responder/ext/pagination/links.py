"""`Link` and `X-Total-Count`: pages for clients that go by headers (RFC 8288)."""

from __future__ import annotations

from typing import Protocol, TypeVar
from urllib.parse import quote, unquote_plus

from responder.ext.pagination.cursors import CursorPage
from responder.models import Request, Response

T = TypeVar("T")


class Numbered(Protocol):
    """A page that knows its number: `Page`, or one of your own."""

    @property
    def total(self) -> int:
        """How many items all pages have."""
        ...

    @property
    def page(self) -> int:
        """Its number."""
        ...

    @property
    def size(self) -> int:
        """How many items a page has."""
        ...

    @property
    def pages(self) -> int:
        """How many pages there are."""
        ...


def set_pagination_headers(req: Request, resp: Response, page: Numbered | CursorPage[T]) -> None:
    """Tell of the other pages in `Link`, and of how much there is in `X-Total-Count`.

    The URLs are the request's own: every other parameter stays.
    """
    if isinstance(page, CursorPage):
        links = {"first": {"size": str(page.size)}}
        if page.next_cursor is not None:
            links["next"] = {"cursor": page.next_cursor, "size": str(page.size)}
        resp.headers["Link"] = _line(req, links, ("cursor", "size"))
        return
    last = max(1, page.pages)
    numbers = {"first": 1}
    if page.page > 1:
        numbers["prev"] = min(page.page - 1, last)
    if page.page < last:
        numbers["next"] = page.page + 1
    numbers["last"] = last
    links = {rel: {"page": str(number), "size": str(page.size)} for rel, number in numbers.items()}
    resp.headers["X-Total-Count"] = str(page.total)
    resp.headers["Link"] = _line(req, links, ("page", "size"))


def _line(req: Request, links: dict[str, dict[str, str]], ours: tuple[str, ...]) -> str:
    # What a client wrote is percent-encoded here already: it cannot end a link and begin another.
    url, _, query = req.full_url.partition("?")
    kept = [pair for pair in query.split("&") if pair and unquote_plus(pair.partition("=")[0]) not in ours]
    return ", ".join(
        f'<{url}?{"&".join([*kept, *_pairs(values)])}>; rel="{rel}"' for rel, values in links.items()
    )


def _pairs(values: dict[str, str]) -> list[str]:
    return [f"{name}={quote(value, safe='')}" for name, value in values.items()]
