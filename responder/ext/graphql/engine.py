"""The door to graphql-core: a schema of any make, a document read and judged, an operation run.

The only module that imports `graphql`.  It knows no request and no response: a text goes in, and data and
errors that may be shown come out.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from typing import Final, Literal, Protocol, TypeAlias, cast, runtime_checkable

from responder.errors import ConfigurationError, MissingPackage
from responder.ext.graphql.limits import Limits, amount, excess, too_many_values

try:
    from graphql import (
        DocumentNode,
        ExecutionResult,
        GraphQLError,
        GraphQLSchema,
        OperationDefinitionNode,
        execute,  # pyright: ignore[reportUnknownVariableType]  # graphql-core's own generics are bare
        get_operation_ast,
        parse,
        specified_rules,
        validate,
        validate_schema,
    )
    from graphql.validation import NoSchemaIntrospectionCustomRule
except ImportError as error:  # pragma: no cover - depends on what is installed
    raise MissingPackage("GraphQL", "graphql-core", extra="graphql") from error

__all__ = ["Engine", "Outcome", "Prepared", "Refused", "SchemaLike", "make_engine"]

_log = logging.getLogger("responder.graphql")

REMEMBERED: Final = 256
"""How many judged documents are kept, so that a client's usual queries are judged once."""
MOST_ERRORS: Final = 20
LONGEST: Final = 1000
"""Characters of an error's message: it may repeat what the client wrote."""
HIDDEN: Final = "Internal server error"
RESULTS: Final = ("graphql.type.", "graphql.execution.execut")
"""Modules of graphql-core that judge what resolvers give; arguments are judged elsewhere."""
SUGGESTION: Final = re.compile(r" Did you mean [^?]*\?")

Kind: TypeAlias = Literal["query", "mutation", "subscription"]


@runtime_checkable
class CoreSchema(Protocol):
    """A schema of graphql-core."""

    @property
    def query_type(self) -> object:
        """The type of what queries begin with."""
        ...

    @property
    def type_map(self) -> object:
        """Every type by its name."""
        ...


@runtime_checkable
class GrapheneSchema(Protocol):
    """A schema that holds one of graphql-core, as Graphene's does."""

    @property
    def graphql_schema(self) -> object:
        """The schema of graphql-core."""
        ...


@runtime_checkable
class StrawberrySchema(Protocol):
    """A schema that prints and runs itself, as Strawberry's does."""

    def as_str(self) -> str:
        """The schema in its own language."""
        ...

    @property
    def execute(self) -> object:
        """Runs an operation."""
        ...


SchemaLike: TypeAlias = CoreSchema | GrapheneSchema | StrawberrySchema
"""A schema of graphql-core, Graphene or Strawberry."""


