"""The catalogue as GraphQL, for pages that want parts of it.  Needs graphql-core: `responder[graphql]`."""

from __future__ import annotations

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
)

from examples.store.catalogue import Catalogue
from examples.store.deps import Deps
from examples.store.errors import NoSuchProduct
from examples.store.models import Product
from responder import API
from responder.ext.pagination import PageQuery


def _price(product: Product, info: object) -> int:
    return product.price_cents


_product = GraphQLObjectType(
    "Product",
    {
        "id": GraphQLField(GraphQLNonNull(GraphQLInt)),
        "sku": GraphQLField(GraphQLNonNull(GraphQLString)),
        "name": GraphQLField(GraphQLNonNull(GraphQLString)),
        "priceCents": GraphQLField(GraphQLNonNull(GraphQLInt), resolve=_price),
        "stock": GraphQLField(GraphQLNonNull(GraphQLInt)),
    },
)


def make_schema(api: API[Deps]) -> GraphQLSchema:
    """The schema; its resolvers take the catalogue from the application's providers."""

    async def product(root: object, info: object, id: int) -> Product | None:
        async with api.resolve(Deps.catalogue) as catalogue:
            return _found(catalogue, id)

    async def products(root: object, info: object, search: str = "") -> list[Product]:
        async with api.resolve(Deps.catalogue) as catalogue:
            return catalogue.page(search, "name", PageQuery(size=100)).items

    number = {"id": GraphQLArgument(GraphQLNonNull(GraphQLInt))}
    text = {"search": GraphQLArgument(GraphQLString)}
    query = GraphQLObjectType(
        "Query",
        {
            "product": GraphQLField(_product, args=number, resolve=product),
            "products": GraphQLField(GraphQLNonNull(GraphQLList(_product)), args=text, resolve=products),
        },
    )
    return GraphQLSchema(query)


def _found(catalogue: Catalogue, id: int) -> Product | None:
    try:
        return catalogue.get(id)
    except NoSuchProduct:
        return None
