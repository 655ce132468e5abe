from __future__ import annotations

import http
import re

import pytest
import starlette.status

from responder import status_codes


@pytest.mark.parametrize("status", list(http.HTTPStatus))
def test_every_standard_status_has_a_number_and_a_phrase(status: http.HTTPStatus) -> None:
    assert getattr(status_codes, f"HTTP_{status.value}") == status.value
    assert status_codes.phrase(status)


@pytest.mark.parametrize(
    ("name", "status"),
    [("ok", 200), ("not_found", 404), ("created", 201), ("continue_", 100), ("im_a_teapot", 418)],
)
def test_a_status_has_its_phrase_as_a_name(name: str, status: int) -> None:
    assert getattr(status_codes, name) == status


@pytest.mark.parametrize(
    "name", [name for name in starlette.status.__all__ if name.startswith(("HTTP_", "WS_"))]
)
def test_the_names_of_starlette_mean_the_same_here(name: str) -> None:
    assert getattr(status_codes, name) == getattr(starlette.status, name)


def test_the_spellings_of_a_status_agree() -> None:
    long = [name for name in dir(status_codes) if re.fullmatch(r"(HTTP|WS)_\d+_\w+", name)]
    assert len(long) > 80
    for name in long:
        kind, number, phrase = name.split("_", 2)
        assert getattr(status_codes, name) == int(number)
        if kind == "HTTP":
            assert getattr(status_codes, phrase.lower(), int(number)) == int(number)
            assert getattr(status_codes, f"HTTP_{number}") == int(number)


def test_413_is_content_too_large_and_an_unknown_status_is_an_http_error() -> None:
    assert status_codes.phrase(413) == "Content Too Large"
    assert status_codes.phrase(422) == "Unprocessable Content"
    assert status_codes.phrase(799) == "HTTP Error"


def test_the_classes_have_exact_bounds() -> None:
    for first in range(100, 600, 100):
        belongs = getattr(status_codes, f"is_{first}")
        assert [status for status in range(700) if belongs(status)] == list(range(first, first + 100))


def test_statuses_without_a_body() -> None:
    assert [status for status in range(200, 600) if status_codes.bodyless(status)] == [204, 205, 304]
    assert all(map(status_codes.bodyless, range(100, 200)))
