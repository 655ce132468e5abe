# mypy: ignore-errors
"""The schema of the tests, made with Graphene, which has no types."""

from __future__ import annotations

import graphene

Color = graphene.Enum("Color", [("RED", 1), ("GREEN", 2)])


class Query(graphene.ObjectType):
    """What may be read."""

    hello = graphene.String(name=graphene.String(default_value="stranger"))
    later = graphene.Int()
    method = graphene.String()
    broken = graphene.String()
    color = graphene.String(of=Color(required=True))

    def resolve_hello(self, info, name):
        """Greet."""
        return f"Hello {name}"

    async def resolve_later(self, info):
        """Answer from a coroutine."""
        return 42

    def resolve_method(self, info):
        """Say how the request came, and leave a mark on the response."""
        info.context["response"].headers["X-Resolved"] = "yes"
        return info.context["request"].method

    def resolve_broken(self, info):
        """Fail with a text that is nobody's business."""
        raise ValueError("the password is hunter2")

    def resolve_color(self, info, of):
        """Name a colour."""
        return str(of)


class Add(graphene.Mutation):
    """Change something."""

    class Arguments:
        """What it takes."""

        n = graphene.Int(required=True)

    Output = graphene.Int

    def mutate(self, info, n):
        """Add one."""
        return n + 1


class Mutation(graphene.ObjectType):
    """What may be changed."""

    add = Add.Field()


schema = graphene.Schema(query=Query, mutation=Mutation)
