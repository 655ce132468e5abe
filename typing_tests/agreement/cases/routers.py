"""Prefixes of groups and routers."""

from __future__ import annotations

import responder

api = responder.API()
teams = api.group("/teams/{team:int}")


@teams.get("/a")  # E: responder-path
def forgets_the_team() -> str:
    return ""


@teams.get("/b/{team}")  # E: responder-path
def doubles_the_team(team: str) -> str:
    return team


@teams.get("/c")  # E: responder-type
def team_as_text(team: str) -> str:
    return team


@teams.get("/ok/{id}")
def takes_both(team: int, id: str) -> str:
    return f"{team}{id}"


bad_group = api.group("teams")  # E: responder-template
bad_router = responder.Router("users")  # E: responder-template

users = responder.Router("/users/{user:int}")


@users.get("/a")  # E: responder-path
def forgets_the_user() -> str:
    return ""


@users.get("")
def the_prefix_itself(user: int) -> str:
    return str(user)


@users.get("/posts/{post}")
def post(user: int, post: str) -> str:
    return f"{user}{post}"


api.include_router(users)

nested = responder.Router("/nested/{id}")


@nested.get("/x")  # R: responder-path (told where the route is, for mypy where the router is included)
def nested_x(id: str) -> str:
    return id


api.include_router(nested, prefix="/again/{id}")  # P: responder-path (told at the route at run time)


if __name__ == "__main__":
    api.run()
