"""Each mistake is told at its own column, in the user's spelling."""

# Each expectation stands on the line of its diagnostic, however long that gets.
# fmt: off

from __future__ import annotations

from typing import Annotated, Final

from elsewhere import PREFIX, CurrentUser, Deps, Limit, Session, User, router, typed
from pydantic import BaseModel

from responder import API, Depends, Query, Registry, Request, Router, provider
from responder.routes import RouteSpec

TAIL: Final = "/{id:int}"


class Item(BaseModel):
    name: str


class Wide(Item):
    price: int


api = API()


@api.get("/users/{user_id:int}")  # E: 19 [responder-path] Path parameter "user_id" is not accepted by handler "first"
def first() -> str:
    return ""


@api.get("/users/{user_id:int}")  # E: 10 [responder-route] Route "/users/{user_id:int}" already exists
def second(
    user: str,  # E: 5 [responder-path] Parameter "user" of handler "second" is neither a path parameter of "/users/{user_id:int}", a dependency, a marker nor a request body; did you mean "user_id"?
) -> str:
    return ""


@api.get("/users/{user_id:integer}")  # E: 27 [responder-convertor] Unknown convertor "integer" for path parameter "user_id"; did you mean "int"?
def third(user_id: int) -> str:
    return ""


@api.get("/a/{b")  # E: 14 [responder-template] Unmatched "{" in path template "/a/{b"
def fourth() -> str:
    return ""


@typed.get(PREFIX + TAIL)
def from_constants(
    id: str,  # E: 5 [responder-type] Path parameter "id" has type "int" (convertor "int"), but handler "from_constants" declares "str"; did you mean "{id:str}"?
) -> str:
    return ""


@typed.get(f"{PREFIX}{TAIL}")  # E: 12 [responder-path] Path parameter "id" is not accepted by handler "from_an_f_string"  # E: 12 [responder-route] Route "/things/{id:int}" already exists
def from_an_f_string() -> str:
    return ""


@typed.get("/b")
def by_name(
    sesion: Session,  # E: 5 [responder-dependency] Parameter "sesion" of handler "by_name" is neither a path parameter of "/b", a dependency, a marker nor a request body; did you mean "session"?
    session: User,  # E: 5 [responder-type] Dependency "session" provides "Session", but handler "by_name" declares "User"
) -> str:
    return ""


@typed.get("/c")
def by_alias(
    limit: Limit = 0,  # E: 5 [responder-marker] Default 0 violates ge=1
    size: Annotated[str, Query(pattern="[")] = "",  # E: 5 [responder-marker] Pattern is not a valid regular expression: unterminated character set at position 0
) -> str:
    return ""


def no_user(nobody: int) -> int:
    return nobody


@typed.get("/d")
def by_depends(
    user: Annotated[User, Depends(no_user)],  # E: 5 [responder-type] Depends() metadata of parameter "user" provides "int", but it is annotated "User"  # E: 5 [responder-dependency] Parameter "nobody" of provider "no_user" is neither a request object nor a dependency
) -> str:
    return ""


@router.get("/{id:int}")
def no_scalar_comes_from_a_prefix(
    id: int,
    sesion: Session,  # E: 5 [responder-dependency] Parameter "sesion" of handler "no_scalar_comes_from_a_prefix" is neither a path parameter of "/r/{id:int}", a dependency, a marker nor a request body; did you mean "session"?
) -> str:
    return ""


below = Router("/x", registry=Deps, outer="/{tenant}/{number:int}")


@below.get("/{id}")
def knows_its_prefix(
    id: str,
    tenant: str,
    number: str,  # E: 5 [responder-type] Path parameter "number" has type "int" (convertor "int"), but handler "knows_its_prefix" declares "str"; did you mean "{number:str}"?
    other: str,  # E: 5 [responder-dependency] Parameter "other" of handler "knows_its_prefix" is neither a path parameter of "/{tenant}/{number:int}/x/{id}", a dependency, a marker nor a request body
) -> str:
    return ""


