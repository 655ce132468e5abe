"""Who may call: every kind of security scheme, alone, together, in turn, with scopes, and not needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel

from responder import Router
from responder.ext.auth import APIKeyAuth, BasicAuth, BearerAuth, OAuth2Auth, Principal

access = Router("/access", tags=["access"])
TOKEN = "let-me-in"


@dataclass(frozen=True)
class Caller:
    """Who has called."""

    name: str
    scopes: tuple[str, ...] = ()


class Who(BaseModel):
    """Who was let in."""

    name: str


def known(token: str) -> Caller | None:
    """Whose token it is."""
    return Caller("token", ("read", "write")) if token == TOKEN else None


def trusted(name: str, password: str) -> Caller | None:
    """Whose name and password they are."""
    return Caller(name) if password == TOKEN else None


bearer = BearerAuth(known, bearer_format="opaque")
basic = BasicAuth(trusted)
header_key = APIKeyAuth(known, name="X-Sample-Key", scheme_name="headerKey")
query_key = APIKeyAuth(known, name="key", location="query", scheme_name="queryKey")
cookie_key = APIKeyAuth(known, name="sample_key", location="cookie", scheme_name="cookieKey")
oauth = OAuth2Auth.authorization_code(
    "https://example.com/authorize",
    "https://example.com/token",
    scopes={"read": "Look at things.", "write": "Change things."},
    verify=known,
)


@access.get("/me", auth=bearer)
async def who_calls(*, caller: Annotated[Caller, bearer]) -> Who:
    """Show who calls.

    By a bearer token.
    """
    return Who(name=caller.name)


@access.get("/basic", auth=basic)
async def who_logs_in(*, caller: Principal[Caller]) -> Who:
    """Log in.

    By a name and a password.
    """
    return Who(name=caller.name)


@access.get("/header-key", auth=header_key)
async def who_has_header_key(*, caller: Principal[Caller]) -> Who:
    """Show the key in the header.

    By a key in a header.
    """
    return Who(name=caller.name)


@access.get("/query-key", auth=query_key)
async def who_has_query_key(*, caller: Principal[Caller]) -> Who:
    """Show the key in the query.

    By a key in the query string.
    """
    return Who(name=caller.name)


@access.get("/cookie-key", auth=cookie_key)
async def who_has_cookie_key(*, caller: Principal[Caller]) -> Who:
    """Show the key in the cookie.

    By a key in a cookie.
    """
    return Who(name=caller.name)


@access.get("/both", auth=[bearer, header_key])
async def who_has_both() -> Who:
    """Two schemes at once.

    A token and a key, both of them.
    """
    return Who(name="both")


@access.get("/scoped", auth=oauth.requires("read", "write"))
async def who_may_write(*, caller: Principal[Caller]) -> Who:
    """Show who may write.

    By OAuth 2, with scopes.
    """
    return Who(name=caller.name)


@access.get("/optional", auth=bearer.optional())
async def who_may_call(*, caller: Principal[Caller | None]) -> Who:
    """With a token or without.

    Who has one is known by it.
    """
    return Who(name="nobody" if caller is None else caller.name)


@access.get("/open", auth=None)
async def open_to_all() -> Who:
    """Nobody is asked.

    Anybody may call.
    """
    return Who(name="anybody")
