"""One small schema, made with graphql-core itself: what the tests of GraphQL ask."""

from __future__ import annotations

from typing import TypedDict

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
)

from responder.ext.graphql import Context


class Secret(Exception):
    """What no client may read."""


class Info:
    """What of a resolver's second argument the resolvers here use."""

    context: Context


class Person(TypedDict):
    """A friend, and theirs."""

    name: str
    friend: Person | None


ADA: Person = {"name": "ada", "friend": {"name": "bob", "friend": None}}


def hello(root: object, info: object, name: str | None = None) -> str:
    """Greet."""
    return f"Hello {name or 'stranger'}"


def method(root: object, info: Info) -> str:
    """Say how the request came, and leave a mark on the response."""
    info.context["response"].headers["X-Resolved"] = "yes"
    return info.context["request"].method


async def later(root: object, info: object) -> int:
    """Answer from a coroutine."""
    return 42


def broken(root: object, info: object) -> str:
    """Fail with a text that is nobody's business."""
    raise Secret("the password is hunter2")


def add(root: object, info: object, n: int) -> int:
    """Change something."""
    return n + 1


def chosen(root: object, info: object, of: object = None) -> str:
    """Say which colour was asked for."""
    return str(of)


def ada(root: object, info: object) -> object:
    """A friend."""
    return ADA


def all_friends(root: object, info: object) -> list[object]:
    """All there are."""
    return [ADA]


def make_schema() -> GraphQLSchema:
    """The schema, new each time."""
    friend = GraphQLObjectType(
        "Friend", lambda: {"name": GraphQLField(GraphQLString), "friend": GraphQLField(friend)}
    )
    query = GraphQLObjectType(
        "Query",
        {
            "hello": GraphQLField(
                GraphQLString, args={"name": GraphQLArgument(GraphQLString)}, resolve=hello
            ),
            "method": GraphQLField(GraphQLString, resolve=method),
            "later": GraphQLField(GraphQLInt, resolve=later),
            "broken": GraphQLField(GraphQLString, resolve=broken),
            "strict": GraphQLField(GraphQLNonNull(GraphQLString), resolve=broken),
            "color": GraphQLField(
                GraphQLString,
                args={"of": GraphQLArgument(GraphQLEnumType("Color", {"RED": 1, "GREEN": 2}))},
                resolve=chosen,
            ),
            "friend": GraphQLField(friend, resolve=ada),
            "friends": GraphQLField(GraphQLList(friend), resolve=all_friends),
        },
    )
    number = {"n": GraphQLArgument(GraphQLNonNull(GraphQLInt))}
    mutation = GraphQLObjectType("Mutation", {"add": GraphQLField(GraphQLInt, args=number, resolve=add)})
    subscription = GraphQLObjectType("Subscription", {"ticks": GraphQLField(GraphQLInt)})
    return GraphQLSchema(query, mutation, subscription)
