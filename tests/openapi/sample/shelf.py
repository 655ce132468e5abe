"""What the sample keeps: a shelf of items for each application, so that what is made can be found again."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from responder import Request
from tests.openapi.sample.errors import ItemNotFound
from tests.openapi.sample.models import Item, ItemBase, made_item

FIRST = UUID("8b5a4c3e-7d11-4d35-9a0e-3f1f5a2b6c7d")


class Shelf:
    """The items of one application."""

    def __init__(self) -> None:
        self.items: dict[UUID, Item] = {
            FIRST: made_item(FIRST, ItemBase(name="First", price=Decimal("9.90")))
        }
        self.made = 0

    def find(self, id: UUID) -> Item:
        """One of them, or a 404."""
        if id not in self.items:
            raise ItemNotFound(id=id)
        return self.items[id]

    def add(self, item: ItemBase) -> Item:
        """Keep another one."""
        self.made += 1
        made = made_item(UUID(int=FIRST.int + self.made), item)
        self.items[made.id] = made
        return made


def shelf_of(req: Request) -> Shelf:
    """The shelf of the application that answers."""
    found = getattr(req.api.state, "shelf", None)
    assert isinstance(found, Shelf)
    return found
