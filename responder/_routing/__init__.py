"""Routing: from a declaration to a callable.

What users tell us:

- `options`: every keyword of a route, typed and documented, and the frozen settings they become.
- `settle`: the keywords judged.
- `decorators`: `route`, `get`, `post`, …, `before_request`, `after_request`.
- `streamed`: `sse` and `ndjson`.
- `supply`: `dependency`, `add_dependency`.
- `listed`: `RouteSpec`, a route of a list.
- `groups`: `Group` and `Router`: prefixes, and how settings nest.
- `declare`: what an application has been told: `Declared`, `Journal`.
- `errors`: `RouteError` and the dependency errors; where a finding is.

What we make of it:

- `parameters`, `reader`, `shaping`, `views`: handlers and providers as the shared rules see them.
- `adapters`, `inputs`, `returns`: how values are validated, what a handler promises to answer.
- `streaming`: what a typed stream holds, and each item of it checked and written.
- `authenticating`, `principals`: what `auth=` takes, whom it lets in, and of which type; `provided`: what a
  provider hands out.
- `providers`, `lifetimes`: the dependency graph, and its values opened and closed.
- `handlers`: which functions answer which exceptions, of applications and routers.
- `steps`: which hooks run for a route; `paths`: the path that a route sees below a mount.
- `written`: where the entries of a registry are written; `misplaced`: providers of sockets on routes that
  answer HTTP.
- `farewell`: the day on which an operation ends, told with its answers.
- `undeclared`: problems that a route raises and does not declare, told in debug mode.
- `raising`: the same, seen in the source of handlers.
- `unused`: names that a provider is bound to and that nothing asks for.
- `plan`: `Route` and `Operation`, the fact sheet everything downstream reads.
- `emit`, `extract`, `answers`, `endpoint`, `sockets`: one generated function an operation.
- `targets`: those functions in the table, each made when it is first called; `wrapping`: middleware of one
  route.
- `conversations`: classes that serve a WebSocket, read and run.
- `reading`, `calls`, `explain`: what the generated functions call where a line of their own would not do.
- `segments`, `tree`, `table`: the compiled route table; `shadows`: rows in each other's way.
"""
