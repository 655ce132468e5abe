"""Pages and cursors over lists in memory, and the headers that tell of them."""

from __future__ import annotations

import base64
import datetime
import decimal
import json
import uuid
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from responder import API, Request, Response
from responder.ext.pagination import (
    CursorPage,
    CursorParams,
    CursorQuery,
    InvalidCursor,
    Page,
    PageParams,
    paginate,
    paginate_by_cursor,
    set_pagination_headers,
)
from responder.ext.pagination.cursors import decode, encode
from responder.ext.query import CannotSort, sort_items
from tests.tour.support import Answer, call


class Out(BaseModel):
    id: int


@dataclass(frozen=True)
class Row:
    id: int
    kind: str | None = None
    when: datetime.date = datetime.date(2026, 1, 1)


# --- pages


@pytest.mark.parametrize(
    ("page", "size", "expected"),
    [
        (1, 3, [0, 1, 2]),
        (3, 3, [6]),
        (4, 3, []),
        (0, 3, [0, 1, 2]),
        (-5, 0, [0]),
        (1, 100, list(range(7))),
        (10**30, 3, []),
        (1, 10**30, list(range(7))),
    ],
)
def test_a_page_is_cut_out_of_a_list_or_of_whatever_gives_items(
    page: int, size: int, expected: list[int]
) -> None:
    found = paginate(range(7), page=page, size=size)
    assert found.items == expected
    assert found.total == 7
    assert found.pages == -(-7 // max(1, size))
    assert paginate((number for number in range(7)), page=page, size=size) == found
    assert paginate({str(number): 0 for number in range(7)}, page=1, size=2).items == ["0", "1"]


def test_with_a_total_the_items_are_the_page() -> None:
    found = paginate([4, 5], page=3, size=2, total=11)
    assert found == Page[int](items=[4, 5], total=11, page=3, size=2, pages=6)
    assert paginate([], total=0).pages == 0
    assert paginate([1, 2, 3]).model_dump() == {
        "items": [1, 2, 3],
        "total": 3,
        "page": 1,
        "size": 20,
        "pages": 1,
    }


def test_a_page_of_rows_becomes_one_of_what_clients_get() -> None:
    page: Page[Out] = paginate([Row(1), Row(2)], size=1).map(lambda row: Out(id=row.id))
    assert page.items == [Out(id=1)]
    assert (page.total, page.pages) == (2, 2)


def application(count: int) -> API:
    api = API()

    @api.get("/items")
    def items(req: Request, resp: Response, *, params: PageParams) -> Page[Out]:
        found = paginate(range(count), page=params.page, size=params.size).map(lambda id: Out(id=id))
        set_pagination_headers(req, resp, found)
        return found

    @api.get("/parts")
    def parts(req: Request, resp: Response, *, params: CursorParams) -> CursorPage[Out]:
        rows = [Row(number) for number in range(count)]
        found = paginate_by_cursor(rows, params, unique="id").map(lambda row: Out(id=row.id))
        set_pagination_headers(req, resp, found)
        return found

    return api


def test_a_handler_names_its_page_by_one_parameter() -> None:
    answer = call(application(45), "GET", "/items", query=b"page=2&size=2")
    assert answer.json() == {"items": [{"id": 2}, {"id": 3}], "total": 45, "page": 2, "size": 2, "pages": 23}
    assert answer.headers["x-total-count"] == "45"


@pytest.mark.parametrize(
    "query",
    [
        b"page=0",
        b"page=x",
        b"size=0",
        b"size=101",
        b"page=-1",
        b"page=" + b"9" * 30,
        b"size=1e9",
        b"page=1.5",
    ],
)
def test_a_page_that_cannot_be_is_refused(query: bytes) -> None:
    assert call(application(5), "GET", "/items", query=query).status == 422


def link(query: bytes, count: int = 45) -> str:
    return call(application(count), "GET", "/items", query=query).headers["link"]


def test_the_link_header_has_its_exact_form() -> None:
    base = "http://testserver/items?"
    assert link(b"page=2") == (
        f'<{base}page=1&size=20>; rel="first", <{base}page=1&size=20>; rel="prev", '
        f'<{base}page=3&size=20>; rel="next", <{base}page=3&size=20>; rel="last"'
    )
    assert link(b"", 5) == f'<{base}page=1&size=20>; rel="first", <{base}page=1&size=20>; rel="last"'
    assert link(b"", 0) == link(b"", 5)
    assert 'rel="prev"' not in link(b"page=1")
    assert 'rel="next"' not in link(b"page=3")
    assert f'<{base}page=3&size=20>; rel="prev"' in link(b"page=99")


def test_links_keep_every_other_parameter() -> None:
    found = link(b"a=1&page=2&b=&a=2&size=10&c&q=x%20y+z&%73ize=3", 30)
    assert found.startswith('<http://testserver/items?a=1&b=&a=2&c&q=x%20y+z&page=1&size=3>; rel="first"')


def test_nobody_can_write_a_link_of_their_own() -> None:
    found = link(b'q=>;rel="next",<https://evil.example>', 5)
    assert found.count("<") == found.count(">") == 2
    assert found.count('rel="next"') == 0
    assert call(application(5), "GET", "/items", query=b"q=\r\nx: y").headers.keys().isdisjoint({"x"})


# --- cursors


def parts(rows: list[Row], sort: str, size: int, secret: str | None = None) -> list[list[int]]:
    """Every part of a list, in order."""
    found: list[list[int]] = []
    cursor: str | None = None
    while True:
        params = CursorQuery(cursor=cursor, size=size)
        part = paginate_by_cursor(rows, params, sort=sort, unique="id", secret=secret)
        found.append([row.id for row in part.items])
        cursor = part.next_cursor
        if cursor is None:
            return found


rows_of = st.lists(
    st.builds(
        Row,
        id=st.integers(),
        kind=st.sampled_from(["a", "b", None]),
        when=st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 1, 3)),
    ),
    unique_by=lambda row: row.id,
    max_size=25,
)


