"""The query string parser agrees with the standard library's, at any input."""

from __future__ import annotations

from functools import partial
from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from responder._http.querystring import parse_query
from tests.counting import cost

PIECES = st.sampled_from(
    [b"%", b"%2", b"%41", b"%e2%82%ac", b"%E2", b"%zz", b"+", b"&", b"=", b"a", b";", b"\xff", b"%00", b"%2B"]
)


def standard(raw: bytes) -> list[tuple[str, str]]:
    # parse_qsl takes text; bytes outside ASCII mean what they would mean percent-encoded.
    text = "".join(chr(byte) if byte < 128 else f"%{byte:02X}" for byte in raw)
    return parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="replace")


@given(st.lists(PIECES, max_size=30).map(b"".join) | st.binary(max_size=60))
@example(b"")
@example(b"&&a&=&=b&c=d=e")
@example(b"q=%e2%82%ac+%zz%")
def test_pairs_are_those_of_the_standard_library(raw: bytes) -> None:
    assert parse_query(raw) == standard(raw)


@pytest.mark.parametrize("again", [b"%41", b"&", b"a&", b"a=%", b"+"])
def test_long_input_takes_linear_time(again: bytes) -> None:
    once, twice = (cost(partial(parse_query, again * length)) for length in (2_000, 4_000))
    assert all(more <= 2 * less for less, more in zip(once, twice, strict=True))
    parse_query(again * 200_000)  # what C does is not counted; the square of this would not end
