"""Guards, and whom they let in."""

from __future__ import annotations

from typing import Annotated

import responder
from responder import Request
from responder.ext.auth import Auth, Principal


class User:
    name = "ada"


class Admin(User):
    pass


class Token:
    pass


class Bearer(Auth[User]):
    @property
    def principal_type(self) -> object:
        return User

    async def __call__(self, request: Request) -> User:
        return User()


bearer = Bearer()


def current(req: Request) -> Token | None:
    return Token()


api = responder.API()
guarded = responder.API(auth=bearer)
private = api.group("/private", auth=current)


@api.get("/a", auth=bearer)  # E: responder-auth
def another_class(user: Token) -> str:
    return str(user)


@api.get("/b", auth=bearer)  # E: responder-auth
def a_text(user: str) -> str:
    return user


@api.get("/c")  # E: responder-dependency
def nobody_is_let_in(user: User) -> str:
    return user.name


@api.get("/d")  # E: responder-auth
def open_to_all(me: Principal[User]) -> str:
    return me.name


@api.get("/e", auth=current)  # E: responder-auth
def by_a_function(principal: User) -> str:
    return principal.name


@api.get("/f")  # E: responder-auth
def by_annotation(me: Annotated[Token, bearer]) -> str:
    return str(me)


@guarded.get("/g")  # E: responder-auth
def of_the_application(auth: Token) -> str:
    return str(auth)


@private.get("/h")  # E: responder-auth
def of_the_group(user: User) -> str:
    return user.name


@guarded.get("/i", auth=None)  # E: responder-dependency
def opened(user: User) -> str:
    return user.name


@api.get("/j", auth=bearer)  # E: responder-auth
def a_narrower_class(me: Principal[Admin]) -> str:
    return me.name


@api.get("/ok/a", auth=bearer)
def by_name(user: User, principal: object) -> str:
    return f"{user.name}{principal}"


@api.get("/ok/b", auth=bearer)
def by_alias(me: Principal[User]) -> str:
    return me.name


@api.get("/ok/c")
def by_its_guard(me: Annotated[User, bearer]) -> str:
    return me.name


@guarded.get("/ok/d")
def inherited(user: User) -> str:
    return user.name


@private.get("/ok/e")
def of_a_function(user: Token) -> str:
    return str(user)


@api.get("/ok/f", auth=bearer)
def untyped(req, resp, *, user) -> None:
    resp.text = user.name


if __name__ == "__main__":
    api.run()
    guarded.run()
