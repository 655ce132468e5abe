"""An application, a router and aliases that other modules of this folder use."""

from __future__ import annotations

from typing import Annotated, Final

from responder import API, Depends, Query, Registry, Request, Router, provider

PREFIX: Final = "/things"


class Session: ...


class User: ...


def make_session() -> Session:
    return Session()


def current_user(req: Request) -> User:
    return User()


class Deps(Registry):
    session = provider(make_session)


Limit = Annotated[int, Query(ge=1, le=100)]
CurrentUser = Annotated[User, Depends(current_user)]
Either = CurrentUser | None

api = API()
typed = API(registry=Deps)
router = Router("/r", registry=Deps)


def plain(id: int, user: Annotated[User, Depends(current_user)]) -> str:
    return ""


class Base:
    def on_get(self, id: int, user: CurrentUser) -> str:
        return ""