@given(
    rows_of,
    st.sampled_from(["", "kind", "-kind", "kind,-when", "-when,kind", "-id", "when,-id"]),
    st.integers(1, 7),
)
def test_parts_together_are_the_list_once_and_in_order(rows: list[Row], sort: str, size: int) -> None:
    rows = [row for row in rows if abs(row.id) < 2**63]
    found = parts(rows, sort, size)
    whole = [row for part in found for row in part]
    assert sorted(whole) == sorted(row.id for row in rows)
    assert whole == parts(rows, sort, 100)[0]
    assert all(len(part) == size for part in found[:-1])


def test_what_decides_between_items_that_are_alike_may_have_any_name() -> None:
    rows = [{"_id": number, "kind": number % 2} for number in range(5)]
    page = paginate_by_cursor(rows, CursorQuery(size=3), unique="_id", sort="kind", allowed={"kind"})
    assert [row["_id"] for row in page.items] == [0, 2, 4]
    following = CursorQuery(cursor=page.next_cursor, size=3)
    page = paginate_by_cursor(rows, following, unique="_id", sort="kind", allowed={"kind"})
    assert [row["_id"] for row in page.items] == [1, 3]
    for sort, unique in (("_kind", "_id"), ("kind", "nothing")):
        with pytest.raises(CannotSort):
            paginate_by_cursor(rows, CursorQuery(), unique=unique, sort=sort)


def test_what_comes_and_goes_before_the_cursor_moves_nothing() -> None:
    rows = [Row(number, "a") for number in range(10, 20)]
    first = paginate_by_cursor(rows, CursorQuery(size=4), unique="id", sort="kind")
    changed = [Row(1, "a"), Row(2, "a"), *rows[2:3], *rows[4:], Row(99, "a")]
    second = paginate_by_cursor(
        changed, CursorQuery(size=4, cursor=first.next_cursor), unique="id", sort="kind"
    )
    assert [row.id for row in second.items] == [14, 15, 16, 17]


