"""Byte ranges: what is asked for, merged, refused or ignored; and names of downloads."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder._http.disposition import attachment
from responder._http.ranges import MOST, Span, asked_spans, merged, still_same
from tests.counting import cost

SIZE = 1000


def asked(header: str | None, size: int = SIZE) -> list[tuple[int, int]] | None:
    spans = asked_spans(header, size)
    return None if spans is None else [(span.start, span.stop) for span in spans]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", [(0, 1)]),
        ("bytes=0-99", [(0, 100)]),
        ("bytes=990-", [(990, 1000)]),
        ("bytes=990-5000", [(990, 1000)]),
        ("bytes=-10", [(990, 1000)]),
        ("bytes=-5000", [(0, 1000)]),
        ("BYTES = 0-1", [(0, 2)]),
        ("bytes=0-1, 5-6", [(0, 2), (5, 7)]),
        ("bytes=0-1,,5-6,", [(0, 2), (5, 7)]),
        ("bytes=5-6,0-1", [(0, 2), (5, 7)]),
        ("bytes=0-4,3-9", [(0, 10)]),
        ("bytes=0-4,5-9", [(0, 10)]),
        ("bytes=0-4,2000-3000", [(0, 5)]),
        ("bytes=0-9,2-3", [(0, 10)]),
    ],
)
def test_what_is_asked_for_is_sent_in_order_and_once(header: str, expected: list[tuple[int, int]]) -> None:
    assert asked(header) == expected


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-1001", "bytes=-0", "bytes=2000-,3000-"])
def test_what_is_not_there_can_not_be_sent(header: str) -> None:
    assert asked(header) == []


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=-",
        "bytes=a-b",
        "bytes=5-2",
        "bytes=0-1;5-6",
        "bytes=0-1,x",
        "items=0-1",
        "bytes=0x0-0x9",
        "bytes=+1-2",
        "bytes=1_0-20",
        "bytes=\u0660-\u0669",
        "bytes=--1",
        "bytes=0-99999999999999999999999999",
        "bytes=" + ",".join(f"{n * 3}-{n * 3}" for n in range(MOST + 1)),
    ],
)
def test_whatever_is_malformed_or_too_much_gets_the_whole_body(header: str | None) -> None:
    assert asked(header) is None


def test_sixteen_ranges_are_served() -> None:
    assert len(asked("bytes=" + ",".join(f"{n * 3}-{n * 3}" for n in range(MOST))) or ()) == MOST


def test_an_empty_body_has_no_ranges() -> None:
    assert asked("bytes=0-", 0) is None


def test_a_hostile_header_costs_nothing() -> None:
    for again in ("0-,", "0-"):
        little, much = "bytes=" + again * 2_000, "bytes=" + again * 2_000_000
        assert cost(partial(asked, little)) == cost(partial(asked, much))
        assert asked(much) is None


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=20))
def test_merged_spans_hold_the_same_bytes_once_and_in_order(pairs: list[tuple[int, int]]) -> None:
    spans = [Span(start, start + length) for start, length in pairs]
    kept = merged(spans)
    assert {byte for span in kept for byte in range(span.start, span.stop)} == {
        byte for span in spans for byte in range(span.start, span.stop)
    }
    assert all(one.stop < other.start for one, other in pairwise(kept))


DATE = "Sun, 06 Nov 1994 08:49:37 GMT"
LATER = "Sun, 06 Nov 1994 08:49:38 GMT"


@pytest.mark.parametrize(
    ("condition", "etag", "date", "same"),
    [
        (None, None, None, True),
        ('"a"', '"a"', None, True),
        ('"a"', '"b"', None, False),
        ('W/"a"', 'W/"a"', None, False),
        ('"a"', 'W/"a"', None, False),
        ('"a"', None, DATE, False),
        (DATE, None, DATE, True),
        (LATER, None, DATE, True),
        (DATE, None, LATER, False),
        ("yesterday", None, DATE, False),
        (DATE, '"a"', None, False),
    ],
)
def test_a_range_is_for_the_version_that_the_client_has(
    condition: str | None, etag: str | None, date: str | None, same: bool
) -> None:
    assert still_same(condition, etag, date) is same


EXTENDED = "filename*=UTF-8''"


@pytest.mark.parametrize(
    ("name", "plain", "extended"),
    [
        ("report.pdf", "report.pdf", None),
        ("Annual Report.pdf", "Annual Report.pdf", "Annual%20Report.pdf"),
        ('a"b\\c', 'a\\"b\\\\c', "a%22b%5Cc"),
        ("Füße.txt", None, "F%C3%BC%C3%9Fe.txt"),
        ("a\r\nSet-Cookie: x=1\0", "aSet-Cookie: x=1", "aSet-Cookie%3A%20x%3D1"),
        ("100%.txt", "100%.txt", "100%25.txt"),
        ("\ud800.txt", None, "%3F.txt"),
        ("", None, None),
    ],
)
def test_a_download_is_named_by_one_safe_line(name: str, plain: str | None, extended: str | None) -> None:
    parts = ["attachment"]
    if plain is not None:
        parts.append(f'filename="{plain}"')
    if extended is not None:
        parts.append(EXTENDED + extended)
    assert attachment(name) == "; ".join(parts)


@given(st.text())
def test_no_name_breaks_out_of_its_header(name: str) -> None:
    line = attachment(name)
    assert line.isascii()
    assert line.isprintable()
