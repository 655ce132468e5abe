"""Dependencies: named and inline, for a request, for the application and outside of both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import Annotated

import anyio
import anyio.from_thread
import anyio.lowlevel
import pytest
from pydantic import BaseModel

import responder
from responder import Body, Depends, Header, Path, Query, Request
from responder._routing.declare import ProviderRecord
from responder._routing.lifetimes import AppScope
from responder._routing.providers import Linker, Ref, Suppliers
from tests.routing.asking import ask, asked

pytestmark = pytest.mark.anyio

Events = list[str]


def make_name() -> str:
    return "name"


class Deps(responder.Registry):
    name = responder.provider(make_name)


# --- outside a request
# ----------------------------------------------------------------------------


def graph(events: Events) -> responder.API:
    api = responder.API()

    @api.dependency(scope="app")
    async def pool() -> AsyncIterator[str]:
        events.append("+pool")
        yield "pool"
        events.append("-pool")

    @api.dependency
    def connection(pool: str) -> Iterator[str]:
        events.append("+connection")
        try:
            yield f"connection of {pool}"
        except ValueError as error:
            events.append(f"connection saw {error}")
            raise
        finally:
            events.append("-connection")

    @api.dependency(name="session")
    async def make_session(connection: str, size: int = 3) -> str:
        return f"session {size} on {connection}"

    return api


async def test_a_name_is_resolved_with_all_that_it_needs() -> None:
    events = Events()
    api = graph(events)
    async with api.resolve("session") as session:
        assert session == "session 3 on connection of pool"
        assert events == ["+pool", "+connection"]
    assert events == ["+pool", "+connection", "-connection"]
    async with api.resolve("pool") as pool:
        assert pool == "pool"
    assert events == ["+pool", "+connection", "-connection"]


async def test_a_provider_is_resolved_by_itself() -> None:
    api, events = responder.API(registry=Deps), Events()

    async def one() -> AsyncIterator[int]:
        yield 1
        events.append("closed one")

    async def two(one: int = Depends(one), tags: list[int] = Query([1, 2])) -> list[int]:
        tags.append(one)
        return tags

    for _ in range(2):
        async with api.resolve(two) as value:
            assert value == [1, 2, 1]
    assert events == ["closed one"] * 2
    async with api.resolve(Deps.name) as name:
        assert name == "name"
    async with api.resolve(lambda: 5) as five:
        assert five == 5


async def test_what_fails_inside_is_told_to_the_providers_and_comes_out() -> None:
    events = Events()
    api = graph(events)
    with pytest.raises(ValueError, match="inside"):
        async with api.resolve("session"):
            raise ValueError("inside")
    assert events == ["+pool", "+connection", "connection saw inside", "-connection"]


async def test_what_was_opened_is_closed_when_a_later_one_fails() -> None:
    events = Events()
    api = graph(events)

    def broken(connection: str) -> int:
        raise ValueError("broken")

    api.add_dependency("broken", broken)
    with pytest.raises(ValueError, match="broken"):
        async with api.resolve("broken"):
            raise AssertionError("never reached")
    assert events == ["+pool", "+connection", "connection saw broken", "-connection"]


async def test_what_needs_a_request_cannot_be_resolved_without_one() -> None:
    api = responder.API()

    def of_request(req: Request) -> str:
        return req.method

    def of_query(size: int = Query()) -> int:
        return size

    for provider in (of_request, of_query):
        with pytest.raises(responder.DependencyResolutionError, match="needs the request"):
            async with api.resolve(provider):
                raise AssertionError("never reached")


async def test_an_unknown_name_is_told() -> None:
    api = responder.API()
    with pytest.raises(responder.DependencyResolutionError, match="nobody"):
        api.resolve("nobody")
    with pytest.raises(responder.DependencyResolutionError, match="nobody"):
        Linker(Suppliers({})).place(Ref("nobody", None))


async def test_a_provider_that_cannot_be_called_is_told() -> None:
    api = responder.API()

    def wrong(nobody: int) -> int:
        return nobody

    with pytest.raises(responder.DependencyResolutionError, match="nobody"):
        api.resolve(wrong)


async def test_resolving_honours_overrides_of_that_moment() -> None:
    events = Events()
    api = graph(events)
    with api.dependency_overrides(connection="fake"):
        async with api.resolve("session") as session:
            assert session == "session 3 on fake"
    with api.dependency_overrides(pool=lambda: "fake pool"):
        async with api.resolve("session") as session:
            assert session == "session 3 on connection of fake pool"
    assert "+pool" not in events


async def test_positional_only_parameters_are_filled_in_order() -> None:
    api = responder.API()

    def one() -> str:
        return "one"

    def both(first: str = Depends(one), /, second: str = Depends(one)) -> str:
        return f"{first} {second}"

    api.add_dependency("app_one", one, scope="app")

    @api.dependency(scope="app")
    def app_both(value: str = Depends(one), /) -> str:
        return f"app {value}"

    async with api.resolve(both) as value:
        assert value == "one one"
    async with api.resolve("app_both") as shared:
        assert shared == "app one"

    @api.get("/")
    def view(*, both: str = Depends(both)) -> str:
        return both

    assert (await asked(api, "GET", "/")).body == b"one one"


# --- for the application
# ----------------------------------------------------------------------------


async def test_an_application_wide_value_is_opened_once_however_many_ask() -> None:
    api, events = responder.API(), Events()
    ready = anyio.Event()

    @api.dependency(scope="app")
    async def pool() -> AsyncIterator[object]:
        events.append("+pool")
        await ready.wait()
        yield object()

    @api.get("/")
    def view(*, pool: object) -> str:
        return str(id(pool))

    bodies: set[bytes] = set()

    async def one() -> None:
        bodies.add((await asked(api, "GET", "/")).body)

    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(one)
        await anyio.lowlevel.checkpoint()
        ready.set()
    assert events == ["+pool"]
    assert len(bodies) == 1


async def test_a_failed_opening_is_tried_again() -> None:
    api, events = responder.API(), Events()

    @api.dependency(scope="app")
    def pool() -> Iterator[str]:
        events.append("+pool")
        if len(events) == 1:
            raise ConnectionError("not yet")
        yield "pool"

    @api.get("/")
    def view(*, pool: str) -> str:
        return pool

    first = await asked(api, "GET", "/")
    assert (first.status, type(first.raised)) == (500, ConnectionError)
    assert (await asked(api, "GET", "/")).body == b"pool"
    assert (await asked(api, "GET", "/")).body == b"pool"
    assert events == ["+pool", "+pool"]


async def test_a_cancelled_opening_is_tried_again() -> None:
    api, events = responder.API(), Events()
    opening = anyio.Event()

    @api.dependency(scope="app")
    async def pool() -> AsyncIterator[str]:
        events.append("+pool")
        if len(events) == 1:
            opening.set()
            await anyio.sleep_forever()
        yield "pool"

    @api.get("/")
    def view(*, pool: str) -> str:
        return pool

    async with anyio.create_task_group() as group:
        group.start_soon(asked, api, "GET", "/")
        await opening.wait()
        group.cancel_scope.cancel()
    assert (await asked(api, "GET", "/")).body == b"pool"
    assert events == ["+pool", "+pool"]


def test_values_of_the_application_close_in_reverse_and_a_failure_stops_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    api, events = responder.API(), Events()

    @api.dependency(scope="app")
    def plain() -> str:
        return "plain"

    @api.dependency(scope="app")
    def first(plain: str) -> Iterator[str]:
        yield f"first {plain}"
        events.append("-first")

    @api.dependency(scope="app")
    async def second(first: str) -> AsyncIterator[str]:
        yield f"second {first}"
        events.append("-second")
        raise ConnectionError("gone")

    @api.get("/")
    def view(*, second: str, first: str) -> str:
        return second

    for _ in range(2):
        with api.requests as client:
            assert client.get("/").text == "second first plain"
        assert events == ["-second", "-first"]
        assert caplog.text.count("Dependency teardown failed") == 1
        events.clear()
        caplog.clear()


async def test_an_override_below_an_application_wide_value_goes_round_it() -> None:
    api, events = responder.API(), Events()

    @api.dependency(scope="app")
    def settings() -> str:
        events.append("settings")
        return "real"

    @api.dependency(scope="app")
    def other() -> str:
        return "other"

    @api.dependency(scope="app")
    def pool(settings: str, other: str) -> str:
        events.append("pool")
        return f"pool {settings} {other}"

    @api.get("/")
    def view(*, pool: str) -> str:
        return pool

    assert (await asked(api, "GET", "/")).body == b"pool real other"
    with api.dependency_overrides(settings="fake"):
        assert (await asked(api, "GET", "/")).body == b"pool fake other"
        assert (await asked(api, "GET", "/")).body == b"pool fake other"
    assert (await asked(api, "GET", "/")).body == b"pool real other"
    assert events == ["settings", "pool", "pool", "pool"]


# --- overrides
# ----------------------------------------------------------------------------


def make_db() -> str:
    return "real"


class Shop:
    def make(self) -> str:
        return "bound"


shop = Shop()


class Registered(responder.Registry):
    db = responder.provider(make_db)


def overridable() -> responder.API[Registered]:
    api = responder.API(registry=Registered)

    @api.get("/named")
    def named(*, db: str) -> str:
        return db

    @api.get("/inline")
    def inline(*, value: str = Depends(make_db)) -> str:
        return value

    @api.get("/bound")
    def bound(*, value: str = Depends(shop.make)) -> str:
        return value

    return api


PATHS = ("/named", "/inline", "/bound")


def bodies(api: responder.API[Registered]) -> list[bytes]:
    return [ask(api, "GET", path).body for path in PATHS]


def test_an_override_is_by_name_by_provider_or_by_the_entry_of_a_registry() -> None:
    api = overridable()
    real = [b"real", b"real", b"bound"]
    assert bodies(api) == real
    with api.dependency_overrides(db="fake"):
        assert bodies(api) == [b"fake", b"fake", b"bound"]
    with api.dependency_overrides({make_db: lambda: "fake"}):
        assert bodies(api) == [b"fake", b"fake", b"bound"]
    with api.dependency_overrides({Registered.db: "fake"}):
        assert bodies(api) == [b"fake", b"fake", b"bound"]
    with api.dependency_overrides({shop.make: "fake"}):
        assert bodies(api) == [b"real", b"real", b"fake"]
    with api.dependency_overrides({"db": "first"}, db="last"):
        assert ask(api, "GET", "/named").body == b"last"
    assert bodies(api) == real


def test_overrides_nest_and_end_in_any_order() -> None:
    api = overridable()
    outer = api.dependency_overrides(db="outer")
    inner = api.dependency_overrides(db="inner")
    outer.__enter__()
    inner.__enter__()
    assert ask(api, "GET", "/named").body == b"inner"
    outer.__exit__(None, None, None)
    assert ask(api, "GET", "/named").body == b"inner"
    inner.__exit__(None, None, None)
    assert ask(api, "GET", "/named").body == b"real"


def test_a_stand_in_is_a_provider_with_all_that_providers_may_have() -> None:
    api, events = overridable(), Events()

    async def fake(req: Request, size: int = Query(1)) -> AsyncIterator[str]:
        yield f"fake {req.method} {size}"
        events.append("closed")

    with api.dependency_overrides(db=fake):
        assert ask(api, "GET", "/named", b"size=2").body == b"fake GET 2"
        assert ask(api, "GET", "/named", b"size=x").status == 422
    assert events == ["closed"]


@pytest.mark.parametrize("path", ["/named", "/inline"])
def test_a_stand_in_that_cannot_be_called_is_told_at_the_request(path: str) -> None:
    api = overridable()

    def wrong(nobody: str) -> str:
        return nobody

    def looping(db: str) -> str:
        return db

    with api.dependency_overrides(db=wrong):
        answer = ask(api, "GET", path)
        assert answer.status == 500
        assert isinstance(answer.raised, responder.DependencyResolutionError)
        assert "nobody" in str(answer.raised)
    with api.dependency_overrides(db=looping):
        answer = ask(api, "GET", path)
        assert answer.status == 500
        assert isinstance(answer.raised, responder.DependencyCycleError)
    assert ask(api, "GET", path).body == b"real"


def test_the_same_value_may_stand_in_for_several() -> None:
    api = responder.API()
    api.add_dependency("one", lambda: 1)
    api.add_dependency("two", lambda: 2)

    @api.get("/")
    def view(*, one: int, two: int, again: str = Depends(make_db)) -> list[int]:
        return [one, two]

    with api.dependency_overrides(one=5, two=6):
        assert ask(api, "GET", "/").json() == [5, 6]


# --- in a request
# ----------------------------------------------------------------------------


def test_a_provider_runs_once_a_request_whoever_asks_for_it() -> None:
    api, events = responder.API(), Events()

    @api.dependency
    def source() -> int:
        events.append("source")
        return len(events)

    def middle(source: int) -> int:
        return source

    @api.get("/", dependencies=[Depends(source), Depends(middle)])
    def view(*, source: int, again: int = Depends(source), below: int = Depends(middle)) -> list[int]:
        return [source, again, below]

    assert ask(api, "GET", "/").json() == [1, 1, 1]
    assert ask(api, "GET", "/").json() == [2, 2, 2]


def test_bound_methods_of_different_instances_are_different_providers() -> None:
    class Counter:
        def __init__(self, start: int) -> None:
            self.start = start

        def __call__(self) -> int:
            return self.start

        def method(self) -> int:
            return self.start

    api = responder.API()
    one, two = Counter(1), Counter(2)

    @api.get("/")
    def view(
        *,
        a: int = Depends(one.method),
        b: int = Depends(two.method),
        c: int = Depends(one),
        d: object = Depends(Counter),
    ) -> list[int]:
        return [a, b, c]

    assert [located.finding.rule.name for located in api.check()] == ["provider-parameter"]

    other = responder.API()

    @other.get("/")
    def right(
        *, a: int = Depends(one.method), b: int = Depends(two.method), c: int = Depends(one)
    ) -> list[int]:
        return [a, b, c]

    assert ask(other, "GET", "/").json() == [1, 2, 1]


class Item(BaseModel):
    name: str


def test_a_provider_may_ask_for_what_a_handler_may_ask_for() -> None:
    api = responder.API()

    def everything(
        req: Request,
        item: Annotated[Item, Body()],
        x_key: Annotated[str, Header()],
        size: int = Query(1),
        id: int = Path(),
        unused: int = 5,
        *,
        late: str = Query("late"),
    ) -> list[object]:
        return [req.method, item.name, x_key, size, id, unused, late]

    @api.post("/{id}")
    def view(
        *, id: str, item: Annotated[Item, Body()], everything: list[object] = Depends(everything)
    ) -> list[object]:
        return [*everything, item.name, id]

    answer = ask(api, "POST", "/7", b"size=2", [(b"x-key", b"k")], [b'{"name":"a"}'])
    assert answer.json() == ["POST", "a", "k", 2, 7, 5, "late", "a", "7"]
    wrong = ask(api, "POST", "/x", b"size=x", [], [b'{"name":1}'])
    assert wrong.status == 422
    for place in (b'["query","size"]', b'["path","id"]', b'["header","x-key"]', b'["body","name"]'):
        assert wrong.body.count(place) >= 1


def test_a_guard_answers_before_the_inputs_are_read() -> None:
    api, events = responder.API(), Events()

    def guard(x_key: str = Header("")) -> Iterator[None]:
        events.append("+guard")
        if x_key != "secret":
            responder.abort(403)
        yield
        events.append("-guard")

    def other() -> None:
        events.append("other")

    @api.post("/", dependencies=[Depends(guard)])
    def view(*, item: Annotated[Item, Body()], other: None = Depends(other)) -> str:
        return item.name

    assert ask(api, "POST", "/", chunks=[b"nonsense"]).status == 403
    assert events == ["+guard"]
    assert ask(api, "POST", "/", headers=[(b"x-key", b"secret")], chunks=[b"nonsense"]).status == 400
    assert events == ["+guard", "+guard"]
    answer = ask(api, "POST", "/", headers=[(b"x-key", b"secret")], chunks=[b'{"name":"a"}'])
    assert answer.body == b"a"
    assert events == ["+guard", "+guard", "+guard", "other", "-guard"]


def test_a_plain_function_may_hand_back_something_to_await() -> None:
    api = responder.API()

    async def later() -> int:
        return 5

    def provider() -> Awaitable[int]:
        return later()

    @api.get("/")
    def view(*, value: int = Depends(provider)) -> Awaitable[dict[str, int]]:
        async def answer() -> dict[str, int]:
            return {"value": value}

        return answer()

    api.add_dependency("shared", provider, scope="app")
    assert ask(api, "GET", "/").json() == {"value": 5}


def test_a_provider_that_swallows_its_failure_or_yields_again_does_not_hide_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    api = responder.API()

    def stubborn() -> Iterator[int]:
        try:
            yield 1
        except ValueError:
            yield 2

    def swallowing() -> Iterator[int]:
        try:
            yield 1
        except ValueError:
            pass

    @api.get("/")
    def view(*, one: int = Depends(swallowing), two: int = Depends(stubborn)) -> None:
        raise ValueError("the handler's")

    answer = ask(api, "GET", "/")
    assert (answer.status, str(answer.raised)) == (500, "the handler's")
    assert "more than once" in caplog.text


async def test_a_generator_that_yields_nothing_has_no_value_wherever_it_is_opened() -> None:
    api = responder.API()

    def empty() -> Iterator[int]:
        yield from ()

    api.add_dependency("shared", empty, scope="app")
    with pytest.raises(responder.DependencyResolutionError, match="ended before it yielded"):
        async with api.resolve("shared"):
            raise AssertionError("never reached")
    with pytest.raises(responder.DependencyResolutionError, match="ended before it yielded"):
        async with api.resolve(empty):
            raise AssertionError("never reached")


async def test_a_provider_cancelled_in_its_thread_is_closed() -> None:
    api, events = responder.API(), Events()
    opening = anyio.Event()

    token = anyio.lowlevel.current_token()

    def slow() -> Iterator[int]:
        anyio.from_thread.run_sync(opening.set, token=token)
        try:
            yield 1
        finally:
            events.append("closed")

    async def use() -> None:
        async with api.resolve(slow):
            await anyio.sleep_forever()

    async with anyio.create_task_group() as group:
        group.start_soon(use)
        await opening.wait()
        group.cancel_scope.cancel()
    assert events == ["closed"]


async def test_what_lives_with_the_application_needs_nothing_else() -> None:
    def of_app(name: str) -> str:
        return name

    record = ProviderRecord("of_app", of_app, "app")
    supplier = Suppliers({"of_app": record, "name": ProviderRecord("name", make_name)}).named("of_app")
    assert supplier is not None
    with pytest.raises(responder.DependencyScopeError, match="of_app"):
        await AppScope().arguments(supplier)


async def test_defaults_are_made_anew_outside_a_request_as_well() -> None:
    api = responder.API()

    def tags(sizes: list[int] = Query(default_factory=lambda: [1]), more: int = Query(2)) -> list[int]:
        sizes.append(more)
        return sizes

    for _ in range(2):
        async with api.resolve(tags) as value:
            assert value == [1, 2]


def test_an_early_ending_is_told_of_the_failure_and_may_answer_with_its_own() -> None:
    api, events = responder.API(), Events()

    def session() -> Iterator[int]:
        try:
            yield 1
        except ValueError as error:
            events.append(f"saw {error}")
            responder.abort(409, detail="rolled back")

    class Early(responder.Registry):
        early = responder.provider(session, close="before-send")

    @api.get("/")
    def view(*, early: int = Depends(Early.early)) -> None:
        raise ValueError("mistake")

    assert ask(api, "GET", "/").status == 409
    assert events == ["saw mistake"]


def test_a_parameter_behind_one_that_keeps_its_default_is_passed_by_name() -> None:
    api = responder.API()

    def paged(unused: int = 5, page: int = Query(1)) -> list[int]:
        return [unused, page]

    @api.get("/")
    def view(*, paged: list[int] = Depends(paged)) -> list[int]:
        return paged

    assert ask(api, "GET", "/", b"page=3").json() == [5, 3]


def test_a_registry_without_source_is_told_without_a_place() -> None:
    space: dict[str, object] = {"Registry": responder.Registry, "__name__": "made"}
    exec("class Made(Registry):\n    db: int\n", space)
    made = space["Made"]
    assert isinstance(made, type)
    assert issubclass(made, responder.Registry)
    api = responder.API(registry=made)
    (located,) = api.check()
    assert (located.finding.rule.name, located.site) == ("dependency-unbound", None)
