"""Overrides: values and providers, nested, ended in any order, seen by WebSockets, safe between threads."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack

import pytest

from responder import (
    API,
    ConfigurationError,
    DependencyError,
    Depends,
    Registry,
    Request,
    WebSocket,
    provider,
)
from responder.testing import Overrides


def tenant(req: Request) -> str:
    return req.headers.get("x-tenant", "real")


def greet(tenant: str = Depends(tenant)) -> str:
    return f"hello {tenant}"


class Deps(Registry):
    greeting = provider(greet)


def shop() -> API[Deps]:
    api = API(registry=Deps)

    @api.get("/direct")
    def direct(who: str = Depends(tenant)) -> str:
        return who

    @api.get("/named")
    def named(greeting: str) -> str:
        return greeting

    @api.websocket_route("/ws")
    async def socket(ws: WebSocket, *, greeting: str) -> None:
        await ws.accept()
        await ws.send_text(greeting)

    return api


def asked(api: API[Deps], path: str = "/direct") -> str:
    return api.requests.get(path).text.strip('"')


def test_a_value_stands_in_while_the_block_runs() -> None:
    api = shop()
    with api.override(tenant).with_value("fake"):
        assert asked(api) == "fake"
        assert asked(api, "/named") == "hello fake"
    assert asked(api) == "real"


def test_a_value_that_can_be_called_is_still_a_value() -> None:
    api = API()

    def clock() -> Callable[[], int]:
        return lambda: 1

    @api.get("/")
    def now(clock: Callable[[], int] = Depends(clock)) -> int:
        return clock()

    with api.override(clock).with_value(lambda: 2):
        assert api.requests.get("/").json() == 2


async def slow(req: Request) -> AsyncIterator[str]:
    yield f"async {req.method}"


def test_a_provider_of_any_kind_stands_in_with_needs_of_its_own() -> None:
    closed: list[str] = []

    def generator(other: str = Depends(lambda: "needed")) -> Iterator[str]:
        yield f"generated {other}"
        closed.append(other)

    api = shop()
    with api.override(tenant).with_provider(generator):
        assert asked(api) == "generated needed"
        assert closed == ["needed"]
    with api.override(tenant).with_provider(slow):
        assert asked(api) == "async GET"


def test_a_registry_s_provider_and_a_name_are_the_same() -> None:
    api = shop()
    with api.override(Deps.greeting).with_value("by registry"):
        assert asked(api, "/named") == "by registry"
    with api.override("greeting").with_value("by name"):
        assert asked(api, "/named") == "by name"
    with pytest.raises(DependencyError), api.override("greating").with_value("x"):
        pass


def test_the_one_that_began_last_counts_in_whatever_order_they_end() -> None:
    api = shop()
    first, second = ExitStack(), ExitStack()
    first.enter_context(api.override(tenant).with_value("first"))
    second.enter_context(api.override(tenant).with_value("second"))
    assert asked(api) == "second"
    first.close()
    assert asked(api) == "second"
    second.close()
    assert asked(api) == "real"


def test_another_application_is_left_alone() -> None:
    one, other = shop(), shop()
    with one.override(tenant).with_value("fake"):
        assert asked(one) == "fake"
        assert asked(other) == "real"


def test_websockets_see_them() -> None:
    api = shop()
    with api.override(tenant).with_value("fake"), api.requests.websocket_connect("/ws") as ws:
        assert ws.receive_text() == "hello fake"


def test_a_block_that_fails_ends_its_override() -> None:
    api = shop()
    with pytest.raises(ValueError, match="in the test"), api.override(tenant).with_value("fake"):
        raise ValueError("in the test")
    assert asked(api) == "real"


def test_many_threads_leave_nothing_behind() -> None:
    api = shop()
    asked(api)
    start = threading.Barrier(8)
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            start.wait(10)
            for turn in range(50):
                with api.override(tenant).with_value(f"{number}.{turn}"):
                    pass
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert api._core.journal.overrides == ()
    assert asked(api) == "real"


def test_overrides_may_last_until_they_are_all_ended() -> None:
    api = shop()
    with Overrides(api) as overrides:
        overrides.override(tenant).with_value("lasting")
        overrides.dependency_overrides(greeting="named")
        assert asked(api) == "lasting"
        assert asked(api, "/named") == "named"
    assert asked(api) == "real"
    assert asked(api, "/named") == "hello real"


def test_a_value_is_no_provider() -> None:
    with pytest.raises(ConfigurationError, match="use with_value"):
        shop().override(tenant).with_provider("fake")  # type: ignore[arg-type]  # what is tested


def looks_at_a_socket(ws: WebSocket) -> str:
    return str(ws.url)


@pytest.mark.parametrize("target", [tenant, "greeting"])
def test_a_stand_in_that_takes_a_websocket_is_refused_where_http_asks_for_it(
    target: str | Callable[..., str],
) -> None:
    api = shop()
    with (
        pytest.raises(DependencyError, match="takes a WebSocket"),
        api.dependency_overrides({target: looks_at_a_socket}),
    ):
        assert asked(api, "/named") == ""  # told here where nothing was served before
    assert asked(api, "/named") == "hello real"
    with (
        pytest.raises(DependencyError, match="takes a WebSocket"),
        api.dependency_overrides({target: looks_at_a_socket}),
    ):
        raise AssertionError("it was let begin")