class _RunsItself(Protocol):
    """What is used of a Strawberry schema, so that its extensions take part."""

    async def execute(
        self,
        query: str,
        variable_values: dict[str, object] | None,
        context_value: object,
        root_value: object,
        operation_name: str | None,
    ) -> object: ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may be run, and the operation of it that was asked for."""

    text: str
    document: DocumentNode
    operation: str | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a document is not run."""

    errors: Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an operation; `data` is None when nothing could be said."""

    data: Mapping[str, object] | None
    errors: Sequence[Mapping[str, object]]
    extensions: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Engine:
    """Judges documents and runs them, against one schema."""

    schema: GraphQLSchema
    limits: Limits
    introspection: bool
    debug: bool
    strawberry: _RunsItself | None
    judged: _Remembered

    def prepare(
        self, text: str, operation: str | None, variables: Mapping[str, object] | None = None
    ) -> Prepared | Refused:
        """Read and judge a document, and find the operation.  Costs time: call it beside the event loop."""
        over = None if variables is None else too_many_values(variables, self.limits)
        if over is not None:
            return _refusal(over)
        document = self.judged.get(text)
        if document is None:
            judged = self._judge(text)
            if isinstance(judged, Refused):
                return judged
            document = judged
            self.judged.keep(text, document)
        node = get_operation_ast(document, operation)
        if node is None:
            return _refusal(_no_operation(document, operation))
        return Prepared(text, document, operation, node.operation.value)

    def _judge(self, text: str) -> DocumentNode | Refused:
        limits = self.limits
        if limits.characters is not None and len(text) > limits.characters:
            return _refusal(f"The query is too long: at most {limits.characters} characters are allowed.")
        try:
            document = parse(text, max_lexical_tokens=limits.tokens, max_comments=limits.tokens)
            over = excess(amount(document), limits)
            if over is not None:
                return _refusal(over)
            rules = list(specified_rules)
            if not self.introspection:
                rules.append(NoSchemaIntrospectionCustomRule)
            wrong = validate(
                self.schema, document, rules, max_errors=MOST_ERRORS, hide_suggestions=not self.introspection
            )
        except GraphQLError as error:
            return Refused([_formatted(error)])
        except RecursionError:
            return _refusal("The query is nested too deeply.")
        return Refused([_formatted(one) for one in wrong]) if wrong else document

    async def run(
        self, prepared: Prepared, variables: Mapping[str, object] | None, context: Mapping[str, object]
    ) -> Outcome:
        """Run an operation; what its resolvers raise is logged, and shown only when debugging."""
        values = None if variables is None else dict(variables)
        try:
            if self.strawberry is not None:
                given = await self.strawberry.execute(
                    prepared.text, values, context, None, prepared.operation
                )
                return self._outcome(cast("ExecutionResult", given))
            running = execute(
                self.schema,
                prepared.document,
                context_value=context,
                variable_values=values,
                operation_name=prepared.operation,
                hide_suggestions=not self.introspection,
            )
            result = await running if isawaitable(running) else running
        except RecursionError:
            return Outcome(None, [{"message": "The query, or one of its variables, is nested too deeply."}])
        return self._outcome(result)

    def _outcome(self, result: ExecutionResult) -> Outcome:
        errors = [self._shown(error) for error in result.errors or ()]
        return Outcome(result.data, errors, result.extensions or None)

    def _shown(self, error: GraphQLError) -> Mapping[str, object]:
        shown = dict(_formatted(error))
        cause = _secret(error)
        if cause is None:
            if not self.introspection:
                shown["message"] = SUGGESTION.sub("", str(shown["message"]))
            return shown
        if self.strawberry is None:  # which logs it itself
            _log.error("A resolver failed at %s", _path(error), exc_info=cause)
        if not self.debug:
            shown["message"] = HIDDEN
        return shown


class _Remembered:
    """The documents judged last, each by its text; used from several threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, DocumentNode] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, text: str) -> DocumentNode | None:
        with self._lock:
            found = self._known.get(text)
            if found is not None:
                self._known.move_to_end(text)
            return found

    def keep(self, text: str, document: DocumentNode) -> None:
        with self._lock:
            self._known[text] = document
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)


def make_engine(schema: SchemaLike, limits: Limits, *, introspection: bool, debug: bool) -> Engine:
    """An engine for a schema of any make; a schema that is wrong in itself is refused now."""
    core = _core(schema)
    faults = validate_schema(core)
    if faults:
        raise ConfigurationError(f"The GraphQL schema is not valid: {faults[0].message}")
    own = None if core is schema or not isinstance(schema, StrawberrySchema) else schema
    return Engine(core, limits, introspection, debug, cast("_RunsItself | None", own), _Remembered())


def _core(schema: object) -> GraphQLSchema:
    if isinstance(schema, GraphQLSchema):
        return schema
    for name in ("graphql_schema", "_schema"):
        inner = getattr(schema, name, None)
        if isinstance(inner, GraphQLSchema):
            return inner
    raise ConfigurationError(
        f"graphql(schema=...) takes a schema of graphql-core, Graphene or Strawberry, not {schema!r}."
    )


def _refusal(message: str) -> Refused:
    return Refused([{"message": message}])


def _no_operation(document: DocumentNode, name: str | None) -> str:
    if name is not None:
        return f"The document has no operation {name[:100]!r}."
    several = sum(isinstance(node, OperationDefinitionNode) for node in document.definitions) > 1
    if several:
        return "The document has several operations; operationName says which one to run."
    return "The document has no operation."


def _formatted(error: GraphQLError) -> Mapping[str, object]:
    shown = dict(cast("Mapping[str, object]", error.formatted))
    message = str(shown["message"])
    if error.path is None and len(message) > LONGEST:
        shown["message"] = message[:LONGEST] + "..."
    return shown


def _secret(error: GraphQLError) -> BaseException | None:
    """What went wrong inside, if it is that; None for what clients may read: their faults, and what resolvers
    tell them by a GraphQLError.
    """
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if cause is not None and not isinstance(cause, GraphQLError):
        return cause
    trace = error.__traceback__ if error.path is not None else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    module = "" if trace is None else str(trace.tb_frame.f_globals.get("__name__"))
    # graphql-core itself refused what a resolver gave, and shows the value or its class.
    return error if module.startswith(RESULTS) else None


def _path(error: GraphQLError) -> str:
    return ".".join(map(str, error.path)) if error.path else "the operation"
