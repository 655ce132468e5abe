"""Stand-ins for providers that cannot stand in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from responder import API, DependencyCycleError, DependencyError, DependencyResolutionError, Request, Response


def _needs_what_nobody_gives(nothing: object) -> str:
    return "never"


def _needs_itself(db: str) -> str:
    return db


@pytest.mark.parametrize(
    ("stand_in", "error", "text"),
    [
        (_needs_what_nobody_gives, DependencyResolutionError, "nothing"),
        (_needs_itself, DependencyCycleError, "db -> db"),
    ],
)
def test_a_stand_in_that_cannot_be_called_is_told_as_a_dependency_error_and_answered(
    stand_in: Callable[..., str], error: type[DependencyError], text: str
) -> None:
    api = API()

    @api.dependency()
    def db() -> str:
        return "real"

    @api.get("/")
    def show(req: Request, resp: Response, *, db: str) -> str:
        return db

    with api.dependency_overrides(db=stand_in):
        with pytest.raises(error, match=text):
            api.requests.get("/")
        answer = api.test_client(raise_server_exceptions=False).get("/")
        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/problem+json"
    assert api.requests.get("/").text == "real"


def test_an_override_of_a_name_that_nobody_registered_is_told_with_what_was_meant() -> None:
    api = API()
    api.add_dependency("database", lambda: 1)
    with (
        pytest.raises(DependencyResolutionError, match='did you mean "database"'),
        api.dependency_overrides(databse=2),
    ):
        pass
