"""The one record that we keep in an ASGI scope, at `scope["responder"]`, and how to reach it.

Made when somebody needs it: most requests have none.  Middleware, requests and error answers meet here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Protocol

from starlette.types import Receive, Scope

from responder._http.body import Body
from responder._http.forms import FormLimits
from responder._http.media import Formats

KEY: Final = "responder"
NO_PARAMS: Final[Mapping[str, str]] = MappingProxyType({})


class App(Protocol):
    """What a request knows of the application that serves it."""

    @property
    def state(self) -> object:
        """What lives as long as the application."""
        ...

    @property
    def debug(self) -> bool:
        """Whether errors are shown."""
        ...

    @property
    def formats(self) -> Formats:
        """The formats that the application speaks."""
        ...

    def url_for(self, target: str | Callable[..., object], /, **params: object) -> str:
        """The path of a route."""
        ...


class Exchange:
    """What the parts of one request share.

    `raw` is a body that was read before anybody asked for `Body`.  `form_limits` are those of the application
    or of the route, None for the usual ones.  `host_params` are the fields of the host pattern that matched.
    `kept` are headers that every answer carries, whoever makes it.  `logged` says that somebody logs it.
    """

    __slots__ = ("body", "form_limits", "host_params", "kept", "logged", "raw", "request_id")

    def __init__(self, raw: bytes | None = None) -> None:
        self.raw = raw
        self.body: Body | None = None
        self.request_id: str | None = None
        self.form_limits: FormLimits | None = None
        self.host_params: Mapping[str, str] = NO_PARAMS
        self.logged = False
        self.kept: dict[str, str] | None = None

    def body_of(self, scope: Scope, receive: Receive, limit: int | None) -> Body:
        """The body, for someone who has this `receive` and this limit."""
        body = self.body
        if body is None:
            body = self.body = Body(scope, receive, limit, self.raw)
        else:
            body.follow(receive, limit)
        return body


def exchange(scope: Scope) -> Exchange:
    """The record of a request, made now if there is none."""
    found: Exchange | None = scope.get(KEY)
    if found is None:
        found = scope[KEY] = Exchange()
    return found


async def release(scope: Scope) -> None:
    """Let go of what a request holds: the files of its form.  Called when the request has ended."""
    found: Exchange | None = scope.get(KEY)
    if found is not None and found.body is not None and not found.body.close():
        await found.body.close_files()