typed.include_router(below)  # E: 22 [responder-router] Router expects path parameter "tenant" from its prefix  # E: 22 [responder-router] Router expects path parameter "number" from its prefix
typed.include_router(below, prefix="/{tenant}/{number}")  # E: 48 [responder-router] Path parameter "number" has convertor "str", but the router declares "int"
typed.include_router(below, prefix="/{tenant}/{number:int}/{more}")  # E: 61 [responder-router] Path parameter "more" of the prefix is not declared by the router; declare it with Router(outer="/{tenant}/{number:int}/{more}")
typed.group("/g/{id}").include_router(router, prefix="/{id}")  # E: 57 [responder-path] Path parameter "id" is already bound by the prefix "/g/{id}"


class Ring(Registry):
    a = provider(lambda b: 1)

    @provider
    def one(two: int) -> int:  # E: 5 [responder-dependency] Dependency cycle: one -> two -> one
        return two

    @provider
    def two(one: int) -> int:
        return one


def make_engine(url: str, req: Request) -> int:
    return 1


def make_url() -> int:
    return 1


class Wrong(Registry):
    engine = provider(make_engine, scope="app")  # E: 5 [responder-dependency] App-scoped provider "engine" can not depend on the request (parameter "req")  # E: 5 [responder-type] Dependency "url" provides "int", but provider "engine" declares "str"  # E: 5 [responder-dependency] App-scoped provider "engine" can not depend on request-scoped "url"
    url = provider(make_url)
    request = provider(make_url)  # E: 5 [responder-dependency] "request" is reserved and can not be a dependency name
    nobody = provider(no_user)  # E: 5 [responder-dependency] Dependency cycle: nobody -> nobody


@api.get("/e", status_code=204)
def a_body(id: int = Query(1)) -> Item:  # E: 1 [responder-response] Status 204 has no response body, but handler "a_body" returns "Item"
    return Item(name="")


@api.get("/f", response_model=Wide)  # E: 31 [responder-response] response_model "Wide" requires "price", which "Item" returned by handler "too_narrow" does not have
def too_narrow() -> Item:
    return Item(name="")


@api.get("/g", response_model=Item)
def narrowed() -> Wide:
    return Wide(name="", price=1)


api.url_for(narrowed, id=3)  # E: 1 [call-arg] Unexpected keyword argument "id" for "url_for" of "Application"
typed.url_for(from_constants)  # E: 1 [call-arg] Missing named argument "id" for "url_for" of "Application"
typed.url_for(from_constants, id="x")  # E: 34 [arg-type] Argument "id" to "url_for" of "Application" has incompatible type "str"; expected "int"


@api.get("/h/{id}")  # type: ignore[responder-path]
def ignored() -> str:
    return ""


@api.get("/h/{id}")  # E: 10 [responder-route] Route "/h/{id}" already exists
def ignored_at_the_function() -> str:  # type: ignore[responder-path]
    return ""


@api.get("/h/{id}")
def ignored_with_the_family() -> str:  # type: ignore[responder, unused-ignore]
    return ""


def of_a_list(
    id: int,  # E: 5 [responder-type] Path parameter "id" has type "float" (convertor "float"), but handler "of_a_list" declares "int"; did you mean "{id:int}"?
) -> int:
    return id


class Special(API[Deps]): ...


special = Special(registry=Deps)


@special.get("/i/{id}")  # E: 19 [responder-path] Path parameter "id" is not accepted by handler "of_a_subclass"
def of_a_subclass(user: CurrentUser) -> str:
    return ""


api_of_a_list = API(
    routes=[
        RouteSpec("/{id}", first),  # E: 22 [responder-path] Path parameter "id" is not accepted by handler "first"
        RouteSpec("/{b", first),  # E: 21 [responder-template] Unmatched "{" in path template "/{b"
        RouteSpec("/{id:float}", of_a_list),
        RouteSpec("/{id}/{id}", first),  # E: 27 [responder-template] Duplicate parameter "id" in path template "/{id}/{id}"
    ]
)


if __name__ == "__main__":
    api.run()
