"""Guards: of an application, a router, a group and a route; principals by name and by annotation."""

from __future__ import annotations

from dataclasses import dataclass

from shop_deps import Deps

from responder import API, Request, Router
from responder.ext.auth import BearerAuth, Principal


@dataclass
class Person:
    name: str


@dataclass
class Staff(Person):
    level: int = 0


def person_of(token: str) -> Person | None:
    return Person(token) if token else None


def staff_of(token: str) -> Staff | None:
    return Staff(token) if token else None


people = BearerAuth(verify=person_of)
staff = BearerAuth(verify=staff_of)

api = API(registry=Deps, auth=people)
admin = Router("/admin", registry=Deps, auth=staff)
inner = api.group("/inner", auth=[staff])


@api.get("/me")
def me(user: Person) -> str:
    return user.name


@api.get("/also")
def also(principal: Person, whoever: Principal[Person]) -> str:
    return f"{principal.name} {whoever.name}"


@admin.get("/level")
def level(user: Staff) -> str:
    return str(user.level)


@inner.get("/level")
def inner_level(user: Person, req: Request) -> str:
    return user.name


@api.get("/open", auth=None)
def everybody(req: Request) -> str:
    return req.method


api.include_router(admin)
