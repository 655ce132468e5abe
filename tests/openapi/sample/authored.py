"""What authors add to a document by hand: examples, docstrings, extensions, limits, components, webhooks."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from responder import API, Request, Response, Router
from responder.ext.ratelimit import RateLimiter
from tests.openapi.sample.models import Note

authored = Router("/authored", tags=["authored"])
limiter = RateLimiter(requests=1_000_000, period=60)


class Card(BaseModel):
    """A component under a name of its own."""

    text: str = Field(max_length=20, examples=["Hello"])


@authored.get(
    "/examples",
    responses={404: Note},
    examples={"short": {"summary": "A short one.", "value": {"text": "Hi", "stars": 1}}},
    response_examples={404: Note(text="Nothing here")},
)
async def with_examples() -> Note:
    """Answers with examples.

    One for each status.
    """
    return Note()


@authored.get("/docstring")
async def with_docstring() -> Note:
    """Say more in the docstring.

    This is a paragraph, with `code` and **emphasis**.
    ---
    get:
      externalDocs:
        url: https://example.com/more
      x-internal: true
    """
    return Note()


@authored.get("/extra", openapi_extra={"x-audience": "partners"}, summary="A summary from the decorator.")
async def with_extra() -> Note:
    """An operation with members of its own."""
    return Note()


@authored.get("/old", deprecated=True, sunset=date(2031, 1, 2))
async def going_away() -> Note:
    """Will not be here for ever.

    It says when it ends.
    """
    return Note()


@authored.get("/limited")
@limiter.limit
async def limited() -> Note:
    """So many calls a minute.

    Every answer says how many are left.
    """
    return Note()


@authored.post("/slow", timeout=5)
async def slow(*, note: Note) -> Note:
    """Takes its time, and no more.

    After five seconds it is given up.
    """
    return note


@authored.get("/token")
async def page_token(req: Request) -> str:
    """The token that a page would carry.

    It belongs to the session in the cookie.
    """
    return req.csrf_token


@authored.post("/forged", csrf=True)
async def not_forged(*, note: Note) -> Note:
    """Asks for the token of a page.

    Without it, the request may come from anywhere.
    """
    return note


@authored.get(
    "/headers",
    responses={
        200: {
            "description": "With a header.",
            "headers": {"X-Count": {"description": "How many.", "schema": {"type": "integer"}}},
        }
    },
)
async def with_headers(resp: Response) -> Note:
    """An answer with a documented header.

    The header says how many there are.
    """
    resp.headers["X-Count"] = "3"
    return Note()


@authored.get("/card")
async def read_card() -> Card:
    """Show a card.

    A model that was given a name.
    """
    return Card(text="Hello")


def author(api: API) -> None:
    """Tell an application's document what no route says."""
    api.openapi.tag("items", "Things that are kept.", external_docs={"url": "https://example.com/items"})
    api.openapi.tag("authored", "What people have written.")
    api.schema("BusinessCard")(Card)

    @api.openapi.webhooks.post("/item.made", tags=["items"])
    def item_made(*, note: Note) -> None:
        """Sent when an item was made.

        At once, and once.
        """
