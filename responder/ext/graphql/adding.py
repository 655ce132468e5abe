"""A GraphQL endpoint on an application: the view, its route, and the files that its page loads.

`api.graphql(...)` calls `add_graphql`.
"""

from __future__ import annotations

from typing import cast

from responder.application import Application, RegT, StateT
from responder.ext.graphql.engine import SchemaLike
from responder.ext.graphql.view import GraphQLOptions, GraphQLView
from responder.types import OperationOptions

__all__ = ["GraphQLRouteOptions", "add_graphql"]


class GraphQLRouteOptions(GraphQLOptions, OperationOptions, total=False):
    """What `api.graphql(...)` may be told: about GraphQL, and about the route."""


def add_graphql(
    api: Application[RegT, StateT], route: str, schema: SchemaLike, options: GraphQLRouteOptions
) -> GraphQLView:
    """Let an application answer GraphQL at a path."""
    given = dict[str, object](options)
    about = {name: given.pop(name) for name in GraphQLOptions.__annotations__ if name in given}
    view = GraphQLView(schema=schema, api=api, **cast("GraphQLOptions", about))
    given.setdefault("include_in_schema", False)
    api.add_route(route, view, **cast("OperationOptions", given))
    return view
