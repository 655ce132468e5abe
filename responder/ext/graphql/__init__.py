"""GraphQL over HTTP, for schemas of graphql-core, Graphene and Strawberry; `api.graphql(...)` is the usual
way in.

- `view`: one endpoint: which requests may do what, and the shape of answers
- `payload`: what a request asks for, wherever it says it
- `limits`: how much a document may ask for
- `engine`: the door to graphql-core: documents judged, operations run
- `writing`: what became of it, as JSON
- `adding`: `api.graphql(...)`
- `page`: GraphiQL, served without a network
"""

from __future__ import annotations

from responder.ext.graphql.adding import GraphQLRouteOptions, add_graphql
from responder.ext.graphql.engine import SchemaLike
from responder.ext.graphql.view import Context, GraphQLContext, GraphQLOptions, GraphQLView

__all__ = [
    "Context",
    "GraphQLContext",
    "GraphQLOptions",
    "GraphQLRouteOptions",
    "GraphQLView",
    "SchemaLike",
    "add_graphql",
]
