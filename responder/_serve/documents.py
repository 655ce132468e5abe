"""The members of a problem document, in their order of precedence, and the application's `problem_handler`.

What is known of the error comes first, then the handler may enrich or replace it, then the members that
were given explicitly win.  Used for raised problems by `failures` and for `resp.problem(...)` by the
response path.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import cast

from starlette.exceptions import HTTPException
from starlette.types import Scope

from responder._contract.frozen import frozen
from responder._http import threads
from responder._http.exchange import KEY, Exchange
from responder._http.headers import encode_uri
from responder._http.problems import Problem, RequestInvalid, base_payload
from responder._http.request import Request
from responder._routing.handlers import Handler

_log = logging.getLogger("responder")


class Hidden(Problem):
    """The 500 that clients see in place of an error that is none of their business."""

    status = 500

    def __init__(self, error: Exception) -> None:
        super().__init__(500)
        self.error = error


@frozen
class Documents:
    """How one application fills its problem documents."""

    handler: Handler | None = None

    async def raised(self, error: HTTPException, scope: Scope, request: Request) -> dict[str, object]:
        """The document of an HTTP error that was raised."""
        payload, explicit = _said(error, scope)
        cause = error.error if isinstance(error, Hidden) else error
        return {**await self._enriched(payload, cause, scope, request), **explicit}

    def plain(self, error: HTTPException, scope: Scope) -> dict[str, object]:
        """The same where no `problem_handler` has a say."""
        payload, explicit = _said(error, scope)
        _identify(payload, scope)
        payload.update(explicit)
        return payload

    async def shown(self, problem: Problem, scope: Scope, request: object) -> Mapping[str, object]:
        """The document of `resp.problem(...)`."""
        req = request if isinstance(request, Request) else None
        return {**await self._enriched(problem.base(), None, scope, req), **problem.explicit()}

    async def _enriched(
        self, payload: dict[str, object], cause: Exception | None, scope: Scope, request: Request | None
    ) -> dict[str, object]:
        """Show the document to the application's `problem_handler`; keep it as it is when that fails."""
        _identify(payload, scope)
        if self.handler is None:
            return payload
        shown = dict(payload)
        try:
            result = await call(self.handler, shown, request, cause)
        except Exception:
            _log.exception("problem_handler failed; the document is sent without it")
            return payload
        if result is None:
            return shown
        if isinstance(result, Mapping):
            return dict(cast("Mapping[str, object]", result))
        _log.error(
            "problem_handler returned %s, not a mapping; the document is sent without it", type(result)
        )
        return payload


def _said(error: HTTPException, scope: Scope) -> tuple[dict[str, object], Mapping[str, object]]:
    """What an error says of itself, and what it insists on.  A `Problem` tells where it happened."""
    if not isinstance(error, Problem):
        return base_payload(error.status_code, error.detail), {}
    explicit = error.explicit()
    if not isinstance(error, (RequestInvalid, Hidden)):
        explicit = {"instance": encode_uri(scope["path"]), **explicit}
    return error.base(), explicit


def _identify(payload: dict[str, object], scope: Scope) -> None:
    known = scope.get(KEY)
    if isinstance(known, Exchange) and known.request_id is not None:
        payload["request_id"] = known.request_id


async def call(handler: Handler, *args: object) -> object:
    """Call a user function with as many arguments as it takes; a plain one in a thread."""
    given = args[: handler.takes]
    if handler.is_async:
        return await handler.function(*given)  # type: ignore[misc]  # read_callable saw a coroutine function
    return await threads.run(handler.function, *given)
