"""What a request asks a GraphQL endpoint for, wherever it says it: query string, JSON, form, or plain text.

Judges the shape of the request and nothing of the document in it.  The view calls it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from json import JSONDecodeError, loads
from typing import Final, cast

from starlette.exceptions import HTTPException

from responder.models import QueryDict, Request

__all__ = ["Malformed", "Payload", "read"]

TEXT: Final = frozenset({"", "text/plain", "application/graphql"})
FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
MISSING_IN_JSON: Final = "'query' key is required in the JSON payload"
MISSING: Final = "A query is required: as JSON, as a form, or in the query string."


class Malformed(Exception):
    """The request is not one for a GraphQL endpoint; its text is what the client is told."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Payload:
    """What was asked for.

    `forgeable` says that a page of another site could have sent it without asking: it may then read, but
    change nothing.
    """

    query: str
    variables: Mapping[str, object] | None = None
    operation: str | None = None
    forgeable: bool = False


async def read(req: Request) -> Payload:
    """Read what a request asks for; raises `Malformed`."""
    if req.method in ("GET", "HEAD"):
        return _from_pairs(req.params, forgeable=True)
    kind = req.mimetype.partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        return _from_json(await _json(req))
    if kind in FORMS:
        fields = (await req.form()).fields
        return _from_pairs(fields or req.params, forgeable=True)
    if kind in TEXT:
        text = await req.read_text()
        if text.strip():
            return Payload(text, forgeable=True)
        return _from_pairs(req.params, forgeable=True)
    raise Malformed(f"A query is not read from {kind[:100]}; send application/json.", 415)


async def _json(req: Request) -> object:
    try:
        return await req.media("json")
    except HTTPException as error:
        if error.status_code != 400:
            raise
        raise Malformed(str(error.detail)) from error


def _from_json(body: object) -> Payload:
    if not isinstance(body, dict):
        raise Malformed(MISSING_IN_JSON)
    given = cast("dict[str, object]", body)
    query = given.get("query")
    if query is None:
        raise Malformed(MISSING_IN_JSON)
    if not isinstance(query, str):
        raise Malformed("'query' must be a string")
    operation = given.get("operationName")
    if operation is not None and not isinstance(operation, str):
        raise Malformed("'operationName' must be a string")
    variables = _object("variables", given.get("variables"))
    _object("extensions", given.get("extensions"))
    return Payload(query, variables, operation or None)


def _from_pairs(pairs: QueryDict, *, forgeable: bool) -> Payload:
    query = pairs.get("query") or pairs.get("q")
    if not query:
        raise Malformed(MISSING)
    variables = _object("variables", _parsed(pairs.get("variables")))
    return Payload(query, variables, pairs.get("operationName") or None, forgeable)


def _parsed(text: str | None) -> object:
    if not text:
        return None
    try:
        return cast("object", loads(text, parse_constant=_no_number))
    except (JSONDecodeError, ValueError, RecursionError) as error:
        raise Malformed("'variables' must be a JSON object") from error


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _object(name: str, value: object) -> Mapping[str, object] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise Malformed(f"'{name}' must be a JSON object")
    return cast("dict[str, object]", value)
