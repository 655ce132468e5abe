"""`GraphQLView`: one endpoint that answers GraphQL over HTTP, and shows GraphiQL to people.

Reads with GET or POST, changes only with a POST that no other site can forge.  The work beside HTTP is the
engine's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from inspect import isawaitable
from typing import Final, Literal, Protocol, TypeAlias, TypedDict, cast

from starlette.concurrency import run_in_threadpool
from typing_extensions import Unpack

from responder.errors import ConfigurationError, Problem
from responder.ext.graphql.engine import Engine, Outcome, Prepared, Refused, SchemaLike, make_engine
from responder.ext.graphql.limits import Limits
from responder.ext.graphql.page import FILE, Explorer
from responder.ext.graphql.payload import Malformed, Payload, read
from responder.ext.graphql.writing import json_of, written
from responder.models import Request, Response
from responder.routes import Route

__all__ = ["Context", "GraphQLContext", "GraphQLOptions", "GraphQLView"]

JSON: Final = "application/json"
RESPONSE: Final = "application/graphql-response+json"
ALLOWED: Final = "GET, HEAD, OPTIONS, POST"

PartialStatus: TypeAlias = Literal[200, 400]


class Debugs(Protocol):
    """What is asked of an application."""

    @property
    def debug(self) -> bool:
        """Whether clients are shown what went wrong inside."""
        ...


class Context(TypedDict):
    """What resolvers find in `info.context`."""

    request: Request
    response: Response[object]


GraphQLContext: TypeAlias = Callable[
    [Request, Response[object]], Mapping[str, object] | Awaitable[Mapping[str, object]]
]
"""Gives what resolvers find in `info.context` beside the request and the response."""


class GraphQLOptions(TypedDict, total=False):
    """What a GraphQL endpoint may be told, beside its schema."""

    graphiql: bool
    """Show GraphiQL to browsers; True unless given."""
    introspection: bool
    """Answer what the schema is made of; without it errors suggest no names either.  True unless given."""
    max_depth: int | None
    """How deep fields may be nested, fragments included; no limit unless given."""
    max_aliases: int | None
    """How many fields may be renamed or repeated; 100 unless given."""
    max_tokens: int | None
    """How many words and signs a document may have; 2000 unless given."""
    max_fields: int | None
    """How many fields may be asked for, each fragment counted wherever it is spread; 2000 unless given."""
    max_values: int | None
    """How many values the variables may hold, at any depth; 50 000 unless given."""
    partial_data_status: PartialStatus
    """The status of an answer that has both data and errors; 200 unless given."""
    context: GraphQLContext | None
    """Gives what else resolvers find in `info.context`."""


class GraphQLView:
    """A handler for `add_route`: `api.add_route("/graphql", GraphQLView(schema=schema))`.

    `api` is only looked at for its `debug`, which shows what resolvers raise.
    """

    def __init__(
        self, *, schema: SchemaLike, api: Debugs | None = None, **options: Unpack[GraphQLOptions]
    ) -> None:
        status = options.get("partial_data_status", 200)
        if cast("object", status) not in (200, 400):
            raise ConfigurationError(f"graphql(partial_data_status=...) must be 200 or 400, not {status!r}.")
        self._explorer = Explorer() if options.get("graphiql", True) else None
        self.partial_data_status = status
        self._context = options.get("context")
        limits = Limits(
            _limit("max_depth", options.get("max_depth")),
            _limit("max_aliases", options.get("max_aliases", 100)),
            _limit("max_tokens", options.get("max_tokens", 2000)),
            _limit("max_fields", options.get("max_fields", 2000)),
            _limit("max_values", options.get("max_values", 50_000)),
        )
        self._engine: Engine = make_engine(
            schema,
            limits,
            introspection=options.get("introspection", True),
            debug=api is not None and api.debug,
        )

    async def __call__(self, req: Request, resp: Response[object]) -> None:
        """Answer one request."""
        if req.method == "OPTIONS":
            resp.headers["Allow"] = ALLOWED
            resp.status_code = 200
            return
        if req.method not in ("GET", "HEAD", "POST"):
            raise Problem(405, headers={"Allow": ALLOWED})
        if self._explorer is not None and req.method != "POST":
            if FILE in req.params:
                self._explorer.give(req.params[FILE], req, resp)
                return
            if _wants_page(req):
                self._explorer.show(resp, _csrf_token(req))
                return
        try:
            payload = await read(req)
        except Malformed as error:
            _say(req, resp, error.status, {"errors": [{"message": str(error)}]})
            return
        prepared = await run_in_threadpool(
            self._engine.prepare, payload.query, payload.operation, payload.variables
        )
        if isinstance(prepared, Refused):
            _say(req, resp, 400, {"errors": list(prepared.errors)})
        elif prepared.kind != "query" and _refused(req, resp, prepared, payload):
            return
        else:
            context = await self._make_context(req, resp)
            outcome = await self._engine.run(prepared, payload.variables, context)
            self._answer(req, resp, outcome)

    async def _make_context(self, req: Request, resp: Response[object]) -> Mapping[str, object]:
        context: dict[str, object] = {"request": req, "response": resp}
        if self._context is not None:
            more = self._context(req, resp)
            context.update(await more if isawaitable(more) else more)
        return context

    def _answer(self, req: Request, resp: Response[object], outcome: Outcome) -> None:
        content, outcome = written(outcome, json_of(req), debug=self._engine.debug)
        status = 200
        if outcome.errors:
            status = 400
            if outcome.data is not None:
                # The newer media type leaves no choice: an answer with data is a success.
                status = 200 if _media_type(req) == RESPONSE else self.partial_data_status
        # A resolver may have said something else.
        _send(req, resp, status if resp.status_code is None else resp.status_code, content)


def _limit(name: str, value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
        return value
    raise ConfigurationError(f"graphql({name}=...) must be a number above 0, or None, not {value!r}.")


def _refused(req: Request, resp: Response[object], prepared: Prepared, payload: Payload) -> bool:
    """Answer what may not be done this way."""
    if prepared.kind == "subscription":
        message = "Subscriptions are not served over HTTP."
        _say(req, resp, 400, {"errors": [{"message": message}]})
        return True
    if req.method != "POST":
        resp.headers["Allow"] = "POST"
        _say(req, resp, 405, {"errors": [{"message": "Mutations must use POST, not GET."}]})
        return True
    if payload.forgeable:
        message = "Mutations must be sent as application/json: another site could forge this request."
        _say(req, resp, 415, {"errors": [{"message": message}]})
        return True
    return False


def _wants_page(req: Request) -> bool:
    if "query" in req.params or "q" in req.params:
        return False
    return req.preferred_media_type((JSON, RESPONSE, "text/html")) == "text/html"


def _csrf_token(req: Request) -> str | None:
    """What the page has to send along, where this route or its application asks for it."""
    route: object = req.scope.get("route")
    wanted: object = route.settings.csrf if isinstance(route, Route) else None
    if wanted is None:
        wanted = getattr(getattr(req.scope.get("app"), "settings", None), "csrf", None)
    return req.csrf_token if wanted is True else None


def _media_type(req: Request) -> str:
    """The newer media type for clients that name it and don't prefer the older one."""
    if "graphql-response" not in req.headers.get("accept", ""):
        return JSON
    return req.preferred_media_type((RESPONSE, JSON)) or JSON


def _say(req: Request, resp: Response[object], status: int, body: Mapping[str, object]) -> None:
    _send(req, resp, status, json_of(req).encode(body))


def _send(req: Request, resp: Response[object], status: int, content: bytes) -> None:
    resp.status_code = status
    resp.content = content
    resp.vary("Accept")
    resp.mimetype = _media_type(req)
