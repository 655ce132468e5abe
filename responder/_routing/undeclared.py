"""In debug mode: a problem that a route raises and does not declare is told, once for each route and class.

Put between an endpoint and what answers its failures, and only there: without debug mode it is never made.
"""

from __future__ import annotations

import logging
from typing import Final, Protocol

from starlette.types import Receive, Scope, Send

from responder._http.problems import Problem
from responder._http.raises import Problems
from responder._http.request import Request
from responder._routing.errors import is_ours
from responder._routing.plan import Operation

_LOG: Final = logging.getLogger("responder")


class Fail(Protocol):
    """The cold road from an exception to an answer; raises again what the server has to hear of."""

    async def __call__(
        self,
        exc: BaseException,
        scope: Scope,
        receive: Receive,
        send: Send,
        request: Request | None = None,
    ) -> None: ...


class Watches(Protocol):
    """What an application lends to those who serve."""

    @property
    def fail(self) -> Fail:
        """What answers failures."""
        ...

    @property
    def watches(self) -> bool:
        """Whether undeclared problems are told."""
        ...


def watched(operation: Operation, services: Watches) -> Fail:
    """What answers the failures of an operation."""
    if not services.watches:
        return services.fail
    return Watched(services.fail, operation.label, operation.raises)


class Watched:
    """Answers failures as `fail` does, and tells those that nobody declared."""

    def __init__(self, fail: Fail, label: str, declared: Problems) -> None:
        self._fail = fail
        self._label = label
        self._declared = declared
        self._told: set[type[Problem]] = set()

    async def __call__(
        self, exc: BaseException, scope: Scope, receive: Receive, send: Send, request: Request | None = None
    ) -> None:
        """Answer a failure."""
        kind = type(exc)
        if isinstance(exc, Problem) and kind not in self._told and not is_ours(kind.__module__):
            if not isinstance(exc, self._declared):
                self._told.add(type(exc))
                _LOG.warning(
                    "%s raised %s, which neither it nor anything it calls declares; say raises=[%s], so that"
                    " the document and its clients know",
                    self._label,
                    kind.__name__,
                    kind.__name__,
                )
        await self._fail(exc, scope, receive, send, request)
