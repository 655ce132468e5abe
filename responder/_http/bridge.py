"""What a request has from those around it: who sent it, as a middleware found out, which host pattern it
matched, and the server's way to send hints before the answer.

The part of `Request` that others fill in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from starlette.authentication import AuthCredentials, BaseUser
from starlette.types import Scope, Send

from responder._http.exchange import KEY, NO_PARAMS, Exchange
from responder._http.headers import encode_value

_HINTS = "http.response.early_hint"


class Bridge:
    """Views of what others left in the scope."""

    __slots__ = ("_send",)

    _scope: Scope
    _send: Send

    @property
    def user(self) -> BaseUser:
        """Who sent the request, as the authentication middleware says; anonymous unless it is known."""
        return cast("BaseUser", _left(self._scope, "user"))

    @property
    def credentials(self) -> AuthCredentials:
        """What the sender may do: `credentials.scopes`."""
        return cast("AuthCredentials", _left(self._scope, "auth"))

    @property
    def host_params(self) -> Mapping[str, str]:
        """The fields of the host pattern that led to this application."""
        found = cast("Exchange | None", self._scope.get(KEY))
        return NO_PARAMS if found is None else found.host_params

    async def send_early_hints(self, *links: str) -> bool:
        """Let the client fetch what it will need: values of `Link`, in a 103 before the answer.

        False, and nothing sent, where the server or the version of HTTP has no way to.
        """
        send = getattr(self, "_send", None)
        if send is None or _HINTS not in (self._scope.get("extensions") or {}):
            return False
        await send({"type": _HINTS, "links": [encode_value(link) for link in links]})
        return True


def _left(scope: Scope, key: str) -> object:
    try:
        return scope[key]
    except KeyError:
        raise RuntimeError(
            "nobody said who sent this request: add AuthenticationMiddleware with a backend"
        ) from None
