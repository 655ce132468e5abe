"""Functions that say who somebody is: called in every form they have, and what their annotations tell."""

from __future__ import annotations

import functools
import threading
from collections.abc import Awaitable, Callable

import anyio
import pytest

from responder.ext.auth.asking import ask, type_given
from responder.params import MISSING


class User:
    """Somebody."""

    def __init__(self, name: str) -> None:
        self.name = name


def plain(name: str) -> User | None:
    return User(f"{name} in {threading.current_thread().name.rpartition('-')[0]}")


async def awaited(name: str) -> User | None:
    return User(name)


def handing_back(name: str) -> Awaitable[User | None]:
    return awaited(name)


class Directory:
    async def __call__(self, name: str) -> User:
        return User(name)


class Plain:
    def __call__(self, name: str) -> None:
        return None


def missing(name):  # type: ignore[no-untyped-def]  # nothing says what it gives
    return None


def unknown(name: str) -> Nobody:  # type: ignore[name-defined]  # noqa: F821
    return None


FORMS: list[Callable[..., Awaitable[User | None] | User | None]] = [
    awaited,
    handing_back,
    Directory(),
    functools.partial(functools.partial(awaited)),
    User,
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: type(form).__name__)
def test_every_form_is_asked(form: Callable[..., Awaitable[User | None] | User | None]) -> None:
    async def main() -> User | None:
        return await ask(form, "ada")

    found = anyio.run(main)
    assert found is not None
    assert found.name == "ada"


def test_a_plain_function_is_asked_in_a_thread_of_its_own_pool() -> None:
    async def main() -> User | None:
        return await ask(plain, "ada")

    found = anyio.run(main)
    assert found is not None
    assert found.name.startswith("ada in responder-auth")


@pytest.mark.parametrize("form", [plain, awaited, handing_back, Directory(), User, functools.partial(plain)])
def test_an_annotation_tells_who_is_given(form: Callable[..., object]) -> None:
    assert type_given(form) is User


TELL_NOTHING: list[Callable[..., object]] = [Plain(), missing, unknown]  # pyright: ignore[reportUnknownVariableType]


@pytest.mark.parametrize("form", TELL_NOTHING)
def test_other_functions_tell_nothing(form: Callable[..., object]) -> None:
    assert type_given(form) is MISSING
