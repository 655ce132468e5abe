"""`raises`: what is declared is known to the plan, what is returned is answered, what is neither is told."""

from __future__ import annotations

import functools
import logging
from collections.abc import AsyncIterator, Generator
from typing import Any, Union

import pytest
from pydantic import BaseModel
from typing_extensions import TypeAliasType

from responder import API, Depends, Problem, Registry, Request, Response, provider
from responder._http.raises import joined, problems_in, raises_of, read_raises
from responder.errors import ConfigurationError, RouteError
from responder.params import Dependency
from responder.types import Raises


class Item(BaseModel):
    id: int


class NotFound(Problem):
    status = 404
    type = "https://example.com/not-found"


class Conflict(Problem):
    status = 409


class Gone(Problem):
    status = 410


class Late(Problem):
    status = 425


def declared(api: API[Any, Any]) -> tuple[type[Problem], ...]:
    (route,) = api.operations
    (operation,) = set(route.operations.values())
    return operation.raises


def test_a_route_says_what_it_raises() -> None:
    api = API()
    api.get("/", raises=[NotFound, Conflict, NotFound])(lambda: None)
    assert declared(api) == (NotFound, Conflict)


@pytest.mark.parametrize("value", [NotFound, [ValueError], ["NotFound"], [NotFound()], 5, {"a": NotFound}])
def test_raises_is_a_list_of_problem_classes(value: Any) -> None:
    with pytest.raises(RouteError, match="a list of Problem classes"):
        API().get("/", raises=value)(lambda: None)
    with pytest.raises(ConfigurationError, match="Depends"):
        Depends(lambda: 1, raises=value)
    with pytest.raises(ConfigurationError, match="provider"):
        provider(lambda: 1, raises=value)
    with pytest.raises(RouteError, match="a list of Problem classes"):
        API().add_dependency("x", lambda: 1, raises=value)


def test_everything_that_is_called_may_say_what_it_raises() -> None:
    class Deps(Registry):
        db = provider(lambda: 1, raises=[Conflict])

    class Guard:
        raises = (NotFound,)

        async def __call__(self, request: Request) -> object:
            return self

    async def hook(req: Request, resp: Response) -> None: ...

    hook.raises = [Gone]  # type: ignore[attr-defined]  # what a decorator would put there

    def inner(db: int) -> int:
        return db

    api = API(registry=Deps)

    @api.get("/", auth=Guard(), before=hook)
    def show(*, x: int = Depends(inner, raises=[Late])) -> None: ...

    assert set(declared(api)) == {NotFound, Gone, Conflict, Late}


def test_guards_that_are_dependencies_and_decorators_count_too() -> None:
    api = API()

    @api.dependency(raises=[Gone])
    def user() -> int:
        return 1

    @api.dependency
    def account(user: int) -> int:
        return user

    @api.get("/", dependencies=[Depends(lambda: None, raises=[Conflict])])
    def show(*, account: int) -> None: ...

    assert set(declared(api)) == {Gone, Conflict}


def test_a_handler_may_carry_its_own() -> None:
    class Handler:
        raises = (Late,)

        def __call__(self) -> None: ...

    api = API()
    api.add_route("/", Handler(), methods=["GET"])
    assert declared(api) == (Late,)
    assert isinstance(Handler(), Raises)


def test_what_is_no_list_of_problems_is_somebody_elses_attribute() -> None:
    def function() -> None: ...

    function.raises = "often"  # type: ignore[attr-defined]  # anything may stand there
    assert raises_of(function) == ()
    function.raises = [NotFound]  # type: ignore[attr-defined]  # as above
    assert raises_of(functools.partial(function)) == (NotFound,)
    assert read_raises(None) == ()
    assert joined([(NotFound,), (Gone, NotFound)]) == (NotFound, Gone)


Result = TypeAliasType("Result", Union[Item, NotFound])  # noqa: UP007  # spelled for older Pythons


@pytest.mark.parametrize(
    ("annotation", "found"),
    [
        (NotFound, (NotFound,)),
        (Item | NotFound | Gone, (NotFound, Gone)),
        (Result, (NotFound,)),
        (Result | None, (NotFound,)),
        (Item, ()),
        (None, ()),
        (list[NotFound], ()),
    ],
)
def test_problems_are_found_in_return_annotations(annotation: object, found: object) -> None:
    assert problems_in(annotation) == found


@pytest.mark.parametrize("returns", [Item | NotFound, Result, Item | NotFound | None])
def test_a_returned_problem_is_declared_sent_and_no_part_of_the_contract(returns: Any) -> None:
    api = API()

    def show(*, id: int) -> object:
        return Item(id=id) if id else NotFound(detail="No such item")

    show.__annotations__["return"] = returns
    api.get("/{id:int}")(show)
    assert declared(api) == (NotFound,)
    assert api.requests.get("/1").json() == {"id": 1}
    answer = api.requests.get("/0")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "No such item"
    assert answer.json()["instance"] == "/0"


def test_a_handler_that_returns_only_problems_promises_nothing() -> None:
    api = API()

    @api.get("/")
    def show() -> NotFound | None:
        return None

    (route,) = api.operations
    assert route.operations["GET"].contract.default is None
    assert api.requests.get("/").content == b""


def test_a_returned_problem_reaches_providers_like_a_raised_one() -> None:
    ended: list[str] = []

    def session() -> Generator[int, None, None]:
        try:
            yield 1
        except NotFound:
            ended.append("rolled back")
            raise
        ended.append("committed")

    api = API()

    @api.get("/")
    def show(*, db: int = Depends(session)) -> Item | NotFound:
        return NotFound()

    assert api.requests.get("/").status_code == 404
    assert ended == ["rolled back"]


def test_a_stream_may_return_a_problem_instead() -> None:
    async def lines() -> AsyncIterator[Item]:
        yield Item(id=1)

    api = API()

    @api.ndjson("/{id:int}")
    def show(*, id: int) -> AsyncIterator[Item] | NotFound:
        return lines() if id else NotFound()

    assert declared(api) == (NotFound,)
    assert api.requests.get("/1").text == '{"id":1}\n'
    assert api.requests.get("/0").status_code == 404


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if "raises=[" in one.getMessage()]


def test_in_debug_an_undeclared_problem_is_told_once_a_route(caplog: pytest.LogCaptureFixture) -> None:
    class Deep(NotFound):
        pass

    api = API(debug=True)

    @api.get("/{id:int}", raises=[NotFound])
    def show(*, id: int) -> None:
        raise [NotFound, Deep, Conflict, Gone, Problem][id]()

    with caplog.at_level(logging.WARNING, "responder"):
        statuses = [api.requests.get(f"/{number}").status_code for number in (0, 1, 2, 2, 3, 4)]
    assert statuses == [404, 404, 409, 409, 410, 500]
    first, second = told(caplog)
    assert first.startswith("GET /{id:int} raised Conflict")
    assert "raises=[Gone]" in second


def test_outside_of_debug_nothing_is_told(caplog: pytest.LogCaptureFixture) -> None:
    api = API()

    @api.get("/")
    def show() -> None:
        raise Conflict

    assert api.requests.get("/").status_code == 409
    assert told(caplog) == []


def test_two_uses_of_one_provider_are_equal_whatever_they_are_said_to_raise() -> None:
    assert Dependency(print, (NotFound,)) == Dependency(print)