def test_parts_tell_where_the_next_one_begins() -> None:
    api = application(5)
    first = call(api, "GET", "/parts", query=b"size=3&q=a")
    document: Any = first.json()
    assert document["items"] == [{"id": 0}, {"id": 1}, {"id": 2}]
    cursor = document["next_cursor"]
    base = "http://testserver/parts?q=a"
    assert first.headers["link"] == (
        f'<{base}&size=3>; rel="first", <{base}&cursor={cursor}&size=3>; rel="next"'
    )
    second: Answer = call(api, "GET", "/parts", query=f"size=3&cursor={cursor}".encode())
    assert second.json() == {"items": [{"id": 3}, {"id": 4}], "size": 3, "next_cursor": None}
    assert 'rel="next"' not in second.headers["link"]


def packed(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


GOOD = encode([5], "id", None)
MARK = json.loads(base64.urlsafe_b64decode(GOOD + "=" * (-len(GOOD) % 4)))[0]


@pytest.mark.parametrize(
    "cursor",
    [
        *("x", "====", "!!", "é", "a" * 4096, packed(), packed({}), "bnVsbA", "W10", "MQ"),
        *(
            packed(MARK),
            packed(MARK, "i5", "i6"),
            packed("00000000", "i5"),
            packed(MARK, 5),
            packed(MARK, ""),
        ),
        *(packed(MARK, "z5"), packed(MARK, "i"), packed(MARK, "ix"), packed(MARK, "i" + "9" * 30)),
        *(
            packed(MARK, "s5"),
            packed(MARK, "d2026"),
            packed(MARK, "fnan"),
            packed(MARK, "nNaN"),
            packed(MARK, "n1E+999999"),
            packed(MARK, "bMaybe"),
        ),
        *(
            packed(MARK, "u5"),
            packed(MARK, "x5"),
            packed(MARK, "sa\0"),
            packed(MARK, "s\ud800"),
            packed(MARK, ["i5"]),
        ),
        base64.urlsafe_b64encode(b"[" * 1500).decode(),
    ],
)
def test_garbage_is_no_cursor(cursor: str) -> None:
    query = CursorQuery(cursor=cursor)
    with pytest.raises(InvalidCursor):
        paginate_by_cursor([Row(number) for number in range(9)], query, unique="id")


def test_a_cursor_that_is_none_is_a_problem_and_one_that_is_too_long_a_fault_of_the_input() -> None:
    api = application(5)
    answer = call(api, "GET", "/parts", query=b"cursor=garbage")
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert b"The cursor is not valid for this list" in answer.body
    assert call(api, "GET", "/parts", query=b"cursor=" + b"a" * 4097).status == 422


def test_a_cursor_is_good_for_its_own_order_only() -> None:
    rows = [Row(number, "a") for number in range(9)]
    cursor = paginate_by_cursor(rows, CursorQuery(size=2), unique="id", sort="kind").next_cursor
    assert cursor is not None
    for sort in ("-kind", "", "when"):
        with pytest.raises(InvalidCursor):
            paginate_by_cursor(rows, CursorQuery(cursor=cursor), unique="id", sort=sort)


def test_a_signed_cursor_cannot_be_made_by_anybody_else() -> None:
    rows = [Row(number) for number in range(9)]
    assert parts(rows, "", 4, secret="a secret") == [[0, 1, 2, 3], [4, 5, 6, 7], [8]]
    signed = encode([5], "id", "a secret")
    assert signed != GOOD
    tampered = base64.urlsafe_b64decode(signed + "=" * (-len(signed) % 4)).replace(b"i5", b"i6")
    for cursor in (GOOD, encode([5], "id", "another"), base64.urlsafe_b64encode(tampered).decode()):
        with pytest.raises(InvalidCursor):
            paginate_by_cursor(rows, CursorQuery(cursor=cursor), unique="id", secret="a secret")


@pytest.mark.parametrize("sort", ["kind", "-kind", "kind,-when"])
@pytest.mark.parametrize("secret", [None, "a secret"])
def test_a_list_is_paged_by_values_that_no_cursor_holds(sort: str, secret: str | None) -> None:
    kinds: list[object] = ["a" * 9000, "a" * 9000 + "b", "x\0", "x\0y", "\ud800", "plain", None]
    rows = [{"id": number, "kind": kinds[number % 7], "when": number % 2} for number in range(21)]
    ordered = [row["id"] for row in sort_items(rows, sort)]
    found: list[object] = []
    cursor: str | None = None
    while cursor is not None or not found:
        page = paginate_by_cursor(
            rows, CursorQuery(cursor=cursor, size=2), unique="id", sort=sort, secret=secret
        )
        found += [row["id"] for row in page.items]
        cursor = page.next_cursor
        assert cursor is None or len(cursor) < 200
    assert found == ordered
    infinite = [{"id": number, "far": value} for number, value in enumerate([2**70, float("inf"), -(2**70)])]
    first = paginate_by_cursor(infinite, CursorQuery(size=2), unique="id", sort="far")
    last = paginate_by_cursor(infinite, CursorQuery(cursor=first.next_cursor), unique="id", sort="far")
    assert [row["id"] for row in (*first.items, *last.items)] == [2, 0, 1]


def test_a_cursor_that_holds_the_unique_value_alone_ends_with_its_item() -> None:
    rows = [{"id": number, "kind": f"{number}" * 5000} for number in range(5)]
    cursor = paginate_by_cursor(rows, CursorQuery(size=2), unique="id", sort="kind").next_cursor
    query = CursorQuery(cursor=cursor)
    assert [row["id"] for row in paginate_by_cursor(rows, query, unique="id", sort="kind").items] == [2, 3, 4]
    with pytest.raises(InvalidCursor):
        paginate_by_cursor([rows[0], *rows[2:]], query, unique="id", sort="kind")
    with pytest.raises(InvalidCursor):
        paginate_by_cursor(rows, query, unique="id")


def test_keys_behind_the_unique_one_decide_nothing() -> None:
    rows = [Row(number, "b" if number % 2 else "a") for number in range(5)]
    first = paginate_by_cursor(rows, CursorQuery(size=3), unique="id", sort="-id,kind")
    last = paginate_by_cursor(rows, CursorQuery(cursor=first.next_cursor), unique="id", sort="-id,-kind")
    assert [row.id for row in (*first.items, *last.items)] == [4, 3, 2, 1, 0]


@given(
    st.lists(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(-(2**63), 2**63 - 1),
            st.floats(allow_nan=False, allow_infinity=False),
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
            st.binary(max_size=20),
            st.uuids(),
            st.dates(),
            st.times(),
            st.datetimes(timezones=st.just(datetime.UTC)),
            st.decimals(allow_nan=False, allow_infinity=False, places=4),
        ),
        max_size=5,
    )
)
def test_a_cursor_gives_back_what_was_put_in(values: list[object]) -> None:
    found = decode(encode(values, "stamp", None), "stamp", len(values), None)
    assert found == values
    assert list(map(type, found)) == list(map(type, values))


def test_what_no_cursor_can_hold_is_the_servers_fault() -> None:
    with pytest.raises(TypeError, match="dict"):
        encode([{}], "stamp", None)
    for value in (2**63, float("inf"), "a\0b", "a" * 5000):
        with pytest.raises(TypeError, match="cannot be paged by"):
            encode([value], "stamp", None)
    assert decode(encode([decimal.Decimal("1.50")], "s", None), "s", 1, None) == [decimal.Decimal("1.5")]
    one = uuid.uuid4()
    assert decode(encode([one], "s", None), "s", 1, None) == [one]
    assert replace(Row(1), id=2).id == 2
