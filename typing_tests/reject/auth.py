"""Helpers that are made wrongly, and principals of another type than the handler says."""

from __future__ import annotations

from responder import API, Depends, Router
from responder.ext.auth import APIKeyAuth, Auth, BasicAuth, BearerAuth, JWTAuth


class User: ...


async def find(token: str) -> User | None:
    return User() if token else None


bearer = BearerAuth(find)
perhaps = bearer.optional()

BearerAuth()  # E: call-overload | reportCallIssue
BearerAuth(tokens=["a"], realm=5)  # E: call-overload | reportArgumentType
BasicAuth(credentials=["ada"])  # E: call-overload | reportArgumentType
APIKeyAuth(keys=["a"], location="body")  # E: call-overload | reportArgumentType
JWTAuth(5)  # E: call-overload | reportArgumentType

strings: Auth[str] = bearer  # E: assignment | reportAssignmentType
never_none: Auth[User] = bearer.optional()  # E: assignment | reportAssignmentType
not_told: Auth[User] = BearerAuth(find, auto_error=False)  # E: assignment | reportAssignmentType

api = API(auth="ada")  # E: arg-type | reportArgumentType
Router(auth=5)  # E: call-overload | reportArgumentType
bearer.requires(5)  # E: arg-type | reportArgumentType


@api.get("/", auth="ada")  # E: arg-type | reportArgumentType
def show() -> None: ...


@api.get("/depends")
def depends(*, me: str = Depends(bearer)) -> None: ...  # E: assignment | reportArgumentType


@api.get("/optional")
def optional(*, me: User = Depends(perhaps)) -> None: ...  # E: assignment | reportArgumentType
