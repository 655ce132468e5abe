"""Registries: which names a class publishes, and what a provider in one remembers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import FrozenInstanceError
from datetime import date
from typing import ClassVar

import pytest
from typing_extensions import override

from responder import RouteError
from responder.convertors import Convertor
from responder.registry import Provider, Registry, provider


class Pool:
    pass


class Session:
    pass


class Tenant:
    pass


class DateConvertor(Convertor[date]):
    @override
    def convert(self, text: str, /) -> date:
        return date.fromisoformat(text)


def make_pool() -> Iterator[Pool]:
    yield Pool()


async def make_session(pool: Pool) -> AsyncIterator[Session]:
    yield Session()


class Deps(Registry):
    pool = provider(make_pool, scope="app")
    db = provider(make_session, close="before-send")
    tenant: Tenant
    day = DateConvertor()


def test_a_registry_lists_what_it_holds_by_kind() -> None:
    entries = Deps.responder_entries
    assert list(entries.providers) == ["pool", "db"]
    assert entries.declared == {"tenant": "Tenant"}
    assert list(entries.convertors) == ["day"]


def test_a_provider_keeps_its_function_scope_and_closing() -> None:
    assert (Deps.pool.function, Deps.pool.scope, Deps.pool.close) == (make_pool, "app", "after-send")
    assert (Deps.db.function, Deps.db.scope, Deps.db.close) == (make_session, "request", "before-send")


def test_a_provider_can_be_called_as_its_function_can() -> None:
    class Plain(Registry):
        number = provider(lambda: 4)

    assert Plain.number() == 4


def test_a_provider_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Deps.pool.scope = "request"  # type: ignore[misc]  # that it is refused is the point


def test_provider_is_a_decorator_bare_and_called() -> None:
    class Decorated(Registry):
        @provider
        def one() -> int:
            return 1

        @provider(scope="app", close="before-send")
        def two() -> int:
            return 2

    assert isinstance(Decorated.one, Provider)
    assert (Decorated.one.scope, Decorated.two.scope, Decorated.two.close) == (
        "request",
        "app",
        "before-send",
    )
    assert list(Decorated.responder_entries.providers) == ["one", "two"]


def test_a_derived_registry_holds_what_its_bases_hold() -> None:
    class More(Deps):
        clock = provider(date.today)

    assert list(More.responder_entries.providers) == ["pool", "db", "clock"]
    assert list(More.responder_entries.declared) == ["tenant"]
    assert list(Deps.responder_entries.providers) == ["pool", "db"]


def test_a_derived_registry_may_bind_what_its_base_declares() -> None:
    class Bound(Deps):
        tenant = provider(Tenant)  # type: ignore[assignment]  # a name that is declared as its value

    assert "tenant" in Bound.responder_entries.providers
    assert "tenant" not in Bound.responder_entries.declared


def test_registries_can_be_combined() -> None:
    class Other(Registry):
        clock = provider(date.today)

    class Both(Deps, Other):
        pass

    assert set(Both.responder_entries.providers) == {"pool", "db", "clock"}


def test_private_names_and_class_variables_are_left_alone() -> None:
    class Quiet(Registry):
        _secret = 4
        retries: ClassVar[int] = 3
        db = provider(make_session)

    assert list(Quiet.responder_entries.providers) == ["db"]
    assert Quiet.responder_entries.declared == {}


def test_the_entries_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        Deps.responder_entries.providers["x"] = Deps.db  # type: ignore[index]  # that it is refused is the point


def test_a_function_that_nobody_wrapped_is_refused_with_the_cure() -> None:
    with pytest.raises(TypeError, match=r'"pool" of registry .*Forgot.* write pool = provider\(\.\.\.\)'):

        class Forgot(Registry):  # pyright: ignore[reportUnusedClass]  # declaring it is what is refused
            pool = make_pool


@pytest.mark.parametrize("name", ["req", "request", "resp", "response", "ws", "websocket"])
def test_names_of_the_message_cannot_be_dependencies(name: str) -> None:
    with pytest.raises(ValueError, match=f'"{name}" is reserved'):
        type("Bad", (Registry,), {name: provider(make_pool)})
    with pytest.raises(ValueError, match=f'"{name}" is reserved'):
        type("Bad", (Registry,), {"__annotations__": {name: int}})


def test_a_registry_is_passed_as_a_class() -> None:
    with pytest.raises(TypeError, match="pass the class itself"):
        Deps()


def test_a_provider_that_cannot_be_called_is_refused() -> None:
    with pytest.raises(TypeError, match="can not be called"):
        provider(4)  # type: ignore[call-overload]  # that it is refused is the point


def test_a_provider_is_not_wrapped_twice() -> None:
    with pytest.raises(TypeError, match="provider already"):
        provider(Deps.db)


def test_what_is_wrong_with_a_registry_is_told_with_code_line_and_anchor() -> None:
    wrong: dict[str, tuple[Callable[[], object], str]] = {
        "registry-made": (Deps, "responder-dependency"),
        "provider-value": (lambda: provider(Deps.db), "responder-dependency"),
        "registry-entry": (lambda: type("Bad", (Registry,), {"pool": make_pool}), "responder-dependency"),
        "dependency-reserved": (lambda: type("Bad", (Registry,), {"req": Deps.db}), "responder-dependency"),
    }
    for rule, (make, code) in wrong.items():
        with pytest.raises(RouteError) as caught:
            make()
        (told,) = caught.value.findings
        assert (told.finding.rule.name, caught.value.code) == (rule, code)
        assert told.site is not None
        assert told.site.file == __file__
        assert str(caught.value).endswith(f"(docs/rules.md#{rule})")


def test_an_unknown_scope_or_closing_is_refused() -> None:
    with pytest.raises(ValueError, match='Option "scope" must be "request" or "app"'):
        provider(make_pool, scope="session")  # type: ignore[call-overload]  # that it is refused is the point
    with pytest.raises(ValueError, match='Option "close" must be "after-send" or "before-send"'):
        provider(make_pool, close="never")  # type: ignore[call-overload]  # that it is refused is the point
