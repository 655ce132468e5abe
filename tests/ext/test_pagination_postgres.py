"""Lists over PostgreSQL, which has types that refuse what SQLite takes: whatever clients send is no fault."""

from __future__ import annotations

import asyncio
import datetime
import decimal
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from responder.ext.pagination import CursorQuery, InvalidCursor, PageQuery
from responder.ext.pagination.cursors import encode
from responder.ext.sqlalchemy import (
    Column,
    Keyset,
    filter_query,
    paginate_query,
    paginate_query_by_cursor,
    paginate_query_sync,
    sort_query,
)
from tests.ext.postgres_server import postgres_server
from tests.ext.test_pagination_sqlalchemy import COLUMNS, DAY, Author, Base, Item, ids, parts, stock

ALL: dict[str, Column] = {**COLUMNS, "id": Item.id}
NOW = datetime.datetime.now(datetime.UTC)
LATE = datetime.datetime.fromisoformat("9999-12-31T23:59:59")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with postgres_server() as found:
        engine = create_engine(found)
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            session.add_all(stock())
            session.commit()
        engine.dispose()
        yield found


@pytest.fixture
def session(url: str) -> Iterator[Session]:
    engine = create_engine(url)
    with Session(engine) as made:
        yield made
    engine.dispose()


@pytest.mark.parametrize(
    "sort", ["", "name", "-name,price", "price,-name", "-price,size", "created,-size", "-created,name,price"]
)
@pytest.mark.parametrize("size", [4, 7])
def test_parts_together_are_the_query_once_and_in_order(session: Session, sort: str, size: int) -> None:
    query = sort_query(select(Item), sort, allowed=COLUMNS).order_by(Item.id)
    assert [one for part in parts(session, sort, size) for one in part] == ids(list(session.scalars(query)))


@pytest.mark.parametrize("sort", ["author", "-author,price"])
def test_an_outer_join_may_leave_a_column_empty(session: Session, sort: str) -> None:
    found = [one for part in parts(session, sort, 4, outer=True) for one in part]
    assert sorted(found) == list(range(1, 31))


def test_pages_count_what_they_show(session: Session) -> None:
    joined = select(Item).join(Author).where(Author.name == "ann")
    page = paginate_query_sync(session, sort_query(joined, "-price", allowed=COLUMNS), PageQuery(size=5))
    assert (page.total, len(page.items)) == (8, 5)


def test_texts_that_no_cursor_holds(session: Session) -> None:
    for item in session.scalars(select(Item)):
        item.name = item.name * 5000
    session.flush()
    query = sort_query(select(Item), "-name", allowed=COLUMNS).order_by(Item.id)
    whole = ids(list(session.scalars(query)))
    assert [one for part in parts(session, "-name", 7) for one in part] == whole
    session.rollback()


@pytest.mark.parametrize(
    ("name", "value", "total"),
    [
        ("id", 2**31, 0),
        ("id", -(2**62), 0),
        ("id", 10**30, 0),
        ("id", 7, 1),
        ("id", [7, 8, 2**40, 2**70], 2),
        ("price", decimal.Decimal("1e900"), 0),
        ("price", decimal.Decimal("NaN"), 0),
        ("price", decimal.Decimal("1.10"), 6),
        ("name", "a\0", 0),
        ("name", "\ud800", 0),
        ("name", ["a", "\ud800"], 10),
        ("created", NOW, 0),
        ("created", LATE, 0),
        ("created", DAY + datetime.timedelta(1), 5),
        ("size", "HUGE", 0),
        ("size", "LARGE", 15),
    ],
)
def test_a_filter_that_a_type_cannot_hold_equals_nothing(
    session: Session, name: str, value: object, total: int
) -> None:
    query = filter_query(select(Item), {name: value}, allowed=ALL)
    assert paginate_query_sync(session, query, PageQuery()).total == total


@pytest.mark.parametrize(
    ("sort", "value", "refused"),
    [
        ("", None, False),
        ("price", decimal.Decimal("1e900"), False),
        ("price", decimal.Decimal("1e-900"), False),
        ("price", decimal.Decimal("1" * 50), False),
        ("created", NOW, True),
        ("created", LATE, False),
        ("size", "HUGE", True),
        ("name", "a\0", False),
    ],
)
@pytest.mark.parametrize("unique", [1, 2**31, 2**63 - 1, -(2**63)])
def test_a_cursor_that_somebody_made_up_is_no_fault(
    url: str, sort: str, value: object, refused: bool, unique: int
) -> None:
    keyset = Keyset(sort, unique=Item.id, allowed=COLUMNS)
    cursor = encode([value, unique] if sort else [unique], keyset.stamp, None)
    # The text that no cursor holds is looked up by the number of its row, and there may be none.
    missing = sort == "name" and unique != 1

    async def main() -> None:
        engine = create_async_engine(url)
        async with AsyncSession(engine) as session:
            params = CursorQuery(cursor=cursor)
            if refused or missing:
                with pytest.raises(InvalidCursor):
                    await paginate_query_by_cursor(session, select(Item), params, keyset)
            else:
                await paginate_query_by_cursor(session, select(Item), params, keyset)
            assert (await paginate_query(session, select(Item), PageQuery())).total == 30
        await engine.dispose()

    asyncio.run(main())
