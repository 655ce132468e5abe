from __future__ import annotations

import pytest

from responder._http.response import Response


def test_directives_are_written_in_the_order_they_are_given() -> None:
    response: Response = Response()
    response.cache_control(
        public=True, max_age=3600, s_maxage=0, must_revalidate=True, no_store=False, immutable=None
    )
    assert response.headers["Cache-Control"] == "public, max-age=3600, s-maxage=0, must-revalidate"


def test_fields_and_extensions() -> None:
    response: Response = Response()
    response.cache_control(private="Set-Cookie, X-A", extension={"x-new": 5, "x-flag": True, "x-off": None})
    assert response.headers["Cache-Control"] == 'private="Set-Cookie, X-A", x-new=5, x-flag'


@pytest.mark.parametrize(
    "wrong",
    [
        {"public": True, "private": True},
        {"max_age": -1},
        {"max_age": True},
        {"max_age": "60"},
        {"max_age": 1.5},
        {"publik": True},
        {"no_store": "yes"},
        {"extension": {"a b": 1}},
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, object]) -> None:
    response: Response = Response()
    with pytest.raises((TypeError, ValueError)):
        response.cache_control(**wrong)  # type: ignore[arg-type]  # on purpose
    assert "Cache-Control" not in response.headers


def test_vary_merges_without_case() -> None:
    response: Response = Response()
    response.vary("Accept", "cookie")
    response.vary("accept", "Origin, Cookie")
    assert response.headers["Vary"] == "Accept, cookie, Origin"
    response.vary("*")
    assert response.headers["Vary"] == "*"
