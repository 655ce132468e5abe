"""A small shop, fully typed.

- `settings`: what the environment says.
- `database`: an app-scoped pool of SQLite connections and a request-scoped session, which is one transaction.
- `models`: what clients send and get.
- `errors`: what can be refused, as problem documents.
- `catalogue`, `ledger`: products and orders in the database; they know no HTTP.
- `deps`: the registry; names and types of everything that handlers may ask for.
- `customers`, `staff`: who may order, and who may change the catalogue.
- `products`, `orders`: the routes.
- `graph`: the catalogue as GraphQL, where graphql-core is installed.
- `app`: the application, put together.
"""
