"""What can't be known is not spoken of, and what is unusual is no mistake."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import IO, Annotated, Any, Literal, ParamSpec, TypeVar, overload

from elsewhere import PREFIX, Base, CurrentUser, Deps, Either, Limit, Session, User, plain, router, typed
from elsewhere import api as imported
from pydantic import BaseModel, Field

from responder import API, Body, Depends, Path, Query, Registry, Request, Response, Router, provider
from responder.types import WebSocket

P = ParamSpec("P")
T = TypeVar("T")


class Item(BaseModel):
    name: str


# An application from another module: names may be bound anywhere.


@imported.get("/a")
def by_unknown_name(session: Session) -> str:
    return ""


@imported.get("/b")
def a_model_by_name(item: Item) -> str:
    return ""


# A registry is known everywhere; what aliases say, too.


@typed.get("/c")
def aliased(session: Session, limit: Limit, user: CurrentUser, maybe: Either = None) -> str:
    return ""


@typed.get(f"{PREFIX}/{{id:int}}")
def from_constants(id: int) -> str:
    return ""


@typed.get(PREFIX + "/{name}")
def from_a_sum(name: str) -> str:
    return ""


where: Literal["/literal/{id:int}"] = "/literal/{id:int}"


@typed.get(where)
def from_a_literal(id: int) -> str:
    return ""


def computed() -> str:
    return "/x"


@typed.get(computed())
def from_nowhere(anything: int) -> str:
    return ""


# A function that returns an iterator, and is no generator, provides the iterator.


def open_lines() -> Iterator[str]:
    return iter(["a"])


def open_file() -> IO[str]:
    raise OSError


class Lines(Registry):
    lines = provider(open_lines)


@API(registry=Lines).get("/lines")
def iterators(
    lines: Iterator[str],
    more: Iterator[str] = Depends(open_lines),
    file: IO[str] = Depends(open_file),
    last: Iterator[str] = Depends(Lines.lines),
) -> str:
    return "".join([*lines, *more, *file, *last])


# A router without `outer`: whoever includes it may put fields in front.


@router.get("/{id:int}")
def may_be_included_below_more(id: int, tenant: str, number: int, session: Session) -> str:
    return ""


declared = Router("/d", registry=Deps, outer="/{tenant}")


@declared.get("/{id:int}")
def below_a_declared_prefix(id: int, tenant: str) -> str:
    return ""


typed.include_router(declared, prefix="/{tenant}")
typed.include_router(router, prefix="/{tenant}/{number:int}")


def add_routes(to: Router[Deps], app: API[Any], prefix: str) -> None:
    @to.get("/local/{id:int}")
    def local(id: int, other: str) -> str:
        return ""

    @app.get("/any")
    def any_registry(other: Item) -> str:
        return ""

    @to.get(prefix + "/x")
    def dynamic(other: str) -> str:
        return ""


# Applications that leave the module, or that are made in another way.

passed_on = API()
add_routes(router, typed, "/y")


def register(app: API) -> None: ...


register(passed_on)


@passed_on.get("/a")
def bound_by_somebody(session: Session) -> str:
    return ""


class MyAPI(API):
    def __init__(self) -> None:
        super().__init__()
        self.add_dependency("session", Session)


mine = MyAPI()


@mine.get("/a")
def bound_in_the_constructor(session: Session) -> str:
    return ""


named = API()
for name in ("one", "two"):
    named.add_dependency(name, Session)


@named.get("/a")
def bound_in_a_loop(one: Session) -> str:
    return ""


class Service:
    def __init__(self) -> None:
        self.api = API()

        @self.api.get("/a/{id:int}")
        def inside(id: int, session: Session) -> str:
            return ""


def factory() -> API:
    made = API()

    @made.dependency()
    def session() -> Session:
        return Session()

    @made.get("/a")
    def show(session: Session) -> str:
        return ""

    return made


# Decorators between the route and the function.


def keeps(function: Callable[P, T]) -> Callable[P, T]:
    return function


def hides(function: Callable[..., T]) -> Callable[..., T]:
    @functools.wraps(function)
    def wrapper(*args: object, **kwargs: object) -> T:
        return function(*args, **kwargs)

    return wrapper


own = API()


async def websocket_handler(ws: WebSocket, room: str) -> None: ...


@own.get("/kept/{id:int}")
@keeps
def kept(id: int) -> str:
    return ""


@own.get("/hidden/{id:int}")
@hides
def hidden(id: int) -> str:
    return ""


@own.get("/twice/{id:int}")
@own.post("/twice/{id:int}")
def twice(id: int) -> str:
    return ""


own.get("/called/{id:int}")(kept)
own.add_route("/added/{id:int}", kept)
own.add_route("/imported/{id:int}", plain)
own.get("/lambda")(lambda: "x")
own.get("/partial/{id:int}")(functools.partial(kept))


class Callable_:
    def __call__(self, id: int) -> str:
        return ""


own.get("/instance/{id:int}")(Callable_())


@own.route("/inherited/{id:int}")
class Inherited(Base):
    @staticmethod
    def on_post(id: int) -> str:
        return ""

    @classmethod
    def on_put(cls, id: int) -> str:
        return ""

    on_value = 3

    @property
    def on_line(self) -> bool:
        return True


def handler(self: object, id: int) -> str:
    return ""


@own.route("/assigned/{id:int}")
class Assigned:
    on_get = handler


@own.route("/overloaded/{id:int}")
class Overloaded:
    @overload
    def on_get(self, id: int) -> str: ...
    @overload
    def on_get(self, id: str) -> str: ...
    def on_get(self, id: int | str) -> str:
        return ""


class Maker:
    def __init__(self, size: int = 3, *rest: int, **options: int) -> None: ...

    def on_get(self) -> str:
        return ""


own.add_route("/maker", Maker)
own.add_route("/socket/{room}", websocket_handler, websocket=True)


if computed():

    @own.get("/either/{id:int}")
    def either(id: int) -> str:
        return ""
else:

    @own.get("/either/{id}")
    def either(id: int) -> str:
        return ""


# Markers that are hidden, or that are not ours.

SECRET: str = Query("x")
Numbered = Annotated[int, Field(ge=1)]
PathId = Annotated[int, Path(alias="id", ge=1)]


def marked() -> int:
    return Query(1)


@own.get("/markers/{id:int}")
def markers(
    ident: PathId,
    secret: str = SECRET,
    other: int = marked(),
    numbered: Numbered = 1,
    text: Annotated[str, "documentation"] = "",
    page: Annotated[int, Query(ge=1), Field(le=5)] = 1,
) -> str:
    return ""


@own.post("/body")
def body(item: Annotated[Item | None, Body()] = None) -> str:
    return ""


@own.get("/generic/{value}")
def generic(value: T) -> T:
    return value


@own.get("/positional")
def positional(req: Request, resp: Response, /) -> None: ...


@own.get("/untyped/{id}")
def untyped(req, resp, *, id, **rest):  # type: ignore[no-untyped-def]
    resp.text = id


# URLs.

own.url_for(kept, id=3)
own.url_for(twice, id=3)
own.url_for("kept", anything=3)
own.url_for(from_a_sum, name=3)
own.url_for(Inherited, id=3)
typed.url_for(below_a_declared_prefix, tenant="x", id=1)
typed.url_for(may_be_included_below_more, tenant="x", number=2, id=1)


# Who may call is the application's business; a guard may fill these.

guarded = API(auth=None)


@guarded.get("/guarded")
def a_guard_may_fill(user: str, auth: User) -> str:
    return ""


@typed.get("/guarded")
def a_guard_from_elsewhere_may_fill(user: User, principal: str) -> str:
    return ""


def user_of(req: Request, session: Session = Depends(Deps.session)) -> User:
    return User()


@typed.get("/nested", dependencies=[Depends(user_of)])
def nested(user: Annotated[User, Depends(user_of)], again: User = Depends(user_of)) -> str:
    return ""
