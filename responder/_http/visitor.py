"""Who asks: the session of a request, and the token that is kept in it.  The half of `Request` about that."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TypeVar

from markupsafe import Markup
from starlette.types import Scope

from responder.csrf import csrf_input, get_csrf_token
from responder.sessions import open_session, typed_session

T = TypeVar("T")


class Visitor:
    """What a client's requests have in common."""

    __slots__ = ()

    _scope: Scope

    @property
    def session(self) -> MutableMapping[str, object]:
        """The client's session; `RuntimeError` where sessions are off."""
        return open_session(self._scope)

    def session_as(self, model: type[T]) -> T:
        """The client's session as a typed value, the same one for the whole request; changes to it are kept.

        The model is the application's `session_model`, or any class that pydantic makes of nothing.
        """
        return typed_session(self._scope, model)

    @property
    def csrf_token(self) -> str:
        """The token that a request which writes has to carry; made when it is first asked for."""
        return get_csrf_token(self.session)

    @property
    def csrf_input(self) -> Markup:
        """The same as a hidden field, for a form in a page."""
        return csrf_input(self.csrf_token)
