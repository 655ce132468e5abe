"""The guard: whoever the session says signed in, as long as there is such an account."""

from __future__ import annotations

from collections.abc import Mapping

from typing_extensions import override

from examples.login.accounts import Account, Accounts
from responder import Request
from responder.ext.auth import AuthScheme
from responder.ext.sessions import regenerate_session

_KEY = "account"


class SignedIn(AuthScheme[str, Account]):
    """Accounts that have signed in."""

    def __init__(self, accounts: Accounts) -> None:
        super().__init__(scheme_name="session")
        self._accounts = accounts

    @override
    def extract(self, request: Request) -> str | None:
        name = request.session.get(_KEY)
        return name if isinstance(name, str) else None

    @override
    async def verify(self, credential: str) -> Account | None:
        return self._accounts.named(credential)

    @override
    def challenge(self) -> str:
        return "Session"

    @override
    def openapi(self) -> Mapping[str, object]:
        return {"type": "apiKey", "in": "cookie", "name": "session"}


def sign_in(request: Request, account: Account) -> None:
    """Begin a session that owes nothing to the one before: neither its id, nor its token, nor its data."""
    request.session.clear()
    regenerate_session(request)
    request.session[_KEY] = account.name


def sign_out(request: Request) -> None:
    """End the session."""
    request.session.clear()
