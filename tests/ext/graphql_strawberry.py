"""The schema of the tests, made with Strawberry."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

import strawberry
from strawberry.extensions import SchemaExtension
from typing_extensions import override

from responder.ext.graphql import Context


@strawberry.enum
class Color(Enum):
    """Something to mistype."""

    RED = "red"
    GREEN = "green"


@strawberry.type
class Query:
    """What may be read."""

    @strawberry.field
    def hello(self, name: str = "stranger") -> str:
        """Greet."""
        return f"Hello {name}"

    @strawberry.field
    async def later(self) -> int:
        """Answer from a coroutine."""
        return 42

    @strawberry.field
    def method(self, info: strawberry.Info[Context, None]) -> str:
        """Say how the request came, and leave a mark on the response."""
        info.context["response"].headers["X-Resolved"] = "yes"
        return info.context["request"].method

    @strawberry.field
    def broken(self) -> str | None:
        """Fail with a text that is nobody's business."""
        raise ValueError("the password is hunter2")

    @strawberry.field
    def color(self, of: Color) -> str:
        """Name a colour."""
        return of.value


@strawberry.type
class Mutation:
    """What may be changed."""

    @strawberry.mutation
    def add(self, n: int) -> int:
        """Change something."""
        return n + 1


class Counting(SchemaExtension):
    """Shows that extensions of the schema take part."""

    @override
    def on_operation(self) -> Iterator[None]:
        yield

    @override
    def get_results(self) -> dict[str, object]:
        return {"counted": 1}


schema = strawberry.Schema(Query, Mutation, extensions=[Counting])
