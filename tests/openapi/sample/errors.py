"""The errors of the sample: problems with a type and members of their own."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from responder import Problem


class ItemNotFound(Problem):
    """There is no such item."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "https://example.com/problems/item-not-found"
    title: ClassVar[str] = "Item not found"
    id: UUID


class NameTaken(Problem):
    """Another item has this name."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "https://example.com/problems/name-taken"
    title: ClassVar[str] = "Name taken"
    name: str
    suggestions: list[str]


class ItemInUse(Problem):
    """The item cannot be changed now."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "https://example.com/problems/item-in-use"
    title: ClassVar[str] = "Item in use"
    users: int = 1
